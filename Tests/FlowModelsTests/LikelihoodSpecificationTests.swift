import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Residuals, tests and summaries of families by full likelihood.
struct LikelihoodSpecificationTests {
  private let ofRegressions = RegressionOptions(covariance: .iid, smallSample: .none)

  private func regression(_ id: String, _ data: FlowData) throws -> RegressionFit {
    try #require(FlowModelCatalogue.regression(named: id)).fit(
      Formula.parse("flow ~ ld + near"), data, ofRegressions)
  }

  // MARK: References

  /// Numerical scores of an independent likelihood, least squares of the moments on them (numpy 2.4.6,
  /// scipy 1.17.1); of Poisson by its information, of NB2 by scores.
  @Test(arguments: ["negbin1", "zip", "zinb"])
  func momentsAgreeWithNumericalScores(_ id: String) throws {
    let lists = try NumberLists("likelihood-predictions")
    let fit = try LikelihoodPredictionTests.fit(id, LikelihoodPredictionTests.small())
    let zeros = try ZeroExcessTest().result(fit)
    #expect(abs(zeros.statistic / (try lists(id, "test_zeros")[0]) - 1) < 1e-6)
    let variance = try VarianceExcessTest().result(fit)
    #expect(abs(variance.statistic / (try lists(id, "test_variance")[0]) - 1) < 1e-6)
  }

  @Test(arguments: ["poisson", "negbin2"])
  func zerosOfRegressionsAgreeWithNumericalScores(_ id: String) throws {
    let lists = try NumberLists("likelihood-predictions")
    let fit = try regression(id, LikelihoodPredictionTests.small())
    let found = try ZeroExcessTest().result(fit).estimates[0]
    let expected = try lists(id, "zeros")
    #expect(abs(found.value / expected[0] - 1) < 1e-6)
    #expect(abs(found.standardError / expected[1] - 1) < 1e-6)
  }

  @Test(arguments: [("zinb", "negbin1"), ("hurdle-negbin2", "zip")])
  func vuongAgreesWithNumericalLikelihoods(_ first: String, _ second: String) throws {
    let data = try LikelihoodPredictionTests.small()
    let result = try VuongTest(.none).result(
      LikelihoodPredictionTests.fit(first, data), LikelihoodPredictionTests.fit(second, data))
    let expected = try NumberLists("likelihood-predictions")("vuong", "\(first)_\(second)")[0]
    #expect(abs(result.statistic / expected - 1) < 1e-6)
  }

  /// The constant alone: `Σ p₀(1 − p₀) − n μ p₀²` by hand.
  @Test func zerosOfAConstantHaveAKnownError() throws {
    let flows = ["0", "3", "1", "0", "2", "0", "5", "1", "0", "2"]
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1"), FlowData(columns: [("flow", flows)]), ofRegressions)
    let found = try ZeroExcessTest().result(fit).estimates[0]
    let (mu, p) = (1.4, exp(-1.4))
    #expect(abs(found.value - (4 - 10 * p)) < 1e-9)
    #expect(abs(found.standardError - (10 * (p * (1 - p) - mu * p * p)).squareRoot()) < 1e-9)
  }

  // MARK: Laws

  /// Standard normal where the family is that of the flows, to four deviations of mean and variance; the
  /// same for the same seed, others for another.
  @Test(arguments: FlowModelCatalogue.likelihoods.map(\.card.id))
  func quantileResidualsAreNormal(_ id: String) throws {
    let fit = try LikelihoodPredictionTests.simulated(id)
    let found = try fit.residuals(.quantile, seed: 3)
    let n = Double(found.count)
    #expect(found.allSatisfy { $0.isFinite })
    #expect(abs(Statistics.mean(found)) < 4 / n.squareRoot(), "\(Statistics.mean(found))")
    #expect(
      abs(Statistics.variance(found) - 1) < 4 * (2 / n).squareRoot(),
      "\(id) \(Statistics.variance(found))")
    #expect(try fit.residuals(.quantile, seed: 3) == found)
    if !id.hasPrefix("gaussian") { #expect(try fit.residuals(.quantile, seed: 4) != found) }
    let table = try fit.residualTable([.pearson, .quantile], seed: 3)
    #expect(table.columns.map(\.name).suffix(4) == ["observed", "fitted", "pearson", "quantile"])
  }

  /// The law with a normal scatter of η against sums over ten thousand points.
  @Test func scatterOfRowsIsIntegratedExactly() throws {
    let fit = try PoissonLognormalFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ ld + near", zero: nil, random: nil),
      SimulatedFlows.data("poisson-lognormal"), RegressionOptions(covariance: .iid))
    let b = fit.parts[0].coefficients.map(\.estimate)
    let sigma = fit.components[0].variance.squareRoot()
    let columns = SimulatedFlows.named("poisson-lognormal")!.columns
    let steps = (-5000...5000).map { Double($0) / 500 }
    func average(_ eta: Double, _ f: (Double) -> Double) -> Double {
      steps.reduce(0) { $0 + exp(-0.5 * $1 * $1) * f(exp(eta + sigma * $1)) }
        / (500 * (2 * Double.pi).squareRoot())
    }
    let rows = try #require(fit.rowLogLikelihoods)
    var (below, zeros) = (0.0, 0.0)
    for k in rows.indices {
      let eta = b[0] + b[1] * columns.ld[k] + b[2] * columns.near[k]
      let y = columns.flow[k]
      zeros += average(eta) { exp(-$0) }
      below += average(eta) { Poisson(mean: $0).cumulative(15) }
      guard k % 7 == 0 else { continue }
      let expected = log(average(eta) { exp(Poisson(mean: $0).logDensity(y)) })
      #expect(abs(rows[k] - expected) < 1e-9 * abs(expected), "\(k): \(rows[k]) \(expected)")
    }
    let bins = try #require(fit.countBins()).bins
    #expect(abs(bins[0].expected / zeros - 1) < 1e-8)
    #expect(abs(bins.prefix(5).reduce(0) { $0 + $1.expected } / below - 1) < 1e-8)
  }

  @Test func whatIsMissingIsSeen() throws {
    let data = SimulatedFlows.data("zinb")
    #expect(try ZeroExcessTest().result(regression("poisson", data)).statistic > 5)
    let zip = try LikelihoodPredictionTests.fit("zip", data)
    #expect(try VarianceExcessTest().result(zip).statistic > 4)
    let right = try LikelihoodPredictionTests.fit("zinb", data)
    #expect(try abs(ZeroExcessTest().result(right).statistic) < 3)
    #expect(try VarianceExcessTest().result(right).pValue > 0.001)
    let ahead = try VuongTest(.bic).result(right, regression("poisson", data))
    #expect(ahead.statistic > 5 && ahead.rows == 552)
  }

  @Test func whatDoesNotApplyIsRefused() throws {
    func code(_ body: () throws -> SpecificationResult) throws -> String {
      try #require(#expect(throws: Fault.self) { try body() }).code
    }
    let hurdle = try LikelihoodPredictionTests.fit(
      "hurdle-poisson", LikelihoodPredictionTests.small())
    #expect(try code { try ZeroExcessTest().result(hurdle) } == "flows.test-spanned")
    #expect(try code { try ResetTest().result(hurdle) } == "flows.test-family")
    #expect(try code { try DispersionTest(.linear).result(hurdle) } == "flows.test-family")
    let mixed = try LikelihoodPredictionTests.simulated("negbin2-mixed")
    let poisson = try regression("poisson", SimulatedFlows.data("negbin2-mixed"))
    #expect(try code { try VuongTest(.none).result(mixed, poisson) } == "flows.test-family")
    #expect(try code { try VarianceExcessTest().result(poisson) } == "flows.test-family")
    let other = try regression("poisson", LikelihoodPredictionTests.small())
    #expect(try code { try VuongTest(.none).result(hurdle, poisson) } == "flows.test-rows")
    #expect(try VuongTest(.none).result(hurdle, other).rows == 56)
    let large = FlowData(columns: [
      ("flow", ["900", "1100", "1000"]), ("ld", ["0", "1", "0"]), ("near", ["0", "0", "1"]),
    ])
    let noZeros = try code { try ZeroExcessTest().result(regression("poisson", large)) }
    #expect(noZeros == "flows.test-no-zeros")
  }

  @Test func summariesAreThoseOfTheFit() throws {
    let fit = try LikelihoodPredictionTests.fit("zinb", LikelihoodPredictionTests.small())
    let summary = fit.summary()
    #expect(summary.commonPart == FlowScores.commonPart(fit.response, fit.fitted))
    #expect(summary.aic == fit.aic && summary.zeros == 16 && summary.pseudoR2 == nil)
    #expect(
      summary.coefficients.map(\.term) == [
        "(Intercept)", "ld", "near", "zero: (Intercept)", "zero: ld",
      ])
    #expect(summary.coefficients[4].estimate == fit.parts[1].coefficients[1].estimate)
  }
}
