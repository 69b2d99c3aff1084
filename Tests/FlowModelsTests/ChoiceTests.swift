import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Conditional logit of destinations against production-constrained Poisson and golden G15.
struct ChoiceTests {
  private func austria() throws -> FlowData? {
    guard let grid = SharedData.grid("golden/flows/data/spint_austria.csv") else { return nil }
    var rows = grid.rows
    rows[0] = TextGrid.Row(
      line: 1, cells: ["row"] + rows[0].cells.dropFirst(), columns: rows[0].columns)
    return try FlowData(grid: TextGrid(file: grid.file, rows: rows))
      .filtered(by: RowFilter.parse("Origin != Destination"))
  }

  /// Golden G15: its own logit is good to 1e-7 only; the Poisson coefficients are statsmodels'.
  @Test func destinationsOfAustriaAgreeWithPoisson() throws {
    guard let data = try austria() else { return }
    let fit = try ChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("Data ~ log(Dj) + log(Dij) | Origin")), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let expected = [0.7369804251279664, -1.1553679185762489]
    let logit = [0.7369803684508022, -1.155368037100371]
    let errors = [0.004979706484548165, 0.0072803473248236284]
    for (k, coefficient) in fit.parts[0].coefficients.enumerated() {
      #expect(abs(coefficient.estimate / expected[k] - 1) < 1e-9)
      #expect(abs(coefficient.estimate / logit[k] - 1) < 2e-7)
      #expect(abs(coefficient.standardError / errors[k] - 1) < 1e-6)
    }
    #expect(abs(fit.logLikelihood / -131235.39810796507 - 1) < 1e-9)
  }

  /// Same coefficients, errors of every kind and fitted flows as Poisson with the same effect; the
  /// likelihoods differ by that of the totals, `Y ln Y − Y − Σ ln y!`.
  @Test(arguments: [
    (Covariance.iid, SmallSample.fixest), (.iid, .none), (.hetero, .fixest), (.hetero, .stata),
    (.cluster(["dest"]), .fixest), (.cluster(["orig"]), .fixest),
    (.cluster(["orig", "dest"]), .stata), (.dyadic(origin: "orig", destination: "dest"), .none),
  ])
  func choicesAreProductionConstrainedPoisson(
    _ covariance: Covariance, _ rule: SmallSample
  ) throws {
    let data = SimulatedFlows.data("clogit")
    let formula = try Formula.parse("flow ~ ld + near | orig")
    let options = RegressionOptions(covariance: covariance, smallSample: rule)
    let choice = try ChoiceFlowModel().fit(LikelihoodSpecification(formula), data, options)
    let poisson = try PoissonFlowModel().fit(formula, data, options)
    for (a, b) in zip(choice.parts[0].coefficients, poisson.coefficients) {
      #expect(a.term == b.term)
      #expect(abs(a.estimate / b.estimate - 1) < 1e-9)
      #expect(abs(a.standardError / b.standardError - 1) < 1e-7, "\(covariance) \(rule)")
      #expect(a.pValue == b.pValue || abs(a.pValue - b.pValue) < 1e-7)
    }
    for (a, b) in zip(choice.fitted, poisson.fitted) { #expect(abs(a / b - 1) < 1e-8) }
    let (flows, origins) = SimulatedFlows.flows("clogit")
    let totals = Dictionary(zip(origins, flows)) { $0 + $1 }
    let ofTotals = totals.values.reduce(0) { $0 + $1 * Foundation.log($1) - $1 }
    let factorials = flows.reduce(0) { $0 + logGamma($1 + 1) }
    #expect(
      abs((choice.logLikelihood + ofTotals - factorials) / poisson.logLikelihood - 1) < 1e-9)
  }

  /// Nests of single rows, and one nest of all, are no nests: λ is then not told by the data, and at 1 every
  /// nesting is the conditional logit.
  @Test func atLambdaOneNestsAreTheConditionalLogit() throws {
    let data = SimulatedFlows.data("nested-logit")
    let options = RegressionOptions(covariance: .hetero, smallSample: .none)
    let nested = try NestedChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ ld + near | orig + block")), data, options)
    let plain = try ChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ ld + near | orig")), data, options)
    let lambda = try #require(nested.shapes.first)
    #expect(lambda.name == "lambda" && abs(lambda.estimate - 1) < 4 * lambda.standardError)
    // A parameter more never lowers the maximum; twice the gain is a χ² of one degree.
    let gain = nested.logLikelihood - plain.logLikelihood
    #expect(gain >= -1e-9 && gain < 8)
    #expect(nested.parameterCount == plain.parameterCount + 1)
    #expect(nested.gradientNorm < 1e-6)
  }

  /// Coefficients, λ and errors of an independent likelihood (NumPy 2.4.6, BFGS of SciPy 1.17.1, polished).
  @Test func nestedChoicesAgreeWithAnIndependentLikelihood() throws {
    let lists = try NumberLists("nested-logit")
    let flows = try lists("sample", "flow")
    let columns = try ["orig", "nest", "x", "w"].map {
      ($0, try lists("sample", $0).map { text($0) })
    }
    let data = FlowData(
      columns: columns + [("flow", flows.map { text($0) })])
    let fit = try NestedChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ x + w | orig + nest")), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let expected = try lists("fit", "estimate")
    let errors = try lists("fit", "std_error")
    for (k, coefficient) in fit.parts[0].coefficients.enumerated() {
      #expect(abs(coefficient.estimate / expected[k] - 1) < 1e-6)
      #expect(abs(coefficient.standardError / errors[k] - 1) < 1e-5)
    }
    let lambda = try #require(fit.shapes.first)
    #expect(abs(lambda.estimate / expected[2] - 1) < 1e-6)
    #expect(abs(lambda.standardError / errors[2] - 1) < 1e-5)
    #expect(abs(fit.logLikelihood / (try lists("fit", "loglik")[0]) - 1) < 1e-10)
    // Nests matter here: the conditional logit is far away.
    let plain = try ChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ x + w | orig")), data, RegressionOptions())
    #expect(fit.logLikelihood - plain.logLikelihood > 20)
  }

  /// Units of a regressor are no part of the model: metres, kilometres and thousands of them give one scaled
  /// coefficient, one error and one λ.
  @Test func unitsOfARegressorChangeNothingInNests() throws {
    let lists = try NumberLists("nested-logit")
    let flows = try lists("sample", "flow").map { text($0) }
    let (areas, nests) = try (lists("sample", "orig"), lists("sample", "nest"))
    let (x, w) = try (lists("sample", "x"), lists("sample", "w"))
    func fit(_ unit: Double) throws -> LikelihoodFit {
      let data = FlowData(columns: [
        ("orig", areas.map { text($0) }), ("nest", nests.map { text($0) }), ("flow", flows),
        ("x", x.map { text($0 * unit) }), ("w", w.map { text($0) }),
      ])
      return try NestedChoiceFlowModel().fit(
        LikelihoodSpecification(Formula.parse("flow ~ x + w | orig + nest")), data,
        RegressionOptions(covariance: .iid, smallSample: .none))
    }
    let plain = try fit(1)
    for unit in [1e-3, 1e-2, 1e3, 1e6] {
      let other = try fit(unit)
      for (k, factor) in [unit, 1].enumerated() {
        let (a, b) = (other.parts[0].coefficients[k], plain.parts[0].coefficients[k])
        #expect(abs(factor * a.estimate / b.estimate - 1) < 1e-6, "\(unit)")
        #expect(abs(factor * a.standardError / b.standardError - 1) < 1e-6, "\(unit)")
      }
      let (a, b) = (try #require(other.shapes.first), try #require(plain.shapes.first))
      #expect(abs(a.estimate / b.estimate - 1) < 1e-6, "\(unit)")
      #expect(abs(a.standardError / b.standardError - 1) < 1e-6, "\(unit)")
    }
  }

  /// Six areas, of which each sends people to all six; two of these are a region.
  private func pairs(_ flow: @escaping (_ i: Int, _ j: Int, _ x: Double) -> Double) -> FlowData {
    let cells = (0..<36).map { ($0 / 6, $0 % 6) }
    func x(_ i: Int, _ j: Int) -> Double { Foundation.sin(Double(7 * i + 3 * j * j + 1)) }
    let columns: [(String, (Int, Int) -> String)] = [
      ("orig", { i, _ in "A\(i)" }), ("dest", { _, j in "A\(j)" }),
      ("region", { _, j in "R\(j / 2)" }), ("all", { _, _ in "one" }),
      ("x", { i, j in text(x(i, j)) }), ("o", { i, j in text(Foundation.cos(Double(i + 5 * j))) }),
      ("far", { i, j in text(x(i, 10 + j / 2)) }), ("flow", { i, j in text(flow(i, j, x(i, j))) }),
    ]
    return FlowData(columns: columns.map { name, value in (name, cells.map { value($0, $1) }) })
  }

  /// One nest a group; nests of single rows; regressors of nests alone; choosers who prefer nothing; choosers who
  /// look at the nest but not at its rows, and at the best row of a nest alone.
  @Test(arguments: [
    ("flow ~ x | orig + all", "fit.nest-single"), ("flow ~ x | orig + dest", "fit.nest-rows"),
    ("flow ~ far | orig + region", "fit.nest-level"), ("even ~ x | orig + region", "fit.nest-flat"),
    ("blind ~ x | orig + region", "fit.nest-border"),
  ])
  func aNestParameterThatTheDataDoNotTellIsRefused(_ formula: String, _ code: String) throws {
    func x(_ i: Int, _ j: Int) -> Double { Foundation.sin(Double(7 * i + 3 * j * j + 1)) }
    let data = pairs { i, j, x0 in
      if formula.hasPrefix("even") { return 20 }
      guard formula.hasPrefix("blind") else {
        return (100 * Foundation.exp(-x0 + 0.3 * Foundation.cos(Double(i * j)))).rounded()
      }
      return 100 * Foundation.exp((x(i, j - j % 2) + x(i, j - j % 2 + 1)) / 2)
    }
    let right = formula.drop { $0 != "~" }
    let fault = try #require(
      #expect(throws: Fault.self) {
        try NestedChoiceFlowModel().fit(
          LikelihoodSpecification(Formula.parse("flow \(right)")), data,
          RegressionOptions(covariance: .iid))
      })
    #expect(fault.code == code)
  }

  /// An offset has no λ to be divided out with: one nest tells λ then. The flows are those of λ = 2, exactly.
  @Test func anOffsetTellsTheParameterOfASingleNest() throws {
    let data = pairs { i, j, x in
      100 * Foundation.exp((-2 * x + Foundation.cos(Double(i + 5 * j))) / 2)
    }
    let options = RegressionOptions(covariance: .iid, smallSample: .none)
    let fit = try NestedChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ x + offset(o) | orig + all")), data, options)
    #expect(abs(fit.parts[0].coefficients[0].estimate + 2) < 1e-9)
    let lambda = try #require(fit.nestParameter)
    #expect(abs(lambda.estimate - 2) < 1e-9)
    // As a regressor the offset has the coefficient 1/λ, whose error is that of λ by λ².
    let plain = try ChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ x + o | orig")), data, options)
    let inverse = plain.parts[0].coefficients[1]
    #expect(abs(inverse.estimate - 0.5) < 1e-9)
    #expect(abs(lambda.standardError / (4 * inverse.standardError) - 1) < 1e-9)
  }

  @Test func nestsAreNoFixedEffectsOfASummary() throws {
    let fit = try NestedChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ ld + near | orig + block")),
      SimulatedFlows.data("nested-logit"), RegressionOptions(covariance: .iid))
    let summary = fit.summary()
    #expect(summary.effects == ["orig"] && summary.nests == "block")
    #expect(summary.nestParameter == fit.shapes.first && fit.shapes.count == 1)
  }

  @Test func aRowWithoutANestIsRefusedWhereItStands() throws {
    let data = FlowData(columns: [
      ("orig", ["A", "A", "A", "A"]), ("nest", ["x", "x", "", "y"]),
      ("flow", ["3", "4", "5", "6"]),
      ("d", ["1", "2", "4", "3"]),
    ])
    let faults = try #require(
      #expect(throws: Faults.self) {
        try NestedChoiceFlowModel().fit(
          LikelihoodSpecification(Formula.parse("flow ~ d | orig + nest")), data,
          RegressionOptions(covariance: .iid))
      })
    #expect(faults.all.map(\.code) == ["fit.nest-missing"])
    #expect(faults.all[0].arguments["column"] == "nest" && faults.all[0].place?.line == 4)
  }

  @Test func aRegressorOfTheChooserIsSetAside() throws {
    let data = SimulatedFlows.data("clogit")
    let fit = try ChoiceFlowModel().fit(
      LikelihoodSpecification(Formula.parse("flow ~ size + ld | orig")), data, RegressionOptions())
    #expect(fit.collinear == ["size"])
    #expect(fit.parts[0].coefficients.map(\.term) == ["ld"])
  }

  @Test func choicesNeedOneGroup() throws {
    let data = SimulatedFlows.data("clogit")
    for formula in ["flow ~ ld", "flow ~ ld | orig + dest"] {
      let faults = try #require(
        #expect(throws: Faults.self) {
          try ChoiceFlowModel().fit(
            LikelihoodSpecification(Formula.parse(formula)), data, RegressionOptions())
        })
      #expect(faults.all.map(\.code) == ["fit.choice-group"])
      let nested = try #require(
        #expect(throws: Faults.self) {
          try NestedChoiceFlowModel().fit(
            LikelihoodSpecification(
              Formula.parse(formula == "flow ~ ld" ? formula : "flow ~ ld | orig")), data,
            RegressionOptions())
        })
      #expect(nested.all.map(\.code) == ["fit.choice-nest"])
    }
  }
}
