import Glibc
public import Kernel

/// A vector autoregression shrunk to independent walks or noise: Minnesota prior of conjugate form.
///
/// B | Σ ~ N(B₀, Σ ⊗ Ω₀), Σ ~ IW(diag s², k + 2); Ω₀ has λ²/(l² s_j²) for lag l of variable j and 10⁶
/// for the constant; s² are the residual variances of each variable's own AR(1). λ is chosen by the marginal
/// likelihood, which is closed (Giannone, Lenza and Primiceri 2015, Review of Economics and Statistics 97).
public struct BayesianVAR: Hashable, Sendable {
  public let lags: Int
  /// Prior mean of each variable's own first lag: 1 for levels, 0 for changes.
  public let persistence: Double
  /// λ; `nil` chooses it.
  public let tightness: Double?

  public init(lags: Int, persistence: Double, tightness: Double? = nil) {
    precondition(lags >= 1 && tightness ?? 1 > 0, "\(lags) lags, tightness \(tightness ?? 0)")
    self.lags = lags
    self.persistence = persistence
    self.tightness = tightness
  }

  /// - Throws: `.tooShort` unless there are five steps more than lags; `.seriesDependent` for a variable that does
  ///   not vary or is a combination of others; `.notFitted`.
  public func fit(_ panel: VectorPanel) throws(SeriesError) -> BayesianVARFit {
    let needed = max(lags, 1) + 5
    guard panel.count >= needed else {
      throw .tooShort(
        series: panel.names[0], model: "bvar(\(lags))", observed: panel.count, needed: needed)
    }
    try panel.requireIndependent()
    var scales: [Double] = []
    for j in 0..<panel.variables {
      let y = panel.values.column(j)
      var design = Matrix(rows: y.count - 1, columns: 2, repeating: 1)
      design.setColumn(1, Array(y.dropLast()))
      guard let own = try? leastSquares(design, Array(y.dropFirst())),
        own.residualSumOfSquares > 0
      else { throw .notFitted(series: panel.names[j], model: "bvar(\(lags))") }
      scales.append(own.residualSumOfSquares / Double(y.count - 3))
    }
    func posterior(_ logTightness: Double) -> BayesianVARFit? {
      BayesianVARFit(panel, self, scales: scales, tightness: Glibc.exp(logTightness))
    }
    var chosen = tightness.map { Glibc.log($0) }
    if chosen == nil {
      let grid = stride(from: -5.0, through: 2, by: 0.5).map { x in
        (x, posterior(x)?.logMarginalLikelihood ?? -.infinity)
      }
      let top = grid.max { $0.1 < $1.1 }?.0 ?? -1.5
      chosen =
        (try? brentMinimum(in: (top - 0.5)...(top + 0.5), tolerance: 1e-6) { x in
          -(posterior(x)?.logMarginalLikelihood ?? -1e300)
        })?.point[0] ?? top
    }
    guard let fit = posterior(chosen ?? -1.5) else {
      throw .notFitted(series: panel.names[0], model: "bvar(\(lags))")
    }
    return fit
  }
}

/// The posterior of a shrunken vector autoregression.
public struct BayesianVARFit: Sendable {
  public let panel: VectorPanel
  public let lags: Int
  public let tightness: Double
  /// Posterior mean; rows: constant, then lags.
  public let coefficients: Matrix
  /// Natural logarithm of the density of the data after the first `lags` steps.
  public let logMarginalLikelihood: Double
  /// Scale matrix and degrees of the inverse Wishart posterior of Σ.
  public let scale: Matrix
  public let degrees: Double
  private let spread: Cholesky

  init?(_ panel: VectorPanel, _ model: BayesianVAR, scales: [Double], tightness: Double) {
    let k = panel.variables
    let p = model.lags
    let (X, Y) = panel.table(lags: p, from: p)
    var precision = [1e-6]
    for lag in 1..<(p + 1) {
      for j in 0..<k {
        precision.append(Double(lag * lag) * scales[j] / (tightness * tightness))
      }
    }
    var prior = Matrix(rows: 1 + k * p, columns: k)
    for j in 0..<k { prior[1 + j, j] = model.persistence }
    let Q = Matrix.diagonal(precision)
    guard let spread = try? Cholesky(Q + X.gram()) else { return nil }
    let B = spread.solve(Q.times(prior) + X.transposeTimes(Y))
    let fitted = Y - X.times(B)
    let moved = B - prior
    let S0 = Matrix.diagonal(scales)
    let S = S0 + fitted.gram() + moved.transposeTimes(Q.times(moved))
    let n = Double(Y.rows)
    let d0 = Double(k + 2)
    guard let factor = try? Cholesky(S) else { return nil }
    self.panel = panel
    lags = p
    self.tightness = tightness
    coefficients = B
    scale = S
    degrees = d0 + n
    self.spread = spread
    let ratio = precision.reduce(0) { $0 + Glibc.log($1) } - spread.logDeterminant
    let scatter = 0.5 * (d0 * scales.reduce(0) { $0 + Glibc.log($1) })
    let gammas = (0..<k).reduce(0.0) { sum, i in
      sum + logGamma((d0 + n - Double(i)) / 2) - logGamma((d0 - Double(i)) / 2)
    }
    logMarginalLikelihood =
      -0.5 * n * Double(k) * Glibc.log(.pi) + gammas + 0.5 * Double(k) * ratio + scatter
      - 0.5 * (d0 + n) * factor.logDeterminant
  }

  /// Posterior mean of the error covariance.
  public var errorCovariance: Matrix {
    (1 / (degrees - Double(panel.variables) - 1)) * scale
  }

  /// Futures with everything uncertain: draws of Σ and the coefficients, then of the errors. Draw by draw,
  /// steps × variables; draw k does not depend on how many there are.
  /// - Throws: `notPositiveDefinite`.
  public func paths(
    _ horizon: Int, draws: Int, seed: UInt32
  ) throws(KernelError) -> [Matrix] {
    let k = panel.variables
    let root = try Cholesky(try Cholesky(scale).inverse())
    let widths = try Cholesky(spread.inverse())
    let key = StreamKey(seed: seed, stream: "series.bvar")
    let unit = UnitKey(panel.names.joined(separator: "|"))
    var all: [Matrix] = []
    for draw in 0..<draws {
      var stream = RandomStream(key, unit: unit, draw: draw, time: 0)
      // Bartlett's factor of a Wishart matrix; its inverse's is the factor of Σ.
      var A = Matrix(rows: k, columns: k)
      for i in 0..<k {
        A[i, i] = ChiSquare(degrees: degrees - Double(i)).sample(stream.uniform()).squareRoot()
      }
      for j in 0..<k { for i in (j + 1)..<max(j + 1, k) { A[i, j] = stream.normal() } }
      let precision = root.factor.times(A)
      let sigma = try Cholesky(
        try Cholesky(precision.timesTranspose(precision)).inverse())
      let noise = Matrix(
        rows: coefficients.rows, columns: k, values: stream.normals(coefficients.rows * k))
      let B = coefficients + widths.factor.times(noise).timesTranspose(sigma.factor)
      let recursion = VectorRecursion(coefficients: B, lags: lags)
      var past = (0..<lags).map { panel.values.row(panel.count - lags + $0) }
      for step in 0..<horizon {
        var shocks = RandomStream(key, unit: unit, draw: draw, time: step + 1)
        past.append(
          zip(recursion.next(past), sigma.times(shocks.normals(k))).map { $0 + $1 })
      }
      all.append(Matrix(Array(past.dropFirst(lags))))
    }
    return all
  }
}
