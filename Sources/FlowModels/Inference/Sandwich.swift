import Demography
import Kernel

/// Covariance of coefficients: `H⁻¹ M H⁻¹` with the small-sample factors.
///
/// `H = Z'WZ`, scores `s_n = z_n ∂ℓ_n/∂η_n` with Z partialled at the final weights; `M` is that of
/// `Meat`. Several clusters by inclusion and exclusion over their intersections (Cameron, Gelbach &
/// Miller 2011). Where a variance comes out negative, negative eigenvalues are set to 0 and the result
/// says so.
struct Sandwich {
  private let estimation: Estimation
  private let kind: Covariance
  private let groups: [Grouping]
  private let rule: SmallSample
  private let n: Double

  init(
    _ estimation: Estimation, _ kind: Covariance, _ groups: [Grouping], _ rule: SmallSample
  ) {
    self.estimation = estimation
    self.kind = kind
    self.groups = groups
    self.rule = rule
    n = Double(estimation.design.count)
  }

  func estimate() throws -> CovarianceEstimate {
    let meat = Meat(scores())
    var lag: Int?
    var atOne = 0
    let bread: Matrix
    do { bread = try self.bread() } catch { throw error.fault }
    let M: Matrix
    switch kind {
    case .iid: return result(dispersion * bread, factor: factor())
    case .hetero, .white(.hc0), .white(.hc1): M = meat.independent()
    case .white(let correction):
      let leverages = try Leverages(estimation)
      atOne = leverages.countAtOne
      M = Meat(meat.scores.scalingRows(by: leverages.factors(correction))).independent()
    case .cluster: M = meat.clustered(groups) { rule.isConventional ? Self.ratio($0) : 1 }
    case .dyadic: M = meat.dyadic(origin: groups[0], destination: groups[1])
    case .conley(_, _, let cutoff):
      M = try meat.conley(latitude: groups[0], longitude: groups[1], cutoff: cutoff)
    case .driscollKraay(_, let asked):
      let (matrix, used) = meat.serial(unit: nil, time: groups[0], lag: asked)
      M = matrix
      lag = used
    case .neweyWest(_, _, let asked):
      let (matrix, used) = meat.serial(unit: groups[0], time: groups[1], lag: asked)
      M = matrix
      lag = used
    }
    return result(
      bread.times(M).times(bread), factor: factor(), lag: lag, fullLeverageRows: atOne)
  }

  private func result(
    _ V: Matrix, factor: Double, lag: Int? = nil, fullLeverageRows: Int = 0
  ) -> CovarianceEstimate {
    let raw = estimation.turned(factor * V)
    let repaired = mayBeNegative ? Self.repaired(raw) : raw
    return CovarianceEstimate(
      kind: kind, rule: rule, factor: factor, matrix: repaired.transposed.values,
      unrepaired: raw.transposed.values,
      groupCounts: Dictionary(uniqueKeysWithValues: zip(kind.columns, groups.map(\.count))),
      lag: lag, fullLeverageRows: fullLeverageRows, degreesOfFreedom: degrees)
  }

  // MARK: Factors

  /// σ² of a linear model; 1 for Poisson.
  private var dispersion: Double {
    guard estimation.isLinear else { return 1 }
    // Pearson's statistic: squared residuals by variances.
    let (scores, weights) = (estimation.solution.scores, estimation.solution.weights)
    return Statistics.sum(scores.indices.map { scores[$0] * scores[$0] / weights[$0] }) / (n - 1)
  }

  /// Independent groups of rows; `nil` where rows are unrelated.
  private var groupCount: Int? {
    switch kind {
    case .iid, .hetero, .white, .conley: nil
    case .cluster: groups.map(\.count).min()
    case .dyadic: Set(groups[0].levels).union(groups[1].levels).count
    case .driscollKraay: groups[0].count
    case .neweyWest: groups[1].count
    }
  }

  private var degrees: Double? {
    if let count = groupCount {
      let isFew = count < CovarianceEstimate.fewClusters
      return isFew || estimation.isLinear ? Double(max(1, count - 1)) : nil
    }
    return estimation.isLinear ? n - Double(estimation.parameterCount) : nil
  }

  private func factor() -> Double {
    let parameters = rule.countsParameters(isLinear: estimation.isLinear)
    switch kind {
    case .iid: return parameters ? (n - 1) / (n - K([])) : 1
    case .white(.hc1): return n / (n - K([]))
    case .white: return 1
    case .hetero:
      if rule == .none { return 1 }
      return parameters ? n / (n - K([])) : n / (n - 1)
    case .conley: return parameters ? (n - 1) / (n - K(groups)) : 1
    case .cluster, .dyadic, .driscollKraay, .neweyWest:
      var factor = 1.0
      if rule != .none, !(rule.isConventional && groups.count > 1 && isCluster),
        let count = groupCount
      {
        factor *= Double(count) / Double(count - 1)
      }
      if rule.isConventional, isCluster, groups.count > 1 { factor = 1 }
      return parameters ? factor * (n - 1) / (n - K(groups)) : factor
    }
  }

  private var isCluster: Bool { if case .cluster = kind { true } else { false } }

  /// Number of parameters, of a nested effect only one.
  private func K(_ clusters: [Grouping]) -> Double {
    var K = estimation.parameterCount
    for effect in estimation.design.effects
    where clusters.contains(where: { effect.isNested(in: $0) }) {
      K -= effect.count - 1
    }
    return Double(K)
  }

  // MARK: Parts

  private func bread() throws(FitError) -> Matrix {
    let columns = estimation.columns
    let weights = estimation.solution.weights
    let k = columns.count
    var gram = Matrix(rows: k, columns: k)
    let lengths = columns.map { column in
      var sum = 0.0
      for row in column.indices { sum += weights[row] * column[row] * column[row] }
      return sum.squareRoot()
    }
    for a in 0..<k {
      for b in 0...a {
        var sum = 0.0
        for row in weights.indices { sum += weights[row] * columns[a][row] * columns[b][row] }
        gram[a, b] = sum / (lengths[a] * lengths[b])
        gram[b, a] = gram[a, b]
      }
    }
    guard let inverse = try? Cholesky(gram).inverse() else { throw .singular }
    let scales = lengths.map { 1 / $0 }
    return inverse.scalingRows(by: scales).scalingColumns(by: scales)
  }

  private func scores() -> Matrix {
    let scores = estimation.solution.scores
    return Matrix(
      rows: scores.count, columns: estimation.columns.count,
      values: estimation.columns.flatMap { column in
        column.indices.map { column[$0] * scores[$0] }
      })
  }

  // MARK: Repair

  private var mayBeNegative: Bool {
    switch kind {
    case .cluster: groups.count > 1
    case .dyadic, .conley: true
    case .iid, .hetero, .white, .driscollKraay, .neweyWest: false
    }
  }

  static func ratio(_ count: Int) -> Double { Double(count) / Double(count - 1) }

  /// The matrix without its negative eigenvalues where a variance is negative, as fixest does;
  /// otherwise as it is.
  private static func repaired(_ V: Matrix) -> Matrix {
    guard V.diagonal.contains(where: { $0 < 0 }), let eigen = try? SymmetricEigen(V) else {
      return V
    }
    let kept = eigen.vectors.scalingColumns(by: eigen.values.map { max($0, 0) })
    return kept.timesTranspose(eigen.vectors)
  }
}
