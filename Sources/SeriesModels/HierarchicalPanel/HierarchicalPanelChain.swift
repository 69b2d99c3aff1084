import Glibc
import Kernel

/// Gibbs sampler of `HierarchicalPanel`.
///
/// τ is a slice with M and all μ_c integrated out, then M with the μ_c integrated out, then the μ_c: one
/// after the other, a narrow spread keeps levels together and they keep it narrow. a is a slice of
/// `ln(a − 1)` with b integrated out, and b is drawn after it: its bound is (a − 1)/10, which, b given,
/// would hold a fast. The rest are known distributions. Sums over a series are made once, so that a sweep
/// is O(units), missing rates aside.
struct HierarchicalPanelChain {
  private let panel: HierarchicalPanel
  private let slice = SliceSampler(width: 3)
  private let spreadSlice = SliceSampler(width: 0.002)
  private var series: [BridgedSeries]
  private var levels: [Double]
  private var persistences: [Double]
  /// σ_c⁻².
  private var precisions: [Double]
  private var centre = 0.0
  private var spread: Double
  private var shape: Double
  private var scale = 0.0

  /// - Parameter stream: spreads the starts of chains.
  init(_ panel: HierarchicalPanel, using stream: inout RandomStream) {
    self.panel = panel
    let series = panel.series.map { BridgedSeries($0) }
    self.series = series
    levels = series.map { y in 0.5 * Statistics.mean(y.values) + 0.001 * stream.normal() }
    persistences = series.map { _ in stream.uniform() }
    precisions = series.map { y in
      let steps = zip(y.values.dropFirst(), y.values).map { ($0 - $1) * ($0 - $1) }
      let floor = HierarchicalPanel.leastDeviation * HierarchicalPanel.leastDeviation
      return (0.5 + stream.uniform()) / max(Statistics.mean(steps), floor)
    }
    spread = 0.0005 + 0.01 * stream.uniform()
    shape = 1 + stream.uniform()
  }

  func record(into kept: inout [Double]) {
    kept.append(centre)
    kept.append(spread)
    kept.append(shape)
    kept.append(scale)
    for c in levels.indices {
      kept.append(levels[c])
      kept.append(persistences[c])
      kept.append(1 / precisions[c].squareRoot())
    }
  }

  mutating func sweep(using stream: inout RandomStream) {
    drawShapeAndScale(using: &stream)
    let evidence = levels.indices.map { self.evidence($0) }
    drawCentreAndSpread(evidence, using: &stream)
    let prior = 1 / (spread * spread)
    let floor = HierarchicalPanel.leastDeviation * HierarchicalPanel.leastDeviation
    for c in levels.indices {
      let own = series[c].sums
      let found = evidence[c]
      let total = prior + found.precision
      levels[c] = (prior * centre + found.pull) / total + stream.normal() / total.squareRoot()
      let square = own.nowSquares(around: levels[c])
      if square > 0 {
        persistences[c] = stream.normal(
          mean: own.products(around: levels[c]) / square,
          standardDeviation: 1 / (square * precisions[c]).squareRoot(), in: 0...1)
      } else {
        persistences[c] = stream.uniform()
      }
      let errors = own.errors(level: levels[c], persistence: persistences[c])
      precisions[c] = stream.gamma(
        shape: shape + 0.5 * own.count, rate: scale + 0.5 * errors, in: 0...(1 / floor))
    }
    drawMissing(using: &stream)
  }

  /// What the rates of a unit say of its level: a normal of this precision, and that times its mean.
  private struct Evidence {
    let precision: Double
    let pull: Double
  }

  private func evidence(_ c: Int) -> Evidence {
    let rest = 1 - persistences[c]
    let sums = series[c].sums
    let pull = rest * (sums.next - persistences[c] * sums.now) * precisions[c]
    return Evidence(precision: sums.count * rest * rest * precisions[c], pull: pull)
  }

  /// The density of τ with M and the levels integrated out, and the normal of M given τ.
  private func spreadDensity(_ tau: Double, _ evidence: [Evidence]) -> (
    logDensity: Double, mean: Double, precision: Double
  ) {
    guard tau > 0, tau < HierarchicalPanel.spreadBound else { return (-.infinity, 0, 0) }
    let square = tau * tau
    var (precision, pull, log) = (0.0, 0.0, 0.0)
    for found in evidence {
      let inflation = 1 + found.precision * square
      precision += found.precision / inflation
      pull += found.pull / inflation
      log += found.pull * found.pull * square / inflation - Glibc.log(inflation)
    }
    let mean = pull / precision
    let root = precision.squareRoot()
    let bound = HierarchicalPanel.centreBound
    let inside = normalCumulative((bound - mean) * root) - normalCumulative((-bound - mean) * root)
    log += pull * mean - Glibc.log(precision)
    return (0.5 * log + Glibc.log(inside), mean, precision)
  }

  private mutating func drawCentreAndSpread(
    _ evidence: [Evidence], using stream: inout RandomStream
  ) {
    let density = { [self] (tau: Double) in spreadDensity(tau, evidence).logDensity }
    spread = spreadSlice.step(from: spread, density(spread), using: &stream, density).point
    let found = spreadDensity(spread, evidence)
    let bound = HierarchicalPanel.centreBound
    centre = stream.normal(
      mean: found.mean, standardDeviation: 1 / found.precision.squareRoot(), in: -bound...bound)
  }

  private mutating func drawShapeAndScale(using stream: inout RandomStream) {
    let n = Double(precisions.count)
    let sum = precisions.reduce(0, +)
    let logs = precisions.reduce(0) { $0 + Glibc.log($1) }
    /// At t = ln(a − 1): the prior's 1/(a − 1) is undone by the Jacobian.
    func logDensity(_ t: Double) -> Double {
      let excess = Glibc.exp(t)
      let a = 1 + excess
      guard a <= 10 else { return -.infinity }
      let power = a * n + 1
      return a * logs - n * logGamma(a) + logGamma(power) - power * Glibc.log(sum)
        + Glibc.log(gammaP(power, sum * excess / 10))
    }
    var t = Glibc.log(shape - 1)
    // A start at which b has no room left.
    while logDensity(t) == -.infinity && t < 2 { t += 0.5 }
    t = slice.step(from: t, logDensity(t), using: &stream, logDensity).point
    shape = 1 + Glibc.exp(t)
    scale = stream.gamma(shape: shape * n + 1, rate: sum, in: 0...(Glibc.exp(t) / 10))
  }

  private mutating func drawMissing(using stream: inout RandomStream) {
    for c in series.indices {
      series[c].drawMissing(
        level: levels[c], persistence: persistences[c], deviation: 1 / precisions[c].squareRoot(),
        using: &stream)
    }
  }
}
