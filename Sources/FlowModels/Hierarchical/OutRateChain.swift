import Glibc
import Kernel

/// Gibbs sampler of `OutRateModel`: φ, ν and all μ_c together given the σ_c, then every σ_c a slice and
/// every missing rate a normal between its neighbours.
///
/// φ is a slice through its density with ν and the levels integrated out, ν is drawn with the levels
/// integrated out, then the levels. One after the other, given the rest, they hold each other fast:
/// levels scattered as widely as their prior keep φ near 1, which keeps the levels scattered.
struct OutRateChain {
  private let model: OutRateModel
  private let slice = SliceSampler(width: 0.2)
  private(set) var point: OutRateModel.Point
  private var series: [BridgedSeries]

  /// - Parameter stream: spreads the starts of chains.
  init(_ model: OutRateModel, using stream: inout RandomStream) {
    self.model = model
    let series = model.series.map { BridgedSeries($0) }
    self.series = series
    point = OutRateModel.Point(
      levels: series.map { y in
        Statistics.mean(y.values) + model.priorSpread * stream.normal()
      },
      deviations: series.map { _ in 0.05 + 0.9 * stream.uniform() },
      persistence: stream.uniform(),
      centre: model.priorCentre + model.priorSpread * stream.normal())
  }

  mutating func sweep(using stream: inout RandomStream) {
    let phi = point.persistence
    let integrated = { [self] (phi: Double) in level(given: phi).logDensity }
    point.persistence = slice.step(from: phi, integrated(phi), using: &stream, integrated).point
    drawLevels(using: &stream)
    for c in series.indices { drawDeviation(c, using: &stream) }
    drawMissing(using: &stream)
  }

  /// The density of φ and of ν given the σ_c, with the levels integrated out.
  private struct CentreDensity {
    /// Of φ, ν integrated out too; −∞ outside [0, 1].
    var logDensity = -Double.infinity
    /// Of ν, a normal: precision, and precision times mean.
    var precision = 0.0
    var pull = 0.0
  }

  /// What the rates of an area say of its level: a normal of precision `n (1 − φ)²/σ²`, and that times
  /// its mean, `(1 − φ) Σ (y_t − φ y_t−1) / σ²`.
  private func evidence(_ c: Int, _ phi: Double) -> (precision: Double, pull: Double) {
    let inverse = 1 / (point.deviations[c] * point.deviations[c])
    let rest = 1 - phi
    let sums = series[c].sums
    return (
      sums.count * rest * rest * inverse, rest * (sums.next - phi * sums.now) * inverse
    )
  }

  private func level(given phi: Double) -> CentreDensity {
    guard (0...1).contains(phi) else { return CentreDensity() }
    let prior = 1 / (model.levelDeviation * model.levelDeviation)
    let own = 1 / (OutRateModel.centreDeviation * OutRateModel.centreDeviation)
    var (precision, pull, log) = (own, own * model.priorCentre, 0.0)
    for c in series.indices {
      let found = evidence(c, phi)
      let total = prior + found.precision
      precision += prior * found.precision / total
      pull += prior * found.pull / total
      let inverse = 1 / (point.deviations[c] * point.deviations[c])
      log += 0.5 * (Glibc.log(prior / total) + found.pull * found.pull / total)
      log -= 0.5 * inverse * series[c].sums.errors(level: 0, persistence: phi)
    }
    log += 0.5 * (pull * pull / precision - Glibc.log(precision))
    return CentreDensity(logDensity: log, precision: precision, pull: pull)
  }

  private mutating func drawLevels(using stream: inout RandomStream) {
    let phi = point.persistence
    let prior = 1 / (model.levelDeviation * model.levelDeviation)
    let centre = level(given: phi)
    point.centre = centre.pull / centre.precision + stream.normal() / centre.precision.squareRoot()
    for c in series.indices {
      let found = evidence(c, phi)
      let total = prior + found.precision
      point.levels[c] =
        (prior * point.centre + found.pull) / total + stream.normal() / total.squareRoot()
    }
  }

  private mutating func drawDeviation(_ c: Int, using stream: inout RandomStream) {
    let y = series[c].values
    let (mu, phi) = (point.levels[c], point.persistence)
    var squares = 0.0
    for t in 1..<max(1, y.count) {
      let error = y[t] - (1 - phi) * mu - phi * y[t - 1]
      squares += error * error
    }
    let prior = OutRateModel.deviationPrior
    let power = prior.a - 1 - series[c].sums.count
    func logDensity(_ sigma: Double) -> Double {
      guard sigma > 0, sigma < 1 else { return -.infinity }
      return power * Glibc.log(sigma) + (prior.b - 1) * log1p(-sigma)
        - 0.5 * squares / (sigma * sigma)
    }
    let sigma = point.deviations[c]
    point.deviations[c] =
      slice.step(from: sigma, logDensity(sigma), using: &stream, logDensity).point
  }

  private mutating func drawMissing(using stream: inout RandomStream) {
    for c in series.indices {
      series[c].drawMissing(
        level: point.levels[c], persistence: point.persistence, deviation: point.deviations[c],
        using: &stream)
    }
  }
}
