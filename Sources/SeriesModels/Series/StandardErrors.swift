import Kernel

/// Standard errors from the second differences of a log-likelihood at its greatest value; `nil` where
/// it is flat or not defined nearby.
///
/// - Parameter steps: size of the differences, one for each parameter.
/// - Complexity: O(k²) evaluations.
func standardErrors(
  at x: [Double], steps h: [Double], _ logLikelihood: ([Double]) -> Double?
) -> [Double]? {
  standardErrors(at: x, steps: h, together: { $0.map(logLikelihood) })
}

/// The same of a log-likelihood that is cheaper at several points at once.
func standardErrors(
  at x: [Double], steps h: [Double], together logLikelihoods: ([[Double]]) -> [Double?]
) -> [Double]? {
  guard let information = observedInformation(at: x, steps: h, together: logLikelihoods) else {
    return nil
  }
  return (try? Cholesky(information))?.inverse().diagonal.map { $0.squareRoot() }
}

/// Negative second differences of a log-likelihood; `nil` where it is not defined at one of the points.
func observedInformation(
  at x: [Double], steps h: [Double], together logLikelihoods: ([[Double]]) -> [Double?]
) -> Matrix? {
  var information = Matrix(rows: x.count, columns: x.count)
  for i in x.indices {
    for j in i..<x.count {
      let signs = [(h[i], h[j]), (h[i], -h[j]), (-h[i], h[j]), (-h[i], -h[j])]
      let corners = logLikelihoods(
        signs.map { a, b in
          var moved = x
          moved[i] += a
          moved[j] += b
          return moved
        }
      ).compactMap { $0 }
      guard corners.count == 4 else { return nil }
      let second = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * h[i] * h[j])
      information[i, j] = -second
      information[j, i] = -second
    }
  }
  return information
}
