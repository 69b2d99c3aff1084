import Demography
import Glibc
import Kernel

/// Residuals of the used rows, in their order.
extension RegressionFit {
  public enum ResidualKind: String, Hashable, Sendable, CaseIterable {
    /// `y − μ`.
    case response
    /// `(y − μ)/√V`, V the family's variance without dispersion.
    case pearson
    /// Signed root of the contribution to the deviance; Poisson only.
    case deviance
    /// Randomised quantiles (Dunn & Smyth 1996), standard normal where the model is right; Poisson with
    /// whole flows only.
    case quantile
  }

  /// - Parameter seed: of the randomised quantiles; the same seed gives the same residuals.
  /// - Throws: `flows.residual-family`, or `flows.residual-counts` for flows that are no whole numbers.
  public func residuals(_ kind: ResidualKind, seed: UInt32 = 0) throws -> [Double] {
    let y = response
    switch kind {
    case .response: return y.indices.map { y[$0] - fitted[$0] }
    case .pearson:
      // Score by root of information: (y − μ)/√V whatever the link.
      let (scores, weights) = (estimation.solution.scores, estimation.solution.weights)
      return scores.indices.map { scores[$0] / weights[$0].squareRoot() }
    case .deviance:
      try requirePoisson(kind)
      let family = PoissonFamily()
      return y.indices.map { row in
        let size = max(0, family.unitDeviance(y[row], fitted[row])).squareRoot()
        return y[row] < fitted[row] ? -size : size
      }
    case .quantile:
      try requirePoisson(kind)
      guard y.allSatisfy({ $0 == $0.rounded() }) else {
        throw Fault(.usage, "flows.residual-counts", ["column": formula.response.name])
      }
      return quantileResiduals(seed)
    }
  }

  private func requirePoisson(_ kind: ResidualKind) throws {
    guard model == "poisson" else {
      throw Fault(.usage, "flows.residual-family", ["kind": kind.rawValue, "family": model])
    }
  }

  /// `Φ⁻¹(F(y − 1) + u f(y))`, from the tail that keeps its digits.
  private func quantileResiduals(_ seed: UInt32) -> [Double] {
    let key = StreamKey(seed: seed, stream: "flows.quantile-residuals")
    return fitted.indices.map { k in
      var stream = RandomStream(key, unit: UnitKey("row"), draw: rows[k], time: 0)
      let u = stream.uniform()
      let y = response[k]
      let poisson = Poisson(mean: fitted[k])
      let density = Glibc.exp(poisson.logDensity(y))
      let below = y > 0 ? poisson.cumulative(y - 1) : 0
      if below + u * density < 0.5 { return normalQuantile(below + u * density) }
      return normalUpperQuantile(poisson.complementary(y) + (1 - u) * density)
    }
  }
}
