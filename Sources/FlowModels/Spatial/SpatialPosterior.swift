import Demography
import Glibc
public import Kernel

/// Draws from the posterior of a spatial model of flows.
public struct SpatialPosterior: Sendable {
  /// One parameter over all kept draws.
  public struct Summary: Hashable, Sendable {
    public let term: String
    public let mean: Double
    public let standardDeviation: Double
    /// Independent draws that would know the mean as well (Geyer 1992).
    public let effectiveCount: Double
    /// Standard error of the mean that comes from the finite number of draws.
    public var monteCarloError: Double { standardDeviation / effectiveCount.squareRoot() }
  }

  public let form: SpatialForm
  /// Free parameters of the dependence, coefficients of the regressors, `sigma2`.
  public let terms: [String]
  /// A row for each kept draw, a column for each term.
  public let draws: Matrix
  /// Share of proposals for ρ that were taken.
  public let acceptance: Double

  public var summaries: [Summary] {
    terms.indices.map { k in
      let values = draws.column(k)
      return Summary(
        term: terms[k], mean: Statistics.mean(values),
        standardDeviation: Statistics.standardDeviation(values),
        effectiveCount: Self.effectiveCount(values))
    }
  }

  /// `n / (1 + 2 Σ ρ_t)`, the sum over lags in pairs as long as a pair is positive.
  static func effectiveCount(_ values: [Double]) -> Double {
    let n = values.count
    let mean = Statistics.mean(values)
    let centred = values.map { $0 - mean }
    let square = dot(centred, centred)
    if square == 0 { return 0 }
    func correlation(_ lag: Int) -> Double {
      var sum = 0.0
      for k in 0..<(n - lag) { sum += centred[k] * centred[k + lag] }
      return sum / square
    }
    var total = 0.0
    var lag = 1
    while lag + 1 < n {
      let pair = correlation(lag) + correlation(lag + 1)
      if pair <= 0 { break }
      total += pair
      lag += 2
    }
    return Double(n) / (1 + 2 * total)
  }
}

extension SpatialFlowModel {
  /// Samples the posterior under flat priors: ρ on its region, δ, and ln σ².
  ///
  /// Given ρ, δ and σ² have a known distribution. They are integrated out of the Metropolis step for ρ,
  /// whose target is `|A| (e'e)^{−(N−k)/2}`, and then drawn exactly: Gibbs with the blocks collapsed, so
  /// that the chain does not crawl along ridges between ρ and δ. Proposals are normal with the curvature
  /// at the mode. Step k uses stream k of the seed: the same numbers on any machine and in any company.
  /// - Parameters:
  ///   - burnIn: steps left out at the start, which is the mode.
  /// - Throws: as `fit`.
  public func sample(
    _ design: SpatialFlowDesign, form: SpatialForm, seed: UInt32, draws: Int, burnIn: Int
  ) throws -> SpatialPosterior {
    precondition(draws > 1 && burnIn >= 0, "\(draws) draws, \(burnIn) before")
    let likelihood = try SpatialLikelihood(design, form)
    let mode = try likelihood.maximum().point
    var chain = try PosteriorChain(likelihood, mode)
    let key = StreamKey(seed: seed, stream: "flows.sar.posterior")
    let unit = UnitKey(number: 0)
    var kept: [[Double]] = []
    for step in 0..<(burnIn + draws) {
      var stream = RandomStream(key, unit: unit, draw: step, time: 0)
      let draw = try chain.step(&stream)
      if step >= burnIn { kept.append(draw) }
    }
    return SpatialPosterior(
      form: form, terms: form.parameters + design.columnNames + ["sigma2"],
      draws: Matrix(kept), acceptance: Double(chain.accepted) / Double(burnIn + draws))
  }
}

/// The state of the sampler.
private struct PosteriorChain {
  private let likelihood: SpatialLikelihood
  private let proposal: Cholesky?
  private let spread: Cholesky
  private let chiSquare: ChiSquare
  private var theta: [Double]
  private var density: Double
  private(set) var accepted = 0

  init(_ likelihood: SpatialLikelihood, _ mode: SpatialLikelihood.Point) throws {
    self.likelihood = likelihood
    theta = mode.theta
    let q = Double(theta.count)
    proposal =
      theta.isEmpty
      ? nil : try Cholesky(5.6644 / q * Cholesky(-1 * mode.hessian).inverse())
    spread = try Cholesky(likelihood.moments.inverseGram)
    let degrees = likelihood.moments.count - likelihood.moments.gram.rows
    chiSquare = ChiSquare(degrees: Double(degrees))
    density = 0
    density = try logDensity(theta) ?? -.infinity
  }

  private func logDensity(_ theta: [Double]) throws -> Double? {
    let rho = likelihood.form.dependence(theta)
    guard let determinant = try likelihood.determinant.value(rho) else { return nil }
    return determinant
      - 0.5 * chiSquare.degrees * Glibc.log(likelihood.moments.squares(rho).value)
  }

  mutating func step(_ stream: inout RandomStream) throws -> [Double] {
    if let proposal {
      let move = proposal.times(stream.normals(theta.count))
      let proposed = theta.indices.map { theta[$0] + move[$0] }
      let threshold = Glibc.log(stream.uniform())
      if let value = try logDensity(proposed), value - density > threshold {
        theta = proposed
        density = value
        accepted += 1
      }
    }
    let rho = likelihood.form.dependence(theta)
    let variance = likelihood.moments.squares(rho).value / chiSquare.sample(stream.uniform())
    let noise = spread.times(stream.normals(spread.factor.rows))
    let delta = likelihood.moments.delta(rho)
    let scale = variance.squareRoot()
    return theta + delta.indices.map { delta[$0] + scale * noise[$0] } + [variance]
  }
}
