import Demography
import FlowModels
import Testing

/// What families by full likelihood refuse, and searches that have no answer.
struct LikelihoodFaultTests {
  @Test func whatAFamilyCannotUseIsRefused() throws {
    let data = SimulatedFlows.data("negbin1")
    let cases: [(String, String?, String?, String)] = [
      ("negbin1", "ld", nil, "fit.no-zero-part"), ("zip", nil, "orig", "fit.no-random-part"),
      ("gaussian-mixed", nil, nil, "fit.random-missing"),
      ("negbin2-mixed", nil, "orig,orig", "fit.random-twice"),
    ]
    for (id, zero, random, code) in cases {
      let model = try #require(FlowModelCatalogue.likelihood(named: id))
      let faults = try #require(
        #expect(throws: Faults.self) {
          try model.fit(
            LikelihoodSpecification(formula: "flow ~ ld", zero: zero, random: random), data,
            RegressionOptions(covariance: .iid))
        })
      #expect(faults.all.map(\.code) == [code])
    }
  }

  /// Parts of a formula that a likelihood does not know are refused; the model with an effect of every row
  /// once left them aside unsaid.
  @Test(
    arguments: ["clogit"]
      + FlowModelCatalogue.likelihoods.filter(\.takesRandomEffects).map(\.card.id))
  func noPartOfAFormulaIsLeftAsideUnsaid(_ id: String) throws {
    let flows = try #require(SimulatedFlows.named(id))
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let data = flows.data()
    let written = flows.formula.split(separator: "|").map(String.init)
    let cases =
      [("\(written[0]) | orig", "near")]
      + (id == "clogit" ? [("\(written[0]) | dest[[ld]]", nil)] : [])
    for (formula, weights) in cases {
      let faults = try #require(
        #expect(throws: Faults.self) {
          let whole = try LikelihoodSpecification(
            formula: formula, zero: flows.zero, random: flows.random)
          _ = try model.fit(
            LikelihoodSpecification(
              Formula.parse(formula, weights: weights), zero: whole.zero, random: whole.random),
            data, RegressionOptions(covariance: .iid))
        })
      #expect(faults.all.map(\.code) == ["formula.family"], "\(id) \(formula)")
    }
  }

  /// Small tables whose likelihood has a maximum among finite parameters and rises higher as the logit of
  /// inflation grows without end; in the first table the first of the two starts leads there, in the second the
  /// second. Maxima −16.158 and −16.541, suprema −13.674 and −15.967 (Newton's method in NumPy 2.4.6 from both
  /// starts). What is highest has no coefficients, and the lower maximum is not given out for it.
  @Test(arguments: [
    (
      [0, 0, 0, 2, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1, 2, 1],
      [4, 3, 4, 2, 0, 1, 4, 2, 3, 4, 4, 4, 1, 1, 0, 3]
    ),
    ([3, 4, 3, 1, 0, 0, 0, 0, 2, 0, 0, 2, 0], [1, 0, 0, 1, 2, 2, 0, 0, 2, 4, 0, 0, 3]),
  ])
  func aMaximumBelowOneAtInfinityIsNoAnswer(_ flows: [Int], _ x: [Int]) throws {
    let fault = try #require(
      #expect(throws: Fault.self) {
        try ZeroInflatedPoissonFlowModel().fit(
          LikelihoodSpecification(formula: "flow ~ x", zero: "x", random: nil),
          FlowData(columns: [("flow", flows.map { "\($0)" }), ("x", x.map { "\($0)" })]),
          RegressionOptions(covariance: .iid))
      })
    #expect(fault.code == "fit.unbounded")
  }

  @Test func aSearchThatEndsTooSoonIsAFault() throws {
    let flows = try #require(SimulatedFlows.named("zinb"))
    let fault = try #require(
      #expect(throws: Fault.self) {
        try ZeroInflatedBinomialFlowModel().fit(
          LikelihoodSpecification(formula: flows.formula, zero: "ld", random: nil), flows.data(),
          RegressionOptions(covariance: .iid, maximumIterations: 2))
      })
    #expect(fault.code == "fit.not-converged")
  }
}
