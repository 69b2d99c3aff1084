import Glibc
import Kernel

/// Least squares, from which other searches begin.
struct LeastSquaresStart {
  let y: [Double]
  let X: Matrix

  /// Zeros where the columns do not determine them, which is a start too.
  func coefficients() -> [Double] {
    let scales = X.columnNorms.map { $0 > 0 ? 1 / $0 : 1 }
    let scaled = X.scalingColumns(by: scales)
    guard let root = try? Cholesky(scaled.gram()) else { return scales.map { _ in 0 } }
    let solution = root.solve(scaled.transposeTimes(y))
    return solution.indices.map { scales[$0] * solution[$0] }
  }
}

/// Poisson coefficients, from which other counts begin.
struct PoissonStart {
  let y: [Double]
  let X: Matrix
  var offset: [Double]?
  var weights: [Double]?

  /// From least squares of the logarithms; not necessarily the maximum.
  func coefficients(_ options: RegressionOptions) throws -> [Double] {
    let logs = y.indices.map { Glibc.log(y[$0] + 0.5) - (offset?[$0] ?? 0) }
    let first = LeastSquaresStart(y: logs, X: X).coefficients()
    let likelihood = CountLikelihood<PoissonDensity>(
      y: y, X: X, Z: Matrix(rows: y.count, columns: 0), part: .none, offset: offset,
      zeroOffset: nil, weights: weights)
    let search = NewtonMaximum(names: [], sizes: [], maximumIterations: options.maximumIterations)
    return try search.approach(
      from: first, value: { likelihood.value($0) }, derivatives: { likelihood.derivatives($0) })
  }
}
