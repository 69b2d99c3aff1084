import Demography
import Glibc

/// The numbers behind a formula: response, regressors and levels of the rows that can be used.
struct RegressionDesign {
  /// Indices of the rows of the data that are used, ascending.
  var rows: [Int]
  var y: [Double]
  /// One column for each term of the formula.
  var x: [[Double]]
  var effects: [Grouping]
  let effectNames: [String]
  /// Groupings of the cluster columns, in the order they were asked for.
  var clusters: [Grouping]
  var dropped: [DroppedRows]

  var count: Int { rows.count }

  /// Evaluates a formula; rows with a missing value or a logarithm of nothing are left out and listed.
  init(_ formula: Formula, _ data: FlowData, clusters clusterColumns: [String]) throws {
    let columns = try Self.columns(of: formula, in: data)
    var missing = [Bool](repeating: false, count: data.count)
    var outside = [Bool](repeating: false, count: data.count)
    let evaluated = ([formula.response] + formula.terms).map { term in
      (0..<data.count).map { row -> Double in
        guard let value = term.expression.value(row, columns) else {
          missing[row] = true
          return .nan
        }
        if !value.isFinite { outside[row] = true }
        return value
      }
    }
    let labelColumns = formula.effects.map(\.columns) + clusterColumns.map { Self.clusterParts($0) }
    let indices = try labelColumns.enumerated().map { position, names in
      try names.map { name in
        let place = position < formula.effects.count ? formula.effects[position].place : nil
        return try data.index(of: name, namedAt: place)
      }
    }
    for row in 0..<data.count {
      for columns in indices
      where columns.contains(where: { data.text(row: row, column: $0).isEmpty }) {
        missing[row] = true
      }
    }
    dropped = []
    let isMissing = missing
    let isOutside = outside
    Self.list(.missing, (0..<data.count).filter { isMissing[$0] }, data, into: &dropped)
    Self.list(
      .notFinite, (0..<data.count).filter { !isMissing[$0] && isOutside[$0] }, data, into: &dropped)
    let kept = (0..<data.count).filter { !isMissing[$0] && !isOutside[$0] }
    rows = kept
    y = kept.map { evaluated[0][$0] }
    x = evaluated.dropFirst().map { column in kept.map { column[$0] } }
    let groupings = indices.map { columns in Grouping(data, rows: kept, columns: columns) }
    effectNames = formula.effects.map(\.name)
    effects = Array(groupings.prefix(formula.effects.count))
    clusters = Array(groupings.dropFirst(formula.effects.count))
  }

  private static func clusterParts(_ name: String) -> [String] {
    name.split(separator: "^").map { String($0).trimmed }
  }

  private static func columns(
    of formula: Formula, in data: FlowData
  ) throws -> [String: [Double?]] {
    var columns: [String: [Double?]] = [:]
    var faults: [Fault] = []
    for term in [formula.response] + formula.terms {
      for (name, place) in term.expression.columns where columns[name] == nil {
        do {
          columns[name] = try data.numbers(try data.index(of: name, namedAt: place))
        } catch let found as Faults {
          columns[name] = []
          faults += found.all
        }
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return columns
  }

  private static func list(
    _ reason: DroppedRows.Reason, _ rows: [Int], _ data: FlowData, into dropped: inout [DroppedRows]
  ) {
    guard !rows.isEmpty else { return }
    dropped.append(DroppedRows(reason, lines: rows.map { data.line(of: $0) }))
  }

  /// Leaves out rows.
  /// - Parameter isKept: one entry for each row of the design.
  mutating func keep(_ isKept: [Bool]) {
    let kept = rows.indices.filter { isKept[$0] }
    rows = kept.map { rows[$0] }
    y = kept.map { y[$0] }
    x = x.map { column in kept.map { column[$0] } }
    effects = effects.map { $0.keeping(kept) }
    clusters = clusters.map { $0.keeping(kept) }
  }
}

extension Expression {
  /// The value in one row; `nil` when a column it needs is missing there. A logarithm of nothing is
  /// −∞ or NaN, which the caller sees as not finite.
  func value(_ row: Int, _ columns: [String: [Double?]]) -> Double? {
    switch self {
    case .number(let number): return number
    case .column(let name, _): return columns[name]?[row]
    case .call(let function, let argument):
      guard let value = argument.value(row, columns) else { return nil }
      return switch function {
      case .log: Glibc.log(value)
      case .exp: Glibc.exp(value)
      case .sqrt: value.squareRoot()
      }
    case .binary(let sign, let left, let right):
      guard let a = left.value(row, columns), let b = right.value(row, columns) else { return nil }
      return switch sign {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      case .power: b == 2 ? a * a : pow(a, b)
      }
    }
  }
}
