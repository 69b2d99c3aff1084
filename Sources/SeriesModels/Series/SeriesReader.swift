public import Demography

/// Reads a long table `unique_id,ds,y`, in any order of rows and columns.
///
/// `ds` is an SDMX period or a date; an empty `y`, `NA` or `NaN` is missing.
/// - Parameters:
///   - season: steps of a season for every series; `nil` takes each series' own.
///   - identity: columns that name a series together; their values joined by `separator`, which none may hold
///     where there are several, are its id.
/// - Returns: the series, sorted by id.
/// - Throws: all `Faults` of the table together, codes `series.column`, `.cells`, `.period`, `.number`,
///   `.duplicate`, `.irregular`, `.empty`, `hierarchy.value`.
public func readSeries(
  _ grid: TextGrid, season: Int?, identity: [String] = ["unique_id"], separator: String = "/"
) throws -> [TimeSeries] {
  let names = identity + ["ds", "y"]
  guard let header = grid.rows.first, grid.rows.count > 1 else {
    throw Faults(
      Fault(.badData, "series.table", at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
  }
  var faults: [Fault] = []
  let titles = header.cells.map { $0.filter { !$0.isWhitespace }.lowercased() }
  let columns = names.map { name in
    titles.firstIndex(of: name.filter { !$0.isWhitespace }.lowercased())
  }
  for (name, column) in zip(names, columns) where column == nil {
    faults.append(
      Fault(
        .badData, "series.column",
        [
          "column": name, "needed": names.joined(separator: ", "),
          "found": header.cells.joined(separator: ", "),
        ],
        at: grid.place(row: 0, column: 0)))
  }
  let found = columns.compactMap { $0 }
  guard faults.isEmpty else { throw Faults(faults) }
  let k = identity.count
  var table = SeriesTableReader(
    grid: grid, id: Array(found[..<k]), separator: separator, ds: found[k], y: found[k + 1])
  for row in grid.rows.indices.dropFirst() { table.read(row) }
  let series = table.series(season: season)
  guard table.faults.isEmpty else { throw Faults(table.faults) }
  return series
}

/// Collects the points of each series, and every fault on the way.
private struct SeriesTableReader {
  let grid: TextGrid
  let id: [Int]
  let separator: String
  let ds: Int
  let y: Int
  var faults: [Fault] = []
  private var points: [String: [(period: Period, value: Double?)]] = [:]
  private var rows: [String: [Period: Int]] = [:]

  init(grid: TextGrid, id: [Int], separator: String, ds: Int, y: Int) {
    self.grid = grid
    self.id = id
    self.separator = separator
    self.ds = ds
    self.y = y
  }

  mutating func read(_ row: Int) {
    let cells = grid.rows[row].cells
    if cells.allSatisfy({ trimmed($0).isEmpty }) { return }
    let last = (id + [ds, y]).reduce(0, max)
    guard cells.count > last else {
      faults.append(
        Fault(
          .badData, "series.cells",
          ["found": String(cells.count), "needed": String(last + 1)],
          at: grid.place(row: row, column: 0)))
      return
    }
    guard let name = identity(row) else { return }
    guard let period = Period(trimmed(cells[ds])) else {
      faults.append(
        Fault(
          .badData, "series.period", ["text": cells[ds]], at: grid.place(row: row, column: ds)))
      return
    }
    guard let value = seriesNumber(trimmed(cells[y])) else {
      faults.append(
        Fault(.badData, "series.number", ["text": cells[y]], at: grid.place(row: row, column: y)))
      return
    }
    if rows[name]?[period] != nil {
      faults.append(
        Fault(
          .badData, "series.duplicate", ["series": name, "period": "\(period)"],
          at: grid.place(row: row, column: ds)))
      return
    }
    rows[name, default: [:]][period] = row
    points[name, default: []].append((period, value.isNaN ? nil : value))
  }

  /// The id of a row; `nil` where a part of several is empty or holds the separator.
  private mutating func identity(_ row: Int) -> String? {
    let parts = id.map { trimmed(grid.rows[row].cells[$0]) }
    guard parts.count > 1 else { return parts[0] }
    for (column, part) in zip(id, parts) where part.isEmpty || part.contains(separator) {
      faults.append(
        Fault(
          .badData, "hierarchy.value", ["text": part, "separator": separator],
          at: grid.place(row: row, column: column)))
      return nil
    }
    return parts.joined(separator: separator)
  }

  mutating func series(season: Int?) -> [TimeSeries] {
    var result: [TimeSeries] = []
    for (name, points) in points.sorted(by: { $0.key < $1.key }) {
      do {
        result.append(try TimeSeries(id: name, points: points, season: season))
      } catch {
        var fault = error.fault
        let first = points.map(\.period).min()
        let row = first.flatMap { rows[name]?[$0] } ?? 0
        fault.place = grid.place(row: row, column: ds)
        faults.append(fault)
      }
    }
    return result
  }
}

/// A cell without the blanks around it.
func trimmed(_ text: String) -> String {
  var part = text.drop(while: \.isWhitespace)
  while part.last?.isWhitespace == true { part.removeLast() }
  return String(part)
}

/// NaN for a missing value, `nil` for what is no number.
func seriesNumber(_ text: String) -> Double? {
  if text.isEmpty || ["na", "nan", "null"].contains(text.lowercased()) { return .nan }
  guard let value = Double(text), value.isFinite else { return nil }
  return value
}
