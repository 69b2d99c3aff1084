import Demography

/// The numbers behind a formula: response, regressors and levels of the rows that can be used.
struct RegressionDesign {
  /// The formula, factors replaced by a term for each of their levels.
  let formula: Formula
  /// Indices of the rows of the data that are used, ascending.
  var rows: [Int]
  var y: [Double]
  /// One column for each term of the formula.
  var x: [[Double]]
  /// Part of the linear predictor whose coefficient is 1; `nil` where there is none.
  var offset: [Double]?
  /// By what rows count, above 0; `nil` where all count once.
  var weights: [Double]?
  var effects: [Grouping]
  let effectNames: [String]
  /// Groupings of the cluster columns, in the order they were asked for.
  var clusters: [Grouping]
  /// Their columns.
  let clusterNames: [String]
  var dropped: [DroppedRows]

  var count: Int { rows.count }

  /// By how many observations each row counts; `nil` where it is one.
  /// - Throws: `Faults` `flows.weight-not-whole` with every weight that is no number of rows, the first
  ///   hundred.
  func frequencies(_ weighting: Weighting, _ data: FlowData) throws -> [Double]? {
    guard weighting == .frequency, let weights, let term = formula.weights else { return nil }
    let faults = weights.indices.filter { weights[$0] != weights[$0].rounded() }.prefix(100).map {
      Fault(
        .badData, "flows.weight-not-whole", ["found": text(weights[$0]), "weights": term.name],
        at: data.place(of: term, row: rows[$0]))
    }
    guard faults.isEmpty else { throw Faults(Array(faults)) }
    return weights
  }

  /// Evaluates a formula; rows with a missing value, a logarithm of nothing or weight 0 are left out
  /// and listed.
  /// - Throws: `Faults` of its columns and factors, and of negative weights.
  init(_ formula: Formula, _ data: FlowData, clusters clusterColumns: [String]) throws {
    let formula = try formula.expanded(data)
    self.formula = formula
    let terms =
      [formula.response] + formula.terms + formula.offsets + formula.effects.compactMap(\.slope)
      + (formula.weights.map { [$0] } ?? [])
    let columns = try data.inputs(of: terms.map(\.expression))
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
    let used = evaluated.map { column in isWhole ? column : kept.map { column[$0] } }
    x = Array(used[1...].prefix(formula.terms.count))
    offset = Self.sum(used[(1 + x.count)...].prefix(formula.offsets.count))
    weights = formula.weights == nil ? nil : used[used.count - 1]
    var groupings: [[Int]: Grouping] = [:]
    for columns in indices where groupings[columns] == nil {
      groupings[columns] = Grouping(data, rows: kept, columns: columns)
    }
    let found = indices.compactMap { groupings[$0] }
    effectNames = formula.effects.map(\.name)
    self.clusterNames = clusterColumns
    let slopes = used[(1 + x.count + formula.offsets.count)...]
    effects = Self.effects(formula, found, Array(slopes))
    clusters = clusterNames.indices.map { c in
      let place = formula.effects.count + c
      return clusterNames[c].isPair
        ? clusterNames[c].grouping(data, rows: kept, columns: indices[place]) : found[place]
    }
    try dropWithoutWeight(data)
  }

  /// - Parameter slopes: the columns of the effects that have one, in their order.
  private static func effects(
    _ formula: Formula, _ groupings: [Grouping], _ slopes: [[Double]]
  ) -> [Grouping] {
    var used = 0
    return formula.effects.enumerated().map { e, effect in
      guard effect.slope != nil else { return groupings[e] }
      let hasConstants = formula.effects.contains {
        $0.slope == nil && $0.columns == effect.columns
      }
      used += 1
      return groupings[e].with(.init(slopes[used - 1], isCentred: hasConstants))
    }
  }

  private static func sum(_ columns: ArraySlice<[Double]>) -> [Double]? {
    guard var sum = columns.first else { return nil }
    for column in columns.dropFirst() {
      for row in sum.indices { sum[row] += column[row] }
    }
    return sum
  }

  private mutating func dropWithoutWeight(_ data: FlowData) throws {
    guard let weights, let term = formula.weights else { return }
    let faults = weights.indices.filter { weights[$0] < 0 }.prefix(100).map { k in
      Fault(
        .badData, "flows.weight-negative", ["found": text(weights[k]), "weights": term.name],
        at: data.place(of: term, row: rows[k]))
    }
    guard faults.isEmpty else { throw Faults(Array(faults)) }
    let without = weights.indices.filter { weights[$0] == 0 }
    guard !without.isEmpty else { return }
    dropped.append(DroppedRows(.zeroWeight, lines: without.map { data.line(of: rows[$0]) }))
    keep(weights.map { $0 > 0 })
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
    offset = offset.map { column in kept.map { column[$0] } }
    weights = weights.map { column in kept.map { column[$0] } }
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
