import Kernel

/// How near one table of flows is to another; both in the same order, without the diagonal.
///
/// Lenormand, Bassolas & Ramasco 2016; Knudsen & Fotheringham 1986.
public enum FlowScores {
  /// Common part of commuters, `2 Σ min(t, f) / (Σt + Σf)`: 1 for equal tables, 0 for disjoint ones.
  public static func commonPart(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    let shared = Statistics.sum(zip(observed, fitted).map { min($0, $1) })
    return 2 * shared / (Statistics.sum(observed) + Statistics.sum(fitted))
  }

  /// Standardised root mean square error, `√(Σ(t − f)²/n) / t̄`.
  public static func standardisedRootMeanSquare(_ observed: [Double], _ fitted: [Double]) -> Double
  {
    check(observed, fitted)
    let squares = Statistics.sum(zip(observed, fitted).map { ($0 - $1) * ($0 - $1) })
    let n = Double(observed.count)
    return (squares / n).squareRoot() / (Statistics.sum(observed) / n)
  }

  /// Mean of `|t − f|`.
  public static func meanAbsoluteError(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    return Statistics.sum(zip(observed, fitted).map { abs($0 - $1) }) / Double(observed.count)
  }

  private static func check(_ a: [Double], _ b: [Double]) {
    precondition(a.count == b.count && !a.isEmpty, "lengths \(a.count) and \(b.count)")
  }
}
