import Demography
import FlowModels
import Foundation
import Kernel
import Testing

struct SpatialPosteriorTests {
  /// The exact log-determinant of the German model at (ρ_d, ρ_o, ρ_w), or the first terms of its
  /// series `−Σ tr(Mᵏ)/k`.
  private static func determinant(_ spectrum: SpatialSpectrum, _ rho: [Double], order: Int?)
    -> Double
  {
    var sum = 0.0
    for a in spectrum.values {
      for b in spectrum.values {
        let g = rho[0] * a.real + rho[1] * b.real + rho[2] * a.real * b.real
        guard let order else {
          sum += log(1 - g)
          continue
        }
        var power = 1.0
        for k in 1...order {
          power *= g
          sum -= power / Double(k)
        }
      }
    }
    return sum
  }

  /// One dimension can be integrated: the sampler's mean and spread are those of the density.
  @Test func theSamplerAgreesWithTheIntegral() throws {
    guard let design = try SpatialData.design("ge", "y2") else { return }
    let model = SpatialFlowModel()
    let fit = try model.fit(design, form: .destination)
    let posterior = try model.sample(
      design, form: .destination, seed: 11, draws: 20_000, burnIn: 200)
    let spectrum = try SpatialSpectrum(design.origins.weights)
    let lag = design.lags.lags(of: design.response)[0]
    let e0 = try leastSquares(design.regressors, design.response).residuals
    let e1 = try leastSquares(design.regressors, lag).residuals
    let degrees = Double(design.count - design.regressors.columns)
    func density(_ rho: Double) -> Double {
      let squares = e0.indices.reduce(0) { $0 + pow(e0[$1] - rho * e1[$1], 2) }
      return Self.determinant(spectrum, [rho, 0, 0], order: nil) - 0.5 * degrees * log(squares)
    }
    let centre = fit.dependence[0]
    let top = density(centre)
    var (mass, first, second) = (0.0, 0.0, 0.0)
    for k in -400...400 {
      let rho = centre + Double(k) * 0.0005
      let weight = exp(density(rho) - top)
      mass += weight
      first += weight * rho
      second += weight * rho * rho
    }
    let mean = first / mass
    let deviation = (second / mass - mean * mean).squareRoot()
    let found = posterior.summaries[0]
    #expect(abs(found.mean - mean) < 4 * found.monteCarloError)
    #expect(abs(found.standardDeviation / deviation - 1) < 0.05)
    #expect(found.effectiveCount > 2000)
    #expect((0.2...0.6).contains(posterior.acceptance))
  }

  @Test func theSameSeedGivesTheSameDraws() throws {
    guard let design = try SpatialData.design("ge", "y9") else { return }
    let model = SpatialFlowModel()
    let first = try model.sample(design, form: .all, seed: 5, draws: 50, burnIn: 10)
    let second = try model.sample(design, form: .all, seed: 5, draws: 50, burnIn: 10)
    #expect(first.draws == second.draws)
    #expect(
      first.draws != (try model.sample(design, form: .all, seed: 6, draws: 50, burnIn: 10)).draws)
  }

  /// The peer samples with `ln|A|` cut off after the second term, as it maximises. Weighing our draws by the ratio of the two
  /// determinants turns our posterior into its own, which has to agree within 4 standard errors of both
  /// chains; its chain is taken to be as good as 1/20 of its 18,000 draws.
  @Test func thePeersPosteriorIsOursWithItsDeterminant() throws {
    guard let design = try SpatialData.design("ge", "y9"),
      let golden = try SharedData.json("golden/flows/expected/G12_spflow.json")
    else { return }
    let expected = try #require(golden["ge_ge|y9|model9|mcmc20500"] as? [String: Any])
    let estimates = try #require(expected["est"] as? [String: Double])
    let posterior = try SpatialFlowModel().sample(
      design, form: .all, seed: 11, draws: 18_000, burnIn: 2_500)
    let spectrum = try SpatialSpectrum(design.origins.weights)
    let weights = (0..<posterior.draws.rows).map { k -> Double in
      let rho = Array(posterior.draws.row(k).prefix(3))
      return exp(
        Self.determinant(spectrum, rho, order: 2) - Self.determinant(spectrum, rho, order: nil))
    }
    let mass = weights.reduce(0, +)
    for (k, summary) in posterior.summaries.enumerated() {
      guard let peer = estimates[summary.term] else { continue }
      let column = posterior.draws.column(k)
      let mean = zip(weights, column).reduce(0) { $0 + $1.0 * $1.1 } / mass
      let kish = mass * mass / weights.reduce(0) { $0 + $1 * $1 } / Double(column.count)
      let own = summary.monteCarloError / kish.squareRoot()
      let theirs = summary.standardDeviation / 900.0.squareRoot()
      let error = (own * own + theirs * theirs).squareRoot()
      #expect(abs(mean - peer) < 4 * error, "\(summary.term): \(mean), \(peer), \(summary.mean)")
    }
  }
}
