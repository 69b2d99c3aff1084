import Demography

extension FlowPanel {
  /// Reads rows `origin, destination, period, flow`. Rows of an area with itself are left out, an
  /// empty or
  /// `NA` flow is missing, and so is a pair's flow in a period without a row.
  ///
  /// - Throws: `Faults`: an unknown column, a cell that is no number, a negative flow, a row twice,
  ///   periods
  ///   that are numbers and not evenly spaced, no rows.
  public init(
    _ data: FlowData, origin: String = "orig", destination: String = "dest",
    period: String = "year", flow: String = "flow"
  ) throws {
    let columns = try [origin, destination, period].map { try data.index(of: $0, namedAt: nil) }
    let flowColumn = try data.index(of: flow, namedAt: nil)
    let values = try data.numbers(flowColumn)
    let texts = columns.map { column in
      (0..<data.count).map { data.text(row: $0, column: column) }
    }
    let rows = (0..<data.count).filter { texts[0][$0] != texts[1][$0] }
    guard !rows.isEmpty else {
      throw Faults(Fault(.badData, "forecast.no-rows", ["rows": "\(data.count)"]))
    }
    let periods = try Self.ordered(Set(rows.map { texts[2][$0] }))
    let areas = Set(rows.flatMap { [texts[0][$0], texts[1][$0]] }).sorted()
    let place = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    let time = Dictionary(uniqueKeysWithValues: periods.enumerated().map { ($1, $0) })
    let keys = rows.map { row in
      Pair(origin: place[texts[0][row]] ?? 0, destination: place[texts[1][row]] ?? 0)
    }
    let pairs = Set(keys).sorted { ($0.destination, $0.origin) < ($1.destination, $1.origin) }
    let index = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($1, $0) })
    var flows = [Double](repeating: .nan, count: pairs.count * periods.count)
    var seen = Set<Int>()
    var faults: [Fault] = []
    for (row, key) in zip(rows, keys) {
      let cell = (time[texts[2][row]] ?? 0) * pairs.count + (index[key] ?? 0)
      let at = data.place(row: row, column: flowColumn)
      if !seen.insert(cell).inserted {
        let arguments = [
          "origin": texts[0][row], "destination": texts[1][row], "period": texts[2][row],
        ]
        faults.append(Fault(.badData, "forecast.row-twice", arguments, at: at))
      } else {
        if values[row] < 0 {
          let arguments = ["column": flow, "found": "\(values[row])"]
          faults.append(Fault(.badData, "flows.negative", arguments, at: at))
        }
        flows[cell] = values[row]
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    self.init(areas: areas, pairs: pairs, periods: periods, flows: flows)
  }

  /// In order of number where all are numbers, else of text.
  private static func ordered(_ periods: Set<String>) throws -> [String] {
    let numbers = periods.compactMap { text in Double(text).map { (text, $0) } }
    guard numbers.count == periods.count else { return periods.sorted() }
    let sorted = numbers.sorted { $0.1 < $1.1 }
    let steps = zip(sorted, sorted.dropFirst()).map { $1.1 - $0.1 }
    if let first = steps.first, let k = steps.firstIndex(where: { $0 != first }) {
      let arguments = ["period": sorted[k].0, "next": sorted[k + 1].0, "step": sorted[1].0]
      throw Faults(Fault(.badData, "forecast.uneven", arguments))
    }
    return sorted.map(\.0)
  }
}
