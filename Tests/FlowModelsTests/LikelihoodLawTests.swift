import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Laws of every family in the catalogue that explains flows by a formula.
struct LikelihoodLawTests {
  static let ids =
    FlowModelCatalogue.regressions.map(\.card.id) + FlowModelCatalogue.likelihoods.map(\.card.id)

  private func flows(_ id: String) throws -> SimulatedFlows {
    try #require(SimulatedFlows.named(id), "a family needs flows drawn from it")
  }

  @Test(arguments: ids) func findsTheTruthOfDrawnFlows(_ id: String) throws {
    let flows = try flows(id)
    let answer = try flows.answer(flows.data())
    for (part, coefficient) in zip(answer.parts, answer.coefficients) {
      let truth = try #require(flows.truth[part]?[coefficient.term])
      let distance = (coefficient.estimate - truth) / coefficient.standardError
      #expect(abs(distance) < 4, "\(id) \(part) \(coefficient.term): \(distance)")
    }
    for (name, truth) in flows.scatter {
      let estimate = try #require(answer.scatter[name])
      let error = try #require(answer.scatterErrors[name])
      #expect(abs(estimate - truth) < 4 * error, "\(id) \(name): \(estimate) ± \(error), \(truth)")
    }
  }

  @Test(arguments: ids) func theOrderOfRowsDoesNotMatter(_ id: String) throws {
    let flows = try flows(id)
    let a = try flows.answer(flows.data())
    let b = try flows.answer(
      flows.data { rows in rows.map { (173 * $0 + 59) % rows.count } })
    #expect(a.parts == b.parts)
    for (x, y) in zip(a.coefficients, b.coefficients) {
      #expect(x.term == y.term)
      #expect(abs(x.estimate - y.estimate) < 1e-10 * max(1, abs(x.estimate)), "\(id) \(x.term)")
      // Second derivatives of mixed models are differences of gradients, known to fewer digits.
      let digits = flows.random == nil ? 1e-10 : 1e-7
      #expect(
        abs(x.standardError / y.standardError - 1) < digits,
        "\(id) \(x.term) \(x.standardError / y.standardError - 1)")
    }
    for (name, value) in a.scatter {
      #expect(abs((b.scatter[name] ?? .nan) / value - 1) < 1e-9, "\(id) \(name)")
    }
    #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-10)
  }

  @Test(arguments: ids) func theSameFlowsGiveTheSameBits(_ id: String) throws {
    let flows = try flows(id)
    let data = flows.data()
    #expect(try flows.answer(data) == flows.answer(data))
  }

  @Test(arguments: ids) func theUnitOfTheFlowMovesTheConstantAlone(_ id: String) throws {
    let flows = try flows(id)
    guard flows.isScaleFree else { return }
    let a = try flows.answer(flows.data())
    let eighths = flows.formula.replacing("flow ~", with: "I(flow/8) ~")
      .replacing("log(flow)", with: "log(flow/8)")
    #expect(eighths != flows.formula)
    let b = try flows.answer(flows.data(), formula: eighths)
    for (x, y) in zip(a.coefficients, b.coefficients) {
      let shift = x.term == "(Intercept)" ? 3 * 0.6931471805599453 : 0
      #expect(abs(x.estimate - y.estimate - shift) < 1e-9, "\(id) \(x.term)")
    }
    for name in a.scatter.keys where name != "sigma" {
      #expect(abs(a.scatter[name]! / b.scatter[name]! - 1) < 1e-8, "\(id) \(name)")
    }
  }

  /// Slopes by every parameter, in units of its own standard error.
  @Test(arguments: FlowModelCatalogue.likelihoods.map(\.card.id))
  func theLikelihoodIsFlatAtItsMaximum(_ id: String) throws {
    let flows = try flows(id)
    let answer = try flows.answer(flows.data())
    #expect(answer.gradientNorm < 1e-8, "\(answer.gradientNorm)")
  }

  /// `Σ x (y − μ) μ / V(μ)` of the families whose variance is known but for a constant, as a part of
  /// what the sum would be without cancellation.
  @Test(arguments: ["poisson", "quasipoisson", "gamma", "gaussian-log", "negbin2"])
  func scoresOfRegressionsAddUpToNothing(_ id: String) throws {
    let flows = try flows(id)
    let fit = try #require(FlowModelCatalogue.regression(named: id)).fit(
      Formula.parse(flows.formula), flows.data(), RegressionOptions())
    let theta = fit.shape?.estimate ?? .infinity
    let precision: (Double) -> Double =
      switch id {
      case "gamma": { 1 / $0 }
      case "gaussian-log": { $0 }
      case "negbin2": { 1 / (1 + $0 / theta) }
      default: { _ in 1 }
      }
    let columns = flows.columns
    let scores = fit.rows.indices.map {
      (columns.flow[fit.rows[$0]] - fit.fitted[$0]) * precision(fit.fitted[$0])
    }
    for x in [columns.flow.map { _ in 1 }, columns.ld, columns.near] {
      let terms = fit.rows.indices.map { x[fit.rows[$0]] * scores[$0] }
      let size = terms.reduce(0) { $0 + abs($1) }
      #expect(abs(terms.reduce(0, +)) < 1e-9 * size, "\(id)")
    }
  }

  // MARK: Counts

  /// `| orig` is the same as a regressor for every origin.
  @Test func effectsOfCountsAreDummies() throws {
    let data = SimulatedFlows.data("negbin1")
    let options = RegressionOptions(covariance: .iid, smallSample: .none)
    let model = LinearBinomialFlowModel()
    let effects = try model.fit(
      LikelihoodSpecification(formula: "flow ~ ld + near | orig", zero: nil, random: nil), data,
      options)
    #expect(effects.levels.count == 24)
    let poisson = try PoissonFlowModel().fit(
      Formula.parse("flow ~ ld + near | orig"), data, options)
    for (a, b) in zip(effects.parts[0].coefficients, poisson.coefficients) {
      #expect(abs(a.estimate - b.estimate) < 3 * b.standardError)
    }
    #expect(effects.parameterCount == 24 + 2 + 1)
    let both = try model.fit(
      LikelihoodSpecification(formula: "flow ~ size + ld | orig + dest", zero: nil, random: nil),
      data, options)
    // The level of the second effect from which its others are counted is named with the terms.
    #expect(both.collinear == ["dest=A33", "size"])
    #expect(both.levels.count == 47)
  }

  @Test func flowsThatScatterLessThanPoissonHaveNoShape() throws {
    let data = FlowData(columns: [
      ("flow", ["10", "11", "10", "9", "0", "10", "11", "10"]),
      ("x", ["1", "2", "1", "1", "-30", "1", "2", "1"]),
    ])
    let fault = try #require(
      #expect(throws: Fault.self) {
        try LinearBinomialFlowModel().fit(
          LikelihoodSpecification(formula: "flow ~ 1 + x", zero: nil, random: nil), data,
          RegressionOptions(covariance: .iid))
      })
    #expect(fault.code == "fit.no-overdispersion")
  }

  /// Fewer zeros than Poisson has: the share of structural zeros leaves for zero.
  @Test func zerosThatTheCountExplainsAreNotInflated() throws {
    let flows = ["1", "2", "1", "0", "2", "1", "1", "2", "1", "1"]
    let fault = try #require(
      #expect(throws: Fault.self) {
        try ZeroInflatedPoissonFlowModel().fit(
          LikelihoodSpecification(formula: "flow ~ 1", zero: nil, random: nil),
          FlowData(columns: [("flow", flows)]), RegressionOptions(covariance: .iid))
      })
    #expect(fault.code == "fit.unbounded")
    #expect(fault.arguments["terms"] == "zero: (Intercept)")
  }

  @Test func zerosThatARegressorTellsApartHaveNoFiniteLogit() throws {
    let flows = ["3", "5", "2", "4", "0", "0", "7", "0"]
    let far = ["0", "0", "0", "0", "1", "1", "0", "1"]
    let fault = try #require(
      #expect(throws: Fault.self) {
        try HurdlePoissonFlowModel().fit(
          LikelihoodSpecification(formula: "flow ~ 1", zero: "far", random: nil),
          FlowData(columns: [("flow", flows), ("far", far)]),
          RegressionOptions(covariance: .iid))
      })
    #expect(fault.code == "fit.unbounded")
    #expect(fault.arguments["terms"]?.contains("zero: far") == true)
  }

  @Test func aZeroPartNeedsZeros() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try HurdlePoissonFlowModel().fit(
          LikelihoodSpecification(formula: "flow ~ 1", zero: nil, random: nil),
          FlowData(columns: [("flow", ["1", "2", "3"])]), RegressionOptions(covariance: .iid))
      })
    #expect(faults.all.map(\.code) == ["fit.no-zeros"])
  }

  /// A row that only the zero part cannot use is left out of both, and said so.
  @Test func rowsMissingFromTheZeroPartAreListed() throws {
    let flows = ["3", "0", "2", "4", "0", "1", "7", "0"]
    let far = ["0", "1", "", "0", "1", "1", "0", "0"]
    let fit = try HurdlePoissonFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ 1", zero: "far", random: nil),
      FlowData(columns: [("flow", flows), ("far", far)]), RegressionOptions(covariance: .iid))
    #expect(fit.rows == [0, 1, 3, 4, 5, 6, 7])
    #expect(fit.dropped.map(\.reason) == [.missing])
    #expect(fit.dropped.map(\.lines) == [[4]])
    // By hand: of four near flows one is zero, of three far ones two.
    let zero = fit.parts[1].coefficients
    #expect(abs(zero[0].estimate - log(3)) < 1e-12)
    #expect(abs(zero[1].estimate - (log(0.5) - log(3))) < 1e-12)
    #expect(abs(fit.zeroProbability[0] - 0.25) < 1e-12)
    // Expected flows add up to the observed ones: a truncated Poisson matches its mean.
    #expect(abs(fit.fitted.reduce(0, +) - 15) < 1e-9)
  }

  /// Flows whose zeros alternate over origins and destinations: clusters of either kind add up to less than
  /// rows alone, and a variance of both together is negative. Negative eigenvalues become 0, said so.
  @Test(arguments: ["hurdle-poisson", "negbin2"])
  func aNegativeVarianceIsRepairedAndSaid(_ id: String) throws {
    let cells = (0..<6).flatMap { i in (0..<6).map { (i, $0) } }
    let data = FlowData(columns: [
      ("orig", cells.map { "o\($0.0)" }), ("dest", cells.map { "d\($0.1)" }),
      ("flow", cells.map { ($0.0 + $0.1) % 2 == 0 ? "0" : "\(1 + 4 * $0.0 + $0.1 % 3)" }),
      ("x", cells.map { "\(($0.0 * $0.1 + $0.1) % 5)" }),
    ])
    func covariance(_ columns: [String]) throws -> CovarianceEstimate {
      let options = RegressionOptions(covariance: .cluster(columns), smallSample: .none)
      if let model = FlowModelCatalogue.regression(named: id) {
        return try model.fit(Formula.parse("flow ~ x"), data, options).covariance
      }
      return try #require(FlowModelCatalogue.likelihood(named: id)).fit(
        LikelihoodSpecification(formula: "flow ~ x", zero: "x", random: nil), data, options
      ).covariance
    }
    let both = try covariance(["orig", "dest"])
    let (origins, destinations) = (try covariance(["orig"]), try covariance(["dest"]))
    let pairs = try covariance(["orig^dest"])
    let size = Int(Double(both.matrix.count).squareRoot())
    let scale = both.unrepaired.map(abs).max() ?? 0
    for k in both.unrepaired.indices {
      let sum = origins.matrix[k] + destinations.matrix[k] - pairs.matrix[k]
      #expect(abs(both.unrepaired[k] - sum) < 1e-10 * scale)
    }
    #expect((0..<size).contains { both.unrepaired[$0 * size + $0] < 0 })
    #expect(both.isRepaired && !origins.isRepaired)
    let found = try SymmetricEigen(Matrix(rows: size, columns: size, values: both.matrix))
    #expect(found.values.allSatisfy { $0 > -1e-10 * scale })
    #expect((0..<size).allSatisfy { both.matrix[$0 * size + $0] >= 0 })
  }

  /// Robust errors of flows drawn from the model itself estimate the same as the information.
  @Test func sandwichAndInformationAgreeOnTheTrueModel() throws {
    let flows = try flows("zip")
    func errors(_ covariance: Covariance) throws -> [Double] {
      try ZeroInflatedPoissonFlowModel().fit(
        LikelihoodSpecification(formula: flows.formula, zero: "ld", random: nil), flows.data(),
        RegressionOptions(covariance: covariance, smallSample: .none)
      ).parts.flatMap(\.coefficients).map(\.standardError)
    }
    let model = try errors(.iid)
    for (a, b) in zip(try errors(.hetero), model) { #expect(abs(a / b - 1) < 0.25) }
    let rows = try errors(.cluster(["orig^dest"]))
    for (a, b) in zip(try errors(.hetero), rows) { #expect(abs(a / b - 1) < 1e-10) }
  }
}
