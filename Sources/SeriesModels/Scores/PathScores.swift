import Glibc
public import Kernel

/// Scores of joint forecasts given as draws of several numbers at once: steps of one series or series of
/// one step.
public enum PathScores {
  /// Energy score `mean ‖X − y‖ − ½ mean ‖X − X'‖` (Gneiting and Raftery 2007). O(draws² · d).
  ///
  /// - Parameters:
  ///   - observed: d numbers.
  ///   - draws: of d numbers each, at least one.
  public static func energy(observed y: [Double], draws: [[Double]]) -> Double {
    check(y, draws)
    var error = 0.0
    var spread = 0.0
    for (k, x) in draws.enumerated() {
      error += distance(x, y)
      for l in 0..<k { spread += distance(x, draws[l]) }
    }
    let m = Double(draws.count)
    return error / m - spread / (m * m)
  }

  /// Variogram score `Σᵢⱼ wᵢⱼ (|yᵢ − yⱼ|ᵖ − mean |Xᵢ − Xⱼ|ᵖ)²` over all ordered pairs: sees wrong dependence, to
  /// which the energy score is nearly blind; not the level (Scheuerer and Hamill 2015). O(draws · d²).
  ///
  /// - Parameters:
  ///   - order: p, standard ½.
  ///   - weights: `d · d`; all 1 where absent.
  public static func variogram(
    observed y: [Double], draws: [[Double]], order p: Double = 0.5, weights: Matrix? = nil
  ) -> Double {
    check(y, draws)
    precondition(p > 0, "order \(p)")
    var score = 0.0
    for i in y.indices {
      for j in y.indices where j != i {
        let expected = draws.reduce(0) { $0 + pow(abs($1[i] - $1[j]), p) } / Double(draws.count)
        let gap = pow(abs(y[i] - y[j]), p) - expected
        score += (weights?[i, j] ?? 1) * gap * gap
      }
    }
    return score
  }

  private static func check(_ y: [Double], _ draws: [[Double]]) {
    precondition(
      !draws.isEmpty && draws.allSatisfy { $0.count == y.count },
      "draws of other lengths than \(y.count)")
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    norm(zip(a, b).map { $0 - $1 })
  }
}
