import Glibc
import Kernel

/// Least squares of whitened values on whitened columns.
struct WhitenedRegression {
  let observed: Int
  let logVariances: Double
  let coefficients: [Double]
  /// Σ v²/F with the columns taken out.
  let squares: Double
  /// `(XᵀX)⁻¹` of the whitened columns.
  let inverse: Matrix
  private let whitened: [Double]
  private let columns: Matrix

  /// - Parameter given: coefficients that are not estimated.
  init?(
    _ whitened: [Double], columns: Matrix, logVariances: Double, given: [Double]? = nil
  ) {
    self.whitened = whitened
    self.columns = columns
    self.logVariances = logVariances
    observed = whitened.count
    if columns.columns == 0 {
      coefficients = []
      squares = whitened.reduce(0) { $0 + $1 * $1 }
      inverse = Matrix(rows: 0, columns: 0)
    } else if let given {
      coefficients = given
      squares = Self.squares(whitened, columns, given)
      inverse = Matrix(rows: given.count, columns: given.count)
    } else {
      guard let found = try? leastSquares(columns, whitened), found.dependent.isEmpty else {
        return nil
      }
      coefficients = found.coefficients
      squares = found.residualSumOfSquares
      inverse = found.unscaledCovariance
    }
    guard observed > 0, squares.isFinite, logVariances.isFinite else { return nil }
  }

  /// Log-likelihood at the best variance.
  var logLikelihood: Double { logLikelihood(squares) }

  /// The same at other coefficients.
  func logLikelihood(at coefficients: [Double]) -> Double {
    logLikelihood(Self.squares(whitened, columns, coefficients))
  }

  private func logLikelihood(_ squares: Double) -> Double {
    let n = Double(observed)
    return -0.5 * (n * (Glibc.log(2 * .pi * squares / n) + 1) + logVariances)
  }

  private static func squares(
    _ whitened: [Double], _ columns: Matrix, _ coefficients: [Double]
  ) -> Double {
    zip(whitened, columns.times(coefficients)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
