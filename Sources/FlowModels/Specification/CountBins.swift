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

  /// Flows of 0, 1, 2–3, 4–7 and so on, doubling up to the largest.
  /// - Parameter below: `Σ P(Y ≤ x)` over the rows.
  init(_ y: [Double], largest: Double, below: (_ x: Double) -> Double) {
    var starts = [0, 1]
    while Double(starts[starts.count - 1]) * 2 <= largest {
      starts.append(starts[starts.count - 1] * 2)
    }
    let sums = starts.map { $0 == 0 ? 0 : below(Double($0 - 1)) }
    bins = starts.indices.map { k in
      let isLast = k == starts.count - 1
      let lower = Double(starts[k])
      let end = isLast ? Double.infinity : Double(starts[k + 1])
      return Bin(
        lower: starts[k], upper: isLast ? nil : starts[k + 1] - 1,
        observed: y.count { $0 >= lower && $0 < end },
        expected: (isLast ? Double(y.count) : sums[k + 1]) - sums[k])
    }
  }
}
