import Demography
import Glibc
import Kernel

/// A fit of choices as predictions, residuals and tests need it.
///
/// The migrants of a group are given, as many as there were in the fit; in another file they choose among
/// its rows of the group, those whose regressors are known.
struct ChoiceBasis: LikelihoodBasis {
  let data: FlowData
  let likelihood: ChoiceLikelihood
  /// The column of the nests; `nil` for none.
  let nest: Formula.Effect?
  let columns: PartColumns
  let beta: [Double]
  let covariance: ParameterCovariance

  var response: [Double] { likelihood.y }
  /// Who goes to one place does not go to another.
  var hasIndependentRows: Bool { false }
  var scores: Matrix? { nil }

  var laws: [FlowLaw]? {
    let logs = likelihood.logProbabilities(beta)
    let found = logs.indices.compactMap {
      law(logs[$0], likelihood.totals[Int(likelihood.group.level[$0])])
    }
    return found.count == logs.count ? found : nil
  }

  /// `nil` unless migrants are counted.
  private func law(_ logProbability: Double, _ total: Double) -> FlowLaw? {
    guard total == total.rounded(), total < 1e15 else { return nil }
    return FlowLaw(
      kind: .choice(migrants: Int(total)), eta: logProbability - log1mExp(logProbability))
  }

  func outlooks(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> [RowOutlook] {
    let effect = columns.formula.effects[0]
    let levels = likelihood.group.levels
    let places = try LevelPlaces(
      of: effect.columns.joined(separator: "^"),
      known: Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) }), in: data,
      rows: rows, unseen: unseen, namedAt: effect.place
    ).places
    var hasNest = [Bool](repeating: true, count: data.count)
    for column in try (nest?.columns ?? []).map({ try data.index(of: $0, namedAt: nest?.place) }) {
      var isEmpty = [Bool](repeating: false, count: data.count)
      data.mark(emptyIn: column, &isEmpty)
      for row in isEmpty.indices where isEmpty[row] { hasNest[row] = false }
    }
    let terms = try columns.terms(data)
    let offsets = try columns.offsets(data)
    let candidates = (isOfFit ? rows : Array(0..<data.count)).filter { row in
      places[row] >= 0 && hasNest[row] && offsets[row].isFinite
        && terms.allSatisfy { $0[row].isFinite }
    }
    let group = Grouping(levels: levels, level: candidates.map { Int32(places[$0]) })
    let centred = terms.map { term in
      var all = [Double](repeating: .nan, count: data.count)
      let within = ChoiceFlowModel.within(group, candidates.map { term[$0] })
      for (k, row) in candidates.enumerated() { all[row] = within[k] }
      return all
    }
    let found = try columns.rows(data, candidates, unseen, terms: centred)
    let nests = try nest.map { nest in
      try ChoiceLikelihood.Nests(nest, within: effect, data, candidates, group)
    }
    let known = Dictionary(
      uniqueKeysWithValues: zip(candidates, outlooks(group, found, nests)))
    return rows.map { row in
      if let outlook = known[row] { return outlook }
      return .none(places[row] == LevelPlaces.unseen ? .unseenLevel : .missingValue)
    }
  }

  /// Shares within the groups, and what expects them.
  private func outlooks(
    _ group: Grouping, _ rows: [PartColumns.Row], _ nests: ChoiceLikelihood.Nests?
  ) -> [RowOutlook] {
    var X = Matrix(rows: rows.count, columns: likelihood.X.columns)
    var offsets = [Double](repeating: 0, count: rows.count)
    var isUndetermined = [Bool](repeating: false, count: group.count)
    for (k, row) in rows.enumerated() {
      switch row {
      case .values(let values, let offset):
        for (place, value) in values { X[k, place] = value }
        offsets[k] = offset
      // Of one row unknown how it is liked, the shares of all are unknown.
      case .none: isUndetermined[Int(group.level[k])] = true
      }
    }
    let file = ChoiceLikelihood(
      y: rows.map { _ in 1 }, X: X, group: group, offset: offsets, nests: nests)
    let logs = file.logProbabilities(beta)
    let shares = exp(logs)
    let slopes = file.slopes(beta)
    return rows.indices.map { k in
      let g = Int(group.level[k])
      if case .none(let reason) = rows[k] { return .none(reason) }
      if isUndetermined[g] { return .none(.alternativeUnknown) }
      let slope = beta.indices.map { (place: $0, value: slopes[k, $0]) }
      guard let error = covariance.error(slope) else { return .none(.negativeVariance) }
      let total = likelihood.totals[g]
      let ofLogit = shares[k] < 1 ? error / (1 - shares[k]) : 0
      return .known(
        RowOutlook.Known(
          linear: Glibc.log(total) + logs[k], linearError: error, mean: total * shares[k],
          meanError: error, isLogarithmic: true, zero: nil, law: law(logs[k], total),
          lawVariance: ofLogit * ofLogit))
    }
  }
}
