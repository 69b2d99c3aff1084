import Glibc
import Kernel

/// The test for one break of the level at an unknown time: the largest of the F statistics over the middle of
/// the series (Andrews 1993, Econometrica 61).
public struct SupremumTest: Hashable, Sendable {
  public let statistic: Double
  /// The last value before the most likely break, from 0.
  public let place: Int
  /// Of the limiting process, solved as a diffusion (Andrews 1993 tabulates its quantiles).
  public let pValue: Double

  /// - Parameters:
  ///   - values: none missing.
  ///   - trimming: share left out at both ends, in (0, ½).
  /// - Throws: `.tooShort`, `.missing`, `.constant`.
  public init(_ values: [Double], trimming: Double = 0.15) throws(BreakError) {
    precondition(trimming > 0 && trimming < 0.5, "trimming \(trimming)")
    try BreakError.check(values, least: 8)
    let first = Self.first(values.count, trimming: trimming)
    (statistic, place) = Self.largest(values, first: first)
    pValue = Self.tail(statistic, trimming: Double(first) / Double(values.count))
  }

  /// Fewest values before and after a break.
  static func first(_ count: Int, trimming: Double = 0.15) -> Int {
    max(2, Int((trimming * Double(count) + 1e-9).rounded(.down)))
  }

  /// The statistic and its place, of values that vary.
  static func largest(_ values: [Double], first: Int) -> (statistic: Double, place: Int) {
    let n = values.count
    let mean = Statistics.mean(values)
    let centred = values.map { $0 - mean }
    let whole = dot(centred, centred)
    var partial = 0.0
    var best = (statistic: -1.0, place: 0)
    for t in 0..<(n - first) {
      partial += centred[t]
      guard t + 1 >= first else { continue }
      // What two levels explain beyond one, and what they leave.
      let k = Double(t + 1)
      let explained = partial * partial * Double(n) / (k * (Double(n) - k))
      // A step without noise leaves rounding alone, of either sign.
      let left = max(whole - explained, 1e-15 * whole)
      let value = explained / (left / Double(n - 2))
      if value > best.statistic { best = (value, t) }
    }
    return best
  }

  /// Chance that the statistic of a long series without a break is larger.
  public static func tail(_ statistic: Double, trimming: Double) -> Double {
    precondition(trimming > 0 && trimming < 0.5, "trimming \(trimming)")
    return supremumTail(statistic, span: Glibc.log((1 - trimming) / trimming))
  }
}

/// `P(sup B(π)² / (π (1 − π)) > c)` for a Brownian bridge over `[π₀, 1 − π₀]`.
///
/// In the time `½ ln(π / (1 − π))` the root of the process is a stationary Ornstein–Uhlenbeck process
/// `dX = −X ds + √2 dW`, and the tail is its chance to leave `±√c` within the span. The chance v(s, x) to leave
/// obeys `v_s = v_xx − x v_x`, 1 at the barrier; solved for itself, not as 1 − survival, so that small
/// probabilities keep their digits. Implicit steps extrapolated to second order; error some 1e-4 of the tail.
///
/// - Parameter span: `ln((1 − π₀) / π₀)`, the length of the interval in that time.
func supremumTail(_ c: Double, span: Double) -> Double {
  guard c > 0 else { return 1 }
  let barrier = c.squareRoot()
  func tail(_ steps: Int) -> Double {
    let cells = 800
    let dx = barrier / Double(cells)
    let dt = span / Double(steps)
    // Even in x: the grid runs from 0 with a mirror there to the barrier.
    var v = [Double](repeating: 0, count: cells + 1)
    v[cells] = 1
    var upper = v
    for _ in 0..<steps {
      var right = v
      for i in 0..<cells {
        let x = Double(i) * dx
        let low = i == 0 ? 0 : dt * (1 / (dx * dx) + x / (2 * dx))
        let high = dt * (i == 0 ? 2 / (dx * dx) : 1 / (dx * dx) - x / (2 * dx))
        let pivot = 1 + 2 * dt / (dx * dx) - (i == 0 ? 0 : low * upper[i - 1])
        upper[i] = high / pivot
        right[i] = (v[i] + (i == 0 ? 0 : low * right[i - 1])) / pivot
      }
      for i in stride(from: cells - 1, through: 0, by: -1) {
        v[i] = right[i] + upper[i] * v[i + 1]
      }
    }
    // Simpson's rule over the start, which is standard normal.
    var inside = 0.0
    for i in 0...cells {
      let weight = i == 0 || i == cells ? 1.0 : i % 2 == 1 ? 4 : 2
      inside += weight * v[i] * normalDensity(Double(i) * dx)
    }
    return 2 * normalComplementary(barrier) + 2 * inside * dx / 3
  }
  return min(1, 2 * tail(800) - tail(400))
}

/// The test for a level that moves at all: the largest partial sum of the residuals about the mean
/// (Ploberger and Krämer 1992, Econometrica 60).
public struct CumulativeSumTest: Hashable, Sendable {
  /// Of `max |Σ e| / (σ √n)`, σ² with divisor n − 1.
  public let statistic: Double
  /// Of the largest value of a Brownian bridge.
  public let pValue: Double
  /// Scaled partial sums after each value.
  public let path: [Double]

  /// - Throws: `.tooShort`, `.missing`, `.constant`.
  public init(_ values: [Double]) throws(BreakError) {
    try BreakError.check(values, least: 3)
    let n = Double(values.count)
    let mean = Statistics.mean(values)
    let scale = (Statistics.variance(values) * n).squareRoot()
    var sum = 0.0
    path = values.map { value in
      sum += value - mean
      return sum / scale
    }
    statistic = path.reduce(0) { max($0, abs($1)) }
    pValue = Self.bridgeTail(statistic)
  }

  /// `2 Σ (−1)^{k+1} exp(−2 k² x²)` (Kolmogorov 1933); below 0.2 it is 1 to 12 digits.
  private static func bridgeTail(_ x: Double) -> Double {
    if x < 0.2 { return 1 }
    var sum = 0.0
    for k in 1...100 {
      let term = Glibc.exp(-2 * Double(k * k) * x * x)
      sum += k % 2 == 1 ? term : -term
      if term < 1e-18 { break }
    }
    return min(1, 2 * sum)
  }
}
