import Demography
import Kernel

/// How the columns of one linear predictor are made of the rows of any file.
struct PartColumns: Sendable {
  /// What a column holds.
  enum Source: Hashable, Sendable {
    case constant
    /// 1, or the column of the slope, in rows of this level of this effect.
    case level(effect: Int, level: Int)
    case term(Int)
  }

  /// One row: the values of kept columns that are not 0 and the offset, or why it has none.
  enum Row {
    case values([(place: Int, value: Double)], offset: Double)
    case none(FlowPredictions.Reason)
  }

  let formula: Formula
  /// What the `i(…)` of the formula know of.
  let factors: [FactorLevels]
  /// Levels that were fitted, by effect; empty where effects are not estimated as columns.
  let levels: [LevelNames]
  let kept: [Source]
  let leftOut: [Source]
  /// Column k says by which kept columns the k-th column left out is made in the rows of the fit.
  let shares: Matrix

  /// The regressors in every row of a file; as `RegressionDesign` makes them.
  func terms(_ data: FlowData) throws -> [[Double]] {
    let columns = try data.inputs(of: formula.terms.map(\.expression))
    return formula.terms.map { $0.expression.values(columns, count: data.count) }
  }

  /// The part of the predictor with coefficient 1 in every row of a file.
  func offsets(_ data: FlowData) throws -> [Double] {
    let columns = try data.inputs(of: formula.offsets.map(\.expression))
    var sum = [Double](repeating: 0, count: data.count)
    for term in formula.offsets {
      for (row, value) in term.expression.values(columns, count: data.count).enumerated() {
        sum[row] += value
      }
    }
    return sum
  }

  /// What the levels of each effect are multiplied by in every row of a file; `nil` for 1.
  private func slopes(_ data: FlowData) throws -> [[Double]?] {
    let terms = formula.effects.prefix(levels.count).map(\.slope)
    let columns = try data.inputs(of: terms.compactMap { $0?.expression })
    return terms.map { $0?.expression.values(columns, count: data.count) }
  }

  /// The rows of a file as the fit sees them.
  ///
  /// A row in which a column left out is not what the fit's rows say it is has no determined predictor:
  /// another sum of effects, or a regressor that moved apart from the effects it went together with.
  ///
  /// - Parameter terms: regressors of all rows of the file, where they are not those of the formula.
  /// - Throws: `Faults` of the columns; `flows.level-unseen`.
  /// - Complexity: O(rows · (terms + effects) · (1 + columns left out))
  func rows(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, terms given: [[Double]]? = nil
  ) throws -> [Row] {
    let terms = try given ?? self.terms(data)
    let places = try levels.enumerated().map { e, names in
      let known = (0..<names.count).map { (names[$0], $0) }
      let effect = formula.effects[e]
      return try LevelPlaces(
        of: effect.columns.joined(separator: "^"), known: Dictionary(uniqueKeysWithValues: known),
        in: data, rows: rows, unseen: unseen, namedAt: effect.place
      ).places
    }
    let offsets = try offsets(data)
    let slopes = try slopes(data)
    let strangers = try factors.map { try $0.unseen(in: data, rows: rows, unseen) }
    let columnOf = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    let outsideOf = Dictionary(uniqueKeysWithValues: leftOut.enumerated().map { ($1, $0) })
    return rows.map { row in
      let found = places.map { $0[row] }
      var sources = terms.indices.map { (Source.term($0), terms[$0][row]) }
      let ofLevels = slopes.map { $0?[row] ?? 1 }
      if sources.contains(where: { !$0.1.isFinite }) || found.contains(LevelPlaces.empty)
        || !offsets[row].isFinite || !ofLevels.allSatisfy(\.isFinite)
      {
        return .none(.missingValue)
      }
      if found.contains(LevelPlaces.unseen) || strangers.contains(where: { $0[row] != nil }) {
        return .none(.unseenLevel)
      }
      sources += found.enumerated().map { (.level(effect: $0, level: $1), ofLevels[$0]) }
      if formula.hasIntercept { sources.append((.constant, 1)) }
      var values: [(place: Int, value: Double)] = []
      var outside = [Double](repeating: 0, count: leftOut.count)
      for (source, value) in sources where value != 0 {
        if let place = columnOf[source] { values.append((place, value)) }
        if let place = outsideOf[source] { outside[place] = value }
      }
      return isDetermined(values, outside)
        ? .values(values, offset: offsets[row]) : .none(.notIdentified)
    }
  }

  private func isDetermined(
    _ values: [(place: Int, value: Double)], _ outside: [Double]
  ) -> Bool {
    outside.indices.allSatisfy { k in
      var (sum, size) = (0.0, abs(outside[k]))
      for (place, value) in values {
        sum += shares[place, k] * value
        size += abs(shares[place, k] * value)
      }
      return abs(outside[k] - sum) <= 1e-6 * size
    }
  }
}
