import Demography
import Kernel

/// Rows on which a Poisson maximum does not exist.
///
/// The maximum exists if and only if no combination `z = Xγ` of regressors and effects is zero
/// wherever the flow is positive, nowhere negative where it is zero, and somewhere positive. Rows with
/// `z > 0` are separated: the model would send their mean to 0 and γ to −∞ without end. They say
/// nothing about the other coefficients and are left out.
///
/// Method: the combinations that vanish on positive flows are a null space `N`; with `B = X₀N` on
/// the zero flows, non-negative least squares `min ‖B'(1 + w)‖², w ≥ 0` ends in `r` with
/// `z = Br ≥ 0`, and `r = 0` exactly when no certificate is left (Stiemke's alternative). Rows with
/// `z > 0` are taken out and the search repeated. Finite and without a tuning constant; checked
/// against exact linear programmes.
///
/// Correia, Guimarães & Zylkin 2019, *Verifying the existence of maximum likelihood estimates for
/// generalized linear models*.
///
/// Most tables have nothing to find, which a cheaper test shows first: where the rows of positive flows
/// span those of zero flows, no such combination exists.
struct Separation {
  /// Rows separated by one certificate, and the columns that make it.
  struct Finding {
    let rows: [Int]
    /// Index among terms, then effects, of what has weight in the certificate.
    let regressors: [Int]
  }

  private let design: RegressionDesign
  private let hasIntercept: Bool
  /// Each of length 1.
  private let columns: [[Double]]
  /// Term or effect of each column of `columns`.
  private let owner: [Int]

  /// Largest number of entries of the positive rows' matrix that is decomposed.
  private static let limit = 40_000_000

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    self.design = design
    self.hasIntercept = hasIntercept
    var columns = design.x
    var owner = Array(design.x.indices)
    if hasIntercept {
      columns.append([Double](repeating: 1, count: design.count))
      owner.append(-1)
    }
    let width = columns.count + design.effects.reduce(0) { $0 + $1.count }
    if width * design.count <= Self.limit {
      for (e, effect) in design.effects.enumerated() {
        for level in 0..<effect.count {
          columns.append(effect.level.map { $0 == level ? 1 : 0 })
          owner.append(design.x.count + e)
        }
      }
    } else {
      columns = []
      owner = []
    }
    self.columns = columns.map { column in
      let size = norm(column)
      return size > 0 ? column.map { $0 / size } : column
    }
    self.owner = owner
  }

  /// - Throws: `fit.separation-too-large` when the table is too large for the certificate.
  func find() throws -> [Finding] {
    if SpanTest(design, hasIntercept: hasIntercept).positiveRowsSpanAll() { return [] }
    guard !columns.isEmpty else {
      if design.effects.isEmpty, design.x.isEmpty { return [] }
      throw Fault(
        .incomplete, "fit.separation-too-large", ["rows": "\(design.count)"])
    }
    let positive = design.y.indices.filter { design.y[$0] > 0 }
    var zero = design.y.indices.filter { design.y[$0] == 0 }
    guard let basis = try nullSpace(on: positive) else { return [] }
    var findings: [Finding] = []
    while !zero.isEmpty {
      let B = image(of: basis, on: zero)
      guard let r = NonnegativeLeastSquares.separator(B) else { break }
      let z = B.times(r)
      let largest = z.max() ?? 0
      let isSeparated = z.map { $0 > 1e-9 * largest }
      guard largest > 0, isSeparated.contains(true) else { break }
      let rows = zero.indices.filter { isSeparated[$0] }.map { zero[$0] }
      findings.append(Finding(rows: rows, regressors: parts(of: basis.times(r))))
      zero = zero.indices.filter { !isSeparated[$0] }.map { zero[$0] }
    }
    return findings
  }

  /// A basis of the combinations that vanish on the given rows; `nil` when there is none.
  private func nullSpace(on rows: [Int]) throws -> Matrix? {
    var values: [Double] = []
    values.reserveCapacity(rows.count * columns.count)
    for column in columns { for row in rows { values.append(column[row]) } }
    let X = Matrix(rows: rows.count, columns: columns.count, values: values)
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
    return basis
  }

  /// The combinations on the given rows, rounding noise set to zero.
  private func image(of basis: Matrix, on rows: [Int]) -> Matrix {
    var B = Matrix(rows: rows.count, columns: basis.columns)
    let largest = (0..<basis.columns).map { k in basis.column(k).map(abs).max() ?? 0 }
    for (i, row) in rows.enumerated() {
      let used = columns.indices.filter { columns[$0][row] != 0 }
      let size = used.reduce(0) { $0 + abs(columns[$1][row]) }
      for k in 0..<basis.columns {
        var value = 0.0
        for column in used { value += columns[column][row] * basis[column, k] }
        B[i, k] = abs(value) <= 1e-11 * size * largest[k] ? 0 : value
      }
    }
    return B
  }

  private func parts(of gamma: [Double]) -> [Int] {
    let largest = gamma.map(abs).max() ?? 0
    let used = gamma.indices.filter { abs(gamma[$0]) > 1e-9 * largest }.map { owner[$0] }
    return Array(Set(used.filter { $0 >= 0 })).sorted()
  }
}
