import Glibc
import Kernel

/// A positive definite matrix with one large diagonal block: `[D C; C' B]`.
///
/// The levels of one grouping never meet in a row, so their block is diagonal whatever their number;
/// only the Schur complement `B − C'D⁻¹C` is factored. Bates et al. 2015, Journal of Statistical
/// Software 67(1), order the effects of mixed models alike.
struct ArrowSystem {
  private let D: [Double]
  /// `D⁻¹C`.
  private let M: Matrix
  /// `D⁻¹C S⁻¹`.
  private let N: Matrix
  private let schur: Cholesky
  /// `S⁻¹`, the lower right block of the inverse.
  let core: Matrix

  /// - Complexity: O(d m² + m³) for a diagonal block of d and a border of m.
  init(diagonal: [Double], border: Matrix, core B: Matrix) throws(KernelError) {
    D = diagonal
    M = border.scalingRows(by: diagonal.map { 1 / $0 })
    schur = try Cholesky(B - border.transposeTimes(M))
    core = schur.inverse()
    N = M.times(core)
  }

  var logDeterminant: Double { Statistics.sum(log(D)) + schur.logDeterminant }

  /// The solution for a right-hand side of both blocks, one after the other.
  func solve(_ b: [Double]) -> [Double] {
    let first = Array(b[..<D.count])
    let rest = Array(b[D.count...])
    let back = M.transposeTimes(first)
    let y = schur.solve(rest.indices.map { rest[$0] - back[$0] })
    let shift = M.times(y)
    return D.indices.map { first[$0] / D[$0] - shift[$0] } + y
  }

  /// A diagonal entry of the inverse in the diagonal block.
  func inverseDiagonal(_ l: Int) -> Double {
    var sum = 1 / D[l]
    for j in 0..<M.columns { sum += N[l, j] * M[l, j] }
    return sum
  }

  /// An entry of the inverse beside the diagonal block.
  func inverseBorder(_ l: Int, _ j: Int) -> Double { -N[l, j] }
}
