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
  /// The part of the utility with coefficient 1.
  let offset: [Double]?
  /// `nil` where every row is a nest of its own.
  let nests: Nests?

  /// Rows of a group that are more like each other than like the others.
  struct Nests {
    /// Nest of each row; rows of different groups are in different ones.
    let nest: [Int]
    /// Group of each nest.
    let groupOf: [Int]

    /// - Parameters:
    ///   - nest: the column of the nests, known in all of the rows.
    ///   - effect: that of the group.
    ///   - group: of the rows.
    init(
      _ nest: Formula.Effect, within effect: Formula.Effect, _ data: FlowData, _ rows: [Int],
      _ group: Grouping
    ) throws {
      let name = (effect.columns + nest.columns).joined(separator: "^")
      self.init(try ClusterName(name).grouping(data, rows: rows), group: group)
    }

    private init(_ grouping: Grouping, group: Grouping) {
      nest = grouping.level.map { Int($0) }
      var groupOf = [Int](repeating: 0, count: grouping.count)
      for row in nest.indices { groupOf[nest[row]] = Int(group.level[row]) }
      self.groupOf = groupOf
    }
  }

  init(y: [Double], X: Matrix, group: Grouping, offset: [Double]?, nests: Nests? = nil) {
    self.nests = nests
    self.y = y
    self.X = X
    self.group = group
    self.offset = offset
    totals = group.sums(y)
  }

  /// Logarithm of the probability of each row in its group.
  func logProbabilities(_ beta: [Double]) -> [Double] {
    if let nests { return nested(nests, beta).logProbability }
    let v = utilities(beta)
    var highest = [Double](repeating: -.infinity, count: group.count)
    for row in v.indices {
      highest[Int(group.level[row])] = max(highest[Int(group.level[row])], v[row])
    }
    let sums = group.sums(exp(v.indices.map { v[$0] - highest[Int(group.level[$0])] }))
    let logs = sums.indices.map { highest[$0] + Glibc.log(sums[$0]) }
    return v.indices.map { v[$0] - logs[Int(group.level[$0])] }
  }

  private func utilities(_ beta: [Double]) -> [Double] {
    var v = X.times(Array(beta.prefix(X.columns)))
    if let offset { for row in v.indices { v[row] += offset[row] } }
    return v
  }

  /// What nests make of utilities.
  private struct Nested {
    let utility: [Double]
    let lambda: Double
    /// Of each row in its nest.
    let within: [Double]
    let inclusive: [Double]
    /// Of each nest in its group.
    let ofNest: [Double]
    let logProbability: [Double]
  }

  private func nested(_ nests: Nests, _ psi: [Double]) -> Nested {
    let v = utilities(psi)
    let lambda = Glibc.exp(psi[X.columns])
    func logSums(_ values: [Double], _ place: [Int], _ count: Int) -> [Double] {
      var highest = [Double](repeating: -.infinity, count: count)
      for k in values.indices { highest[place[k]] = max(highest[place[k]], values[k]) }
      var sums = [Double](repeating: 0, count: count)
      for k in values.indices { sums[place[k]] += Glibc.exp(values[k] - highest[place[k]]) }
      return sums.indices.map { highest[$0] + Glibc.log(sums[$0]) }
    }
    let scaled = v.map { $0 / lambda }
    let inclusive = logSums(scaled, nests.nest, nests.groupOf.count)
    let worth = inclusive.map { lambda * $0 }
    let whole = logSums(worth, nests.groupOf, group.count)
    let logNest = worth.indices.map { worth[$0] - whole[nests.groupOf[$0]] }
    let logWithin = v.indices.map { scaled[$0] - inclusive[nests.nest[$0]] }
    return Nested(
      utility: v, lambda: lambda, within: exp(logWithin), inclusive: inclusive,
      ofNest: exp(logNest),
      logProbability: v.indices.map { logWithin[$0] + logNest[nests.nest[$0]] })
  }

  /// Derivatives of the logarithm of each probability by all parameters, one column a parameter.
  func slopes(_ psi: [Double]) -> Matrix {
    guard let nests else { return centred(expected(psi)) }
    let found = nested(nests, psi)
    let (lambda, nest) = (found.lambda, nests.nest)
    /// Means of values of rows in their nests, and of values of nests in their groups.
    func inNests(_ x: [Double]) -> [Double] {
      var means = [Double](repeating: 0, count: nests.groupOf.count)
      for k in x.indices { means[nest[k]] += found.within[k] * x[k] }
      return means
    }
    func inGroups(_ x: [Double]) -> [Double] {
      var means = [Double](repeating: 0, count: group.count)
      for m in x.indices { means[nests.groupOf[m]] += found.ofNest[m] * x[m] }
      return means
    }
    var columns: [Double] = []
    columns.reserveCapacity(X.values.count + nest.count)
    for k in 0..<X.columns {
      let x = X.column(k)
      let own = inNests(x)
      let all = inGroups(own)
      columns += nest.indices.map {
        let m = nest[$0]
        return (x[$0] - own[m]) / lambda + own[m] - all[nests.groupOf[m]]
      }
    }
    // By ln λ: λ times the derivative by λ.
    let mean = inNests(found.utility)
    let worth = found.inclusive.indices.map { lambda * found.inclusive[$0] - mean[$0] }
    let all = inGroups(worth)
    columns += nest.indices.map {
      let m = nest[$0]
      return (mean[m] - found.utility[$0]) / lambda + worth[m] - all[nests.groupOf[m]]
    }
    return Matrix(rows: X.rows, columns: X.columns + 1, values: columns)
  }

  private func gradient(_ psi: [Double], _ slopes: Matrix) -> [Double] {
    let expected = expected(psi)
    return slopes.transposeTimes(y.indices.map { y[$0] - expected[$0] })
  }

  /// The gradient, and the information by its central differences.
  private func nestedDerivatives(_ psi: [Double]) -> NewtonMaximum.Derivatives {
    let count = psi.count
    var information = Matrix(rows: count, columns: count)
    for k in 0..<count {
      let step = 1e-5 * max(1, abs(psi[k]))
      var (up, down) = (psi, psi)
      up[k] += step
      down[k] -= step
      let (above, below) = (gradient(up, slopes(up)), gradient(down, slopes(down)))
      for j in 0..<count { information[j, k] = (below[j] - above[j]) / (2 * step) }
    }
    for j in 0..<count {
      for k in 0..<j {
        let mean = (information[j, k] + information[k, j]) / 2
        information[j, k] = mean
        information[k, j] = mean
      }
    }
    return NewtonMaximum.Derivatives(
      gradient: gradient(psi, slopes(psi)), information: information)
  }

  /// Largest `|ln λ|` that is looked at: λ from 0.007 to 148.
  private static let farthest = 5.0

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
    if nests != nil { return nestedDerivatives(beta) }
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
