public import Demography

/// Futures of yearly series draw by draw, with what was observed before them, as
/// `series forecast --paths` writes them: columns `unique_id`, `ds`, `draw` and `y`.
///
/// Rows without a draw are observed. All series have the same draws, 1 to their number, each over the same
/// years without a gap. Values are zero or above.
public struct SamplePaths: Hashable, Sendable {
  struct Series: Hashable, Sendable {
    /// By year.
    var observed: [Int: Double] = [:]
    /// Draw by draw, each over all years.
    var values: [Double] = []
  }

  /// SHA-256 of the file, 64 hexadecimal digits.
  public let digest: String
  /// Number of draws.
  public let draws: Int
  /// Years of the futures.
  public let years: ClosedRange<Int>
  /// By the names of the file.
  let series: [String: Series]

  /// - Parameter grid: the file with its header.
  /// - Throws: `Faults`: `series.column`, `series.cells`, `paths.year`, `paths.draw`, `paths.value`,
  ///   `paths.twice`, `paths.gap`, `paths.empty`; those of rows are at most twenty.
  /// - Complexity: O(rows).
  public init(_ grid: TextGrid, digest: String) throws(Faults) {
    var reading = PathReading(grid)
    reading.read()
    guard reading.faults.isEmpty else { throw Faults(reading.faults) }
    self.digest = digest
    draws = reading.draws
    years = reading.years
    series = reading.series
  }

  /// The value of a series in a year of a draw.
  func value(_ series: Series, draw: Int, year: Int) -> Double {
    series.values[draw * years.count + year - years.lowerBound]
  }
}

/// A file of paths while it is read.
private struct PathReading {
  private struct Cell: Hashable {
    let series: String
    let year: Int
    let draw: Int?
  }

  private static let columns = ["unique_id", "ds", "draw", "y"]
  private static let mostFaults = 20

  private let grid: TextGrid
  private var cells: [Cell: Double] = [:]
  var faults: [Fault] = []
  var draws = 0
  var years = 0...0
  var series: [String: SamplePaths.Series] = [:]

  init(_ grid: TextGrid) { self.grid = grid }

  mutating func read() {
    guard let header = grid.rows.first else { return empty() }
    let titles = header.cells.map { $0.filter { !$0.isWhitespace }.lowercased() }
    var places: [Int] = []
    for column in Self.columns {
      if let place = titles.firstIndex(of: column) {
        places.append(place)
      } else {
        faults.append(
          Fault(
            .badData, "series.column",
            [
              "column": column, "needed": Self.columns.joined(separator: ", "),
              "found": header.cells.joined(separator: ", "),
            ], at: grid.place(row: 0, column: 0)))
      }
    }
    guard faults.isEmpty else { return }
    for row in grid.rows.indices.dropFirst() where faults.count < Self.mostFaults {
      read(row, places)
    }
    if faults.isEmpty { gather() }
  }

  private mutating func read(_ row: Int, _ places: [Int]) {
    let texts = grid.rows[row].cells
    if texts.allSatisfy({ $0.isEmpty }) { return }
    let needed = 1 + places.reduce(0, max)
    guard texts.count >= needed else {
      return fault("series.cells", ["found": "\(texts.count)", "needed": "\(needed)"], row, 0)
    }
    let found = places.map { texts[$0].trimmed }
    guard let period = Period(found[1]), period.frequency == "A" else {
      return fault("paths.year", ["text": found[1]], row, places[1])
    }
    var draw: Int?
    if !found[2].isEmpty {
      draw = Int(found[2])
      guard let number = draw, (1...1_000_000).contains(number) else {
        return fault("paths.draw", ["text": found[2]], row, places[2])
      }
    }
    // A year that was not observed is missing, a path has none of these.
    if draw == nil, ["", "na", "nan", "null"].contains(found[3].lowercased()) { return }
    guard let value = Double(found[3]), value >= 0, value < .infinity else {
      return fault("paths.value", ["text": found[3]], row, places[3])
    }
    let cell = Cell(series: found[0], year: period.year, draw: draw)
    if cells.updateValue(value, forKey: cell) != nil {
      fault(
        "paths.twice", ["series": found[0], "year": "\(period.year)", "draw": found[2]], row,
        places[0])
    }
  }

  private mutating func fault(
    _ code: String, _ arguments: [String: String], _ row: Int, _ column: Int
  ) {
    faults.append(Fault(.badData, code, arguments, at: grid.place(row: row, column: column)))
  }

  private mutating func empty() {
    faults.append(Fault(.badData, "paths.empty", ["file": grid.file]))
  }

  /// Puts the cells in order; every draw of every series has every year.
  private mutating func gather() {
    let futures = cells.keys.filter { $0.draw != nil }
    guard let first = futures.map(\.year).min(), let last = futures.map(\.year).max() else {
      return empty()
    }
    draws = futures.compactMap(\.draw).max() ?? 0
    years = first...last
    for (cell, value) in cells where cell.draw == nil {
      series[cell.series, default: .init()].observed[cell.year] = value
    }
    for name in Set(futures.map(\.series)).sorted() {
      var values: [Double] = []
      // A stray draw or year asks for more values than any file has: the gap is told below.
      values.reserveCapacity(min(draws * years.count, futures.count))
      for draw in 1...draws {
        for year in years {
          guard let value = cells[Cell(series: name, year: year, draw: draw)] else {
            faults.append(
              Fault(
                .badData, "paths.gap",
                [
                  "series": name, "year": "\(year)", "draw": "\(draw)", "draws": "\(draws)",
                  "first": "\(first)", "last": "\(last)",
                ], at: grid.place(row: 0, column: 0)))
            return
          }
          values.append(value)
        }
      }
      series[name, default: .init()].values = values
    }
    series = series.filter { !$0.value.values.isEmpty }
  }
}

extension String {
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
