import Glibc

/// Mean and variance of the values to come of Holt's and Winters' filter with a season that multiplies, errors
/// being normal and relative to the mean.
///
/// With q = ℓ + b an error ε moves ℓ to q (1 + α ε), b to b + α β q ε and the season that is due from s to
/// s u, u = 1 + γ (1 − α) ε/(1 + α ε): it is smoothed towards y/ℓ of the new level. So u (1 + α ε) is the
/// polynomial 1 + (α + γ (1 − α)) ε, and the recursion is that of `ETSProductMoments` but for u itself and u ε.
/// Their means are taken by Gauss's rule of five nodes, exact to the ninth power of ε; they only exist as long
/// as 1 + α ε stays away from 0.
///
/// Chatfield and Yar (1991), International Journal of Forecasting 7, 31–37, for errors in proportion to the mean.
struct HoltWintersMoments {
  private let product: ETSProductMoments

  /// - Parameter deviation: of the relative errors.
  /// - Returns: `nil` where 1 + α ε comes within 0.1 of 0 at a node, deviations beyond 0.315/α.
  init?(_ weights: HoltWintersWeights, deviation: Double, after filter: HoltWintersFilter) {
    let alpha = weights.level
    // Of the standard normal density; nodes are roots of x⁵ − 10 x³ + 15 x.
    let far = (5 + 10.0.squareRoot()).squareRoot()
    let near = (5 - 10.0.squareRoot()).squareRoot()
    let (ofFar, ofNear) = ((7 - 40.0.squareRoot()) / 60, (7 + 40.0.squareRoot()) / 60)
    guard alpha * deviation * far < 0.9 else { return nil }
    let nodes = [
      (-far, ofFar), (-near, ofNear), (0, 8.0 / 15), (near, ofNear), (far, ofFar),
    ]
    func turn(_ gamma: Double) -> ProductTurn {
      let drawn = gamma * (1 - alpha)
      return ProductTurn(
        nodes: nodes.map { node, weight in
          let e = deviation * node
          let moved = drawn * e / (1 + alpha * e)
          return (weight, (alpha + drawn) * e, alpha * weights.slope * e * (1 + moved), moved)
        })
    }
    product = ETSProductMoments(
      usual: turn(0), own: turn(weights.season), phi: 1, variance: deviation * deviation,
      from: filter.ahead)
  }

  /// Mean and variance of the value `step` steps after the next.
  ///
  /// - Complexity: O(step)
  func step(_ step: Int) -> (mean: Double, variance: Double) { product.step(step) }
}
