import Demography
import Glibc
import Kernel

extension SpatialFlowModel {
  /// Spatial two-stage least squares, with Z, its lags and the lags of these as instruments.
  ///
  /// The lags are those the model itself takes, `L = Σ_k c_k W_k` for each free parameter, so that with
  /// P the projection on `[Z, L Z, L² Z]` the estimate solves `X'P X β = X'P y`, `X = [L y, Z]`
  /// (Kelejian & Prucha 1998). The covariance is `(e'e / N) (X'P X)⁻¹`. No likelihood is needed, hence
  /// no eigenvalues and no limit to missing pairs, but nothing keeps ρ inside the region either;
  /// `logDeterminant` is `nil` and predictions are refused where it is outside.
  /// - Throws: `Fault` `spatial.collinear`, `spatial.too-few`, `spatial.under-identified`.
  public func fitTwoStage(
    _ design: SpatialFlowDesign, form: SpatialForm, level: Double = 0.95
  ) throws -> SpatialFlowFit {
    precondition(form != .separable, "the product of two dependences is not linear")
    // Refuses regressors that are too many or follow from each other.
    _ = try SpatialMoments(design, lags: design.lags.lags(of: design.response))
    let n = design.count
    let lagged = design.lagged(design.response, form)
    let X = Matrix(rows: n, columns: lagged.count, values: lagged.flatMap(\.self))
      .appendingColumns(design.regressors)
    let instruments = try Self.instruments(design, form)
    let Q = instruments.q()
    let projected = Q.transposeTimes(X)
    let names = form.parameters + design.columnNames
    let scales = (0..<X.columns).map { k -> Double in
      let length = norm(projected.column(k))
      return length > 0 ? 1 / length : 0
    }
    let second = try PivotedQR(projected.scalingColumns(by: scales), tolerance: 1e-10)
    guard second.dependent.isEmpty else {
      throw Fault(
        .badData, "spatial.under-identified",
        ["parameters": second.dependent.map { names[$0] }.joined(separator: ", ")])
    }
    let scaled = second.solve(Q.transposeTimes(design.response))
    let beta = scaled.indices.map { scaled[$0] * scales[$0] }
    let fitted = X.times(beta)
    let squares = Statistics.sum(
      fitted.indices.map { (design.response[$0] - fitted[$0]) * (design.response[$0] - fitted[$0]) }
    )
    let variance = squares / Double(n)
    let theta = Array(beta.prefix(lagged.count))
    return SpatialFlowFit(
      form: form, estimator: .twoStage, design: design, theta: theta,
      delta: Array(beta.dropFirst(lagged.count)),
      covariance: variance
        * second.inverseGram().scalingRows(by: scales).scalingColumns(by: scales),
      variance: variance, logLikelihood: nil, logDeterminant: nil, level: level)
  }

  /// An orthonormal basis of what Z and its lags span.
  private static func instruments(
    _ design: SpatialFlowDesign, _ form: SpatialForm
  ) throws -> PivotedQR {
    var columns = (0..<design.regressors.columns).map { design.regressors.column($0) }
    var newest = columns
    for _ in 0..<2 {
      newest = newest.flatMap { design.lagged($0, form) }
      columns += newest
    }
    let scaled = columns.flatMap { column -> [Double] in
      let length = norm(column)
      return length > 0 ? column.map { $0 / length } : column
    }
    return try PivotedQR(
      Matrix(rows: design.count, columns: columns.count, values: scaled), tolerance: 1e-9)
  }
}

extension SpatialFlowDesign {
  /// `L x` for each free parameter of the model.
  func lagged(_ x: [Double], _ form: SpatialForm) -> [[Double]] {
    let all = lags.lags(of: x)
    return form.directions.map { weights in
      x.indices.map { row in (0..<3).reduce(0) { $0 + weights[$1] * all[$1][row] } }
    }
  }
}
