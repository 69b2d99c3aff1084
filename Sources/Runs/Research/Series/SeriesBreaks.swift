import Demography
import Export
import Formats
import Kernel
import SeriesModels

/// `series detect` and `series decompose`.
extension ResearchSeries {
  /// Breaks of the level and single values that stand out, of every series of a file.
  ///
  /// Breaks are those of the best partition into as many stretches as tests beyond the series' own memory ask for, the
  /// season taken out, or a straight line with steps beyond it where that explains the series better. Values stand out
  /// of these levels, the season and the memory by a test that holds for all values of a series together. Beside them
  /// stand, for every series, two tests of a level that never changes: the largest F statistic of one break, and the
  /// largest partial sum about the mean, which also sees a level that drifts. A series that does not vary has none of
  /// these. See `LevelShifts` and `Outliers` for the publications.
  ///
  /// - Parameter seed: of the made series that the tests are held against.
  public static func detect(_ input: SeriesInput, season: Int?, seed: UInt32) throws -> Answer {
    let grid = try input.grid()
    var failures: [Fault] = []
    var rows: [Finding] = []
    var tests: [LevelTest] = []
    var drawn: [SeriesLevels] = []
    let all = try readSeries(grid, season: season).map(\.trimmed)
    var constant: [String] = []
    let outcomes = parallelMap(all.count) { k -> Result<Found, BreakError> in
      do throws(BreakError) { return .success(try findings(all[k], seed: seed)) } catch {
        return .failure(error)
      }
    }
    for (series, outcome) in zip(all, outcomes) {
      switch outcome {
      case .success(let found):
        rows += found.rows
        tests += found.tests
        drawn.append(found.levels)
      case .failure(.constant):
        constant.append(series.id)
        drawn.append(
          SeriesLevels(
            name: series.id, periods: series.periods.map(\.description), values: series.values,
            levels: [], outliers: []))
      case .failure(.missing):
        failures.append(Fault(.badData, "series.detect.missing", missing(series)))
      case .failure(.tooShort(_, let needed)):
        failures.append(short(series, needed: needed))
      }
    }
    let table = Table(
      "findings",
      [
        .text("unique_id", rows.map(\.series)), .text("kind", rows.map(\.kind)),
        .text("ds", rows.map(\.period)), .real("previous", rows.map(\.before)),
        .real("value", rows.map(\.value)), .real("slope", rows.map(\.slope)),
        .real("p_value", rows.map(\.pValue)),
      ])
    let tested = Table(
      "tests",
      [
        .text("unique_id", tests.map(\.series)), .text("test", tests.map(\.test)),
        .text("ds", tests.map(\.period)), .real("statistic", tests.map(\.statistic)),
        .real("p_value", tests.map(\.pValue)),
      ])
    var answer = answer(
      [(table, "findings"), (tested, "tests")], failures, DriverTable.columns(of: grid),
      more: [("constant", .array(constant.map(JSON.string)))])
    answer.constant = constant
    if rows.isEmpty { answer.searched = all.count - failures.count - constant.count }
    if rows.allSatisfy({ $0.slope == nil }) {
      answer.shownColumns = table.columns.map(\.name).filter { $0 != "slope" }
    }
    guard !drawn.isEmpty else { return answer }
    // Series with something to show come first.
    let found = Set(rows.map(\.series))
    let shown =
      drawn.filter { found.contains($0.name) } + drawn.filter { !found.contains($0.name) }
    let panels = Array(shown.prefix(9))
    let count = drawn.count
    answer.figure = { .levels(panels, count: count, source: grid.file, language: $0) }
    return answer
  }

  private static func short(_ series: TimeSeries, needed: Int) -> Fault {
    series.observedCount == 0
      ? Fault(.badData, "series.no-value", ["series": series.id])
      : Fault(
        .badData, "series.detect.short",
        [
          "series": series.id, "observed": "\(series.observedCount)", "needed": "\(needed)",
        ])
  }

  private static func missing(_ series: TimeSeries) -> [String: String] {
    ["series": series.id, "count": "\(series.count - series.observedCount)"]
  }

  private typealias Found = (rows: [Finding], tests: [LevelTest], levels: SeriesLevels)

  private struct LevelTest {
    let series: String
    /// `sup-F` or `CUSUM`.
    let test: String
    /// The first period after the most likely break, or after the largest partial sum.
    let period: String
    let statistic: Double
    let pValue: Double
  }

  private struct Finding {
    let series: String
    /// `break`, `trend` or `outlier`.
    let kind: String
    /// The first after a break; the first of a trend.
    let period: String
    /// Level before a break; where a trend begins; what would fit in an outlier's place.
    let before: Double
    /// Level after a break; where a trend ends; an outlier's value.
    let value: Double
    /// Of a trend, a step of the series.
    var slope: Double? = nil
    let pValue: Double?
  }

  private static func findings(
    _ series: TimeSeries, seed: UInt32
  ) throws(BreakError) -> Found {
    // Squares of values far from 1 would leave the range of numbers.
    let size = series.values.reduce(0) { max($0, abs($1)) }
    let unit = size == 0 || (1e-100...1e100).contains(size) ? 1 : size
    let values = series.values.map { $0 / unit }
    let found = try LevelShifts(
      values, season: series.season, key: StreamKey(seed: seed, stream: "series.breaks"),
      unit: UnitKey(series.id))
    let ends = found.course.indices.last.map { (found.course[0], found.course[$0]) }
    var rows: [Finding] = []
    if let trend = found.trend, let (first, last) = ends {
      rows.append(
        Finding(
          series: series.id, kind: "trend", period: "\(series.period(0))", before: unit * first,
          value: unit * last, slope: unit * trend.slope, pValue: trend.pValue))
    }
    rows += found.shifts.map { shift in
      Finding(
        series: series.id, kind: "break", period: "\(series.period(shift.place + 1))",
        before: unit * shift.before, value: unit * shift.after, pValue: shift.pValue)
    }
    let outliers = try Outliers(
      values, season: series.season, breaks: found.shifts.map(\.place),
      hasTrend: found.trend != nil
    ).all
    for outlier in outliers {
      rows.append(
        Finding(
          series: series.id, kind: "outlier", period: "\(series.period(outlier.place))",
          before: unit * outlier.replacement, value: unit * outlier.value, pValue: nil))
    }
    let tests = [("sup-F", found.supremum), ("CUSUM", found.partialSums)].map { name, test in
      LevelTest(
        series: series.id, test: name, period: "\(series.period(test.place + 1))",
        statistic: test.statistic, pValue: test.pValue)
    }
    let periods = series.periods.map(\.description)
    let starts = [0] + found.shifts.map { $0.place + 1 }
    let lasts = found.shifts.map(\.place) + [values.count - 1]
    let levels = SeriesLevels(
      name: series.id, periods: periods, values: series.values,
      levels: zip(starts, lasts).map { first, last in
        SeriesLevels.Level(
          first: periods[first], last: periods[last], from: unit * found.course[first],
          to: unit * found.course[last])
      }, outliers: outliers.map(\.place))
    return (rows, tests, levels)
  }

  /// Trend, season and remainder of every series of a file, by STL with a season that may change, weights
  /// against outliers where asked for.
  public static func decompose(_ input: SeriesInput, season: Int?, isRobust: Bool) throws -> Answer
  {
    let grid = try input.grid()
    var failures: [Fault] = []
    var ids: [String] = []
    var periods: [String] = []
    var columns = [[Double]](repeating: [], count: 4)
    var drawn: [SeriesLines] = []
    for series in try readSeries(grid, season: season).map(\.trimmed) {
      let m = series.season
      guard series.observedCount > 0 else {
        failures.append(Fault(.badData, "series.no-value", ["series": series.id]))
        continue
      }
      guard m > 1 else {
        failures.append(Fault(.badData, "series.decompose.season", ["series": series.id]))
        continue
      }
      guard series.count >= 2 * m else {
        failures.append(
          Fault(
            .badData, "series.decompose.short",
            [
              "series": series.id, "observed": "\(series.count)", "season": "\(m)",
              "needed": "\(2 * m)",
            ]))
        continue
      }
      guard !series.hasGaps else {
        failures.append(Fault(.badData, "series.decompose.missing", missing(series)))
        continue
      }
      let parts = STL(
        series.values, season: m, STLSettings(season: m, seasonalWindow: 11, isRobust: isRobust))
      ids += series.values.map { _ in series.id }
      periods += series.periods.map(\.description)
      for (k, part) in [series.values, parts.trend, parts.seasonal, parts.remainder].enumerated() {
        columns[k] += part
      }
      drawn.append(
        SeriesLines(
          name: series.id, periods: series.periods.map(\.description),
          lines: [
            ("observed", series.values), ("trend", parts.trend), ("seasonal", parts.seasonal),
            ("remainder", parts.remainder),
          ]))
    }
    let table = Table(
      "decomposition",
      [
        .text("unique_id", ids), .text("ds", periods), .real("observed", columns[0]),
        .real("trend", columns[1]), .real("seasonal", columns[2]), .real("remainder", columns[3]),
      ])
    var answer = answer([(table, "steps")], failures, DriverTable.columns(of: grid))
    guard !drawn.isEmpty else { return answer }
    let (panels, count) = (Array(drawn.prefix(3)), drawn.count)
    answer.figure = { .decomposition(panels, count: count, source: grid.file, language: $0) }
    return answer
  }

  private static func answer(
    _ parts: [(table: Table, name: String)], _ failures: [Fault], _ leftAside: [String],
    more: [(String, JSON)] = []
  ) -> Answer {
    let arrays = parts.map { table, name in
      (
        name,
        JSON.array(
          (0..<(table.columns.first?.values.count ?? 0)).map { row in
            .members(table.columns.map { ($0.name, cell($0.values, row)) })
          })
      )
    }
    let json = JSON.members(
      [("schema", .integer(1))] + arrays + [
        ("failures", failed(failures)), ("left_aside", .array(leftAside.map(JSON.string))),
      ] + more)
    let tables = parts.map(\.table)
    return Answer(
      { tables }, json: { json.text(isPretty: true) }, failures: failures, leftAside: leftAside)
  }

  private static func cell(_ values: Table.Values, _ row: Int) -> JSON {
    switch values {
    case .text(let values): values[row].map { .string($0) } ?? .null
    case .integer(let values): values[row].map { .integer($0) } ?? .null
    case .real(let values): .finite(values[row])
    case .boolean(let values): values[row].map { .bool($0) } ?? .null
    }
  }
}
