import Demography
import FlowModels
import Foundation
import Testing

/// Count families by full likelihood against golden G11b: maxima found independently with 60
/// countries' flows, gradients below 2e-8, errors of the inverse observed information.
struct CountFamilyTests {
  private static let formula = "y ~ ld + lgo + lgd + contig + comlang_off"

  @Test(arguments: ["negbin1", "zip", "zinb", "hurdle-poisson", "hurdle-negbin2"])
  func reachesThePolishedMaximum(_ id: String) throws {
    guard let grid = SharedData.grid("golden/flows/expected/G11_zeros60_input.csv") else { return }
    let golden = try NumberLists("count-families")
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let zero: String? = id == "negbin1" ? nil : "ld + lgo + lgd"
    let fit = try model.fit(
      LikelihoodSpecification(formula: Self.formula, zero: zero, random: nil),
      FlowData(grid: grid), RegressionOptions(covariance: .iid, smallSample: .none))
    let coefficients = fit.parts.flatMap(\.coefficients)
    let estimates = coefficients.map(\.estimate) + fit.shapes.map { log($0.estimate) }
    let errors = coefficients.map(\.standardError) + fit.shapes.map(\.logStandardError)
    let likelihood = try golden(id, "likelihood")
    let expected = try (golden(id, "estimates"), golden(id, "errors"))
    #expect(estimates.count == expected.0.count)
    for k in expected.0.indices {
      #expect(abs(estimates[k] / expected.0[k] - 1) < 1e-7, "\(id) parameter \(k)")
      #expect(
        abs(errors[k] / expected.1[k] - 1) < 1e-7, "\(id) error \(k): \(errors[k]) \(expected.1[k])"
      )
    }
    #expect(abs(fit.logLikelihood / likelihood[0] - 1) < 1e-9)
    #expect(abs(fit.aic / likelihood[1] - 1) < 1e-9)
    #expect(abs(fit.bic / likelihood[2] - 1) < 1e-9)
    #expect(fit.gradientNorm < 1e-6, "\(fit.gradientNorm)")
    #expect(fit.parts.map(\.name) == (id == "negbin1" ? ["count"] : ["count", "zero"]))
  }
}
