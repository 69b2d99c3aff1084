import Demography

/// How clusters are named: a column, several joined by `^`, or `pair(a,b)`, pairs without direction.
struct ClusterName: Hashable {
  /// As it was written.
  let text: String
  let columns: [String]
  /// Whether a, b and b, a are one cluster.
  let isPair: Bool

  init(_ text: String) {
    self.text = text
    if text.hasPrefix("pair("), text.hasSuffix(")") {
      let inside = text.dropFirst(5).dropLast()
      let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
      if parts.count == 2 {
        columns = parts.map { String($0).trimmed }
        isPair = true
        return
      }
    }
    columns = text.split(separator: "^").map { String($0).trimmed }
    isPair = false
  }

  /// The columns of `areas(a,b)`; `nil` for anything else.
  static func areas(_ text: String) -> (String, String)? {
    guard text.hasPrefix("areas("), text.hasSuffix(")") else { return nil }
    let parts = list(text.dropFirst(6).dropLast())
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  /// The parts of a list between commas, those inside brackets left whole.
  static func list(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == ",", depth <= 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map(\.trimmed)
  }

  /// The levels of the columns named, in some rows of the data.
  /// - Throws: `Faults`: no such column, a row without a value.
  func grouping(_ data: FlowData, rows: [Int]) throws -> Grouping {
    let places = try columns.map { try data.index(of: $0, namedAt: nil) }
    let empty = rows.first { row in places.contains { data.text(row: row, column: $0).isEmpty } }
    if let row = empty {
      throw Faults(
        Fault(
          .badData, "flows.covariance-missing", ["column": text],
          at: data.place(row: row, column: places[0])))
    }
    return grouping(data, rows: rows, columns: places)
  }

  /// - Parameter columns: of the data, one for each name.
  func grouping(_ data: FlowData, rows: [Int], columns: [Int]) -> Grouping {
    guard isPair else { return Grouping(data, rows: rows, columns: columns) }
    let ends = columns.map { Grouping(data, rows: rows, columns: [$0]) }
    let names = Set(ends[0].levels).union(ends[1].levels).sorted()
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let places = ends.map { end in end.levels.map { index[$0] ?? 0 } }
    let keys = rows.indices.map { row -> Int in
      let a = places[0][Int(ends[0].level[row])], b = places[1][Int(ends[1].level[row])]
      return min(a, b) * names.count + max(a, b)
    }
    let distinct = Set(keys).sorted()
    let level = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Int32($0)) })
    return Grouping(
      levels: distinct.map { "\(names[$0 / names.count])–\(names[$0 % names.count])" },
      level: keys.map { level[$0] ?? 0 })
  }
}
