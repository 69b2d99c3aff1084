import Foundation
import Kernel
import Testing

@Suite struct LogNormalScoreTests {
  /// The score is the integral of `(F(x) − 1[x ≥ y])²` over x.
  @Test(arguments: [(0.0, 0.3, 1.2), (2.0, 0.05, 7.0), (1.0, 1.0, 0.4), (0.0, 0.5, 30.0)])
  func closedFormIsTheIntegral(logMean: Double, spread: Double, outcome: Double) {
    let law = LogNormal(logMean: logMean, logStandardDeviation: spread)
    func integral(_ from: Double, _ to: Double, _ f: (Double) -> Double) -> Double {
      let n = 20_000
      let h = (to - from) / Double(n)
      return (0..<n).reduce(0) { sum, k in
        let x = from + h * Double(k)
        return sum + h / 6 * (f(x) + 4 * f(x + h / 2) + f(x + h))
      }
    }
    let end = max(outcome, law.upperQuantile(1e-12))
    let below = integral(0, outcome) { law.cumulative($0) * law.cumulative($0) }
    let above = integral(outcome, end) { law.complementary($0) * law.complementary($0) }
    let score = law.rankedProbabilityScore(outcome)
    #expect(abs(score / (below + above) - 1) < 1e-6)
  }
}
