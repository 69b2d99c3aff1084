import Demography
import Kernel

extension RegressionDesign {
  /// Leaves out the rows of every level of an effect whose flows are all zero, again until there is
  /// none: leaving out rows of one effect can empty a level of another.
  mutating func dropEmptyLevels(_ data: FlowData) {
    dropLevels(data, reason: .emptyLevel) { effect, design in
      effect.sums(design.y).map { $0 == 0 }
    }
  }

  /// Leaves out rows that are alone in a level of an effect, again until there is none. A row that is
  /// several observations is not alone.
  mutating func dropSingletons(_ data: FlowData, _ weighting: Weighting) {
    dropLevels(data, reason: .singleton) { effect, design in
      if weighting == .frequency, let weights = design.weights {
        return effect.sums(weights).map { $0 == 1 }
      }
      return effect.sizes.map { $0 == 1 }
    }
  }

  /// Rows that are alone in a level of an effect, and those that are once these are gone.
  /// - Parameter frequencies: by how many observations each row counts.
  /// - Complexity: O(rows · effects) a round.
  func singletons(_ frequencies: [Double]?) -> Int {
    let plain = effects.filter { $0.slope == nil }
    var isLeft = [Bool](repeating: true, count: count)
    var singletons = 0
    var foundSome = true
    while foundSome {
      foundSome = false
      for effect in plain {
        var sizes = [Double](repeating: 0, count: effect.count)
        for row in isLeft.indices where isLeft[row] {
          sizes[Int(effect.level[row])] += frequencies?[row] ?? 1
        }
        guard sizes.contains(1) else { continue }
        foundSome = true
        for row in isLeft.indices where isLeft[row] && sizes[Int(effect.level[row])] == 1 {
          isLeft[row] = false
          singletons += 1
        }
      }
    }
    return singletons
  }

  private mutating func dropLevels(
    _ data: FlowData, reason: DroppedRows.Reason,
    _ isUnusable: (Grouping, RegressionDesign) -> [Bool]
  ) {
    var foundSome = true
    while foundSome {
      foundSome = false
      for e in effects.indices where effects[e].slope == nil {
        let effect = effects[e]
        let unusable = isUnusable(effect, self)
        guard unusable.contains(true) else { continue }
        foundSome = true
        var lines = [Int: [Int]]()
        for row in rows.indices where unusable[Int(effect.level[row])] {
          lines[Int(effect.level[row]), default: []].append(data.line(of: rows[row]))
        }
        for level in unusable.indices where unusable[level] {
          dropped.append(
            DroppedRows(
              reason, lines: lines[level] ?? [], detail: "\(effectNames[e])=\(effect.name(level))"))
        }
        keep(rows.indices.map { !unusable[Int(effect.level[$0])] })
      }
    }
  }

  /// - Throws: `flows.all-zero` when every flow that could be used is zero, `flows.no-rows` when nothing is left
  ///   for other reasons, each with its number of rows.
  func requireRows(_ formula: Formula, _ data: FlowData) throws {
    let file = data.file
    let hasOnlyZeros = count == 0 && dropped.contains { $0.reason == .emptyLevel }
    guard count > 0 || hasOnlyZeros else {
      let reasons = DroppedRows.Reason.allCases.compactMap { reason -> String? in
        let count = dropped.filter { $0.reason == reason }.reduce(0) { $0 + $1.count }
        return count > 0 ? "\(reason.rawValue): \(count)" : nil
      }.joined(separator: ", ")
      throw Faults(
        Fault(
          .badData, "flows.no-rows", ["file": file, "rows": "\(data.count)", "reasons": reasons]))
    }
    guard !hasOnlyZeros, y.contains(where: { $0 != 0 }) else {
      throw Faults(
        Fault(.badData, "flows.all-zero", ["file": file, "column": formula.response.name]))
    }
  }

  /// Leaves out the rows on which no maximum exists, see `Separation`.
  mutating func dropSeparated(_ data: FlowData, _ search: SeparationSearch) throws {
    guard y.contains(0) else { return }
    let separation = Separation(self, hasIntercept: formula.hasIntercept)
    drop(try separation.find(search), separation, data)
  }

  /// Leaves out the rows that two effects separate by themselves, see `EffectGraph`, again until there
  /// is none.
  /// - Complexity: O(rows + levels) a round.
  mutating func dropSeparatedByEffects(_ data: FlowData) {
    let plain = effects.indices.filter { effects[$0].slope == nil }
    guard plain.count > 1, y.contains(0) else { return }
    let pairs = plain.flatMap { a in plain.filter { $0 > a }.map { (a, $0) } }
    var foundSome = true
    while foundSome {
      foundSome = false
      for (a, b) in pairs {
        guard let found = EffectGraph(effects[a], effects[b], y).finding() else { continue }
        foundSome = true
        var combination = [Double](repeating: 0, count: x.count)
        for (e, effect) in effects.enumerated() {
          combination +=
            e == a
            ? found.first : e == b ? found.second : [Double](repeating: 0, count: effect.count)
        }
        let size = combination.map(abs).max() ?? 1
        let finding = Separation.Finding(
          rows: found.rows, combination: combination.map { $0 / size })
        drop([finding], Separation(self, hasIntercept: formula.hasIntercept), data)
      }
    }
  }

  /// Leaves out the rows that regressors and all effects separate, as far as `FreeLines` finds them.
  /// - Returns: whether those are all there are.
  /// - Throws: where no row is left, or effects cannot be taken away.
  mutating func dropSeparatedLines(_ formula: Formula, _ data: FlowData) throws -> Bool {
    var holding = y.map { $0 > 0 }
    while y.contains(0) {
      let regressors = try Regressors(self, hasIntercept: formula.hasIntercept)
      var lines = FreeLines(self, regressors, holding: holding)
      guard let found = lines.finding() else { return lines.isComplete }
      let before = Dictionary(uniqueKeysWithValues: zip(rows, lines.holding))
      drop([found], Separation(self, hasIntercept: formula.hasIntercept), data)
      try requireRows(formula, data)
      guard !lines.isComplete else { return true }
      holding = rows.map { before[$0] ?? false }
    }
    return true
  }

  /// Whether the effects hang together by chains, see `LevelProjection`.
  var hangsByChains: Bool {
    LevelProjection.hangByChains(
      effects.map { .init(level: $0.level, count: $0.count, values: $0.slope?.values) },
      rows: count)
  }

  /// Leaves out the rows of a certificate.
  /// - Parameter means: one for each row.
  /// - Returns: those of the rows that are left.
  mutating func dropped(
    _ finding: Separation.Finding, means: [Double], _ data: FlowData
  ) -> [Double] {
    var isKept = [Bool](repeating: true, count: count)
    for row in finding.rows { isKept[row] = false }
    drop([finding], Separation(self, hasIntercept: formula.hasIntercept), data)
    return means.indices.filter { isKept[$0] }.map { means[$0] }
  }

  private mutating func drop(
    _ findings: [Separation.Finding], _ separation: Separation, _ data: FlowData
  ) {
    var isKept = [Bool](repeating: true, count: count)
    for finding in findings {
      for row in finding.rows { isKept[row] = false }
      dropped.append(
        DroppedRows(
          .separated, lines: finding.rows.map { data.line(of: rows[$0]) },
          detail: separation.text(of: finding.combination, terms: formula.terms.map(\.name))))
    }
    if isKept.contains(false) { keep(isKept) }
  }
}

extension FlowData {
  /// Where the first column of a term stands in a row.
  func place(of term: Formula.Term, row: Int) -> Place {
    let column = term.expression.columns.first.flatMap { index(of: $0.name) } ?? 0
    return place(row: row, column: column)
  }
}
