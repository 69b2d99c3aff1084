import Demography
import Glibc
import Kernel

extension ChoiceLikelihood {
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

    init(_ grouping: Grouping, group: Grouping) {
      nest = grouping.level.map { Int($0) }
      var groupOf = [Int](repeating: 0, count: grouping.count)
      for row in nest.indices { groupOf[nest[row]] = Int(group.level[row]) }
      self.groupOf = groupOf
    }

    var count: Int { groupOf.count }
  }

  /// What nests make of utilities.
  private struct Nested {
    let lambda: Double
    /// `s = v/λ` of each row.
    let scaled: [Double]
    /// Of each row in its nest.
    let within: [Double]
    /// `I = ln Σ e^s` of each nest.
    let inclusive: [Double]
    /// Of each nest in its group.
    let ofNest: [Double]
    let logProbability: [Double]
  }

  func logProbabilities(_ nests: Nests, _ psi: [Double]) -> [Double] {
    nested(nests, psi).logProbability
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
    let inclusive = logSums(scaled, nests.nest, nests.count)
    let worth = inclusive.map { lambda * $0 }
    let whole = logSums(worth, nests.groupOf, group.count)
    let logNest = worth.indices.map { worth[$0] - whole[nests.groupOf[$0]] }
    let logWithin = v.indices.map { scaled[$0] - inclusive[nests.nest[$0]] }
    return Nested(
      lambda: lambda, scaled: scaled, within: exp(logWithin), inclusive: inclusive,
      ofNest: exp(logNest),
      logProbability: v.indices.map { logWithin[$0] + logNest[nests.nest[$0]] })
  }

  /// Derivatives of the logarithms of both probabilities by all parameters, one column a parameter.
  private struct NestedSlopes {
    /// Of each row in its nest: `∂s − ∂I`.
    let within: Matrix
    /// Of each nest in its group: `∂(λI) − ∂ ln Σ e^{λI}`.
    let between: Matrix
  }

  /// `∂s/∂β = x/λ` and `∂s/∂lnλ = −s`; `∂I` is the mean of `∂s` in the nest, `∂(λI) = λ ∂I`, with `λI` added by ln λ.
  private func slopes(_ nests: Nests, _ found: Nested) -> NestedSlopes {
    let (lambda, last) = (found.lambda, X.columns)
    /// Columns, and their means by the given probabilities.
    func means(_ A: Matrix, _ p: [Double], _ place: [Int], _ count: Int) -> Matrix {
      var sums = Matrix(rows: count, columns: A.columns)
      for c in 0..<A.columns { for k in p.indices { sums[place[k], c] += p[k] * A[k, c] } }
      return sums
    }
    func differences(_ A: Matrix, _ means: Matrix, _ place: [Int]) -> Matrix {
      var rest = A
      for c in 0..<A.columns { for k in place.indices { rest[k, c] -= means[place[k], c] } }
      return rest
    }
    let rows = Matrix(
      rows: X.rows, columns: last + 1,
      values: X.values.map { $0 / lambda } + found.scaled.map { -$0 })
    let inclusive = means(rows, found.within, nests.nest, nests.count)
    var worth = lambda * inclusive
    for m in found.inclusive.indices { worth[m, last] += lambda * found.inclusive[m] }
    let whole = means(worth, found.ofNest, nests.groupOf, group.count)
    return NestedSlopes(
      within: differences(rows, inclusive, nests.nest),
      between: differences(worth, whole, nests.groupOf))
  }

  /// Derivatives of the logarithm of each row's probability.
  func slopes(_ nests: Nests, _ psi: [Double]) -> Matrix {
    sum(slopes(nests, nested(nests, psi)), nests)
  }

  private func sum(_ slopes: NestedSlopes, _ nests: Nests) -> Matrix {
    var all = slopes.within
    for c in 0..<all.columns {
      for k in nests.nest.indices { all[k, c] += slopes.between[nests.nest[k], c] }
    }
    return all
  }

  /// The gradient, and the exact information.
  ///
  /// With d the slopes within and b those between, `Y_m` who chose a nest and `E_m` how many are expected to,
  /// `ℓ = Σ y s + Σ_m Y_m (λ − 1) I_m − Σ_g Y_g ln Σ e^{λI}` and `∂²I = E[∂²s] + Cov(∂s)`, `∂²s/∂β∂lnλ = −x/λ`,
  /// `∂²s/∂lnλ² = s` give
  /// `−∂²ℓ = Σ_k (λE_m − (λ−1)Y_m) p_k d_k d_k' + Σ_m E_m b_m b_m'`, plus `Σ y d` in the row and the column of ln λ and,
  /// on their crossing, `Σ y d − Σ (Y_m − E_m) b`. No step is taken, so that units of regressors do not matter.
  func derivatives(_ nests: Nests, _ psi: [Double]) -> NewtonMaximum.Derivatives {
    let found = nested(nests, psi)
    let slopes = slopes(nests, found)
    let (lambda, last) = (found.lambda, X.columns)
    var chosen = [Double](repeating: 0, count: nests.count)
    for k in y.indices { chosen[nests.nest[k]] += y[k] }
    let expected = found.ofNest.indices.map { totals[nests.groupOf[$0]] * found.ofNest[$0] }
    let weights = chosen.indices.map { lambda * expected[$0] - (lambda - 1) * chosen[$0] }
    var information =
      slopes.within.gram(weights: y.indices.map { weights[nests.nest[$0]] * found.within[$0] })
      + slopes.between.gram(weights: expected)
    let ofChosen = slopes.within.transposeTimes(y)
    let surplus = chosen.indices.map { chosen[$0] - expected[$0] }
    for a in 0..<last {
      information[a, last] += ofChosen[a]
      information[last, a] += ofChosen[a]
    }
    information[last, last] += ofChosen[last] - dot(slopes.between.column(last), surplus)
    let left = y.indices.map { y[$0] - expected[nests.nest[$0]] * found.within[$0] }
    return NewtonMaximum.Derivatives(
      gradient: sum(slopes, nests).transposeTimes(left), information: information)
  }
}
