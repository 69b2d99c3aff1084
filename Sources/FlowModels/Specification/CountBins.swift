import Demography
import Kernel

/// How many flows of each size there are and how many a fit expects: what a rootogram draws.
///
/// Kleiber & Zeileis 2016, *Visualizing count data regressions using rootograms*.
public struct CountBins: Hashable, Sendable {
  /// Flows from `lower` to `upper`, both included; no upper end for the last.
  public struct Bin: Hashable, Sendable {
    public let lower: Int
    public let upper: Int?
    public let observed: Int
    /// `Σ P(lower ≤ Y ≤ upper)` over the rows.
    public let expected: Double
  }

  public let bins: [Bin]
}

extension RegressionFit {
  /// Observed and expected numbers of flows of 0, 1, 2–3, 4–7 and so on, doubling up to the largest.
  ///
  /// - Returns: `nil` unless the family is Poisson or NB2, every response is a whole number and every row
  ///   counts once.
  /// - Complexity: O(rows · log₂ of the largest flow)
  public func countBins() -> CountBins? {
    let y = response
    guard formula.weights == nil, let cumulative, let largest = y.max(), largest < 1e15,
      y.allSatisfy({ $0 == $0.rounded() })
    else { return nil }
    var starts = [0, 1]
    while Double(starts[starts.count - 1]) * 2 <= largest {
      starts.append(starts[starts.count - 1] * 2)
    }
    let below = starts.map { start -> Double in
      start == 0 ? 0 : Statistics.sum(fitted.map { cumulative(Double(start - 1), $0) })
    }
    let rows = Double(observations)
    return CountBins(
      bins: starts.indices.map { k in
        let isLast = k == starts.count - 1
        let lower = Double(starts[k])
        let end = isLast ? Double.infinity : Double(starts[k + 1])
        return CountBins.Bin(
          lower: starts[k], upper: isLast ? nil : starts[k + 1] - 1,
          observed: y.count { $0 >= lower && $0 < end },
          expected: (isLast ? rows : below[k + 1]) - below[k])
      })
  }

  /// `P(Y ≤ x)` by x and mean; `nil` for a family without such a distribution here.
  private var cumulative: ((_ x: Double, _ mean: Double) -> Double)? {
    switch model {
    case "poisson": { Poisson(mean: $1).cumulative($0) }
    case "negbin2":
      shape.map { shape in { NegativeBinomial(mean: $1, size: shape.estimate).cumulative($0) } }
    default: nil
    }
  }
}
