public import Demography

/// Columns of numbers beside the periods of series: what moved them, or, in a table of its own, what shall.
public struct DriverTable: Sendable {
  private struct Key: Hashable {
    let scenario: String
    /// `nil` where the table is the same for all series.
    let series: String?
  }

  public let names: [String]
  /// In the order of the table; a single empty one where no column tells them apart.
  public let scenarios: [String]
  private let values: [Key: [Period: [Double]]]
  private let isShared: Bool

  /// Titles of a long table besides `unique_id`, `ds` and `y`, and those of `besides`. A column without a
  /// title and without a value is none.
  public static func columns(of grid: TextGrid, besides: [String] = []) -> [String] {
    let own = Set(["unique_id", "ds", "y"] + besides.map(key))
    return (grid.rows.first?.cells ?? []).map(trimmed).enumerated().filter { place, title in
      guard title.isEmpty else { return !own.contains(key(title)) }
      return grid.rows.dropFirst().contains {
        place < $0.cells.count && !trimmed($0.cells[place]).isEmpty
      }
    }.map(\.element)
  }

  /// The titles asked for in the file's own spelling, as they are where the file has none like it; all
  /// where `asked` is `nil`.
  public static func columns(of grid: TextGrid, asked: [String]?) -> [String] {
    let all = columns(of: grid)
    return asked.map { $0.map { name in all.first { key($0) == key(name) } ?? name } } ?? all
  }

  /// - Parameters:
  ///   - columns: titles of drivers, without regard to blanks and capitals.
  ///   - scenario: title of the column that tells futures apart.
  ///   - isShared: whether a table without `unique_id` counts for every series.
  /// - Throws: all `Faults` of the table together, codes `series.table`, `.column`, `.cells`, `.period`,
  ///   `.number`, `.duplicate`, `.future.twice`, `.column.twice`.
  public init(
    _ grid: TextGrid, columns: [String], scenario: String? = nil, isShared: Bool = false
  ) throws {
    guard let header = grid.rows.first, grid.rows.count > 1 else {
      throw Faults(
        Fault(
          .badData, "series.table", at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
    }
    let titles = header.cells.map(Self.key)
    let hasSeries = titles.contains("unique_id")
    let needed = (isShared && !hasSeries ? [] : ["unique_id"]) + ["ds"]
    let asked = needed + (scenario.map { [$0] } ?? []) + columns
    var faults = asked.filter { !titles.contains(Self.key($0)) }.map {
      Fault(
        .badData, "series.column",
        [
          "column": $0, "needed": asked.joined(separator: ", "),
          "found": header.cells.joined(separator: ", "),
        ], at: grid.place(row: 0, column: 0))
    }
    for column in asked {
      let same = titles.indices.filter { titles[$0] == Self.key(column) }
      if same.count > 1 {
        faults.append(
          Fault(
            .badData, "series.column.twice", ["column": column],
            at: grid.place(row: 0, column: same[1])))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let places = asked.compactMap { titles.firstIndex(of: Self.key($0)) }
    var scenarios: [String] = []
    var values: [Key: [Period: [Double]]] = [:]
    for row in grid.rows.indices.dropFirst() {
      let cells = grid.rows[row].cells.map(trimmed)
      if cells.allSatisfy(\.isEmpty) { continue }
      let found = grid.numbers(
        row, cells, places, period: needed.count - 1, from: asked.count - columns.count, &faults)
      guard let (period, numbers) = found else { continue }
      let name = scenario == nil ? "" : cells[places[needed.count]]
      let key = Key(scenario: name, series: needed.count > 1 ? cells[places[0]] : nil)
      if !scenarios.contains(name) { scenarios.append(name) }
      if values[key, default: [:]].updateValue(numbers, forKey: period) != nil {
        let place = grid.place(row: row, column: places[needed.count - 1])
        let who = [key.series, scenario.map { _ in name }].compactMap { $0 }.joined(separator: ", ")
        faults.append(
          who.isEmpty
            ? Fault(.badData, "series.future.twice", ["period": "\(period)"], at: place)
            : Fault(
              .badData, "series.duplicate", ["series": who, "period": "\(period)"], at: place))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.names = columns
    self.scenarios = scenarios
    self.values = values
    self.isShared = needed.count == 1
  }

  /// Values of each driver from the first step of a series, as far as it or the future goes; NaN where
  /// missing.
  ///
  /// - Parameters:
  ///   - future: what follows the last step of the series, with the same columns; its rows of earlier periods
  ///     are left aside.
  ///   - scenario: one of the future's.
  public func paths(
    of series: TimeSeries, future: DriverTable? = nil, scenario: String = ""
  ) -> [[Double]] {
    let own = steps(of: series, scenario: "")
    let ahead = (future?.steps(of: series, scenario: scenario) ?? [:]).filter {
      $0.key >= series.count
    }
    let all = own.merging(ahead) { $1 }
    let count = max(series.count, (all.keys.max() ?? -1) + 1)
    return names.indices.map { j in (0..<count).map { all[$0]?[j] ?? .nan } }
  }

  private func steps(of series: TimeSeries, scenario: String) -> [Int: [Double]] {
    var result: [Int: [Double]] = [:]
    let key = Key(scenario: scenario, series: isShared ? nil : series.id)
    for (period, row) in values[key] ?? [:] {
      if let step = series.step(of: period) { result[step] = row }
    }
    return result
  }

  private static func key(_ title: String) -> String {
    title.filter { !$0.isWhitespace }.lowercased()
  }
}

extension TextGrid {
  /// Period and numbers of a row; `nil` after a fault.
  fileprivate func numbers(
    _ row: Int, _ cells: [String], _ places: [Int], period: Int, from first: Int,
    _ faults: inout [Fault]
  ) -> (Period, [Double])? {
    let last = places.reduce(0, max)
    guard cells.count > last else {
      faults.append(
        Fault(
          .badData, "series.cells",
          ["found": String(cells.count), "needed": String(last + 1)],
          at: place(row: row, column: 0)))
      return nil
    }
    let before = faults.count
    let when = Period(cells[places[period]])
    if when == nil {
      faults.append(
        Fault(
          .badData, "series.period", ["text": cells[places[period]]],
          at: place(row: row, column: places[period])))
    }
    var numbers: [Double] = []
    for column in places[first...] {
      if let value = seriesNumber(cells[column]) {
        numbers.append(value)
      } else {
        faults.append(
          Fault(
            .badData, "series.number", ["text": cells[column]],
            at: place(row: row, column: column)))
      }
    }
    guard let when, faults.count == before else { return nil }
    return (when, numbers)
  }
}
