import Glibc
import Kernel

extension FlowLaw {
  /// The interval that leaves out half of `1 − level` on either side, at most.
  ///
  /// Of counts the least whole number with a tail up to there, and the least with no more beyond.
  /// - Returns: `nil` where the mean is beyond all numbers.
  func interval(_ level: Double) -> ClosedRange<Double>? {
    guard isFinite, mean.isFinite else { return nil }
    let tail = 0.5 * (1 - level)
    if case .normal(let deviation) = kind {
      let law = Normal(
        mean: eta, standardDeviation: (deviation * deviation + scatter).squareRoot())
      return law.quantile(tail)...law.upperQuantile(tail)
    }
    let low = least { tails($0).below >= tail }
    return low...max(low, least { tails($0).above <= tail })
  }

  /// The least whole number for which something holds that then goes on to hold: by doubling, then by
  /// halving, up to the digits of the number.
  private func least(_ reached: (Double) -> Bool) -> Double {
    if reached(0) { return 0 }
    var (low, high) = (0.0, max(1, mean.rounded()))
    while !reached(high) { (low, high) = (high, 2 * high) }
    while high - low > max(1, 1e-9 * high) {
      let middle = (low + 0.5 * (high - low)).rounded(.down)
      if reached(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// A randomised quantile residual: standard normal where the law is right. Dunn & Smyth 1996.
  /// - Parameter u: uniform on (0, 1).
  func quantileResidual(_ y: Double, _ u: Double) -> Double {
    guard isOfCounts else {
      let (below, above) = tails(y)
      return below < 0.5 ? normalQuantile(below) : normalUpperQuantile(above)
    }
    let (here, beyond) = (tails(y), tails(y - 1))
    let below = beyond.below + u * max(0, here.below - beyond.below)
    if below < 0.5 { return normalQuantile(below) }
    return normalUpperQuantile(here.above + (1 - u) * max(0, beyond.above - here.above))
  }
}
