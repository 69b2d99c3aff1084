import Demography
import Kernel

/// The covariance of all parameters of a likelihood: inverse information, or the sandwich about it.
///
/// Small-sample factors are those of the regressions, counted over the coefficients of all linear
/// predictors; a shape is not counted. Where several clusters or dyads make a variance negative, negative
/// eigenvalues are set to 0 and the result says so, as in `Sandwich`. White 1982.
struct LikelihoodCovariance {
  let information: Matrix
  /// `∂ℓ/∂ψ` of each row, one column a parameter.
  let scores: Matrix
  /// Coefficients and levels, without shapes.
  let coefficientCount: Int
  let groups: [Grouping]
  /// By how many observations each row counts; `nil` where it is one.
  var frequencies: [Double]?

  struct Result {
    let estimate: CovarianceEstimate
    /// Of all parameters, shapes included.
    let matrix: Matrix
  }

  /// - Parameter shown: how many parameters, from the first, the estimate is to hold.
  /// - Throws: `fit.likelihood-covariance` for kinds that need more than scores; `fit.singular`.
  func result(_ kind: Covariance, _ rule: SmallSample, shown: [Int]) throws -> Result {
    let bread = try information.positiveInverse()
    let meat = Meat(scores)
    let V: Matrix
    switch kind {
    case .iid: V = bread
    case .hetero, .white(.hc0), .white(.hc1):
      V = bread.times(meat.independent(frequencies: frequencies)).times(bread)
    case .cluster:
      let middle = meat.clustered(groups) { rule.isConventional ? Sandwich.ratio($0) : 1 }
      V = bread.times(middle).times(bread)
    case .dyadic:
      V = bread.times(meat.dyadic(origin: groups[0], destination: groups[1])).times(bread)
    case .white, .conley, .driscollKraay, .neweyWest:
      throw Faults(Fault(.usage, "fit.likelihood-covariance", ["found": kind.text]))
    }
    let factor = factor(kind, rule)
    let raw = factor * V
    let matrix = Sandwich.repaired(raw)
    guard raw.diagonal.allSatisfy({ abs($0) > 0 }), matrix.diagonal.allSatisfy({ $0 >= 0 }) else {
      throw FitError.singular.fault
    }
    func values(_ V: Matrix) -> [Double] { shown.flatMap { i in shown.map { V[i, $0] } } }
    return Result(
      estimate: CovarianceEstimate(
        kind: kind, rule: rule, factor: factor, matrix: values(matrix), unrepaired: values(raw),
        groupCounts: Dictionary(uniqueKeysWithValues: zip(kind.columns, groups.map(\.count))),
        lag: nil, fullLeverageRows: 0, degreesOfFreedom: degrees(kind)), matrix: matrix)
  }

  /// Clusters, or areas of dyads; `nil` where rows are unrelated.
  private func groupCount(_ kind: Covariance) -> Int? {
    switch kind {
    case .cluster: groups.map(\.count).min()
    case .dyadic: Set(groups[0].levels).union(groups[1].levels).count
    default: nil
    }
  }

  private func degrees(_ kind: Covariance) -> Double? {
    guard let count = groupCount(kind), count < CovarianceEstimate.fewClusters else { return nil }
    return Double(max(1, count - 1))
  }

  private func factor(_ kind: Covariance, _ rule: SmallSample) -> Double {
    let n = frequencies.map { Statistics.sum($0) } ?? Double(scores.rows)
    let K = Double(coefficientCount)
    let parameters = rule.countsParameters(isLinear: false) ? (n - 1) / (n - K) : 1
    switch kind {
    case .white(.hc1): return n / (n - K)
    case .white: return 1
    case .hetero: return rule == .none ? 1 : parameters * n / (n - 1)
    default:
      guard rule != .none, let count = groupCount(kind) else { return parameters }
      if rule.isConventional, groups.count > 1, case .cluster = kind { return parameters }
      return parameters * Sandwich.ratio(count)
    }
  }
}

extension RegressionDesign {
  /// Levels, but one, of every effect nested in a cluster: they are not counted as parameters.
  var nestedLevels: Int {
    effects.filter { effect in
      effect.slope == nil && clusters.contains { effect.isNested(in: $0) }
    }
    .reduce(0) { $0 + $1.count - 1 }
  }
}
