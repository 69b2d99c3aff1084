import Demography
import Glibc
import Kernel

/// A fit of counts with a shape and a zero part, as predictions, residuals and tests need it.
struct CountBasis<Density: CountDensity>: LikelihoodBasis {
  let data: FlowData
  let likelihood: CountLikelihood<Density>
  let count: PartColumns
  let zero: PartColumns?
  let psi: [Double]
  let covariance: ParameterCovariance
  let coefficientPlaces: [Int]

  var response: [Double] { likelihood.y }
  var hasIndependentRows: Bool { true }
  var weights: [Double]? { likelihood.weights }
  var scores: Matrix? { likelihood.scores(psi) }
  private var tau: Double { likelihood.hasShape ? psi[psi.count - 1] : 0 }

  var laws: [FlowLaw]? {
    let (eta, zeta, _) = likelihood.predictors(psi)
    return eta.indices.map { law(eta[$0], zeta[$0]) }
  }

  private func law(_ eta: Double, _ zeta: Double) -> FlowLaw {
    FlowLaw(kind: Density.kind(tau), part: likelihood.part, eta: eta, zeta: zeta)
  }

  func outlooks(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> [RowOutlook] {
    let counts = try count.rows(data, rows, unseen)
    let zeros = try zero?.rows(data, rows, unseen)
    return rows.indices.map { k in
      guard case .values(let ofCount, let offset) = counts[k] else { return none(counts[k]) }
      guard let zeros else { return outlook(ofCount, offset, [], 0) }
      guard case .values(let ofZero, let zeroOffset) = zeros[k] else { return none(zeros[k]) }
      return outlook(
        ofCount, offset, ofZero.map { ($0.place + likelihood.X.columns, $0.value) }, zeroOffset)
    }
  }

  private func none(_ row: PartColumns.Row) -> RowOutlook {
    guard case .none(let reason) = row else { preconditionFailure("a row with values") }
    return .none(reason)
  }

  private func sum(_ values: [(place: Int, value: Double)]) -> Double {
    values.reduce(0) { $0 + $1.value * psi[$1.place] }
  }

  /// By the delta method from all parameters of both parts and the shape.
  private func outlook(
    _ ofCount: [(place: Int, value: Double)], _ offset: Double,
    _ ofZero: [(place: Int, value: Double)], _ zeroOffset: Double
  ) -> RowOutlook {
    let (eta, zeta) = (sum(ofCount) + offset, sum(ofZero) + zeroOffset)
    let law = law(eta, zeta)
    guard law.isFinite else { return .none(.notFinite) }
    let slopes = ExpectationSlopes(
      likelihood.part, zero: Density.jet(0, eta: eta, tau: tau), zeta: zeta)
    func direction(_ by: ExpectationSlopes.Slope) -> [(place: Int, value: Double)] {
      ofCount.map { ($0.place, by.eta * $0.value) } + ofZero.map { ($0.place, by.zeta * $0.value) }
        + (likelihood.hasShape ? [(psi.count - 1, by.tau)] : [])
    }
    guard let linearError = covariance.error(ofCount),
      let meanError = covariance.error(direction(slopes.logMean)),
      let zeroError = covariance.error(direction(slopes.zeroLogit))
    else { return .none(.negativeVariance) }
    return .known(
      RowOutlook.Known(
        linear: eta, linearError: linearError, mean: law.mean, meanError: meanError,
        isLogarithmic: true, zero: (slopes.logit, zeroError), law: law,
        lawVariance: linearError * linearError))
  }
}

/// Derivatives of the logarithm of the expected flow, and of the logit of a zero, by the two linear
/// predictors and the shape.
struct ExpectationSlopes {
  struct Slope {
    var eta = 0.0
    var zeta = 0.0
    var tau = 0.0
  }

  let logMean: Slope
  /// `ln P(0) − ln P(y > 0)`.
  let logit: Double
  let zeroLogit: Slope

  /// - Parameter zero: the log-probability of a zero under the count, with its derivatives.
  init(_ part: ZeroPart, zero: CountJet, zeta: Double) {
    // f₀/(1 − f₀), by which ln(1 − f₀) falls as ln f₀ rises.
    let odds = 1 / Glibc.expm1(-zero.value)
    let ofCount = Slope(eta: (1 + odds) * zero.eta, tau: (1 + odds) * zero.tau)
    switch part {
    case .none:
      logMean = Slope(eta: 1)
      logit = zero.value - log1mExp(zero.value)
      zeroLogit = ofCount
    case .inflated:
      logMean = Slope(eta: 1, zeta: -logistic(zeta))
      let (inflated, counted) = (-log1pExp(-zeta), -log1pExp(zeta) + zero.value)
      let larger = max(inflated, counted)
      let logZero = larger + Glibc.log1p(Glibc.exp(-abs(inflated - counted)))
      logit = logZero + log1pExp(zeta) - log1mExp(zero.value)
      let share = Glibc.exp(zero.value - logZero)
      zeroLogit = Slope(
        eta: share * ofCount.eta, zeta: Glibc.exp(inflated - logZero), tau: share * ofCount.tau)
    case .hurdle:
      logMean = Slope(eta: 1 + odds * zero.eta, zeta: logistic(-zeta), tau: odds * zero.tau)
      logit = -zeta
      zeroLogit = Slope(zeta: -1)
    }
  }
}
