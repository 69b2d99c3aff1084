import Demography
import Glibc
import Kernel

/// What the likelihood needs of the data, computed once: products of the regressors Z, the response y
/// and its three lags.
///
/// With `τ = (1, −ρ_d, −ρ_o, −ρ_w)` the residuals of `A y` on Z have the sum of squares `τ' R τ`,
/// R the products of the residuals of y, W_d y, W_o y, W_w y on Z (LeSage & Pace 2008).
struct SpatialMoments: Sendable {
  let count: Int
  /// Coefficients of y, W_d y, W_o y, W_w y on Z, a column each.
  let coefficients: Matrix
  /// R, 4 × 4.
  let residualProducts: Matrix
  /// (Z'Z)⁻¹.
  let inverseGram: Matrix
  /// Z'Z, Z'[W_d y …] and [W_d y …]'[W_d y …].
  let gram: Matrix
  let regressorsByLags: Matrix
  let lagProducts: Matrix

  /// O(pairs · regressors²).
  /// - Throws: `spatial.collinear`, `spatial.too-few`.
  init(_ design: SpatialFlowDesign, lags: [[Double]]) throws {
    let Z = design.regressors
    guard Z.rows > Z.columns + 4 else {
      throw Fault(
        .badData, "spatial.too-few", ["pairs": "\(Z.rows)", "regressors": "\(Z.columns)"])
    }
    let fits = try Self.residuals(Z, [design.response] + lags, design.columnNames)
    count = Z.rows
    coefficients = fits.coefficients
    residualProducts = fits.residuals.gram()
    inverseGram = fits.inverseGram
    gram = Z.gram()
    let L = Matrix(rows: Z.rows, columns: 3, values: lags.flatMap(\.self))
    regressorsByLags = Z.transposeTimes(L)
    lagProducts = L.gram()
  }

  private static func residuals(
    _ Z: Matrix, _ responses: [[Double]], _ names: [String]
  ) throws -> (coefficients: Matrix, residuals: Matrix, inverseGram: Matrix) {
    let scales = (0..<Z.columns).map { k -> Double in
      let length = norm(Z.column(k))
      return length > 0 ? 1 / length : 0
    }
    let scaled = Z.scalingColumns(by: scales)
    let factor = try PivotedQR(scaled, tolerance: 1e-11)
    guard factor.dependent.isEmpty else {
      throw Fault(
        .badData, "spatial.collinear",
        ["columns": factor.dependent.map { names[$0] }.joined(separator: ", ")])
    }
    var coefficients = Matrix(rows: Z.columns, columns: responses.count)
    var residuals = Matrix(rows: Z.rows, columns: responses.count)
    for (k, response) in responses.enumerated() {
      let b = factor.solve(response)
      let fitted = scaled.times(b)
      coefficients.setColumn(k, b.indices.map { b[$0] * scales[$0] })
      residuals.setColumn(k, response.indices.map { response[$0] - fitted[$0] })
    }
    return (
      coefficients, residuals,
      factor.inverseGram().scalingRows(by: scales).scalingColumns(by: scales)
    )
  }

  /// δ at these dependences.
  func delta(_ rho: [Double]) -> [Double] { coefficients.times(Self.tau(rho)) }

  static func tau(_ rho: [Double]) -> [Double] { [1] + rho.map { -$0 } }

  /// e'e, its halved slopes `−(L_k y)'e` and its halved curvature `(L_k y)' M (L_l y)`.
  func squares(_ rho: [Double]) -> (value: Double, slopes: [Double], curvature: Matrix) {
    let tau = Self.tau(rho)
    let products = residualProducts.times(tau)
    var curvature = Matrix(rows: 3, columns: 3)
    for k in 0..<3 {
      for l in 0..<3 { curvature[k, l] = residualProducts[k + 1, l + 1] }
    }
    return (dot(tau, products), (1...3).map { -products[$0] }, curvature)
  }
}
