import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden cases G01 and G11, and laws over the catalogue of tests.
struct SpecificationTests {
  private func zeros() throws -> FlowData? {
    guard let packed = SharedData.bytes("golden/flows/data/gravity_zeros.csv.gz") else {
      return nil
    }
    return try FlowData(grid: SharedData.unpacked(packed, file: "gravity_zeros.csv"))
  }

  private func near(_ found: Double, _ expected: Double, _ bar: Double = 1e-6) -> Bool {
    abs(found / expected - 1) < bar
  }

  /// Fixest 0.12.2, AER and sandwich under R 4.2.2.
  @Test func tradeWithZerosAgreesWithTheirRPackages() throws {
    guard let data = try zeros(),
      let golden = try SharedData.json("golden/flows/expected/G11_gravity_zeros_estimators.json")
    else { return }
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(distw) + rta + contig + comlang_off + comcur | iso_o + iso_d"),
      data, RegressionOptions())
    let reset = try ResetTest().result(fit)
    let expected = try #require(golden["reset_ppml_fe"] as? [String: Double])
    #expect(near(reset.estimates[0].value, try #require(expected["coef_xb2"])))
    #expect(near(reset.estimates[0].standardError, try #require(expected["se_hetero"])))
    #expect(near(reset.statistic, try #require(expected["chi2"])))
    #expect(near(reset.pValue, try #require(expected["p"])))

    let park = try ParkTest().result(fit)
    let parkExpected = try #require(golden["park_test"] as? [String: [String: Double]])
    for estimate in park.estimates {
      #expect(near(estimate.value, try #require(parkExpected["coef"]?[estimate.term])))
      #expect(near(estimate.standardError, try #require(parkExpected["se_hc1"]?[estimate.term])))
    }
    let gnr = try GaussNewtonTest().result(fit)
    let gnrExpected = try #require(golden["gnr_test"] as? [String: [Double]])
    for (k, estimate) in gnr.estimates.enumerated() {
      #expect(near(estimate.value, try #require(gnrExpected["coef"])[k]))
      #expect(near(estimate.standardError, try #require(gnrExpected["se_hc1"])[k]))
    }
  }

  @Test func dispersionOfTheSixtyCountriesAgreesWithAER() throws {
    guard let grid = SharedData.grid("golden/flows/expected/G11_zeros60_input.csv"),
      let golden = try SharedData.json("golden/flows/expected/G11_gravity_zeros_estimators.json"),
      let expected = golden["z60_dispersiontest"] as? [String: Double]
    else { return }
    let fit = try PoissonFlowModel().fit(
      Formula.parse("y ~ ld + lgo + lgd + contig + comlang_off"), FlowData(grid: grid),
      RegressionOptions())
    let linear = try DispersionTest(.linear).result(fit)
    let quadratic = try DispersionTest(.quadratic).result(fit)
    // What AER calls alpha is here the dispersion 1 + α.
    #expect(near(linear.estimates[0].value + 1, try #require(expected["alpha"])))
    #expect(near(linear.statistic, try #require(expected["z"])))
    #expect(near(linear.pValue, try #require(expected["p"])))
    #expect(near(quadratic.estimates[0].value, try #require(expected["alpha_quad"])))
    #expect(near(quadratic.statistic, try #require(expected["z_quad"])))
  }

  @Test(arguments: [
    ("gravity_pow", "Data ~ log(Oi) + log(Dj) + log(Dij)"),
    ("gravity_exp", "Data ~ log(Oi) + log(Dj) + Dij"),
    ("production_pow", "Data ~ log(Dj) + log(Dij) | Origin"),
    ("production_exp", "Data ~ log(Dj) + Dij | Origin"),
    ("attraction_pow", "Data ~ log(Oi) + log(Dij) | Destination"),
    ("attraction_exp", "Data ~ log(Oi) + Dij | Destination"),
    ("doubly_pow", "Data ~ log(Dij) | Origin + Destination"),
    ("doubly_exp", "Data ~ Dij | Origin + Destination"),
  ])
  func dispersionOfAustrianFlowsAgreesWithSpInt(_ name: String, _ formula: String) throws {
    guard let bytes = SharedData.bytes("golden/flows/data/spint_austria.csv"),
      let golden = try SharedData.json("golden/flows/expected/G01_austria_spint.json"),
      let expected = golden[name] as? [String: Any]
    else { return }
    // The first column of the file has no name.
    let grid = SharedData.grid(text: "row" + String(decoding: bytes, as: UTF8.self))
    let data = try FlowData(grid: grid).filtered(by: RowFilter.parse("Origin != Destination"))
    let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
    let phi = try #require(expected["phi_disp"] as? [Double])
    let linear = try DispersionTest(.linear).result(fit)
    // SpInt stops its iterations at about 1e-8.
    #expect(near(linear.estimates[0].value + 1, phi[0]))
    #expect(near(linear.statistic, phi[1]))
    #expect(distance(linear.pValue, phi[2]) < 1e-6)
    let ofMean = try #require(expected["alpha_disp_linear"] as? [Double])
    #expect(near(linear.estimates[0].value, ofMean[0]))
    #expect(near(linear.statistic, ofMean[1]))
    #expect(distance(linear.pValue, ofMean[2]) < 1e-6)
    let alpha = try #require(expected["alpha_disp_quad"] as? [Double])
    let quadratic = try DispersionTest(.quadratic).result(fit)
    #expect(near(quadratic.estimates[0].value, alpha[0]))
    #expect(near(quadratic.statistic, alpha[1]))
    #expect(distance(quadratic.pValue, alpha[2]) < 1e-6)
  }

  // MARK: Laws

  private static func simulated(_ seed: UInt32, _ rows: Int) -> FlowData {
    var y: [String] = [], x: [String] = [], z: [String] = [], g: [String] = []
    for row in 0..<rows {
      var stream = RandomStream(seed: seed, stream: "test", unit: "row", draw: row, time: 0)
      let a = stream.normal(), b = stream.normal(), group = row % 7
      let mean = exp(1.5 + 0.4 * a + 0.1 * Double(group))
      y.append("\(Int(Poisson(mean: mean).quantile(stream.uniform())))")
      x.append("\(a)")
      z.append("\(a + b)")
      g.append("g\(group)")
    }
    return FlowData(columns: [("y", y), ("x", x), ("z", z), ("g", g)])
  }

  /// Under Poisson data each test rejects in about its share of samples: 300 samples, 5 %. Squared
  /// residuals are skewed, so that the regressions of Gauss and Newton need many rows for that: at 210
  /// they reject 40 times.
  @Test func testsRejectTheTruthAsOftenAsTheySay() throws {
    let formula = try Formula.parse("y ~ x | g")
    var rejections: [String: Int] = [:]
    let samples = 300
    for seed in 0..<samples {
      let fit = try PoissonFlowModel().fit(
        formula, Self.simulated(UInt32(seed), 1400), RegressionOptions())
      for test in SpecificationTestCatalogue.all where test.card.id != "variance" {
        let result = try test.result(fit)
        #expect(result.test == test.card.id && result.rows > 0)
        #expect((0...1).contains(result.pValue))
        if result.pValue < 0.05 { rejections[test.card.id, default: 0] += 1 }
      }
    }
    for test in SpecificationTestCatalogue.all
    where !["park", "variance"].contains(test.card.id) {
      // Binomial(300, 0.05): mean 15, sd 3.8; four deviations.
      let count = rejections[test.card.id] ?? 0
      #expect(count <= 31, "\(test.card.id) rejected \(count) of \(samples)")
    }
  }

  @Test func aMissingCurveIsSeen() throws {
    var y: [String] = [], x: [String] = []
    for row in 0..<200 {
      let value = Double(row) / 50 - 2
      x.append("\(value)")
      y.append("\(exp(1 + value + 0.5 * value * value))")
    }
    let data = FlowData(columns: [("y", y), ("x", x)])
    let fit = try PoissonFlowModel().fit(Formula.parse("y ~ x"), data, RegressionOptions())
    #expect(try ResetTest().result(fit).pValue < 1e-6)
  }

  @Test func theBetterMeanIsPreferred() throws {
    let data = Self.simulated(5, 700)
    func fit(_ text: String) throws -> RegressionFit {
      try PoissonFlowModel().fit(Formula.parse(text), data, RegressionOptions())
    }
    let (right, wrong) = (try fit("y ~ x | g"), try fit("y ~ z | g"))
    for test in SpecificationTestCatalogue.comparisons where test.card.id != "hpc" {
      let (ahead, behind) = (try test.result(right, wrong), try test.result(wrong, right))
      #expect(ahead.statistic > 3, "\(test.card.id)")
      #expect(abs(ahead.statistic + behind.statistic) < 1e-9)
    }
    #expect(try CompetingMeanTest().result(wrong, right).pValue < 1e-6)
    #expect(try CompetingMeanTest().result(right, wrong).pValue > 0.01)
    let other = try PoissonFlowModel().fit(
      Formula.parse("y ~ x | g"), Self.simulated(6, 700), RegressionOptions())
    #expect(throws: Fault.self) { try CompetingMeanTest().result(right, other) }
  }

  @Test func quantileResidualsOfPoissonCountsAreNormal() throws {
    let fit = try PoissonFlowModel().fit(
      Formula.parse("y ~ x | g"), Self.simulated(1, 4000), RegressionOptions())
    let residuals = try fit.residuals(.quantile)
    #expect(abs(Statistics.mean(residuals)) < 4 / 4000.0.squareRoot())
    // The variance of a variance is 2/n.
    #expect(abs(Statistics.variance(residuals) - 1) < 4 * (2 / 4000.0).squareRoot())
    #expect(try fit.residuals(.quantile) == residuals)
    let deviance = try fit.residuals(.deviance).reduce(0) { $0 + $1 * $1 }
    #expect(abs(deviance / fit.deviance - 1) < 1e-9)
    let response = try fit.residuals(.response)
    for (k, pearson) in try fit.residuals(.pearson).enumerated() {
      #expect(abs(pearson * fit.fitted[k].squareRoot() - response[k]) < 1e-9)
    }
  }

  @Test func testsOfTheMeanRefuseALinearFit() throws {
    let data = FlowData(columns: [
      ("y", ["1", "2", "4", "3", "7"]), ("x", ["1", "2", "3", "4", "5"]),
    ])
    let fit = try LinearFlowModel().fit(Formula.parse("y ~ x"), data, RegressionOptions())
    #expect(throws: Fault.self) { try ParkTest().result(fit) }
    #expect(throws: Fault.self) { try fit.residuals(.quantile) }
    #expect(try (0...1).contains(ResetTest().result(fit).pValue))
  }

  /// A test that reads the rows alone would answer as though each counted once: it says so instead, and
  /// those that are fits themselves count them.
  @Test func noTestOverlooksTheWeightsOfRows() throws {
    let data = Self.simulated(7, 400)
    func fit(_ text: String, weights: String?) throws -> RegressionFit {
      try PoissonFlowModel().fit(
        Formula.parse(text, weights: weights), data, RegressionOptions())
    }
    let (plain, weighted) = (
      try fit("y ~ x | g", weights: nil), try fit("y ~ x | g", weights: "exp(z)")
    )
    let (rival, weightedRival) = (
      try fit("y ~ z | g", weights: nil), try fit("y ~ z | g", weights: "exp(z)")
    )
    func differs(_ id: String, _ one: () throws -> Double, _ other: () throws -> Double) throws {
      if ["reset", "hpc"].contains(id) {
        #expect(abs(try one() / other() - 1) > 1e-6, "\(id)")
      } else {
        let fault = try #require(#expect(throws: Fault.self) { try one() })
        #expect(
          fault.code == "flows.test-weights" && fault.arguments["weights"] == "exp(z)", "\(id)")
      }
    }
    for test in SpecificationTestCatalogue.all where test.card.id != "variance" {
      try differs(test.card.id) {
        try test.result(weighted).statistic
      } _: {
        try test.result(plain).statistic
      }
    }
    for test in SpecificationTestCatalogue.comparisons {
      try differs(test.card.id) {
        try test.result(weighted, weightedRival).statistic
      } _: {
        try test.result(plain, rival).statistic
      }
    }
  }

  @Test func everyTestHasItsOwnCard() {
    let ids =
      SpecificationTestCatalogue.all.map(\.card.id)
      + SpecificationTestCatalogue.comparisons.map(\.card.id)
    #expect(Set(ids).count == ids.count)
  }
}
