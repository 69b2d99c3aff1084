import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// What the weight of a row says.
struct WeightingTests {
  /// 120 rows of flows between 6 areas over 4 years with a whole number each, and the same rows written
  /// out as often as that says.
  static let (rows, writtenOut): (FlowData, FlowData) = {
    var columns: [[String]] = []
    for t in 0..<4 {
      for i in 0..<6 {
        for j in 0..<6 where j != i {
          var stream = RandomStream(
            seed: 2, stream: "test.weights", unit: "\(i) \(j)", draw: t, time: 0)
          let x = stream.normal()
          let flow =
            1 + Poisson(mean: exp(2 + 0.4 * x + 0.2 * Double(i))).quantile(stream.uniform())
          columns.append([
            "r\(i)", "r\(j)", "\(t)", "\(Int(flow))", "\(x)", "\((i + 2 * j + t) % 3 == 0 ? 1 : 0)",
            "\(1 + (3 * i + j + 5 * t) % 4)",
          ])
        }
      }
    }
    func data(_ rows: [[String]]) -> FlowData {
      let names = ["orig", "dest", "year", "flow", "x", "near", "count"]
      return FlowData(columns: names.indices.map { c in (names[c], rows.map { $0[c] }) })
    }
    return (
      data(columns), data(columns.flatMap { row in (0..<Int(row[6])!).map { _ in row } })
    )
  }()

  private func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-8) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-6)
  }

  /// A frequency weight is that many rows in everything that is said of a fit, whatever the errors.
  @Test(arguments: ["poisson", "quasipoisson", "gamma", "gaussian-log", "gaussian", "negbin2"])
  func aFrequencyIsThatManyRows(_ family: String) throws {
    let model = try #require(FlowModelCatalogue.regression(named: family))
    let response = family == "gaussian" ? "log(flow)" : "flow"
    var kinds: [Covariance] = [
      .iid, .hetero, .white(.hc0), .white(.hc1), .white(.hc2), .white(.hc3), .cluster(["orig"]),
      .cluster(["orig", "dest"]), .dyadic(origin: "orig", destination: "dest"),
      .driscollKraay(time: "year", lag: 1),
    ]
    if family == "negbin2" {
      kinds.removeAll {
        [.white(.hc2), .white(.hc3), .driscollKraay(time: "year", lag: 1)].contains($0)
      }
    }
    for formula in ["\(response) ~ x + near", "\(response) ~ x + near | orig + dest"] {
      for kind in kinds {
        for rule in [SmallSample.fixest, .stata, .none] {
          let a = try model.fit(
            Formula.parse(formula, weights: "count"), Self.rows,
            RegressionOptions(covariance: kind, smallSample: rule, weighting: .frequency))
          let b = try model.fit(
            Formula.parse(formula), Self.writtenOut,
            RegressionOptions(covariance: kind, smallSample: rule))
          let what = "\(family) \(formula) \(kind.text) \(rule)"
          for (c, d) in zip(a.coefficients, b.coefficients) {
            #expect(near(c.estimate, d.estimate), "\(what)")
            #expect(near(c.standardError, d.standardError, 1e-6), "\(what)")
            #expect(near(c.pValue, d.pValue, 1e-5), "\(what)")
            #expect(near(c.confidenceLow, d.confidenceLow, 1e-6), "\(what)")
          }
          #expect(a.countedObservations == Double(b.observations) && a.observations == 120)
          for key in [\RegressionFit.logLikelihood, \.nullLogLikelihood, \.aic, \.bic, \.deviance] {
            #expect(near(a[keyPath: key], b[keyPath: key]), "\(what) \(key)")
          }
          #expect(near(a.dispersion, b.dispersion), "\(what)")
        }
      }
    }
  }

  /// Sampling weights leave every row one observation: their robust errors are others, and larger where a
  /// row stands for several.
  @Test func aSamplingWeightIsNotThatManyRows() throws {
    let formula = try Formula.parse("flow ~ x + near", weights: "count")
    let fits = try Weighting.allCases.map {
      try PoissonFlowModel().fit(
        formula, Self.rows, RegressionOptions(covariance: .hetero, weighting: $0))
    }
    #expect(fits[0].coefficients.map(\.estimate) == fits[1].coefficients.map(\.estimate))
    #expect(fits[0].countedObservations == 120 && fits[1].countedObservations == 300)
    for (a, b) in zip(fits[0].coefficients, fits[1].coefficients) {
      #expect(a.standardError > 1.2 * b.standardError)
    }
    #expect(fits[0].weights?.name == "count" && fits[0].weights?.sum == 300)
  }

  @Test(arguments: ["negbin1", "zip", "zinb", "hurdle-poisson", "hurdle-negbin2"])
  func aFrequencyIsThatManyRowsInFullLikelihoods(_ id: String) throws {
    let flows = try #require(SimulatedFlows.named(id))
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let once = flows.data()
    let all = flows.data { $0.flatMap { [Int](repeating: $0, count: 1 + $0 % 3) } }
    for kind in [Covariance.iid, .hetero, .white(.hc1), .cluster(["orig"])] {
      func fit(_ data: FlowData, _ weights: String?, _ weighting: Weighting) throws -> LikelihoodFit
      {
        try model.fit(
          LikelihoodSpecification(
            formula: flows.formula, weights: weights, zero: flows.zero, random: nil), data,
          RegressionOptions(covariance: kind, weighting: weighting))
      }
      let a = try fit(once, "count", .frequency)
      let b = try fit(all, nil, .sampling)
      for (part, other) in zip(a.parts, b.parts) {
        for (c, d) in zip(part.coefficients, other.coefficients) {
          #expect(near(c.estimate, d.estimate, 1e-6), "\(id) \(kind.text) \(c.term)")
          #expect(near(c.standardError, d.standardError, 1e-5), "\(id) \(kind.text) \(c.term)")
        }
      }
      #expect(near(a.bic, b.bic) && near(a.logLikelihood, b.logLikelihood))
    }
  }

  @Test func aFrequencyIsAWholeNumber() throws {
    let data = FlowData(columns: [
      ("flow", ["3", "5", "2", "7"]), ("x", ["1", "2", "1", "4"]), ("w", ["1", "2.5", "3", "0.5"]),
    ])
    let formula = try Formula.parse("flow ~ x", weights: "w")
    let faults = try #require(
      #expect(throws: Faults.self) {
        try PoissonFlowModel().fit(formula, data, RegressionOptions(weighting: .frequency))
      })
    #expect(faults.all.map(\.code) == ["flows.weight-not-whole", "flows.weight-not-whole"])
    #expect(faults.all.map { $0.place?.line } == [3, 5])
    #expect(throws: Never.self) { try PoissonFlowModel().fit(formula, data, RegressionOptions()) }
  }

  // MARK: Rows alone in a level

  /// Area D sends once; without that row area E is reached once.
  private static let lonely = FlowData(columns: [
    ("orig", ["A", "A", "B", "B", "C", "C", "D", "C"]),
    ("dest", ["B", "C", "A", "C", "A", "B", "E", "E"]),
    ("flow", ["3", "8", "5", "13", "2", "7", "4", "6"]),
    ("d", ["1", "2", "1", "3", "2", "4", "5", "2.5"]),
    ("n", ["1", "1", "1", "1", "1", "1", "2", "1"]),
  ])

  @Test func rowsAloneInALevelAreCountedAndLeftOutOnRequest() throws {
    let formula = try Formula.parse("flow ~ d | orig + dest")
    let kept = try PoissonFlowModel().fit(formula, Self.lonely, RegressionOptions())
    #expect(kept.singletons == 2 && kept.observations == 8)
    let dropped = try PoissonFlowModel().fit(
      formula, Self.lonely, RegressionOptions(dropsSingletons: true))
    #expect(dropped.singletons == 0 && dropped.observations == 6)
    #expect(dropped.dropped.map(\.reason) == [.singleton, .singleton])
    #expect(abs(kept.coefficients[0].estimate / dropped.coefficients[0].estimate - 1) < 1e-8)
    // Two observations written as one row are not alone.
    let counted = try PoissonFlowModel().fit(
      Formula.parse("flow ~ d | orig + dest", weights: "n"), Self.lonely,
      RegressionOptions(dropsSingletons: true, weighting: .frequency))
    #expect(counted.observations == 8)
  }
}
