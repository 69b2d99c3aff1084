import Glibc
import Kernel

/// The likelihood of rows of counts in the coefficients of the count, those of the zero part, and τ.
struct CountLikelihood<Density: CountDensity> {
  let y: [Double]
  /// Regressors of the count.
  let X: Matrix
  /// Regressors of the zero part; no columns where there is none.
  let Z: Matrix
  let part: ZeroPart
  /// Added to the linear predictor of the count, and to that of the zero part.
  let offset: [Double]?
  let zeroOffset: [Double]?
  /// How often each row counts; `nil` for once.
  let weights: [Double]?

  var hasShape: Bool { Density.shapeName != nil }
  var parameterCount: Int { X.columns + Z.columns + (hasShape ? 1 : 0) }

  /// Linear predictors of count and zero part, and τ.
  func predictors(_ psi: [Double]) -> (eta: [Double], zeta: [Double], tau: Double) {
    let zero = Array(psi[X.columns..<(X.columns + Z.columns)])
    var eta = X.times(Array(psi[..<X.columns]))
    if let offset { for row in eta.indices { eta[row] += offset[row] } }
    var zeta = Z.columns == 0 ? [Double](repeating: 0, count: y.count) : Z.times(zero)
    if let zeroOffset { for row in zeta.indices { zeta[row] += zeroOffset[row] } }
    return (
      eta, zeta, hasShape ? psi[psi.count - 1] : 0
    )
  }

  private func jets(_ psi: [Double]) -> [RowJet] {
    let (eta, zeta, tau) = predictors(psi)
    return parallelMap(chunks) { chunk in
      range(chunk).map {
        let jet = RowJet(Density.self, part, y: y[$0], eta: eta[$0], zeta: zeta[$0], tau: tau)
        return weights.map { [row = $0] in jet.times($0[row]) } ?? jet
      }
    }.flatMap { $0 }
  }

  // Chunks do not depend on the number of threads.
  private var chunks: Int { (y.count + 1023) / 1024 }
  private func range(_ chunk: Int) -> Range<Int> {
    (1024 * chunk)..<min(y.count, 1024 * (chunk + 1))
  }

  func value(_ psi: [Double]) -> Double { Statistics.sum(jets(psi).map(\.value)) }

  func derivatives(_ psi: [Double]) -> NewtonMaximum.Derivatives {
    let jets = jets(psi)
    let p = X.columns, q = Z.columns
    var gradient = X.transposeTimes(jets.map(\.eta))
    var H = Matrix(rows: parameterCount, columns: parameterCount)
    H.put(X.gram(weights: jets.map { -$0.etaEta }), at: 0, 0)
    if q > 0 {
      gradient += Z.transposeTimes(jets.map(\.zeta))
      H.put(Z.gram(weights: jets.map { -$0.zetaZeta }), at: p, p)
      let cross = X.scalingRows(by: jets.map { -$0.etaZeta }).transposeTimes(Z)
      H.put(cross, at: 0, p)
      H.put(cross.transposed, at: p, 0)
    }
    if hasShape {
      gradient.append(Statistics.sum(jets.map(\.tau)))
      var column = X.transposeTimes(jets.map { -$0.etaTau })
      if q > 0 { column += Z.transposeTimes(jets.map { -$0.zetaTau }) }
      for (k, value) in column.enumerated() {
        H[k, p + q] = value
        H[p + q, k] = value
      }
      H[p + q, p + q] = Statistics.sum(jets.map { -$0.tauTau })
    }
    return NewtonMaximum.Derivatives(gradient: gradient, information: H)
  }

  /// `∂ℓ/∂ψ` of each row, one column a parameter.
  func scores(_ psi: [Double]) -> Matrix {
    let jets = jets(psi)
    var scores = X.scalingRows(by: jets.map(\.eta))
    if Z.columns > 0 { scores = scores.appendingColumns(Z.scalingRows(by: jets.map(\.zeta))) }
    if hasShape { scores = scores.appendingColumns(Matrix(column: jets.map(\.tau))) }
    return scores
  }

  /// Expected flow and probability of a zero in each row.
  func expectations(_ psi: [Double]) -> (mean: [Double], zero: [Double]) {
    let (eta, zeta, tau) = predictors(psi)
    let zeros = y.indices.map { Density.logDensity(0, eta: eta[$0], tau: tau) }
    switch part {
    case .none: return (exp(eta), exp(zeros))
    case .inflated:
      return (
        y.indices.map { (1 - logistic(zeta[$0])) * Glibc.exp(eta[$0]) },
        y.indices.map { logistic(zeta[$0]) + logistic(-zeta[$0]) * Glibc.exp(zeros[$0]) }
      )
    case .hurdle:
      return (
        y.indices.map { logistic(zeta[$0]) * Glibc.exp(eta[$0]) / -Glibc.expm1(zeros[$0]) },
        zeta.map { logistic(-$0) }
      )
    }
  }
}

extension Matrix {
  /// Writes a block with its first entry at (i, j).
  mutating func put(_ block: Matrix, at i: Int, _ j: Int) {
    for b in 0..<block.columns {
      for a in 0..<block.rows { self[i + a, j + b] = block[a, b] }
    }
  }
}
