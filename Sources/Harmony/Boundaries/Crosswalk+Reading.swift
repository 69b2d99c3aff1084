public import Demography

extension Crosswalk.Row {
  /// Reads `crosswalks.csv`: `from,to,date,type,w_population,w_origin,w_destination,basis`.
  ///
  /// - Throws: all faults together: a column that is not there, a day or a number that cannot be read.
  public static func read(_ grid: TextGrid) throws(Faults) -> [Crosswalk.Row] {
    let names = [
      "from", "to", "date", "type", "w_population", "w_origin", "w_destination", "basis",
    ]
    let header = grid.rows.first?.cells ?? []
    var faults = names.filter { !header.contains($0) }.map {
      Fault(
        .badData, "crosswalk.column", ["column": $0],
        at: Place(file: grid.file, line: grid.rows.first?.line ?? 1))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let columns = names.map { header.firstIndex(of: $0) ?? 0 }
    var rows: [Crosswalk.Row] = []
    for index in grid.rows.indices.dropFirst() {
      let cells = grid.rows[index].cells
      func cell(_ k: Int) -> String { columns[k] < cells.count ? cells[columns[k]] : "" }
      func weight(_ k: Int) -> Double? {
        let text = cell(k)
        let number = Double(text).flatMap { $0.isFinite ? $0 : nil }
        if !text.isEmpty, number == nil {
          faults.append(
            Fault(
              .badData, "crosswalk.number", ["value": text],
              at: grid.place(row: index, column: columns[k])))
        }
        return number
      }
      let day = Day(cell(2))
      if day == nil {
        faults.append(
          Fault(
            .badData, "crosswalk.date", ["value": cell(2)],
            at: grid.place(row: index, column: columns[2])))
      }
      rows.append(
        Crosswalk.Row(
          from: cell(0), to: cell(1), date: day ?? Day(number: 0), type: cell(3),
          population: weight(4), origin: weight(5), destination: weight(6), basis: cell(7)))
    }
    if !faults.isEmpty { throw Faults(faults) }
    return rows
  }
}
