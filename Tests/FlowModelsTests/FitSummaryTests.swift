import Demography
import FlowModels
import Testing

/// What tables of models and diagnostic figures are made from.
struct FitSummaryTests {
  /// 6 × 6 pairs with some flows of 0.
  private var data: FlowData {
    let pairs = (0..<6).flatMap { i in (0..<6).filter { $0 != i }.map { (i, $0) } }
    return FlowData(columns: [
      ("orig", pairs.map { "r\($0.0)" }), ("dest", pairs.map { "r\($0.1)" }),
      ("year", pairs.map { _ in "2020" }),
      ("flow", pairs.map { "\((($0.0 + 2) * ($0.1 + 1) * 7 + $0.0 * 5) / ($0.0 + $0.1) % 9)" }),
      ("d", pairs.map { "\(abs($0.0 - $0.1) * 100 + $0.1)" }),
    ])
  }

  private func fit(_ formula: String, _ family: String = "poisson") throws -> RegressionFit {
    let regression = try #require(FlowModelCatalogue.regression(named: family))
    return try regression.fit(Formula.parse(formula), data, RegressionOptions())
  }

  @Test func aSummaryHasTheFiguresOfItsFit() throws {
    let fit = try fit("flow ~ log(d) | orig")
    let summary = fit.summary()
    let response = fit.sample.response
    #expect(summary.observations == fit.observations && summary.zeros == response.count { $0 == 0 })
    #expect(summary.zeros > 0)
    #expect(summary.commonPart == FlowScores.commonPart(response, fit.fitted))
    #expect(summary.resetPValue == (try ResetTest().result(fit).pValue))
    #expect(summary.effects == ["orig"] && summary.aic == fit.aic)
    #expect(fit.sample.lines == fit.rows.map { $0 + 2 })
  }

  /// A row of weight 2 counts in the scores of a fit as two rows do; a rootogram has no place for it.
  @Test func scoresOfAFitCountRowsByTheirWeights() throws {
    let rows = ["A,B,5,1,2", "A,C,3,2,1", "B,A,9,1,1", "B,C,2,3,2", "C,A,0,2,1", "C,B,4,3,2"]
    let repeated = rows + rows.filter { $0.hasSuffix(",2") }
    func fit(_ rows: [String], weights: String?) throws -> RegressionFit {
      try PoissonFlowModel().fit(
        Formula.parse("flow ~ d", weights: weights),
        FlowData(
          grid: SharedData.grid(
            text: "orig,dest,flow,d,w\n" + rows.joined(separator: "\n") + "\n")),
        RegressionOptions())
    }
    let (weighted, all) = (try fit(rows, weights: "w"), try fit(repeated, weights: nil))
    let (a, b) = (weighted.summary(), all.summary())
    #expect(abs(try #require(a.commonPart) / #require(b.commonPart) - 1) < 1e-12)
    #expect(abs(try #require(a.standardisedError) / #require(b.standardisedError) - 1) < 1e-12)
    #expect(weighted.countBins() == nil && all.countBins() != nil)
  }

  /// The common part of logarithms would be no common part of flows.
  @Test func aModelOfLogarithmsHasNoCommonPart() throws {
    let summary = try fit("log(flow) ~ log(d)", "gaussian").summary()
    #expect(summary.commonPart == nil && summary.standardisedError == nil)
    #expect(summary.observations < 30)
  }

  @Test func binsOfARootogramHoldEveryFlowOnce() throws {
    for family in ["poisson", "negbin2"] {
      let fit = try fit("flow ~ log(d)", family)
      let bins = try #require(fit.countBins()).bins
      #expect(bins.map(\.lower) == [0, 1, 2, 4, 8])
      #expect(bins.reduce(0) { $0 + $1.observed } == fit.observations)
      #expect(abs(bins.reduce(0) { $0 + $1.expected } - Double(fit.observations)) < 1e-9)
    }
    #expect(try fit("flow ~ log(d)", "quasipoisson").countBins() == nil)
  }

  /// `P(Y = 0) = e^{−μ}`, `P(Y = 1) = μ e^{−μ}`.
  @Test func expectedNumbersOfSmallFlowsArePoissons() throws {
    let fit = try fit("flow ~ 1 + log(d)")
    let bins = try #require(fit.countBins()).bins
    let table = fit.fitted.map { mu -> (Double, Double) in
      // The series of e^{−μ}, so that the test rests on nothing of the program.
      var term = 1.0
      var sum = 1.0
      for k in 1..<200 {
        term *= -mu / Double(k)
        sum += term
      }
      return (sum, mu * sum)
    }
    #expect(abs(bins[0].expected - table.reduce(0) { $0 + $1.0 }) < 1e-8)
    #expect(abs(bins[1].expected - table.reduce(0) { $0 + $1.1 }) < 1e-8)
  }

  @Test func predictionsAreCalledByTheNamesOfTheirRows() throws {
    let table = try fit("flow ~ log(d) | year + orig").predictions().table()
    #expect(
      table.columns.map(\.name).prefix(6)
        == ["line", "orig", "dest", "year", "observed", "predicted"])
    #expect(table.texts("orig").first == "r0" && table.texts("dest").first == "r1")
    let other = try fit("flow ~ log(d)").predictions(for: data).table()
    #expect(other["observed"] == nil && other["dest"] != nil)
  }

  @Test func changesAreReadAsTheyAreWritten() throws {
    #expect(
      try FlowShock.parse("wage[dest=KZ-75] * 1.1")
        == FlowShock(
          "wage[dest=KZ-75] * 1.1", .covariate("wage"), .times(1.1), destinations: ["KZ-75"]))
    let road = try FlowShock.parse("@cost[orig=A|B, dest=C]-50")
    #expect(road.subject == .cost && road.change == .plus(-50))
    #expect(road.origins == ["A", "B"] && road.destinations == ["C"])
    #expect(try FlowShock.parse("@origin-mass / 2").change == .times(0.5))
    #expect(try FlowShock.parse("@departures[orig=A] + 1e3").subject == .originTotal)
    for wrong in [
      "wage", "wage * ten", "* 2", "@price * 2", "wage[from=A] * 2", "wage[dest=A, dest=B] * 2",
      "wage / 0", "wage[dest] * 2",
    ] {
      #expect(throws: Faults.self) { try FlowShock.parse(wrong) }
    }
  }

  @Test func aTableIsLumpedRoundedAndGrouped() throws {
    let table = LabelledMatrix(
      origins: ["a", "b", "c"], destinations: ["a", "b", "c"],
      values: [0, 10.4, 0.3, 20.3, 0, 0.2, 0.3, 0.2, 0])
    let whole = table.rounded().matrix
    #expect(whole.values.allSatisfy { $0 == $0.rounded() })
    for (before, after) in zip(table.sums().departures, whole.sums().departures) {
      #expect(after == before.rounded(.down) || after == before.rounded(.up))
    }
    #expect(try table.lumped(below: 5, into: "rest").origins == ["a", "b", "rest"])
    #expect(throws: Fault.self) { try table.lumped(below: 5, into: "a") }
  }
}
