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
/// against exact linear programmes. `N` comes from a QR decomposition where that is cheap; in large
/// tables from random directions projected by conjugate gradients, of which few are needed: as many
/// as `B` has independent columns.
///
/// Where there are too many combinations for that, `IterativeRectifier` finds the rows.
///
/// Correia, Guimarães & Zylkin 2019, *Verifying the existence of maximum likelihood estimates for
/// generalized linear models*.
///
/// Most tables have nothing to find, which a cheaper test shows first: where the rows of positive flows
/// span those of zero flows, no such combination exists.
struct Separation {
  /// Rows separated by one certificate, and the combination that makes it.
  struct Finding {
    let rows: [Int]
    /// `γ` of each regressor, of the constant where there is one, and of each level of each effect, in
    /// this order; the largest is 1 in size.
    let combination: [Double]
  }

  private let design: RegressionDesign
  private let hasIntercept: Bool
  /// Parameters: regressors, constant, levels.
  private let width: Int

  /// Largest `rows · parameters²` for a QR decomposition, about a second.
  private static let cheap = 2e9
  /// Largest number of entries of `B`.
  private static let limit = 40_000_000

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    self.design = design
    self.hasIntercept = hasIntercept
    width =
      design.x.count + (hasIntercept ? 1 : 0) + design.effects.reduce(0) { $0 + $1.count }
  }

  /// - Throws: `fit.separation-too-large` when neither method comes to an end.
  func find(_ method: SeparationSearch) throws -> [Finding] {
    if method == .rectifier { return try rectified() }
    let positiveRows = PositiveRows(design, hasIntercept: hasIntercept)
    if width == 0 || positiveRows.spanZeroRows() { return [] }
    let zero = design.y.indices.filter { design.y[$0] == 0 }
    if Double(design.count) * Double(width) * Double(width) <= Self.cheap {
      guard let basis = try DenseCombinations(design, hasIntercept: hasIntercept).basis() else {
        return []
      }
      return search(basis.images(on: zero), zero) { basis.combination($0) }
    }
    guard let basis = positiveRows.basis(limit: min(1000, Self.limit / zero.count)) else {
      return try rectified()
    }
    guard basis.images.columns > 0 else { return [] }
    return search(Self.denoised(basis.images), zero) { r in
      (0..<width).map { p in r.indices.reduce(0) { $0 + r[$1] * basis.combinations[$1][p] } }
    }
  }

  private func rectified() throws -> [Finding] {
    guard let found = try IterativeRectifier(design, hasIntercept: hasIntercept).find() else {
      throw Fault(.incomplete, "fit.separation-too-large", ["rows": "\(design.count)"])
    }
    return found
  }

  /// What conjugate gradients leave of zeros, set to zero.
  private static func denoised(_ images: Matrix) -> Matrix {
    let largest = images.largestMagnitude
    return Matrix(
      rows: images.rows, columns: images.columns,
      values: images.values.map { abs($0) <= 1e-8 * largest ? 0 : $0 })
  }

  private func search(
    _ images: Matrix, _ rows: [Int], combination: ([Double]) -> [Double]
  ) -> [Finding] {
    var findings: [Finding] = []
    var B = images
    var zero = rows
    while !zero.isEmpty {
      guard let r = NonnegativeLeastSquares.separator(B) else { break }
      let z = B.times(r)
      let largest = z.max() ?? 0
      let isSeparated = z.map { $0 > 1e-9 * largest }
      guard largest > 0, isSeparated.contains(true) else { break }
      let gamma = combination(r)
      let size = gamma.map(abs).max() ?? 1
      findings.append(
        Finding(
          rows: zero.indices.filter { isSeparated[$0] }.map { zero[$0] },
          combination: gamma.map { $0 / size }))
      let rest = zero.indices.filter { !isSeparated[$0] }
      zero = rest.map { zero[$0] }
      B = B.selectingRows(rest)
    }
    return findings
  }

  /// A certificate as people write it: `war - 0.5*size + orig=C`, the largest coefficient 1.
  ///
  /// Levels of an effect with more than three in the combination are counted: `orig (5)`.
  func text(of combination: [Double], terms: [String]) -> String {
    var parts: [(coefficient: Double, name: String)] = []
    func isUsed(_ p: Int) -> Bool { abs(combination[p]) > 1e-6 }
    for k in terms.indices where isUsed(k) { parts.append((combination[k], terms[k])) }
    var place = terms.count
    if hasIntercept {
      if isUsed(place) { parts.append((combination[place], "1")) }
      place += 1
    }
    for (e, effect) in design.effects.enumerated() {
      let used = (0..<effect.count).filter { isUsed(place + $0) }
      let name = design.effectNames[e]
      if used.count > 3 {
        parts.append((1, "\(name) (\(used.count))"))
      } else {
        for level in used {
          parts.append((combination[place + level], "\(name)=\(effect.name(level))"))
        }
      }
      place += effect.count
    }
    return parts.enumerated().map { k, part in
      let size = (abs(part.coefficient) * 1000).rounded() / 1000
      let factor = size == 1 ? "" : "\(Demography.text(size))*"
      let sign = part.coefficient < 0 ? (k == 0 ? "-" : " - ") : (k == 0 ? "" : " + ")
      return sign + factor + part.name
    }.joined()
  }
}
