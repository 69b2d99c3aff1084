import Demography
import Kernel

/// The three lag matrices over observed pairs as full matrices, for the log-determinant where the
/// Kronecker structure is lost.
struct PairMatrices: Sendable {
  private let lags: [Matrix]

  /// Above this many pairs the factorisations would take minutes and the matrices gigabytes.
  static let limit = 5000

  /// O(pairs²) room.
  /// - Throws: `spatial.too-many-pairs`.
  init(_ flows: FlowLags) throws(Fault) {
    let n = flows.count
    guard n <= Self.limit else {
      throw Fault(
        .usage, "spatial.too-many-pairs",
        [
          "count": "\(n)", "limit": "\(Self.limit)",
          "full": "\(flows.origins.count) × \(flows.destinations.count)",
        ])
    }
    var rowOf = [Int](repeating: -1, count: flows.tableCount)
    for row in 0..<n {
      let pair = flows.pair(row)
      rowOf[pair.destination + pair.origin * flows.destinations.count] = row
    }
    var matrices = [Matrix](repeating: Matrix(rows: n, columns: n), count: 3)
    for row in 0..<n {
      let (i, j) = flows.pair(row)
      let own = [(neighbour: j, weight: 1.0)]
      let near = flows.destinations.links(of: j)
      let start = [(neighbour: i, weight: 1.0)]
      let nearStart = flows.origins.links(of: i)
      for (k, from, to) in [(0, start, near), (1, nearStart, own), (2, nearStart, near)] {
        for origin in from {
          for destination in to {
            let column =
              rowOf[destination.neighbour + origin.neighbour * flows.destinations.count]
            if column >= 0 { matrices[k][row, column] = origin.weight * destination.weight }
          }
        }
      }
    }
    lags = matrices
  }

  private func combined(_ rho: [Double]) -> Matrix {
    var M = Matrix(rows: lags[0].rows, columns: lags[0].columns)
    for k in 0..<3 where rho[k] != 0 { M += rho[k] * lags[k] }
    return M
  }

  private func factored(_ rho: [Double]) throws -> LU? {
    let M = combined(rho)
    do {
      let lu = try LU(Matrix.identity(M.rows) - M)
      guard lu.hasPositiveDeterminant, try isInside(M) else { return nil }
      return lu
    } catch KernelError.singular {
      return nil
    }
  }

  /// Whether `I − t M` is regular for all t from 0 to 1: no real eigenvalue of M is 1 or more.
  ///
  /// A norm below 1 proves it at once; else the eigenvalues are computed.
  private func isInside(_ M: Matrix) throws -> Bool {
    var rowSums = [Double](repeating: 0, count: M.rows)
    var largestColumn = 0.0
    for j in 0..<M.columns {
      var sum = 0.0
      for i in 0..<M.rows {
        let size = abs(M[i, j])
        sum += size
        rowSums[i] += size
      }
      largestColumn = max(largestColumn, sum)
    }
    if min(largestColumn, rowSums.max() ?? 0) < 1 { return true }
    return try eigenvalues(of: M).allSatisfy { abs($0.imaginary) > 1e-12 || $0.real < 1 }
  }

  func value(_ rho: [Double]) throws -> Double? {
    try factored(rho)?.logAbsoluteDeterminant
  }

  /// Slopes `−tr(A⁻¹ L_k)` and curvature `−tr(A⁻¹ L_k A⁻¹ L_l)`.
  func point(_ rho: [Double]) throws -> FlowLogDeterminant.Point? {
    guard let lu = try factored(rho) else { return nil }
    var point = FlowLogDeterminant.Point()
    point.value = lu.logAbsoluteDeterminant
    let products = lags.map { lu.solve($0) }
    let turned = products.map(\.transposed)
    for k in 0..<3 {
      point.gradient[k] = -products[k].trace
      for l in 0...k {
        let sum = -dot(products[k].values, turned[l].values)
        point.hessian[k, l] = sum
        point.hessian[l, k] = sum
      }
    }
    return point
  }
}
