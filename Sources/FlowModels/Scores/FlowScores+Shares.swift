import Glibc
import Kernel

/// Scores of variation explained, of shares of the total and of distances.
extension FlowScores {
  /// Share of the squared variation explained, `1 − Σ(t − f)²/Σ(t − t̄)²`, against the line f = t; below 0
  /// where the mean of the flows would do better.
  public static func explainedVariance(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    let mean = Statistics.mean(observed)
    let squares = Statistics.sum(zip(observed, fitted).map { ($0 - $1) * ($0 - $1) })
    return 1 - squares / Statistics.sum(observed.map { ($0 - mean) * ($0 - mean) })
  }

  /// Pearson's correlation of the flows; NaN where one table does not vary.
  public static func correlation(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    return Statistics.correlation(observed, fitted)
  }

  /// Pearson's correlation of `ln t` and `ln f` over the pairs with a flow in both tables.
  public static func logCorrelation(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    guard !(observed + fitted).contains(where: \.isNaN) else { return .nan }
    let both = observed.indices.filter { observed[$0] > 0 && fitted[$0] > 0 }
    return Statistics.correlation(
      both.map { Glibc.log(observed[$0]) }, both.map { Glibc.log(fitted[$0]) })
  }

  /// Deviance of Poisson counts, `2 Σ (t ln(t/f) − (t − f))`; infinite where a flow came that the model
  /// holds impossible.
  public static func poissonDeviance(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    return 2
      * Statistics.sum(zip(observed, fitted).map { t, f in divergence(t, f) - (t - f) })
  }

  /// D²: share of the Poisson deviance of a constant flow that is explained, `1 − dev(f)/dev(t̄)`.
  public static func explainedDeviance(_ observed: [Double], _ fitted: [Double]) -> Double {
    let mean = Statistics.mean(observed)
    let constant = [Double](repeating: mean, count: observed.count)
    return 1 - poissonDeviance(observed, fitted) / poissonDeviance(observed, constant)
  }

  /// Kullback–Leibler divergence of the shares, `Σ p ln(p/q)` with `p = t/Σt`, `q = f/Σf`, in nats;
  /// infinite where a flow came that the model holds impossible.
  public static func kullbackLeibler(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    let (p, q) = (shares(observed), shares(fitted))
    return Statistics.sum(zip(p, q).map { divergence($0, $1) })
  }

  /// Index of dissimilarity, `½ Σ |t/Σt − f/Σf|`: the share of migrants who would have to take another
  /// pair.
  public static func dissimilarity(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    return 0.5 * Statistics.sum(zip(shares(observed), shares(fitted)).map { abs($0 - $1) })
  }

  /// Mean distance moved, `Σ T d / ΣT`, in the unit of the distances.
  public static func meanDistance(_ flows: [Double], distances: [Double]) -> Double {
    check(flows, distances)
    return Statistics.sum(zip(flows, distances).map { $0 * $1 }) / Statistics.sum(flows)
  }

  /// `t ln(t/f)`, 0 for t = 0.
  private static func divergence(_ t: Double, _ f: Double) -> Double {
    t == 0 && !f.isNaN ? 0 : t * Glibc.log(t / f)
  }

  private static func shares(_ flows: [Double]) -> [Double] {
    let total = Statistics.sum(flows)
    return flows.map { $0 / total }
  }
}
