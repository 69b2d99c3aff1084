import Kernel

/// Covariance of coefficients: `H⁻¹ M H⁻¹` with the small-sample factors.
///
/// `H = Z'WZ`, scores `s_n = z_n ∂ℓ_n/∂η_n` with Z partialled at the final weights. `M` is `H` for
/// iid, `Σ s s'` for hetero, `Σ_c S_c S_c'` for a cluster; several clusters by inclusion and exclusion
/// over their intersections (Cameron, Gelbach & Miller 2011); where that leaves a negative variance,
/// negative eigenvalues are set to 0.
struct Sandwich {
  /// Partialled regressors.
  let columns: [[Double]]
  let weights: [Double]
  /// Derivative of the log-likelihood of each row by its linear predictor, `y − μ` for Poisson.
  let scores: [Double]
  let effects: [Grouping]
  let clusters: [Grouping]
  /// Coefficients and levels of effects, redundant ones once each.
  let parameterCount: Int
  /// σ² of a linear model; 1 for Poisson.
  let dispersion: Double
  let isLinear: Bool

  struct Result {
    var matrix: Matrix
    var isRepaired: Bool
  }

  func covariance(_ kind: Covariance, _ rule: SmallSample) throws(FitError) -> Result {
    guard !columns.isEmpty else {
      return Result(matrix: Matrix(rows: 0, columns: 0), isRepaired: false)
    }
    let inverse = try bread()
    let n = Double(scores.count)
    switch kind {
    case .iid:
      let factor: Double =
        rule == .fixest || (rule == .stata && isLinear) ? (n - 1) / (n - K([])) : 1
      return Result(matrix: (dispersion * factor) * inverse, isRepaired: false)
    case .hetero:
      let meat = rowScores().gram()
      let factor: Double =
        switch rule {
        case .fixest: n / (n - K([]))
        case .stata: isLinear ? n / (n - K([])) : n / (n - 1)
        case .none: 1
        }
      return Result(matrix: factor * inverse.times(meat).times(inverse), isRepaired: false)
    case .cluster:
      return clustered(inverse, rule, n)
    }
  }

  private func clustered(_ inverse: Matrix, _ rule: SmallSample, _ n: Double) -> Result {
    let scores = rowScores()
    var meat = Matrix(rows: columns.count, columns: columns.count)
    for subset in 1..<(1 << clusters.count) {
      let members = clusters.indices.filter { subset & (1 << $0) != 0 }
      var grouping = clusters[members[0]]
      for member in members.dropFirst() { grouping = grouping.crossed(with: clusters[member]) }
      let sign: Double = members.count % 2 == 1 ? 1 : -1
      meat += sign * Self.sums(scores, grouping).gram()
    }
    let smallest = Double(clusters.map(\.count).min() ?? 0)
    var factor = 1.0
    if rule != .none { factor *= smallest / (smallest - 1) }
    if rule == .fixest || (rule == .stata && isLinear) { factor *= (n - 1) / (n - K(clusters)) }
    let matrix = factor * inverse.times(meat).times(inverse)
    return clusters.count > 1 ? Self.repaired(matrix) : Result(matrix: matrix, isRepaired: false)
  }

  /// Number of parameters, of a nested effect only one.
  private func K(_ clusters: [Grouping]) -> Double {
    var K = parameterCount
    for effect in effects where clusters.contains(where: { effect.isNested(in: $0) }) {
      K -= effect.count - 1
    }
    return Double(K)
  }

  private func bread() throws(FitError) -> Matrix {
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

  private func rowScores() -> Matrix {
    Matrix(
      rows: scores.count, columns: columns.count,
      values: columns.flatMap { column in column.indices.map { column[$0] * scores[$0] } })
  }

  private static func sums(_ scores: Matrix, _ grouping: Grouping) -> Matrix {
    var sums = Matrix(rows: grouping.count, columns: scores.columns)
    for k in 0..<scores.columns {
      for row in 0..<scores.rows { sums[Int(grouping.level[row]), k] += scores[row, k] }
    }
    return sums
  }

  /// The matrix without its negative eigenvalues where a variance is negative, as fixest does;
  /// otherwise as it is.
  private static func repaired(_ V: Matrix) -> Result {
    guard V.diagonal.contains(where: { $0 < 0 }), let eigen = try? SymmetricEigen(V) else {
      return Result(matrix: V, isRepaired: false)
    }
    let kept = eigen.vectors.scalingColumns(by: eigen.values.map { max($0, 0) })
    return Result(matrix: kept.timesTranspose(eigen.vectors), isRepaired: true)
  }
}
