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

  /// Whether each row meets every condition.
  /// - Throws: `Faults` when a condition names no column.
  func isMet(_ data: FlowData) throws -> [Bool] {
    var isMet = [Bool](repeating: true, count: data.count)
    for condition in conditions {
      let left = Side(condition.left, data)
      let right = Side(condition.right, data)
      guard left.isColumn || right.isColumn else {
        _ = try data.index(of: condition.left, namedAt: condition.place)
        continue
      }
      for row in isMet.indices where isMet[row] {
        isMet[row] = Self.holds(condition.comparison, left[row], right[row])
      }
    }
    return isMet
  }

  /// A value as text and, where it is one, as a number.
  private struct Value {
    let text: String
    let number: Double?

    init(_ text: String) {
      self.text = text
      number = Double(text)
    }
  }

  /// One side of a comparison: the values of a column, or one value for all rows.
  private struct Side {
    private let codes: [Int32]
    private let values: [Value]
    var isColumn: Bool { !codes.isEmpty }

    init(_ side: String, _ data: FlowData) {
      if let column = data.index(of: side) {
        let coded = data.coded(column)
        codes = coded.codes
        values = coded.words.map { Value($0) }
        return
      }
      codes = []
      let isQuoted =
        side.count >= 2 && side.first == side.last && (side.first == "\"" || side.first == "'")
      values = [Value(isQuoted ? String(side.dropFirst().dropLast()) : side)]
    }

    subscript(row: Int) -> Value { values[codes.isEmpty ? 0 : Int(codes[row])] }
  }

  /// Numbers are compared as numbers, anything else as text.
  private static func holds(_ comparison: Comparison, _ left: Value, _ right: Value) -> Bool {
    if let a = left.number, let b = right.number { return compare(comparison, a, b) }
    return compare(comparison, left.text, right.text)
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
    let isMet = try filter.isMet(self)
    return filtered { isMet[$0] }
  }
}
