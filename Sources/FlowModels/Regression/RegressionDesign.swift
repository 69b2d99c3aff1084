import Demography

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
  /// Their columns.
  let clusterNames: [String]
  var dropped: [DroppedRows]

  var count: Int { rows.count }

  /// Evaluates a formula; rows with a missing value or a logarithm of nothing are left out and listed.
  init(_ formula: Formula, _ data: FlowData, clusters clusterColumns: [String]) throws {
    let columns = try Self.columns(of: formula, in: data)
    let terms = [formula.response] + formula.terms
    let evaluated = terms.map { $0.expression.values(columns, count: data.count) }
    let clusterNames = clusterColumns.map { ClusterName($0) }
    let labelColumns = formula.effects.map(\.columns) + clusterNames.map(\.columns)
    let indices = try labelColumns.enumerated().map { position, names in
      try names.map { name in
        let place = position < formula.effects.count ? formula.effects[position].place : nil
        return try data.index(of: name, namedAt: place)
      }
    }
    var missing = [Bool](repeating: false, count: data.count)
    for column in columns.values {
      for row in column.indices where column[row].isNaN { missing[row] = true }
    }
    for column in Set(indices.joined()) { data.mark(emptyIn: column, &missing) }
    var outside = [Bool](repeating: false, count: data.count)
    for values in evaluated {
      for row in values.indices where !values[row].isFinite { outside[row] = !missing[row] }
    }
    dropped = []
    let kept = missing.indices.filter { !missing[$0] && !outside[$0] }
    if kept.count < data.count {
      Self.list(.missing, missing, data, into: &dropped)
      Self.list(.notFinite, outside, data, into: &dropped)
    }
    rows = kept
    let isWhole = kept.count == data.count
    y = isWhole ? evaluated[0] : kept.map { evaluated[0][$0] }
    x = evaluated.dropFirst().map { column in isWhole ? column : kept.map { column[$0] } }
    var groupings: [[Int]: Grouping] = [:]
    for columns in indices where groupings[columns] == nil {
      groupings[columns] = Grouping(data, rows: kept, columns: columns)
    }
    let found = indices.compactMap { groupings[$0] }
    effectNames = formula.effects.map(\.name)
    self.clusterNames = clusterColumns
    effects = Array(found.prefix(formula.effects.count))
    clusters = clusterNames.indices.map { c in
      let place = formula.effects.count + c
      return clusterNames[c].isPair
        ? clusterNames[c].grouping(data, rows: kept, columns: indices[place]) : found[place]
    }
  }

  private static func columns(
    of formula: Formula, in data: FlowData
  ) throws -> [String: [Double]] {
    var columns: [String: [Double]] = [:]
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
    _ reason: DroppedRows.Reason, _ isLeftOut: [Bool], _ data: FlowData,
    into dropped: inout [DroppedRows]
  ) {
    let rows = isLeftOut.indices.filter { isLeftOut[$0] }
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

extension FlowData {
  /// Sets the mark of every row whose cell is empty.
  func mark(emptyIn column: Int, _ marks: inout [Bool]) {
    switch columns[column] {
    case .numbers(let numbers):
      for row in numbers.indices where numbers[row].isNaN { marks[row] = true }
    case .words(let codes, let words):
      // Words are sorted: the empty one is the first.
      guard words.first == "" else { return }
      for row in codes.indices where codes[row] == 0 { marks[row] = true }
    }
  }
}
