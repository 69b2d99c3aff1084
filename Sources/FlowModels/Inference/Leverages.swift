import Demography
import Kernel

/// How far each row determines its own fit: the diagonal of the weighted hat matrix, effects included.
///
/// `h_n = w_n (x̃_n' H⁻¹ x̃_n + d_n'(D'WD)⁻d_n)`; the sum over the rows is the number of parameters. Of a row
/// that is several observations it is that of each of them.
struct Leverages {
  let values: [Double]

  /// - Throws: `fit.too-many-levels`.
  init(_ estimation: Estimation) throws {
    let weights = estimation.solution.weights
    let roots = weights.map { $0.squareRoot() }
    // The constant stands among the effects.
    let columns = Array(estimation.columns.suffix(estimation.regressors.columns.count))
    var values = [Double](repeating: 0, count: weights.count)
    if !columns.isEmpty {
      let X = Matrix(
        rows: weights.count, columns: columns.count,
        values: columns.flatMap { column in column.indices.map { roots[$0] * column[$0] } })
      let scales = columns.indices.map { k in 1 / norm(X.column(k)) }
      let qr: PivotedQR
      do { qr = try PivotedQR(X.scalingColumns(by: scales)) } catch {
        throw Fault(.internalError, error.code, error.arguments)
      }
      let Q = qr.q()
      for k in 0..<Q.columns { for row in values.indices { values[row] += Q[row, k] * Q[row, k] } }
    }
    if estimation.regressors.space.levelCount > 0 {
      let effects = try EffectInformation(estimation)
      for row in values.indices { values[row] += weights[row] * effects.variance(ofRow: row) }
    }
    if let frequencies = estimation.frequencies {
      for row in values.indices { values[row] /= frequencies[row] }
    }
    self.values = values
  }

  private func isOne(_ h: Double) -> Bool { h > 1 - 1e-9 }

  /// Rows that no other row says anything about; their residual is 0.
  var countAtOne: Int { values.count { isOne($0) } }

  /// What a score is multiplied by; 0 for rows with leverage 1, of which no variance can be known.
  func factors(_ correction: Covariance.WhiteCorrection) -> [Double] {
    values.map { h in
      if isOne(h) { return 0 }
      return switch correction {
      case .hc0, .hc1: 1
      case .hc2: 1 / (1 - h).squareRoot()
      case .hc3: 1 / (1 - h)
      }
    }
  }
}
