public import Demography
import Kernel

/// Does the mean of a competing fit explain what the first one leaves?
///
/// The heteroscedasticity-robust test of non-nested means: `ω` in `E[y] = μ + ω (ν − μ)`, ν the mean
/// of the second fit, estimated by one step from ω = 0 with all parameters of the first fit allowed to
/// move, and its robust error. Large values speak against the first fit in the direction of the
/// second; ask again with the fits exchanged.
///
/// Davidson & MacKinnon 1981; Santos Silva, Tenreyro & Windmeijer 2015 (HPC).
public struct CompetingMeanTest: ComparisonTest {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "test", id: "hpc",
      reference: "Davidson & MacKinnon 1981; Santos Silva, Tenreyro & Windmeijer 2015")
  }

  public func result(
    _ first: any FlowFit, _ second: any FlowFit
  ) throws -> SpecificationResult {
    try first.requireSameRows(as: second)
    try first.requireMean(card)
    try second.requireMean(card)
    let estimation = try first.regression(for: card).estimation
    let (weights, scores) = (estimation.solution.weights, estimation.solution.scores)
    let direction = first.fitted.indices.map { second.fitted[$0] / first.fitted[$0] - 1 }
    let rest = try estimation.residual(of: direction)
    let information = Statistics.sum(rest.indices.map { weights[$0] * rest[$0] * rest[$0] })
    let total = Statistics.sum(
      direction.indices.map { weights[$0] * direction[$0] * direction[$0] })
    guard information > 1e-12 * total else { throw FitError.singular.fault }
    let score = Statistics.sum(rest.indices.map { rest[$0] * scores[$0] })
    let squares = Statistics.sum(rest.indices.map { rest[$0] * rest[$0] * scores[$0] * scores[$0] })
    let statistic = score / squares.squareRoot()
    return SpecificationResult(
      test: card.id,
      estimates: [
        .init(
          term: "omega", value: score / information,
          standardError: squares.squareRoot() / information)
      ],
      statistic: statistic, distribution: .normalOneSided, degreesOfFreedom: nil,
      pValue: normalComplementary(statistic), rows: rest.count)
  }
}

extension Estimation {
  /// What the weighted fit on effects and regressors leaves of a column.
  func residual(of column: [Double]) throws -> [Double] {
    var start = [Double](repeating: 0, count: regressors.space.levelCount)
    guard
      let off = regressors.space.residual(
        column, weights: solution.weights, solution: &start, tolerance: 1e-13)
    else { throw FitError.partiallingFailed.fault }
    let own = Array(columns.suffix(regressors.columns.count))
    do {
      let shares = try Regressors.coefficients(own, off, weights: solution.weights)
      return off.indices.map { row in
        off[row] - own.indices.reduce(0) { $0 + shares[$1] * own[$1][row] }
      }
    } catch {
      throw error.fault
    }
  }
}
