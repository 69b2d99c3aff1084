import Glibc
public import Kernel

/// A vector autoregression with constant by least squares (Lütkepohl 2005, New Introduction to Multiple
/// Time Series Analysis).
public struct VARModel: Hashable, Sendable {
  public let lags: Int

  /// - Precondition: at least one lag.
  public init(lags: Int) {
    precondition(lags >= 1, "\(lags) lags")
    self.lags = lags
  }

  /// - Throws: `.tooShort` unless each equation has two values more than coefficients; `.seriesDependent` where
  ///   variables are combinations of each other, `.regressorsDependent` where their pasts are.
  public func fit(_ panel: VectorPanel) throws(SeriesError) -> VARFit {
    try fit(panel, from: lags)
  }

  /// Criteria of the numbers of lags up to `most` that have a fit, on the steps that all of them can explain.
  /// - Throws: as `fit`, where none has one.
  public static func criteria(
    _ panel: VectorPanel, most: Int
  ) throws(SeriesError) -> [(lags: Int, aic: Double, bic: Double, hqic: Double)] {
    var all: [(lags: Int, aic: Double, bic: Double, hqic: Double)] = []
    var fault: SeriesError?
    for p in 1..<(most + 1) {
      do throws(SeriesError) {
        let fit = try VARModel(lags: p).fit(panel, from: most)
        all.append((p, fit.aic, fit.bic, fit.hqic))
      } catch {
        fault = fault ?? error
      }
    }
    if all.isEmpty, let fault { throw fault }
    return all
  }

  private func fit(_ panel: VectorPanel, from start: Int) throws(SeriesError) -> VARFit {
    let needed = start + panel.variables * lags + 3
    guard panel.count >= needed else {
      throw .tooShort(
        series: panel.names[0], model: "var(\(lags))", observed: panel.count, needed: needed)
    }
    try panel.requireIndependent()
    let (X, Y) = panel.table(lags: lags, from: start)
    var B = Matrix(rows: X.columns, columns: Y.columns)
    var residuals = Matrix(rows: Y.rows, columns: Y.columns)
    var inverse = Matrix(rows: 0, columns: 0)
    for j in 0..<Y.columns {
      guard let found = try? leastSquares(X, Y.column(j)), found.dependent.isEmpty else {
        throw .regressorsDependent(
          series: panel.names[j], model: "var(\(lags))",
          names: panel.names.joined(separator: ", "))
      }
      B.setColumn(j, found.coefficients)
      residuals.setColumn(j, found.residuals)
      inverse = found.unscaledCovariance
    }
    return VARFit(
      panel: panel, lags: lags, coefficients: B, residuals: residuals, inverse: inverse)
  }
}

/// A vector autoregression with its coefficients.
public struct VARFit: Hashable, Sendable {
  public let panel: VectorPanel
  public let lags: Int
  /// Rows: constant, then the variables at lag 1, at lag 2, …; a column for each equation.
  public let coefficients: Matrix
  /// Steps that are explained × variables.
  public let residuals: Matrix
  private let inverse: Matrix

  init(
    panel: VectorPanel, lags: Int, coefficients: Matrix, residuals: Matrix, inverse: Matrix
  ) {
    self.panel = panel
    self.lags = lags
    self.coefficients = coefficients
    self.residuals = residuals
    self.inverse = inverse
  }

  private var n: Double { Double(residuals.rows) }
  private var k: Int { panel.variables }
  private var recursion: VectorRecursion {
    VectorRecursion(coefficients: coefficients, lags: lags)
  }

  /// Covariance of the errors by the degrees of freedom of an equation.
  public var errorCovariance: Matrix {
    (1 / (n - Double(coefficients.rows))) * residuals.gram()
  }
  /// The same by the number of steps: of greatest likelihood.
  public var likelihoodCovariance: Matrix { (1 / n) * residuals.gram() }

  private var logDeterminant: Double {
    (try? Cholesky(likelihoodCovariance))?.logDeterminant ?? -.infinity
  }

  public var logLikelihood: Double {
    -0.5 * n * (Double(k) * (Glibc.log(2 * .pi) + 1) + logDeterminant)
  }
  private var penalty: Double { Double(k * coefficients.rows) / n }
  /// `ln det Σ + 2 m/n` with m coefficients in all; the others alike.
  public var aic: Double { logDeterminant + 2 * penalty }
  public var bic: Double { logDeterminant + Glibc.log(n) * penalty }
  public var hqic: Double { logDeterminant + 2 * Glibc.log(Glibc.log(n)) * penalty }

  /// Means of the steps ahead (steps × variables).
  public func forecast(_ horizon: Int) -> Matrix {
    var past = (0..<lags).map { panel.values.row(panel.count - lags + $0) }
    var rows: [[Double]] = []
    for _ in 0..<horizon {
      let next = recursion.next(past)
      rows.append(next)
      past.append(next)
    }
    return Matrix(rows)
  }

  /// Covariances of their errors, without that of the coefficients.
  public func forecastCovariances(_ horizon: Int) -> [Matrix] {
    var sum = Matrix(rows: k, columns: k)
    return recursion.responses(horizon - 1).map { response in
      sum += response.times(errorCovariance).timesTranspose(response)
      return sum
    }
  }

  /// Responses of the variables (rows) to orthogonal shocks of one standard deviation (columns), at once and
  /// later; shocks in the order of the variables, by a lower Cholesky factor.
  /// - Throws: `notPositiveDefinite`.
  public func orthogonalResponses(_ horizon: Int) throws(KernelError) -> [Matrix] {
    let factor = try Cholesky(errorCovariance).factor
    return recursion.responses(horizon).map { $0.times(factor) }
  }

  /// Share of each shock (columns) in the error variance of each variable (rows), 1, 2, … steps ahead.
  /// - Throws: `notPositiveDefinite`.
  public func varianceShares(_ horizon: Int) throws(KernelError) -> [Matrix] {
    var sums = Matrix(rows: k, columns: k)
    return try orthogonalResponses(horizon - 1).map { response in
      for i in 0..<k { for j in 0..<k { sums[i, j] += response[i, j] * response[i, j] } }
      return sums.scalingRows(by: (0..<k).map { 1 / sums.row($0).reduce(0, +) })
    }
  }

  /// F test that the past of one variable tells nothing of another beyond the rest (Granger 1969).
  public func causality(of cause: Int, on effect: Int) -> (statistic: Double, pValue: Double) {
    let indices = (0..<lags).map { 1 + $0 * k + cause }
    let b = indices.map { coefficients[$0, effect] }
    let variance =
      errorCovariance[effect, effect] * inverse.selectingRows(indices).selectingColumns(indices)
    guard let factor = try? Cholesky(variance) else { return (.nan, .nan) }
    let statistic = dot(b, factor.solve(b)) / Double(lags)
    let degrees = Double(k) * (n - Double(coefficients.rows))
    return (
      statistic,
      FDistribution(numerator: Double(lags), denominator: degrees).complementary(statistic)
    )
  }
}
