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
    n = estimation.observations
  }

  func estimate() throws -> CovarianceEstimate {
    let bread: Matrix
    do { bread = try self.bread(estimation.columns) } catch { throw error.fault }
    let middle = try sandwich(scores(estimation.columns), bread)
    let raw = estimation.turned(middle.matrix)
    let repaired = mayBeNegative ? Self.repaired(raw) : raw
    return CovarianceEstimate(
      kind: kind, rule: rule, factor: factor(), matrix: repaired.transposed.values,
      unrepaired: raw.transposed.values,
      groupCounts: Dictionary(uniqueKeysWithValues: zip(kind.columns, groups.map(\.count))),
      lag: middle.lag, fullLeverageRows: middle.atOne, degreesOfFreedom: degrees)
  }

  /// The same for all parameters: regressors off the effects, then levels of the effects (or the
  /// constant), any generalised inverse. Not repaired: a repair would depend on which inverse it is.
  ///
  /// - Throws: `fit.too-many-levels` where scores of all rows by all parameters would be more than
  ///   60 million numbers.
  func ofAllParameters() throws -> Matrix {
    let own = Array(estimation.columns.suffix(estimation.regressors.columns.count))
    let space = estimation.regressors.space
    let size = own.count + space.levelCount
    guard size * estimation.design.count <= 60_000_000 else {
      throw Fault(
        .incomplete, "fit.too-many-levels",
        [
          "levels": "\(space.levelCount)", "limit": "\(60_000_000 / estimation.design.count)",
        ])
    }
    let effects = try EffectInformation(estimation)
    var bread = Matrix(rows: size, columns: size)
    do {
      let first = try self.bread(own)
      for a in own.indices { for b in own.indices { bread[a, b] = first[a, b] } }
    } catch {
      throw error.fault
    }
    for a in 0..<space.levelCount {
      for b in 0..<space.levelCount { bread[own.count + a, own.count + b] = effects.inverse[a, b] }
    }
    let rows = estimation.design.count
    var full = scores(own).values + [Double](repeating: 0, count: space.levelCount * rows)
    let start = own.count * rows
    for (e, effect) in space.effects.enumerated() {
      for (row, score) in estimation.solution.scores.enumerated() {
        full[start + (space.offsets[e] + Int(effect.level[row])) * rows + row] =
          score * effect.factor(row)
      }
    }
    let scores = Matrix(rows: rows, columns: size, values: full)
    return try sandwich(scores, bread).matrix
  }

  private func sandwich(
    _ scores: Matrix, _ bread: Matrix
  ) throws -> (matrix: Matrix, lag: Int?, atOne: Int) {
    let meat = Meat(scores)
    var lag: Int?
    var atOne = 0
    let M: Matrix
    switch kind {
    case .iid: return (dispersion * factor() * bread, nil, 0)
    case .hetero, .white(.hc0), .white(.hc1):
      M = meat.independent(frequencies: estimation.frequencies)
    case .white(let correction):
      let leverages = try Leverages(estimation)
      atOne = leverages.countAtOne
      M = Meat(scores.scalingRows(by: leverages.factors(correction)))
        .independent(frequencies: estimation.frequencies)
    case .cluster: M = meat.clustered(groups) { rule.isConventional ? Self.ratio($0) : 1 }
    case .dyadic: M = meat.dyadic(origin: groups[0], destination: groups[1])
    case .conley(_, _, let cutoff):
      M = try meat.conley(latitude: groups[0], longitude: groups[1], cutoff: cutoff)
    case .driscollKraay(_, let asked):
      (M, lag) = serial(meat, nil, groups[0], asked)
    case .neweyWest(_, _, let asked):
      (M, lag) = serial(meat, groups[0], groups[1], asked)
    }
    return (factor() * bread.times(M).times(bread), lag, atOne)
  }

  private func serial(
    _ meat: Meat, _ unit: Grouping?, _ time: Grouping, _ asked: Int?
  ) -> (Matrix, Int?) {
    let (matrix, lag) = meat.serial(unit: unit, time: time, lag: asked)
    return (matrix, lag)
  }

  // MARK: Factors

  /// σ² of a linear model; 1 for Poisson.
  private var dispersion: Double {
    guard estimation.isLinear else { return 1 }
    // Pearson's statistic: squared residuals by variances.
    let (scores, weights) = (estimation.solution.scores, estimation.solution.weights)
    let pearson = Statistics.sum(scores.indices.map { scores[$0] * scores[$0] / weights[$0] })
    // As fixest: σ² of least squares by n − 1, φ of other families by n − K.
    let isIdentity = estimation.solution.linear == estimation.solution.fitted
    return pearson / (isIdentity ? n - 1 : n - Double(estimation.parameterCount))
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
    where effect.slope == nil && clusters.contains(where: { effect.isNested(in: $0) }) {
      K -= effect.count - 1
    }
    return Double(K)
  }

  // MARK: Parts

  private func bread(_ columns: [[Double]]) throws(FitError) -> Matrix {
    try Self.bread(columns, weights: estimation.solution.weights)
  }

  /// `(Z'WZ)⁻¹`, columns first brought to length 1.
  static func bread(_ columns: [[Double]], weights: [Double]) throws(FitError) -> Matrix {
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

  private func scores(_ columns: [[Double]]) -> Matrix {
    let scores = estimation.solution.scores
    return Matrix(
      rows: scores.count, columns: columns.count,
      values: columns.flatMap { column in column.indices.map { column[$0] * scores[$0] } })
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
  static func repaired(_ V: Matrix) -> Matrix {
    guard V.diagonal.contains(where: { $0 < 0 }), let eigen = try? SymmetricEigen(V) else {
      return V
    }
    let kept = eigen.vectors.scalingColumns(by: eigen.values.map { max($0, 0) })
    return kept.timesTranspose(eigen.vectors)
  }
}
