import Demography
import Kernel

/// How sure the predictors of a mixed model are.
struct MixedErrors {
  private let basis: MixedBasis
  private let random: RandomDesign
  private let sigma: [Double]
  /// Information on the effects at the mode; of normal responses on effects and coefficients.
  private let system: ArrowSystem
  /// How every effect, in units of the predictor, moves with every parameter; none for normal responses.
  private let moves: Matrix?

  /// - Throws: `fit.not-converged` or `fit.singular` where the effects cannot be followed.
  /// - Complexity: O(parameters) searches for the most likely effects.
  init(_ basis: MixedBasis) throws {
    self.basis = basis
    random = basis.likelihood.random
    let likelihood = basis.likelihood
    sigma = likelihood.point(basis.psi).sigma
    do {
      guard likelihood.response != .normal else {
        let whole = LaplaceLikelihood(
          y: likelihood.y, X: likelihood.X, random: random, response: .normal, isRestricted: true)
        let variances = Array(basis.psi[likelihood.fixedCount...])
        system = try whole.mode(variances, from: nil).system
        moves = nil
        return
      }
      system = basis.mode.system
      moves = try Self.moves(basis)
    } catch {
      throw error.fault
    }
  }

  /// Central differences of `σ û`, one column a parameter.
  private static func moves(_ basis: MixedBasis) throws(FitError) -> Matrix {
    let likelihood = basis.likelihood
    let psi = basis.psi
    let norms = likelihood.X.columnNorms
    let root = Double(likelihood.y.count).squareRoot()
    let start = basis.mode.u
    let columns = try parallelMap(psi.count) { k throws(FitError) -> [Double] in
      let step = k < norms.count ? 1e-4 * root / norms[k] : 1e-4
      let ends = try [step, -step].map { change throws(FitError) -> [Double] in
        var moved = psi
        moved[k] += change
        return scaled(try likelihood.mode(moved, from: start).u, likelihood, moved)
      }
      return ends[0].indices.map { (ends[0][$0] - ends[1][$0]) / (2 * step) }
    }
    return Matrix(rows: start.count, columns: psi.count, values: columns.flatMap { $0 })
  }

  private static func scaled(
    _ u: [Double], _ likelihood: LaplaceLikelihood, _ psi: [Double]
  ) -> [Double] {
    let sigma = likelihood.point(psi).sigma
    let random = likelihood.random
    var scaled = u
    for (k, grouping) in random.groupings.enumerated() {
      let start = k == 0 ? 0 : random.groupings[0].count + random.offsets[k]
      for l in 0..<grouping.count { scaled[start + l] *= sigma[k] }
    }
    return scaled
  }

  /// - Parameter levels: of every grouping, below 0 where the effect is integrated out.
  func ofPredictor(_ x: [(place: Int, value: Double)], _ levels: [Int]) -> Double {
    error(x, levels, followsScatter: false)
  }

  /// Of the logarithm of a mean, which half the variance of what is integrated out raises.
  func ofLogMean(_ x: [(place: Int, value: Double)], _ levels: [Int]) -> Double {
    error(x, levels, followsScatter: true)
  }

  private func error(
    _ x: [(place: Int, value: Double)], _ levels: [Int], followsScatter: Bool
  ) -> Double {
    let first = levels[0] < 0 ? nil : levels[0]
    var border: [(place: Int, value: Double)] = []
    for k in levels.indices.dropFirst() where levels[k] >= 0 {
      border.append((random.offsets[k] + levels[k], sigma[k]))
    }
    guard let moves, let V = basis.covariance else {
      border += x.map { (random.borderCount + $0.place, $0.value) }
      return Self.root(ofEffects(first, border))
    }
    var slope = [Double](repeating: 0, count: basis.psi.count)
    for (place, value) in x { slope[place] += value }
    for (k, level) in levels.enumerated() {
      if level < 0 {
        if followsScatter { slope[basis.likelihood.fixedCount + k] += sigma[k] }
      } else {
        let start = k == 0 ? 0 : random.groupings[0].count + random.offsets[k]
        for j in slope.indices { slope[j] += moves[start + level, j] }
      }
    }
    return Self.root(ofEffects(first, border) + dot(slope, V.times(slope)))
  }

  /// Of a variance that rounding may have brought below 0; NaN of what is no number.
  private static func root(_ variance: Double) -> Double {
    variance.isFinite ? max(0, variance).squareRoot() : .nan
  }

  /// `a'H⁻¹a`, a with one entry at most before the border.
  private func ofEffects(_ first: Int?, _ border: [(place: Int, value: Double)]) -> Double {
    var sum = 0.0
    for a in border { for b in border { sum += a.value * b.value * system.core[a.place, b.place] } }
    guard let first else { return sum }
    sum += sigma[0] * sigma[0] * system.inverseDiagonal(first)
    for a in border { sum += 2 * sigma[0] * a.value * system.inverseBorder(first, a.place) }
    return sum
  }
}
