import Demography
import Export
import Formats
import SeriesModels

/// `series reconcile --temporal`: months, quarters and years that add up, of single series or of a hierarchy.
extension ResearchSeries {
  static func reconcileInTime(
    _ request: ReconcileRequest, _ method: Reconciliation.Method, _ model: any SeriesModel,
    progress: any ProgressListener
  ) throws -> ResearchAnswer {
    guard method != .middleOut else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--method", "value": method.rawValue, "form": "wls-struct, ols, wls, mint"])
    }
    let factors = Array(Set(request.spans).union([1])).sorted(by: >)
    let ((groups, leftAside), read) = try seconds { try grouped(request) }
    let cycles = (request.horizon + factors[0] - 1) / factors[0]
    let fitCount = groups.reduce(0) { $0 + $1.hierarchy.names.count * factors.count }
    var found: [TemporalForecast] = []
    var failures: [Fault] = []
    var done = 0
    let (_, fit) = try seconds {
      for group in groups {
        let forecaster = TemporalForecaster(
          group.hierarchy, factors: factors, model: model, method: method,
          isNonNegative: request.isNonNegative, cycles: cycles, levels: request.levels,
          draws: request.draws, seed: request.seed)
        let before = done
        do {
          found.append(
            try forecaster.run(group.series) {
              progress.report(ProgressEvent("fitting", done: before + $0, total: fitCount))
            })
        } catch let fault as Fault where groups.count > 1 {
          failures.append(fault)
        } catch let faults as Faults where groups.count > 1 {
          failures += faults.all
        }
        done += group.hierarchy.names.count * factors.count
      }
    }
    guard !found.isEmpty else { throw Faults(failures) }
    let rows = found.flatMap(\.rows)
    var answer = ResearchAnswer(
      [table(rows, levels: request.levels)],
      notes: notes(found, failures, steps: cycles * factors[0], request, leftAside),
      json: json(found, request, factors, failures, timing: .timing(read: read, fit: fit)),
      isDoubtful: !found.allSatisfy(\.isCoherent))
    answer.failures = failures
    return answer
  }

  /// The hierarchy that is asked for, or each series as one of its own.
  private static func grouped(
    _ request: ReconcileRequest
  ) throws -> (groups: [(series: [TimeSeries], hierarchy: Hierarchy)], leftAside: [String]) {
    guard case .alone = request.shape else {
      let (series, hierarchy, leftAside) = try shaped(request)
      return ([(series, hierarchy)], leftAside)
    }
    let grid = try request.input.grid()
    let groups = try readSeries(grid, season: request.season).map { one in
      ([one], Hierarchy.single(one.id))
    }
    return (groups, DriverTable.columns(of: grid))
  }

  private static func table(_ rows: [TemporalForecast.Row], levels: [Double]) -> Table {
    var columns: [Table.Column] = [
      .text("unique_id", rows.map(\.series)), .integer("steps", rows.map(\.length)),
      .text("ds", rows.map(\.first.description)), .text("ds_last", rows.map(\.last.description)),
      .text("model", rows.map(\.model)), .real("base", rows.map(\.base)),
      .real("reconciled", rows.map(\.mean)),
    ]
    if rows.allSatisfy({ !$0.intervals.isEmpty }) {
      for (k, level) in levels.enumerated() {
        columns.append(.real("lower_\(text(level))", rows.map { $0.intervals[k].lower }))
        columns.append(.real("upper_\(text(level))", rows.map { $0.intervals[k].upper }))
      }
    }
    return Table("reconciled", columns)
  }

  private static func notes(
    _ found: [TemporalForecast], _ failures: [Fault], steps: Int, _ request: ReconcileRequest,
    _ leftAside: [String]
  ) -> [(key: String, arguments: [String: String])] {
    func largest(_ pick: (TemporalForecast) -> Double) -> String {
      brief(found.reduce(0) { max($0, pick($1)) })
    }
    var notes: [(key: String, arguments: [String: String])] = [
      (
        found.allSatisfy(\.isCoherent) ? "series.coherent" : "series.incoherent",
        [
          "method": request.method, "base": largest(\.gaps.base), "means": largest(\.gaps.means),
          "draws": largest(\.gaps.draws), "bound": largest(\.bound),
        ]
      )
    ]
    if !failures.isEmpty {
      notes.append(("series.temporal.failed", ["count": "\(failures.count)"]))
    }
    if steps != request.horizon {
      notes.append(
        ("series.temporal.steps", ["steps": "\(steps)", "asked": "\(request.horizon)"]))
    }
    if !leftAside.isEmpty {
      notes.append(("series.aside", ["columns": leftAside.joined(separator: ", ")]))
    }
    return notes
  }

  private static func json(
    _ found: [TemporalForecast], _ request: ReconcileRequest, _ factors: [Int],
    _ failures: [Fault], timing: JSON
  ) -> JSON {
    let rows: [JSON] = found.flatMap(\.rows).map { row in
      .members([
        ("unique_id", .string(row.series)), ("steps", .integer(row.length)),
        ("ds", .string(row.first.description)), ("ds_last", .string(row.last.description)),
        ("model", .string(row.model)), ("base", .finite(row.base)), ("mean", .finite(row.mean)),
        ("lower", .members(row.intervals.map { (text($0.level), JSON.finite($0.lower)) })),
        ("upper", .members(row.intervals.map { (text($0.level), JSON.finite($0.upper)) })),
      ])
    }
    func largest(_ pick: (TemporalForecast) -> Double) -> JSON {
      .finite(found.reduce(0) { max($0, pick($1)) })
    }
    return .members([
      ("schema", .integer(1)), ("method", .string(request.method)),
      ("spans", .array(factors.map { .integer($0) })),
      ("non_negative", .bool(request.isNonNegative)),
      (
        "coherence",
        .members([
          ("base_gap", largest(\.gaps.base)), ("reconciled_gap", largest(\.gaps.means)),
          ("draws_gap", largest(\.gaps.draws)), ("bound", largest(\.bound)),
          ("is_coherent", .bool(found.allSatisfy(\.isCoherent))),
        ])
      ),
      ("forecast", .array(rows)), ("failures", failed(failures)), ("timing", timing),
    ])
  }
}
