import Demography
import FlowModels
import Foundation
import Testing

/// Families of flow regression against R fixest 0.12.2 and maxima polished to a gradient below 2e-8.
struct FamilyGoldenTests {
  static func relative(_ a: Double, _ b: Double) -> Double { abs(a / b - 1) }

  private func zeros() throws -> FlowData? {
    guard let packed = SharedData.bytes("golden/flows/data/gravity_zeros.csv.gz") else {
      return nil
    }
    return try FlowData(grid: SharedData.unpacked(packed, file: "gravity_zeros.csv"))
  }

  private static let right = "log(distw) + rta + contig + comlang_off + comcur | iso_o + iso_d"

  private static let logarithms = [
    "log(distw)": "ld", "log(gdp_o)": "lgo", "log(gdp_d)": "lgd",
  ]

  private func check(
    _ id: String, _ response: String, _ golden: String, data: FlowData, right: String = Self.right
  ) throws {
    let regression = try #require(FlowModelCatalogue.regression(named: id))
    let all = try SharedData.json("golden/flows/expected/G11_gravity_zeros_estimators.json")
    let expected = try #require(all?[golden] as? [String: Any])
    let coefficients = try #require(expected["coef"] as? [String: Double])
    let kinds: [(String, Covariance, SmallSample)] = [
      ("se_iid", .iid, .fixest), ("se_iid_nossc", .iid, .none), ("se_hetero", .hetero, .fixest),
      ("se_hetero_nossc", .hetero, .none), ("se_cl_orig", .cluster(["iso_o"]), .fixest),
      ("se_twoway", .cluster(["iso_o", "iso_d"]), .fixest),
    ]
    for (key, covariance, rule) in kinds {
      let errors = try #require(expected[key] as? [String: Double])
      let fit = try regression.fit(
        Formula.parse("\(response) ~ \(right)"), data,
        RegressionOptions(covariance: covariance, smallSample: rule))
      #expect(fit.observations == expected["n"] as? Int)
      #expect(fit.coefficients.count == coefficients.count)
      for coefficient in fit.coefficients {
        let term = Self.logarithms[coefficient.term] ?? coefficient.term
        let estimate = try #require(coefficients[term])
        let error = try #require(errors[term])
        #expect(Self.relative(coefficient.estimate, estimate) < 1e-8, "\(golden) \(term)")
        #expect(
          Self.relative(coefficient.standardError, error) < 1e-6,
          "\(golden) \(key) \(term): \(coefficient.standardError) \(error)")
      }
      let logLikelihood = try #require(expected["loglik"] as? Double)
      let deviance = try #require(expected["deviance"] as? Double)
      #expect(
        Self.relative(fit.logLikelihood, logLikelihood) < 1e-9,
        "\(fit.logLikelihood), \(logLikelihood)")
      #expect(Self.relative(fit.deviance, deviance) < 1e-9)
    }
  }

  /// Golden G11, the central case: Poisson on 22,588 pairs of which 5,500 are zero, without effects and with
  /// those of both sides.
  @Test func poissonWithoutEffectsIsThatOfFixest() throws {
    guard let data = try zeros() else { return }
    try check(
      "poisson", "flow", "ppml_nofe", data: data,
      right: "log(distw) + log(gdp_o) + log(gdp_d) + rta + contig + comlang_off + comcur")
  }

  @Test func poissonWithEffectsOfBothSidesIsThatOfFixestToEveryFittedFlow() throws {
    guard let data = try zeros(),
      let packed = SharedData.bytes("golden/flows/expected/G11_ppml_fe_fitted.csv.gz")
    else { return }
    try check("poisson", "flow", "ppml_fe", data: data)
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ \(Self.right)"), data, RegressionOptions())
    let grid = try SharedData.unpacked(packed, file: "fitted.csv")
    let expected = try grid.rows.dropFirst().map { try #require(Double($0.cells[3])) }
    try #require(fit.fitted.count == expected.count && expected.count == 22_588)
    for (ours, theirs) in zip(fit.fitted, expected) {
      let bar = 1e-8 * max(1.0, theirs)
      #expect(abs(ours - theirs) <= bar)
    }
  }

  /// Golden `gpml_pos_fe` stops where its deviance changes by less than 1e-8: coefficients are off by
  /// up to 9e-5 of themselves and the deviance is 3e-7 above the minimum. Newton's method on dummies
  /// (NumPy 2.4.6, gradient 1e-10) gives the numbers below. Its log-likelihood, −206,770, is that of
  /// no gamma density; ours is R's `dgamma` with the dispersion deviance by rows.
  @Test func gammaFlowsReachTheMinimumThatFixestStopsShortOf() throws {
    guard let data = try zeros() else { return }
    let expected = [
      -1.4149012497089493, 0.28309817858936104, 0.8800819150162777, 0.618884243457513,
      0.004184916041601382,
    ]
    let errors: [(Covariance, SmallSample, [Double])] = [
      (.iid, .fixest, [0.03538274291402464, 0.07656543877508097]),
      (.iid, .none, [0.03503417696684518, 0.07581116981541622]),
      (.hetero, .fixest, [0.038109720434753566, 0.06589809524242163]),
      (.cluster(["iso_o"]), .fixest, [0.05630619987977138, 0.08848587124009119]),
    ]
    for (covariance, rule, ofFixest) in errors {
      let fit = try GammaFlowModel().fit(
        Formula.parse("flow ~ \(Self.right)"), data,
        RegressionOptions(covariance: covariance, smallSample: rule))
      #expect(fit.observations == 17088)
      #expect(fit.dropped.first { $0.reason == .zeroFlow }?.count == 5500)
      for (coefficient, value) in zip(fit.coefficients, expected) {
        #expect(Self.relative(coefficient.estimate, value) < 1e-8)
      }
      for (coefficient, error) in zip(fit.coefficients, ofFixest) {
        #expect(Self.relative(coefficient.standardError, error) < 2e-5)
      }
      #expect(Self.relative(fit.deviance, 54203.69987593318) < 1e-12)
      #expect(fit.deviance < 54203.699876235485)
      #expect(Self.relative(fit.logLikelihood, -58482.95296623401) < 1e-9)
    }
  }

  @Test func logarithmsOfFlowsAgreeWithFixest() throws {
    guard let data = try zeros() else { return }
    try check("gaussian", "log(flow)", "ols_log_fe", data: data)
    try check("gaussian", "log(flow+1)", "ols_log1p_fe", data: data)
  }

  @Test func negativeBinomialTradeWithFourEffectsAgreesWithFixest() throws {
    guard let packed = SharedData.bytes("golden/flows/data/fixest_trade.csv.gz") else { return }
    let data = try FlowData(grid: SharedData.unpacked(packed, file: "fixest_trade.csv"))
    let fit = try NegativeBinomialFlowModel().fit(
      Formula.parse("Euros ~ log(dist_km) | Origin + Destination + Product + Year"), data,
      RegressionOptions(covariance: .iid))
    let theta = try #require(fit.shape)
    #expect(Self.relative(fit.coefficients[0].estimate, -1.7107751381559246) < 1e-5)
    #expect(Self.relative(theta.estimate, 0.5487878418033753) < 1e-5)
    // Higher by 8e-4 than where fixest stops.
    #expect(fit.logLikelihood > -646586.9849621092)
    #expect(Self.relative(fit.logLikelihood, -646586.9849621092) < 1e-8)
    #expect(Self.relative(fit.coefficients[0].standardError, 0.01726810735361242) < 1e-5)
    #expect(Self.relative(theta.standardError, 0.003304010686540899) < 1e-5)
  }

  /// Golden G11b: maxima with a gradient below 2e-8, errors of the observed information.
  @Test func negativeBinomialFlowsReachThePolishedMaximum() throws {
    guard let grid = SharedData.grid("golden/flows/expected/G11_zeros60_input.csv") else { return }
    let fit = try NegativeBinomialFlowModel().fit(
      Formula.parse("y ~ ld + lgo + lgd + contig + comlang_off"), FlowData(grid: grid),
      RegressionOptions(covariance: .iid, smallSample: .none))
    let golden = try PolishedMaximum("nb2")
    let shape = try #require(fit.shape)
    golden.check(
      fit.coefficients.map(\.estimate) + [log(shape.estimate)],
      fit.coefficients.map(\.standardError) + [shape.logStandardError], fit.logLikelihood)
    #expect(Self.relative(fit.aic, golden.aic) < 1e-9)
    #expect(Self.relative(fit.bic, golden.bic) < 1e-9)
  }

  /// Golden G01: statsmodels, NB2 of Austrian flows; its last parameter is `1/θ`. Bar 1e-6.
  @Test func negativeBinomialAustriaAgreesWithStatsmodels() throws {
    guard let grid = SharedData.grid("golden/flows/data/spint_austria.csv") else { return }
    var rows = grid.rows
    rows[0] = TextGrid.Row(
      line: 1, cells: ["row"] + rows[0].cells.dropFirst(), columns: rows[0].columns)
    let data = try FlowData(grid: TextGrid(file: grid.file, rows: rows))
      .filtered(by: RowFilter.parse("Origin != Destination"))
    let fit = try NegativeBinomialFlowModel().fit(
      Formula.parse("Data ~ log(Oi) + log(Dj) + log(Dij)"), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let expected = [
      -0.3874154390228436, 0.6483371153087124, 0.7087959688716091, -0.9973584297602188,
    ]
    let errors = [
      1.4834869387565401, 0.08933889874467799, 0.08214410435721677, 0.12198207250786462,
    ]
    for (k, coefficient) in fit.coefficients.enumerated() {
      #expect(Self.relative(coefficient.estimate, expected[k]) < 1e-6)
      #expect(Self.relative(coefficient.standardError, errors[k]) < 1e-6)
    }
    #expect(Self.relative(1 / (fit.shape?.estimate ?? 0), 0.33909089721765084) < 1e-6)
    let quasi = try QuasiPoissonFlowModel().fit(
      Formula.parse("Data ~ log(Oi) + log(Dj) + Dij"), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let poisson = try PoissonFlowModel().fit(
      Formula.parse("Data ~ log(Oi) + log(Dj) + Dij"), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    for (a, b) in zip(quasi.coefficients, poisson.coefficients) {
      #expect(Self.relative(a.estimate, b.estimate) < 1e-12)
      let ratio = a.standardError / b.standardError
      #expect(Self.relative(ratio * ratio, quasi.dispersion) < 1e-10)
    }
  }
}

/// One block of golden G11b.
struct PolishedMaximum {
  let estimates: [Double]
  let errors: [Double]
  let logLikelihood: Double
  let aic: Double
  let bic: Double

  init(_ name: String) throws {
    let all = try SharedData.json("golden/flows/expected/G11b_zeros60_polished_mle.json")
    let block = try #require(all?[name] as? [String: Any])
    estimates = try #require(block["params"] as? [Double])
    errors = try #require(block["se"] as? [Double])
    logLikelihood = try #require(block["loglik"] as? Double)
    aic = try #require(block["AIC"] as? Double)
    bic = try #require(block["BIC"] as? Double)
  }

  func check(_ estimates: [Double], _ errors: [Double], _ logLikelihood: Double) {
    #expect(estimates.count == self.estimates.count)
    for k in self.estimates.indices {
      #expect(
        FamilyGoldenTests.relative(estimates[k], self.estimates[k]) < 1e-7, "parameter \(k)")
      #expect(
        FamilyGoldenTests.relative(errors[k], self.errors[k]) < 1e-6,
        "error \(k): \(errors[k]), \(self.errors[k])")
    }
    #expect(FamilyGoldenTests.relative(logLikelihood, self.logLikelihood) < 1e-9)
  }
}
