import Glibc
import Kernel

/// How near one table of flows is to another, and a forecast to what came.
///
/// Tables are lists of the same pairs in the same order, as a rule without the diagonal; `t` is what
/// was observed, `f` what a model says, n the number of pairs. Nothing is left out on the way: a missing
/// (NaN) flow makes the score NaN, so the caller decides which pairs count. Every score takes O(n)
/// unless it says otherwise.
///
/// Lenormand, Bassolas & Ramasco 2016; Knudsen & Fotheringham 1986.
public enum FlowScores {
  /// Common part of commuters, `2 Σ min(t, f) / (Σt + Σf)`: 1 for equal tables, 0 for disjoint ones.
  public static func commonPart(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    let shared = Statistics.sum(zip(observed, fitted).map { min($0, $1) })
    return 2 * shared / (Statistics.sum(observed) + Statistics.sum(fitted))
  }

  /// Common part of links, `2 #(t > 0 and f > 0) / (#(t > 0) + #(f > 0))`: whether the same pairs are
  /// connected at all. NaN where neither table has a flow.
  public static func commonLinks(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    guard !(observed + fitted).contains(where: \.isNaN) else { return .nan }
    let both = zip(observed, fitted).count { $0 > 0 && $1 > 0 }
    return 2 * Double(both) / Double(observed.count { $0 > 0 } + fitted.count { $0 > 0 })
  }

  /// Sørensen similarity index, the mean of `2 min(t, f) / (t + f)` over the pairs; a pair that is 0 in
  /// both tables agrees and counts 1.
  public static func sorensen(_ observed: [Double], _ fitted: [Double]) -> Double {
    mean(observed, fitted) { t, f in t == 0 && f == 0 ? 1 : 2 * min(t, f) / (t + f) }
  }

  /// Root mean square error, `√(Σ(t − f)²/n)`, in persons.
  public static func rootMeanSquare(_ observed: [Double], _ fitted: [Double]) -> Double {
    mean(observed, fitted) { ($0 - $1) * ($0 - $1) }.squareRoot()
  }

  /// Standardised root mean square error, `√(Σ(t − f)²/n) / t̄`.
  public static func standardisedRootMeanSquare(_ observed: [Double], _ fitted: [Double]) -> Double
  {
    rootMeanSquare(observed, fitted) / Statistics.mean(observed)
  }

  /// Mean of `|t − f|`, in persons.
  public static func meanAbsoluteError(_ observed: [Double], _ fitted: [Double]) -> Double {
    mean(observed, fitted) { abs($0 - $1) }
  }

  /// Mean of `|t − f| / t`, a share; infinite or NaN where a pair has no observed flow.
  public static func meanAbsolutePercentage(_ observed: [Double], _ fitted: [Double]) -> Double {
    mean(observed, fitted) { abs($0 - $1) / $0 }
  }

  /// Mean of `|t − f| / (t + 1)`, a share that exists with zero flows (Welch & Raftery 2022).
  public static func meanAbsolutePercentagePlusOne(
    _ observed: [Double], _ fitted: [Double]
  ) -> Double {
    mean(observed, fitted) { abs($0 - $1) / ($0 + 1) }
  }

  /// Mean of `|ln(f + ½) − ln(t + ½)|`: the same weight for a doubling of a small flow and of a large one.
  public static func meanAbsoluteLog(_ observed: [Double], _ fitted: [Double]) -> Double {
    mean(observed, fitted) { abs(Glibc.log($1 + 0.5) - Glibc.log($0 + 0.5)) }
  }

  /// `(Σf − Σt) / Σt`: by which share the fitted total is too high.
  public static func bias(_ observed: [Double], _ fitted: [Double]) -> Double {
    check(observed, fitted)
    let total = Statistics.sum(observed)
    return (Statistics.sum(fitted) - total) / total
  }

  static func mean(
    _ observed: [Double], _ fitted: [Double], _ term: (Double, Double) -> Double
  ) -> Double {
    check(observed, fitted)
    return Statistics.mean(zip(observed, fitted).map { term($0, $1) })
  }

  static func check(_ a: [Double], _ b: [Double]) {
    precondition(a.count == b.count && !a.isEmpty, "lengths \(a.count) and \(b.count)")
  }
}
