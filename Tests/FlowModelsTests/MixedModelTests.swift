import Demography
import FlowModels
import Foundation
import Testing

/// Mixed models against golden G16 (lme4, glmmTMB; bar 1e-4) and closed forms.
struct MixedModelTests {
  private static let right =
    "log(orig_pop) + log(dest_pop) + I(log(dist_cent) - 5) + contig"

  private func korea(_ filter: String) throws -> FlowData? {
    guard let grid = SharedData.grid("golden/flows/data/migest_korea_gravity.csv") else {
      return nil
    }
    return try FlowData(grid: grid).filtered(by: RowFilter.parse(filter))
  }

  private func close(_ a: Double, _ b: Double, _ bar: Double = 1e-4) -> Bool {
    abs(a - b) <= bar * max(1, abs(b))
  }

  private func check(
    _ id: String, _ response: String, _ random: String, _ golden: String, isPanel: Bool
  ) throws {
    let filter = isPanel ? "orig != dest" : "orig != dest & year == 2020"
    guard let data = try korea(filter) else { return }
    let lists = try NumberLists("mixed-models")
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let fit = try model.fit(
      LikelihoodSpecification(
        formula: "\(response) ~ \(Self.right)\(isPanel ? " | year" : "")", zero: nil,
        random: random), data, RegressionOptions(covariance: .iid))
    let expected = try lists(golden, "estimates")
    let errors = try lists(golden, "errors")
    let coefficients = fit.parts[0].coefficients
    let terms = isPanel ? coefficients : Array(coefficients.dropFirst())
    for (k, coefficient) in terms.enumerated() {
      #expect(
        close(coefficient.estimate, expected[k + 1]),
        "\(golden) \(coefficient.term): \(coefficient.estimate) \(expected[k + 1])")
      #expect(
        abs(coefficient.standardError / errors[k + 1] - 1) < 1e-4,
        "\(golden) \(coefficient.term): \(coefficient.standardError) \(errors[k + 1])")
    }
    if isPanel {
      // The first year is the constant there, the others are differences from it.
      #expect(close(fit.levels[0].estimate, expected[0]))
      for year in 1..<fit.levels.count {
        #expect(close(fit.levels[year].estimate - fit.levels[0].estimate, expected[4 + year]))
      }
    } else {
      #expect(close(coefficients[0].estimate, expected[0]))
    }
    for component in fit.components {
      let name = component.name == "orig^dest" ? "pair" : component.name
      let variance = try lists(golden, "variance_\(name)")[0]
      #expect(
        close(component.variance, variance), "\(golden) \(name): \(component.variance) \(variance)")
    }
    for shape in fit.shapes {
      let value = try lists(golden, "shape")[0]
      #expect(abs(shape.estimate / value - 1) < 1e-4, "\(golden): \(shape.estimate) \(value)")
    }
    let likelihood = try lists(golden, "likelihood")[0]
    #expect(
      abs(fit.logLikelihood / likelihood - 1) < 1e-7,
      "\(golden): \(fit.logLikelihood) \(likelihood)"
    )
  }

  @Test func poissonLognormalAgreesWithLme4() throws {
    try check("poisson-lognormal", "flow", "orig,dest", "k2020_poisson_lognormal", isPanel: false)
  }

  @Test func logarithmsAgreeWithLme4() throws {
    try check(
      "gaussian-mixed-ml", "log(flow)", "orig,dest", "k2020_loggaussian_ML", isPanel: false)
    try check(
      "gaussian-mixed", "log(flow)", "orig,dest", "k2020_loggaussian_REML", isPanel: false)
    try check(
      "gaussian-mixed", "log(flow)", "orig,dest,orig^dest", "panel_loggaussian_REML",
      isPanel: true)
  }

  @Test func negativeBinomialAgreesWithGlmmTMB() throws {
    try check("negbin2-mixed", "flow", "orig,dest", "k2020_nb2", isPanel: false)
    try check("negbin2-mixed", "flow", "orig,dest,orig^dest", "panel_nb2", isPanel: true)
  }

  /// One grouping, equally many rows a level: analysis of variance in closed form.
  private func balanced(_ values: [[Double]]) -> FlowData {
    let rows = values.enumerated().flatMap { group, values in values.map { ("g\(group)", $0) } }
    return FlowData(columns: [
      ("group", rows.map(\.0)), ("flow", rows.map { text(exp($0.1)) }),
    ])
  }

  @Test func aBalancedTableGivesTheVariancesOfAnova() throws {
    let values = [[1.0, 1.4, 0.9], [2.1, 2.6, 2.2], [0.3, 0.2, 0.7], [1.8, 1.1, 1.6]]
    let fit = try MixedLinearFlowModel().fit(
      LikelihoodSpecification(formula: "log(flow) ~ 1", zero: nil, random: "group"),
      balanced(values), RegressionOptions(covariance: .iid))
    let means = values.map { $0.reduce(0, +) / 3 }
    let grand = means.reduce(0, +) / 4
    let within =
      zip(values, means).reduce(0) { sum, group in
        sum + group.0.reduce(0) { $0 + ($1 - group.1) * ($1 - group.1) }
      } / 8
    let between = 3 * means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / 3
    #expect(abs(fit.components[0].variance - (between - within) / 3) < 1e-9)
    #expect(abs(fit.shapes[0].estimate - within.squareRoot()) < 1e-9)
    #expect(abs(fit.parts[0].coefficients[0].estimate - grand) < 1e-12)
    #expect(
      abs(fit.parts[0].coefficients[0].standardError - (between / 12).squareRoot()) < 1e-8)
    // Effects are shrunk means.
    let shrink = 1 - within / between
    for (effect, mean) in zip(fit.components[0].effects, means) {
      #expect(abs(effect - shrink * (mean - grand)) < 1e-8)
    }
    #expect(!fit.components[0].isAtBoundary)
  }

  /// Steps, bounds and the test for a variance of nought know no unit: flows a ten-millionth or ten
  /// million times as large give the same model in that unit.
  @Test(arguments: ["gaussian-mixed", "gaussian-mixed-ml"], [true, false])
  func theUnitOfANormalResponseChangesNothingElse(_ id: String, _ isLarger: Bool) throws {
    let unit = isLarger ? 1e7 : 1e-7
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let data = SimulatedFlows.data(id)
    func fit(_ response: String) throws -> LikelihoodFit {
      try model.fit(
        LikelihoodSpecification(
          formula: "\(response) ~ ld + near", zero: nil, random: "orig,dest"), data,
        RegressionOptions(covariance: .iid))
    }
    let own = try fit("log(flow)")
    let other = try fit("I(log(flow)\(isLarger ? "*" : "/")10000000)")
    for (a, b) in zip(own.parts[0].coefficients, other.parts[0].coefficients) {
      #expect(abs(b.estimate / unit / a.estimate - 1) < 1e-9, "\(a.term)")
      #expect(abs(b.standardError / unit / a.standardError - 1) < 1e-9, "\(a.term)")
    }
    for (a, b) in zip(own.components, other.components) {
      #expect(abs(b.variance / (unit * unit) / a.variance - 1) < 1e-8)
      #expect(a.isAtBoundary == b.isAtBoundary && !a.isAtBoundary)
    }
    #expect(abs(other.shapes[0].estimate / unit / own.shapes[0].estimate - 1) < 1e-9)
    #expect(abs(other.shapes[0].standardError / unit / own.shapes[0].standardError - 1) < 1e-6)
    // A density for each row; with the coefficients integrated out, for each row beyond them.
    let densities = Double(own.observations - (id == "gaussian-mixed" ? 3 : 0))
    #expect(abs(other.logLikelihood - own.logLikelihood + densities * log(unit)) < 1e-6)
  }

  @Test func groupsThatDoNotDifferHaveNoVariance() throws {
    let values = [[1.0, 2.0, 3.0], [1.1, 2.1, 2.8], [0.9, 2.2, 2.9]]
    let fit = try MixedLinearFlowModel(isRestricted: false).fit(
      LikelihoodSpecification(formula: "log(flow) ~ 1", zero: nil, random: "group"),
      balanced(values), RegressionOptions(covariance: .iid))
    #expect(fit.components[0].isAtBoundary)
    #expect(fit.components[0].variance < 1e-12)
    let plain = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ 1"), balanced(values), RegressionOptions(covariance: .iid))
    #expect(abs(fit.logLikelihood - plain.logLikelihood) < 1e-9)
  }

  @Test func robustErrorsOfMixedModelsAreRefused() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try MixedLinearFlowModel().fit(
          LikelihoodSpecification(formula: "log(flow) ~ 1", zero: nil, random: "group"),
          balanced([[1, 2], [3, 4]]), RegressionOptions(covariance: .hetero))
      })
    #expect(faults.all.map(\.code) == ["fit.mixed-covariance"])
  }
}
