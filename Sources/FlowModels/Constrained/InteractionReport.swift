import Kernel

/// Coefficients and dummies of a fit with their errors, from parameters and their covariance.
struct InteractionReport {
  let coefficients: [Coefficient]
  let covarianceMatrix: [Double]
  let effects: [Coefficient]

  private let beta: [Double]
  private let V: Matrix
  private let critical: Double

  init(_ design: InteractionDesign, _ beta: [Double], _ V: Matrix, level: Double) {
    self.beta = beta
    self.V = V
    let critical = normalUpperQuantile(0.5 * (1 - level))
    self.critical = critical
    func coefficient(_ name: String, _ estimate: Double, _ variance: Double) -> Coefficient {
      let error = variance.squareRoot()
      return Coefficient(
        term: name, estimate: estimate, standardError: error, statistic: estimate / error,
        pValue: 2 * normalComplementary(abs(estimate / error)),
        confidenceLow: estimate - critical * error, confidenceHigh: estimate + critical * error)
    }
    let first = design.effectCount + (design.hasIntercept ? 1 : 0)
    let slopes = Array(first..<design.parameterCount)
    coefficients = slopes.map { coefficient(design.name($0), beta[$0], V[$0, $0]) }
    covarianceMatrix = slopes.flatMap { a in slopes.map { V[a, $0] } }
    if design.hasIntercept {
      let at = design.effectCount
      effects = [coefficient("(Intercept)", beta[at], V[at, at])]
      return
    }
    // The first line of a side with effects is the reference; a second side has none of its own left.
    let isByOrigin = design.originParameter.contains { $0 >= 0 }
    let side = isByOrigin ? design.originParameter : design.destinationParameter
    let reference = side.first { $0 >= 0 } ?? 0
    var effects = [coefficient("(Intercept)", beta[reference], V[reference, reference])]
    for at in side where at >= 0 && at != reference {
      let variance = V[at, at] + V[reference, reference] - 2 * V[at, reference]
      effects.append(coefficient(design.name(at), beta[at] - beta[reference], variance))
    }
    if isByOrigin {
      for at in design.destinationParameter where at >= 0 {
        effects.append(coefficient(design.name(at), beta[at], V[at, at]))
      }
    }
    self.effects = effects
  }
}
