public import Kernel

/// Covariances of the base forecasts' errors, by which a reconciliation decides whom to trust.
///
/// Errors are one-step residuals, series by moment; moments at which a series has none are left out.
public enum ErrorCovariance {
  /// All series alike (OLS).
  public static func identity(_ count: Int) -> Matrix { .identity(count) }

  /// Variances in proportion to the number of bottom series (structural scaling).
  public static func structural(_ hierarchy: Hierarchy) -> Matrix {
    .diagonal((0..<hierarchy.summing.rows).map { Statistics.sum(hierarchy.summing.row($0)) })
  }

  /// Mean squared errors on the diagonal (variance scaling).
  ///
  /// - Throws: `.tooFewErrors`.
  public static func variances(_ errors: Matrix) throws(CoherenceError) -> Matrix {
    let known = try complete(errors)
    return .diagonal(
      known.outerGram().diagonal.map { $0 / Double(known.columns) })
  }

  /// The sample covariance with divisor n − 1 (MinT sample). Singular with fewer moments than series or
  /// with errors that add up themselves; reconciling copes with both.
  ///
  /// - Throws: `.tooFewErrors`.
  public static func sample(_ errors: Matrix) throws(CoherenceError) -> Matrix {
    let centred = centred(try complete(errors))
    return (1 / Double(centred.columns - 1)) * centred.outerGram()
  }

  /// The sample covariance with its correlations shrunk towards zero by the intensity of Schäfer and
  /// Strimmer (2005, SAGMB 4), as Wickramasuriya, Athanasopoulos and Hyndman (2019, JASA 114) have it.
  /// O(series² · moments).
  ///
  /// - Returns: the covariance and the intensity in [0, 1].
  /// - Throws: `.tooFewErrors`.
  public static func shrunk(
    _ errors: Matrix
  ) throws(CoherenceError) -> (covariance: Matrix, intensity: Double) {
    let centred = centred(try complete(errors))
    let moments = Double(centred.columns)
    let gram = centred.outerGram()
    let roots = gram.diagonal.map { $0 > 0 ? (moments / $0).squareRoot() : 0 }
    let standard = centred.scalingRows(by: roots)
    let first = standard.outerGram()
    let squares = Matrix(
      rows: standard.rows, columns: standard.columns, values: standard.values.map { $0 * $0 })
    let second = squares.outerGram()
    var noise = 0.0
    var signal = 0.0
    for i in 0..<first.rows {
      for j in 0..<i {
        let r = first[i, j] / moments
        noise += second[i, j] - moments * r * r
        signal += r * r
      }
    }
    let raw = signal > 0 ? noise / (moments * (moments - 1)) / signal : 1
    let intensity = min(max(raw, 0), 1)
    var W = (1 / (moments - 1)) * gram
    for j in 0..<W.columns {
      for i in 0..<W.rows where i != j { W[i, j] *= 1 - intensity }
    }
    return (W, intensity)
  }

  /// The correlations of `covariance` with other standard deviations: those of a later step.
  ///
  /// - Parameter deviations: one a series.
  public static func rescaled(_ covariance: Matrix, deviations: [Double]) -> Matrix {
    let factors = zip(deviations, covariance.diagonal).map { $1 > 0 ? $0 / $1.squareRoot() : 0 }
    return covariance.scalingRows(by: factors).scalingColumns(by: factors)
  }

  /// The moments at which every series has an error.
  static func complete(_ errors: Matrix) throws(CoherenceError) -> Matrix {
    let known = (0..<errors.columns).filter { t in
      (0..<errors.rows).allSatisfy { !errors[$0, t].isNaN }
    }
    guard known.count > 1 else { throw .tooFewErrors(found: known.count) }
    let kept = errors.selectingColumns(known)
    guard kept.isFinite else { throw .notFinite }
    return kept
  }

  static func centred(_ x: Matrix) -> Matrix {
    var result = x
    for i in 0..<x.rows {
      let mean = Statistics.mean(x.row(i))
      for t in 0..<x.columns { result[i, t] -= mean }
    }
    return result
  }
}
