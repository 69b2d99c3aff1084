import Demography
import Kernel

/// Least squares of something made from residuals, as tests need it.
struct AuxiliaryRegression {
  let coefficients: [Double]
  /// Heteroscedasticity-robust with `n/(n−k)` (HC1).
  let robust: [Double]
  /// For equal variances.
  let classical: [Double]

  /// - Throws: `fit.singular` when the columns are dependent or there are no more rows than columns.
  init(_ y: [Double], _ columns: [[Double]]) throws {
    let X = Matrix(rows: y.count, columns: columns.count, values: columns.flatMap { $0 })
    guard let fit = try? leastSquares(X, y), fit.dependent.isEmpty, y.count > columns.count else {
      throw FitError.singular.fault
    }
    let (n, free) = (Double(y.count), Double(y.count - columns.count))
    let bread = fit.unscaledCovariance
    let meat = X.gram(weights: fit.residuals.map { $0 * $0 })
    let V = (n / free) * bread.times(meat).times(bread)
    coefficients = fit.coefficients
    robust = V.diagonal.map { $0.squareRoot() }
    classical = bread.diagonal.map { ($0 * fit.residualSumOfSquares / free).squareRoot() }
  }
}
