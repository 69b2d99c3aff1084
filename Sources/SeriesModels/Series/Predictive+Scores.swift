import Glibc
import Kernel

/// How well the distribution of each step foresaw what came; NaN where nothing came or nothing was said.
extension Predictive {
  /// Logarithm of the density at what came, of distributions known in closed form; NaN for others.
  func logScores(_ actual: [Double]) -> [Double] {
    guard case .located(let mean, let deviation, let degrees) = shape else {
      return actual.map { _ in .nan }
    }
    return actual.indices.map { step in
      let y = actual[step]
      guard !y.isNaN, !scale.excludes(y) else { return y.isNaN ? .nan : -.infinity }
      let z = (scaled(y) - mean[step]) / deviation[step]
      let density: Double
      if degrees.isInfinite {
        density = -0.5 * (z * z + Glibc.log(2 * .pi))
      } else {
        let constant = logGamma(0.5 * (degrees + 1)) - logGamma(0.5 * degrees)
        density =
          constant - 0.5 * Glibc.log(degrees * .pi)
          - 0.5 * (degrees + 1) * Glibc.log1p(z * z / degrees)
      }
      return density - Glibc.log(deviation[step]) + scale.logSlope(y)
    }
  }

  /// Interval scores at a level in per cent.
  func intervalScores(_ actual: [Double], level: Double) -> [Double] {
    let reaches = reaches(level)
    return actual.indices.map { step in
      guard !actual[step].isNaN, !reaches[step].below.isNaN else { return .nan }
      return SampleScores.intervalScore(
        observed: actual[step], lower: back(centre(step) - reaches[step].below),
        upper: back(centre(step) + reaches[step].above), coverage: level / 100)
    }
  }

  /// In which tenth of the distribution each value fell, from 0; `nil` where nothing is known. On the border of
  /// two it is the upper one.
  func tenths(_ actual: [Double]) -> [Int?] {
    let all = [80.0, 60, 40, 20].map { reaches($0) }
    return actual.indices.map { step in
      let y = actual[step]
      guard !y.isNaN, hasIntervals, !all[0][step].below.isNaN else { return nil }
      let middle = centre(step)
      let borders =
        all.map { middle - $0[step].below } + [middle] + all.map { middle + $0[step].above }
      return borders.count { back($0) <= y }
    }
  }
}
