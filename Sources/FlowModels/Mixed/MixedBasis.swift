import Demography
import Glibc
import Kernel

/// A mixed model as predictions and residuals need it.
///
/// Effects of levels that were fitted stand at their most likely values, those of other levels and of
/// single rows are integrated out. The variance of a predictor is that of the effects given the
/// parameters and, with them, that of the parameters, the effects following as in Kass & Steffey 1989; of
/// normal responses it is Henderson's, at the variances found.
struct MixedBasis: LikelihoodBasis {
  let data: FlowData
  let response: [Double]
  let likelihood: LaplaceLikelihood
  let columns: PartColumns
  let psi: [Double]
  let mode: LaplaceLikelihood.Mode
  /// Of all parameters; `nil` for normal responses.
  let covariance: Matrix?
  /// What the responses were divided by.
  let unit: Double

  private var random: RandomDesign { likelihood.random }
  private var point: LaplaceLikelihood.Point { likelihood.point(psi) }
  var hasIndependentRows: Bool { random.groupings.count == 1 && random.rowPlace == 0 }
  var scores: Matrix? { nil }

  /// Coefficients of the columns, in units of the search.
  private var beta: [Double] {
    guard likelihood.isRestricted else { return point.beta }
    return Array(mode.u[(random.groupings[0].count + random.borderCount)...])
  }

  /// Place of a level among all effects.
  private func place(_ grouping: Int, _ level: Int) -> Int {
    (grouping == 0 ? 0 : random.groupings[0].count + random.offsets[grouping]) + level
  }

  var laws: [FlowLaw]? {
    let point = point
    var eta = likelihood.X.times(beta)
    if let offset = likelihood.offset { for row in eta.indices { eta[row] += offset[row] } }
    for (k, grouping) in random.groupings.enumerated() where k != random.rowPlace {
      for row in eta.indices {
        eta[row] += point.sigma[k] * mode.u[place(k, Int(grouping.level[row]))]
      }
    }
    let ofRow = random.rowPlace.map { point.sigma[$0] * point.sigma[$0] } ?? 0
    return eta.map { law($0, ofRow) }
  }

  /// - Parameters in units of the search; the law is in that of the response.
  private func law(_ eta: Double, _ scatter: Double) -> FlowLaw {
    switch likelihood.response {
    case .poisson: FlowLaw(kind: .poisson, eta: eta, scatter: scatter)
    case .quadratic:
      FlowLaw(kind: .quadratic(theta: Glibc.exp(point.tau)), eta: eta, scatter: scatter)
    case .normal:
      FlowLaw(
        kind: .normal(deviation: unit * Glibc.exp(point.tau)), eta: unit * eta,
        scatter: unit * unit * scatter)
    }
  }

  func outlooks(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> [RowOutlook] {
    let fixed = try columns.rows(data, rows, unseen)
    let places = try random.groupings.enumerated().map { k, grouping -> [Int]? in
      guard k != random.rowPlace else { return nil }
      let known = grouping.levels.enumerated().map { ($1, $0) }
      return try LevelPlaces(
        of: random.names[k], known: Dictionary(uniqueKeysWithValues: known), in: data, rows: rows,
        unseen: .missing
      ).places
    }
    let errors = try MixedErrors(self)
    return rows.indices.map { i in
      let row = rows[i]
      guard case .values(let values, let offset) = fixed[i] else {
        if case .none(let reason) = fixed[i] { return .none(reason) }
        return .none(.missingValue)
      }
      let levels = places.map { $0?[row] ?? LevelPlaces.unseen }
      if levels.contains(LevelPlaces.empty) { return .none(.missingValue) }
      return .known(outlook(values, offset / unit, levels, errors))
    }
  }

  private func outlook(
    _ x: [(place: Int, value: Double)], _ offset: Double, _ levels: [Int], _ errors: MixedErrors
  ) -> RowOutlook.Known {
    let point = point
    let beta = beta
    var eta = x.reduce(offset) { $0 + $1.value * beta[$1.place] }
    var scatter = 0.0
    for (k, level) in levels.enumerated() {
      if level < 0 {
        scatter += point.sigma[k] * point.sigma[k]
      } else {
        eta += point.sigma[k] * mode.u[place(k, level)]
      }
    }
    let error = errors.ofPredictor(x, levels)
    let law = law(eta, scatter)
    if likelihood.response == .normal {
      return RowOutlook.Known(
        linear: unit * eta, linearError: unit * error, mean: unit * eta, meanError: unit * error,
        isLogarithmic: false, zero: nil, law: law, lawVariance: unit * unit * error * error)
    }
    return RowOutlook.Known(
      linear: eta, linearError: error, mean: law.mean,
      meanError: errors.ofLogMean(x, levels), isLogarithmic: true, zero: nil, law: law,
      lawVariance: error * error)
  }
}
