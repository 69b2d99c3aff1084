public import Demography
import Kernel

/// RESET: does the square of the linear predictor, fixed effects included, add anything?
///
/// A second fit with `η²` beside the regressors; Wald's statistic with the heteroscedastic covariance
/// of the `fixest` rule, χ² with one degree of freedom.
///
/// Ramsey 1969; Santos Silva & Tenreyro 2006.
public struct ResetTest: SpecificationTest {
  public init() {}

  public var card: Card {
    Card(catalogue: "test", id: "reset", reference: "Ramsey 1969; Santos Silva & Tenreyro 2006")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    let fit = try fit.regression(for: card)
    let estimation = fit.estimation
    guard let refit = estimation.refit else {
      throw Fault(.usage, "flows.test-family", ["test": card.id, "family": fit.model])
    }
    var design = estimation.design
    // Centred, so that the square is not nearly η itself; η is spanned by the model.
    let centre = Statistics.mean(estimation.solution.linear)
    let squares = estimation.solution.linear.map { ($0 - centre) * ($0 - centre) }
    design.x = estimation.regressors.columns + [squares]
    let regressors = try Regressors(design, hasIntercept: estimation.regressors.hasIntercept)
    guard regressors.kept.last == squaresIndex(design) else { throw FitError.singular.fault }
    let solution = try refit(design, regressors)
    let larger: Estimation
    do {
      larger = try Estimation(
        fit.model, estimation.data, design, regressors, solution,
        parameterCount: estimation.parameterCount + 1, isLinear: estimation.isLinear)
    } catch {
      throw error.fault
    }
    let value = solution.beta[regressors.kept.count - 1]
    let error = try larger.covariance(.hetero, .fixest).standardErrors[larger.columns.count - 1]
    let statistic = (value / error) * (value / error)
    return SpecificationResult(
      test: card.id, estimates: [.init(term: "eta^2", value: value, standardError: error)],
      statistic: statistic, distribution: .chiSquare, degreesOfFreedom: 1,
      pValue: ChiSquare(degrees: 1).complementary(statistic), rows: design.count)
  }

  private func squaresIndex(_ design: RegressionDesign) -> Int { design.x.count - 1 }
}
