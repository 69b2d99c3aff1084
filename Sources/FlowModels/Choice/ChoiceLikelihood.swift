import Glibc
import Kernel

/// The likelihood of choices among the rows of a group: `Σ y (v − ln Σ_k e^{v_k})`, `v = Xβ + o`.
///
/// With nests the choice is first of a nest and then of one of its rows, `P = e^{v/λ − I} · e^{λI} / Σ_m e^{λI_m}`
/// with the inclusive value `I = ln Σ_{k in nest} e^{v_k/λ}`; the last parameter is then `ln λ`. McFadden (1978),
/// Modelling the choice of residential location.
struct ChoiceLikelihood {
  /// How many chose each row.
  let y: [Double]
  /// Regressors about their mean in the group, which the likelihood does not see.
  let X: Matrix
  let group: Grouping
  /// How many chose in each group.
  let totals: [Double]
  /// The part of the utility with coefficient 1, about its mean in the group.
  let offset: [Double]?
  /// `nil` where every row is a nest of its own.
  let nests: Nests?

  init(y: [Double], X: Matrix, group: Grouping, offset: [Double]?, nests: Nests? = nil) {
    self.nests = nests
    self.y = y
    self.X = X
    self.group = group
    // Like a regressor: what is common to a group is no part of a choice.
    self.offset = offset.map { ChoiceFlowModel.within(group, $0) }
    totals = group.sums(y)
  }

  /// Logarithm of the probability of each row in its group.
  func logProbabilities(_ beta: [Double]) -> [Double] {
    if let nests { return logProbabilities(nests, beta) }
    let v = utilities(beta)
    var highest = [Double](repeating: -.infinity, count: group.count)
    for row in v.indices {
      highest[Int(group.level[row])] = max(highest[Int(group.level[row])], v[row])
    }
    let sums = group.sums(exp(v.indices.map { v[$0] - highest[Int(group.level[$0])] }))
    let logs = sums.indices.map { highest[$0] + Glibc.log(sums[$0]) }
    return v.indices.map { v[$0] - logs[Int(group.level[$0])] }
  }

  func utilities(_ beta: [Double]) -> [Double] {
    var v = X.times(Array(beta.prefix(X.columns)))
    if let offset { for row in v.indices { v[row] += offset[row] } }
    return v
  }

  /// Derivatives of the logarithm of each probability by all parameters, one column a parameter.
  func slopes(_ psi: [Double]) -> Matrix {
    guard let nests else { return centred(expected(psi)) }
    return slopes(nests, psi)
  }

  /// Largest `|ln λ|` that is looked at: λ from 0.007 to 148.
  static let farthest = 5.0

  func value(_ beta: [Double]) -> Double {
    if nests != nil, !(abs(beta[X.columns]) <= Self.farthest) { return -.infinity }
    let logs = logProbabilities(beta)
    return Statistics.sum(y.indices.map { y[$0] * logs[$0] })
  }

  /// `Y_g p`: how many are expected to choose each row.
  func expected(_ beta: [Double]) -> [Double] {
    let p = exp(logProbabilities(beta))
    return p.indices.map { totals[Int(group.level[$0])] * p[$0] }
  }

  /// Regressors about their expectation in the group.
  private func centred(_ expected: [Double]) -> Matrix {
    var columns: [Double] = []
    columns.reserveCapacity(X.values.count)
    for k in 0..<X.columns {
      let x = X.column(k)
      let sums = group.sums(x.indices.map { expected[$0] * x[$0] })
      columns += x.indices.map {
        x[$0] - sums[Int(group.level[$0])] / totals[Int(group.level[$0])]
      }
    }
    return Matrix(rows: X.rows, columns: X.columns, values: columns)
  }

  func derivatives(_ beta: [Double]) -> NewtonMaximum.Derivatives {
    if let nests { return derivatives(nests, beta) }
    let expected = expected(beta)
    return NewtonMaximum.Derivatives(
      gradient: X.transposeTimes(y.indices.map { y[$0] - expected[$0] }),
      information: centred(expected).gram(weights: expected))
  }

  /// Terms of the score, one row for each row of the data; they add up over the group.
  func scores(_ beta: [Double]) -> Matrix {
    let expected = expected(beta)
    return slopes(beta).scalingRows(by: y.indices.map { y[$0] - expected[$0] })
  }
}
