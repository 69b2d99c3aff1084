import Demography

/// Which rows of a flow table are meant: `year == 2020 & orig != dest`.
public struct RowFilter: Hashable, Sendable {
  private enum Comparison: String, CaseIterable {
    case equal = "=="
    case unequal = "!="
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"
  }

  private struct Condition: Hashable {
    let left: String
    let comparison: Comparison
    let right: String
    let place: Place
  }

  private let conditions: [Condition]

  /// Reads conditions joined by `&`; each side is a column or a value, values may stand in quotes.
  /// - Throws: `Faults` of kind usage.
  public static func parse(_ text: String) throws -> RowFilter {
    var conditions: [Condition] = []
    var column = 1
    for part in text.split(separator: "&", omittingEmptySubsequences: false) {
      let place = Place(
        file: "where", line: 1, column: column, length: max(1, part.count), text: text)
      column += part.count + 1
      guard let (comparison, range) = comparison(in: part) else {
        throw Faults(
          Fault(.usage, "flows.filter", ["found": String(part).trimmed], at: place))
      }
      let left = String(part[..<range.lowerBound]).trimmed
      let right = String(part[range.upperBound...]).trimmed
      guard !left.isEmpty, !right.isEmpty else {
        throw Faults(
          Fault(.usage, "flows.filter", ["found": String(part).trimmed], at: place))
      }
      conditions.append(Condition(left: left, comparison: comparison, right: right, place: place))
    }
    return RowFilter(conditions: conditions)
  }

  private static func comparison(
    in part: Substring
  ) -> (Comparison, Range<Substring.Index>)? {
    for comparison in Comparison.allCases {
      if let range = part.firstRange(of: comparison.rawValue) { return (comparison, range) }
    }
    return nil
  }

  /// - Throws: `Faults` when a condition names no column.
  func isMet(_ data: FlowData, row: Int) throws -> Bool {
    for condition in conditions {
      let left = Self.value(condition.left, data, row)
      let right = Self.value(condition.right, data, row)
      guard left.isColumn || right.isColumn else {
        _ = try data.index(of: condition.left, namedAt: condition.place)
        continue
      }
      guard Self.holds(condition.comparison, left.text, right.text) else { return false }
    }
    return true
  }

  private static func value(
    _ side: String, _ data: FlowData, _ row: Int
  ) -> (text: String, isColumn: Bool) {
    if let column = data.index(of: side) { return (data.text(row: row, column: column), true) }
    if side.count >= 2, let first = side.first, first == side.last, first == "\"" || first == "'" {
      return (String(side.dropFirst().dropLast()), false)
    }
    return (side, false)
  }

  /// Numbers are compared as numbers, anything else as text.
  private static func holds(_ comparison: Comparison, _ left: String, _ right: String) -> Bool {
    if let a = Double(left), let b = Double(right) { return compare(comparison, a, b) }
    return compare(comparison, left, right)
  }

  private static func compare<T: Comparable>(_ comparison: Comparison, _ a: T, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .unequal: a != b
    case .atMost: a <= b
    case .atLeast: a >= b
    case .below: a < b
    case .above: a > b
    }
  }
}

extension FlowData {
  /// The rows that meet every condition of the filter.
  public func filtered(by filter: RowFilter) throws -> FlowData {
    try filtered { try filter.isMet(self, row: $0) }
  }
}
