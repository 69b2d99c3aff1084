import Demography
import Export
import Formats
import Foundation
import Kernel
import SeriesModels

/// What `series reconcile` is asked.
public struct ReconcileRequest: Sendable {
  /// Where it stands how series add up.
  public enum Shape: Sendable {
    /// A table with a row for each sum and a column for each bottom series.
    case table(String)
    /// In the ids, which are paths.
    case paths(separator: String)
    /// In columns, summed by these lists of them.
    case columns([[String]])
    /// Nowhere: each series adds up in time alone.
    case alone
  }

  let input: SeriesInput
  let shape: Shape
  /// Lengths of spans in steps that add up as well; empty for none.
  let spans: [Int]
  let total: String
  /// `nil` is `mint`, and `wls-struct` where spans add up: their errors are few.
  let given: String?
  let middle: [String]
  let isNonNegative: Bool
  let model: String
  let season: Int?
  let horizon: Int
  let levels: [Double]
  let draws: Int
  let seed: UInt32

  /// - Parameters:
  ///   - spans: lengths of spans in steps that add up as well, in any order; a single step always is one.
  ///   - total: name of the sum of all, where it comes from paths or columns.
  ///   - method: `nil` is `mint`, and `wls-struct` with spans.
  ///   - middle: series from which middle-out begins.
  ///   - levels: coverages in per cent.
  public init(
    _ input: SeriesInput, shape: Shape, spans: [Int] = [], total: String, method: String?,
    middle: [String], isNonNegative: Bool, model: String, season: Int?, horizon: Int,
    levels: [Double], draws: Int,
    seed: UInt32
  ) {
    self.input = input
    self.shape = shape
    self.spans = spans
    self.total = total
    given = method
    self.middle = middle
    self.isNonNegative = isNonNegative
    self.model = model
    self.season = season
    self.horizon = horizon
    self.levels = levels
    self.draws = draws
    self.seed = seed
  }
}

extension ReconcileRequest {
  var method: String { given ?? (spans.isEmpty ? "mint" : "wls-struct") }
}

/// `series reconcile`: forecasts of a hierarchy that add up.
extension ResearchSeries {
  /// Forecasts every series of a hierarchy by itself and reconciles means and joint draws.
  ///
  /// - Throws: `series.method`, `series.middle`, `option.unused` for a wrong request, all together; what reading,
  ///   fitting and reconciling throw.
  public static func reconcile(
    _ request: ReconcileRequest, progress: any ProgressListener = SilentProgress()
  ) throws -> ResearchAnswer {
    let method = try checked(request)
    let model = try named(request.model)
    guard request.spans.isEmpty else {
      return try reconcileInTime(request, method, model, progress: progress)
    }
    let ((series, hierarchy, leftAside), read) = try seconds { try shaped(request) }
    let strangers = request.middle.filter { !hierarchy.names.contains($0) }
    guard strangers.isEmpty else {
      throw Faults(
        strangers.map {
          Fault(
            .usage, "hierarchy.unknown",
            ["series": $0, "nearest": nearest(to: $0, in: hierarchy.names) ?? ""])
        })
    }
    let forecaster = HierarchyForecaster(
      hierarchy, model: model, method: method, middle: request.middle,
      isNonNegative: request.isNonNegative, horizon: request.horizon, levels: request.levels,
      draws: request.draws, seed: request.seed)
    let (found, fit) = try seconds {
      try forecaster.run(series) {
        progress.report(ProgressEvent("fitting", done: $0, total: hierarchy.names.count))
      }
    }
    return ResearchAnswer(
      [table(found, levels: request.levels)], notes: notes(found, leftAside),
      json: json(found, request, timing: .timing(read: read, fit: fit)),
      isDoubtful: !found.isCoherent)
  }

  private static func checked(_ request: ReconcileRequest) throws -> Reconciliation.Method {
    let known = Reconciliation.Method.allCases.map(\.rawValue)
    guard let method = Reconciliation.Method(rawValue: request.method) else {
      throw Fault(
        .usage, "series.method",
        [
          "name": request.method, "nearest": nearest(to: request.method, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ])
    }
    if method == .middleOut, request.middle.isEmpty { throw Fault(.usage, "series.middle") }
    if method != .middleOut {
      try [GivenOption("--middle", request.middle.first)].refuse(
        with: "--method \(method.rawValue)", for: "--method middle-out")
    }
    if !method.isProjection {
      let projections = Reconciliation.Method.allCases.filter(\.isProjection).map(\.rawValue)
      try [GivenOption("--non-negative", request.isNonNegative ? true : nil)].refuse(
        with: "--method \(method.rawValue)",
        for: "--method " + projections.joined(separator: ", "))
    }
    return method
  }

  /// The series, how they add up, and the columns that were not read.
  static func shaped(
    _ request: ReconcileRequest
  ) throws -> ([TimeSeries], Hierarchy, [String]) {
    let grid = try request.input.grid()
    let leftAside = DriverTable.columns(of: grid)
    switch request.shape {
    case .alone: preconditionFailure("series that add up nowhere")
    case .columns(let levels):
      let (series, hierarchy) = try readGroupedSeries(
        grid, by: levels, season: request.season, separator: "/", total: request.total)
      return (series, hierarchy, DriverTable.columns(of: grid, besides: levels.flatMap { $0 }))
    case .table(let path):
      return (
        try readSeries(grid, season: request.season), try Hierarchy(UserFile.grid(path)), leftAside
      )
    case .paths(let separator):
      let series = try readSeries(grid, season: request.season)
      do throws(CoherenceError) {
        return (
          series,
          try Hierarchy.nested(series.map(\.id), separator: separator, total: request.total),
          leftAside
        )
      } catch {
        throw error.fault
      }
    }
  }

  private static func table(_ found: HierarchyForecast, levels: [Double]) -> Table {
    let names = found.hierarchy.names
    let steps = names.indices.flatMap { i in found.periods.indices.map { (i, $0) } }
    var columns: [Table.Column] = [
      .text("unique_id", steps.map { names[$0.0] }),
      .text("model", steps.map { found.fits[$0.0].label }),
      .text("ds", steps.map { found.periods[$0.1].description }),
      .real("base", steps.map { found.base[$0.0].steps[$0.1].mean }),
      .real("reconciled", steps.map { found.means[$0.0, $0.1] }),
    ]
    if let intervals = found.intervals {
      for (k, level) in levels.enumerated() {
        columns.append(.real("lower_\(text(level))", steps.map { intervals[$0.0][$0.1][k].lower }))
        columns.append(.real("upper_\(text(level))", steps.map { intervals[$0.0][$0.1][k].upper }))
      }
    }
    return Table("reconciled", columns)
  }

  private static func notes(
    _ found: HierarchyForecast, _ leftAside: [String]
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        found.isCoherent ? "series.coherent" : "series.incoherent",
        [
          "method": found.reconciliation.method.rawValue, "base": brief(found.gaps.base),
          "means": brief(found.gaps.means), "draws": brief(found.gaps.draws),
          "bound": brief(found.bound),
        ]
      )
    ]
    if !leftAside.isEmpty {
      notes.append(("series.aside", ["columns": leftAside.joined(separator: ", ")]))
    }
    if found.gaps.history > found.bound {
      notes.append(("series.coherent.history", ["gap": brief(found.gaps.history)]))
    }
    if let intensity = found.reconciliation.intensity {
      notes.append(("series.coherent.shrunk", ["share": brief(100 * intensity)]))
    }
    notes.append(
      (found.intervals == nil ? "series.coherent.no-draws" : "series.coherent.draws", [:]))
    return notes
  }

  /// Three digits.
  static func brief(_ x: Double) -> String {
    x == 0 ? "0" : String(format: "%.3g", x)
  }

  private static func json(
    _ found: HierarchyForecast, _ request: ReconcileRequest, timing: JSON
  ) -> JSON {
    let bottom = Set(found.hierarchy.bottom)
    let all: [JSON] = found.hierarchy.names.indices.map { i in
      .members([
        ("unique_id", .string(found.hierarchy.names[i])), ("is_bottom", .bool(bottom.contains(i))),
        ("model", .string(found.fits[i].label)),
        (
          "forecast",
          .array(found.periods.indices.map { step(found, i, $0) })
        ),
      ])
    }
    return .members([
      ("schema", .integer(1)), ("method", .string(request.method)),
      ("non_negative", .bool(request.isNonNegative)),
      ("shrinkage", .finite(found.reconciliation.intensity)),
      ("draws", found.intervals == nil ? .null : .integer(request.draws)),
      (
        "coherence",
        .members([
          ("history_gap", .finite(found.gaps.history)), ("base_gap", .finite(found.gaps.base)),
          ("reconciled_gap", .finite(found.gaps.means)), ("draws_gap", .finite(found.gaps.draws)),
          ("bound", .finite(found.bound)), ("is_coherent", .bool(found.isCoherent)),
        ])
      ),
      ("series", .array(all)), ("timing", timing),
    ])
  }

  private static func step(_ found: HierarchyForecast, _ i: Int, _ h: Int) -> JSON {
    func bounds(_ intervals: [SeriesModels.Interval]) -> [(String, JSON)] {
      [
        ("lower", .members(intervals.map { (text($0.level), JSON.finite($0.lower)) })),
        ("upper", .members(intervals.map { (text($0.level), JSON.finite($0.upper)) })),
      ]
    }
    let base = found.base[i].steps[h]
    let own: [(String, JSON)] = [("mean", .finite(base.mean))] + bounds(base.intervals)
    let coherent: [(String, JSON)] =
      [("mean", .finite(found.means[i, h]))]
      + (found.intervals.map { bounds($0[i][h]) } ?? [])
    return .members([
      ("ds", .string(found.periods[h].description)), ("base", .members(own)),
      ("reconciled", .members(coherent)),
    ])
  }
}
