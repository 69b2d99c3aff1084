import Kernel

/// Standard errors from the second differences of a log-likelihood at its greatest value; `nil` where
/// it is flat or not defined nearby.
///
/// - Parameter steps: size of the differences, one for each parameter.
/// - Complexity: O(k²) evaluations.
func standardErrors(
  at x: [Double], steps h: [Double], _ logLikelihood: ([Double]) -> Double?
) -> [Double]? {
  guard let information = observedInformation(at: x, steps: h, logLikelihood) else { return nil }
  return (try? Cholesky(information))?.inverse().diagonal.map { $0.squareRoot() }
}

/// Negative second differences of a log-likelihood.
func observedInformation(
  at x: [Double], steps h: [Double], _ logLikelihood: ([Double]) -> Double?
) -> Matrix? {
  var information = Matrix(rows: x.count, columns: x.count)
  for i in x.indices {
    for j in i..<x.count {
      var corners: [Double] = []
      for (a, b) in [(h[i], h[j]), (h[i], -h[j]), (-h[i], h[j]), (-h[i], -h[j])] {
        var moved = x
        moved[i] += a
        moved[j] += b
        guard let value = logLikelihood(moved) else { return nil }
        corners.append(value)
      }
      let second = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * h[i] * h[j])
      information[i, j] = -second
      information[j, i] = -second
    }
  }
  return information
}
