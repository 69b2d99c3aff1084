import Kernel

/// Sample paths of several series that depend on each other as their errors did.
///
/// Each series keeps its own paths as they are; which of them go together in a draw is told by their means over
/// the horizon, whose ranks a Gaussian copula with the shrunk correlations of the one-step errors joins (Schäfer
/// and Strimmer 2005; reordering after Schefzik, Thorarinsdottir and Gneiting 2013, Statistical Science 28).
///
/// - Parameters:
///   - fits: of different names; errors count at the periods at which all of them have one.
///   - paths: by series, of one number of draws and one horizon.
/// - Returns: the same paths of every series in another order.
/// - Throws: `.tooFewErrors` where fewer than two periods have errors of all series, `.notFinite`.
/// - Complexity: O(series² · moments + draws · series · (moments + horizon + log draws))
public func jointPaths(
  of fits: [any FittedSeries], _ paths: [[[Double]]], seed: UInt32
) throws(CoherenceError) -> [[[Double]]] {
  precondition(fits.count == paths.count, "\(fits.count) fits, paths of \(paths.count)")
  guard fits.count > 1, let first = fits.first?.series else { return paths }
  let residuals = fits.map(\.residuals)
  var errors = Matrix(rows: fits.count, columns: first.count)
  for (t, period) in first.periods.enumerated() {
    for (k, fit) in fits.enumerated() {
      let step = fit.series.step(of: period)
      errors[k, t] = step.map { $0 < residuals[k].count ? residuals[k][$0] : .nan } ?? .nan
    }
  }
  let joint = try JointDraws(errors: errors, names: fits.map(\.series.id), seed: seed)
  let orders = paths.map { own in
    let means = own.map { Statistics.mean($0) }
    return own.indices.sorted { (means[$0], $0) < (means[$1], $1) }.map(Double.init)
  }
  let places = joint.draws(orders, step: 0)
  return paths.indices.map { k in
    paths[k].indices.map { paths[k][Int(places[k, $0])] }
  }
}
