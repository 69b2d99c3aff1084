import Demography
import Kernel

/// All regressors, the constant and the dummies as columns, and the combinations of them that vanish
/// on positive flows, by a QR decomposition with pivoting.
struct DenseCombinations {
  /// Each of length 1.
  private let columns: [[Double]]
  private let lengths: [Double]
  private let positive: [Int]

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    var columns = design.x
    if hasIntercept { columns.append([Double](repeating: 1, count: design.count)) }
    for effect in design.effects {
      for level in 0..<effect.count {
        columns.append(
          effect.level.indices.map { Int(effect.level[$0]) == level ? effect.factor($0) : 0 })
      }
    }
    let lengths = columns.map { column in
      let size = norm(column)
      return size > 0 ? size : 1
    }
    self.lengths = lengths
    self.columns = columns.indices.map { k in columns[k].map { $0 / lengths[k] } }
    positive = design.y.indices.filter { design.y[$0] > 0 }
  }

  /// A basis of the combinations that vanish.
  struct Basis {
    fileprivate let dense: DenseCombinations
    fileprivate let vectors: Matrix

    /// What a combination of basis vectors is in the columns as given.
    func combination(_ r: [Double]) -> [Double] {
      let gamma = vectors.times(r)
      return gamma.indices.map { gamma[$0] / dense.lengths[$0] }
    }

    /// The combinations on the given rows, rounding noise set to zero.
    func images(on rows: [Int]) -> Matrix {
      let columns = dense.columns
      var B = Matrix(rows: rows.count, columns: vectors.columns)
      let largest = (0..<vectors.columns).map { k in vectors.column(k).map(abs).max() ?? 0 }
      for (i, row) in rows.enumerated() {
        let used = columns.indices.filter { columns[$0][row] != 0 }
        let size = used.reduce(0) { $0 + abs(columns[$1][row]) }
        for k in 0..<vectors.columns {
          var value = 0.0
          for column in used { value += columns[column][row] * vectors[column, k] }
          B[i, k] = abs(value) <= 1e-11 * size * largest[k] ? 0 : value
        }
      }
      return B
    }
  }

  /// `nil` when no combination vanishes.
  func basis() throws -> Basis? {
    var values: [Double] = []
    values.reserveCapacity(positive.count * columns.count)
    for column in columns { for row in positive { values.append(column[row]) } }
    let X = Matrix(rows: positive.count, columns: columns.count, values: values)
    let qr: PivotedQR
    do { qr = try PivotedQR(X, tolerance: 1e-11) } catch {
      throw Fault(.internalError, error.code, error.arguments)
    }
    let rank = qr.rank
    let free = columns.count - rank
    guard free > 0 else { return nil }
    var basis = Matrix(rows: columns.count, columns: free)
    for k in 0..<free {
      var part = [Double](repeating: 0, count: rank)
      for i in stride(from: rank - 1, through: 0, by: -1) {
        var value = -qr.r[i, rank + k]
        for l in (i + 1)..<max(i + 1, rank) { value -= qr.r[i, l] * part[l] }
        part[i] = value / qr.r[i, i]
      }
      for i in 0..<rank { basis[qr.pivots[i], k] = part[i] }
      basis[qr.pivots[rank + k], k] = 1
    }
    return Basis(dense: self, vectors: basis)
  }
}
