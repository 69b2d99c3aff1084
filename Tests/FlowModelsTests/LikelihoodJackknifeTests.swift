import Demography
import FlowModels
import Foundation
import Testing

/// The jackknife over few clusters beside full likelihoods and the negative binomial.
struct LikelihoodJackknifeTests {
  private struct Case: Decodable, Sendable {
    let family: String
    let formula: String
    let zeros: Bool
    let cluster: String
    let estimates: [Double]
    let errors: [Double]
  }

  /// The flows of `FewClustersTests`; with zeros every second row below 15 has none.
  private static func data(zeros: Bool = false, without origin: String = "") throws -> FlowData {
    var lines = FewClustersTests.small.split(separator: "\n").map(String.init)
    if zeros {
      for k in stride(from: 1, to: lines.count, by: 2) {
        var cells = lines[k].split(separator: ",").map(String.init)
        if let flow = Int(cells[4]), flow < 15 { cells[4] = "0" }
        lines[k] = cells.joined(separator: ",")
      }
    }
    lines.removeAll { !origin.isEmpty && $0.hasPrefix(origin + ",") }
    return try FlowData(grid: SharedData.grid(text: lines.joined(separator: "\n") + "\n"))
  }

  private static func fit(
    _ family: String, _ formula: String, zeros: Bool = false, covariance: Covariance = .hetero
  ) throws -> LikelihoodFit {
    let model = try #require(FlowModelCatalogue.likelihood(named: family))
    return try model.fit(
      LikelihoodSpecification(formula: formula, zero: nil, random: nil), data(zeros: zeros),
      RegressionOptions(covariance: covariance))
  }

  /// Of full likelihoods one Newton step with numerical derivatives, of the negative binomial every fit anew;
  /// derivatives of the reference are known to some 1e-9 of themselves.
  @Test func errorsAreThoseOfTheDefinition() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "few-clusters-likelihood", withExtension: "json",
        subdirectory: "References"))
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    #expect(
      Set(cases.map(\.family))
        == ["negbin1", "negbin2", "zip", "hurdle-negbin2", "clogit", "nested-logit"])
    for expected in cases {
      let found: FewClusters
      if expected.family == "negbin2" {
        let fit = try NegativeBinomialFlowModel().fit(
          Formula.parse(expected.formula), Self.data(), RegressionOptions())
        found = try fit.fewClusters(by: expected.cluster)
        #expect(found.jackknife == .refit)
      } else {
        found = try Self.fit(expected.family, expected.formula, zeros: expected.zeros)
          .fewClusters(by: expected.cluster, jackknife: .oneStep)
        #expect(found.jackknife == .oneStep && found.rows.allSatisfy { $0.part != nil })
      }
      let name = "\(expected.family) by \(expected.cluster)"
      #expect(found.bootstrap == nil && found.indispensable.isEmpty, "\(name)")
      #expect(found.rows.count == expected.errors.count, "\(name)")
      for (k, row) in found.rows.enumerated() {
        let error = try #require(row.jackknifeError, "\(name)")
        #expect(
          abs(row.estimate / expected.estimates[k] - 1) < 1e-6,
          "\(name) \(row.term) \(row.estimate)")
        #expect(
          abs(error / expected.errors[k] - 1) < 1e-6,
          "\(name) \(row.term) \(error) \(expected.errors[k])")
      }
    }
  }

  /// Poisson with an effect of the group is the conditional logit: where the rows of whole groups are left out
  /// one step and a fit differ in the second order. Without a quarter of the rows that is a few per cent.
  @Test func oneStepIsNearTheFitOfTheSameModel() throws {
    let logit = try Self.fit("clogit", "flow ~ log(d) + near | orig^year")
    let step = try logit.fewClusters(by: "orig", jackknife: .oneStep)
    let again = try logit.fewClusters(by: "orig")
    #expect(again.jackknife == .refit)
    let poisson = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d) + near | orig^year"), Self.data(), RegressionOptions())
    let refit = try poisson.fewClusters(by: "orig", draws: 9)
    for (k, (a, b)) in zip(step.rows, refit.rows).enumerated() {
      let (one, full) = (try #require(a.jackknifeError), try #require(b.jackknifeError))
      #expect(one != full && abs(one / full - 1) < 0.05, "\(a.term) \(one) \(full)")
      // Both fits end where their next step is below 1e-8 standard errors.
      let fitted = try #require(again.rows[k].jackknifeError)
      #expect(abs(fitted / full - 1) < 1e-6, "\(a.term) \(fitted) \(full)")
    }
  }

  /// CR3 by its definition, from fits of the same model to the rows outside each cluster; one step is far off here.
  @Test func refitsAreThoseOfTheModel() throws {
    let fit = try Self.fit("negbin1", "flow ~ log(d) + near")
    let found = try fit.fewClusters(by: "orig")
    let oneStep = try fit.fewClusters(by: "orig", jackknife: .oneStep)
    #expect(found.jackknife == .refit && found.stepless.isEmpty)
    let model = try #require(FlowModelCatalogue.likelihood(named: "negbin1"))
    let all = fit.parts.flatMap(\.coefficients).map(\.estimate)
    var sums = all.map { _ in 0.0 }
    for left in ["A", "B", "C", "D"] {
      let rest = try model.fit(
        LikelihoodSpecification(formula: "flow ~ log(d) + near", zero: nil, random: nil),
        Self.data(without: left), RegressionOptions())
      for (k, coefficient) in rest.parts.flatMap(\.coefficients).enumerated() {
        sums[k] += (coefficient.estimate - all[k]) * (coefficient.estimate - all[k])
      }
    }
    for (k, row) in found.rows.enumerated() {
      let error = try #require(row.jackknifeError)
      let expected = (0.75 * sums[k]).squareRoot()
      // Both end within some 1e-8 standard errors of the maximum.
      #expect(abs(error / expected - 1) < 1e-6, "\(row.term) \(error) \(expected)")
      #expect(try #require(oneStep.rows[k].jackknifeError) > 1.5 * expected, "\(row.term)")
    }
  }

  /// Without one origin a zero part has no finite maximum: its coefficients have no error, those of counts do.
  @Test func aPartWithoutAMaximumHasNoError() throws {
    let fit = try Self.fit("hurdle-poisson", "flow ~ log(d)", zeros: true)
    let found = try fit.fewClusters(by: "orig")
    #expect(found.jackknife == .refit && !found.indispensable.isEmpty)
    for row in found.rows {
      #expect((row.jackknifeError == nil) == (row.part == "zero"), "\(row.part ?? "") \(row.term)")
    }
  }

  @Test func whatTheErrorsRestOnChoosesTheClusters() throws {
    let formula = "flow ~ log(d) + near | orig^year"
    #expect(try Self.fit("clogit", formula, covariance: .iid).fewClusters() == nil)
    let areas = try #require(try Self.fit("clogit", formula).fewClusters())
    #expect(areas.unit == .areas && areas.column == "orig, dest" && areas.clusters == 4)
    let clusters = try #require(
      try Self.fit("clogit", formula, covariance: .cluster(["pair"])).fewClusters())
    #expect(clusters.unit == .clusters && clusters.clusters == 6)
    #expect(clusters.table.columns.map(\.name).contains("part"))
    #expect(!clusters.table.columns.map(\.name).contains("p_value_bootstrap"))
    let fit = try Self.fit("zip", "flow ~ log(d)", zeros: true)
    #expect(
      try fit.fewClusters(by: "pair", threads: 1) == fit.fewClusters(by: "pair", threads: 3))
  }

  /// A regressor that one pair alone has cannot be estimated without it, levels of an effect or not.
  @Test(arguments: ["flow ~ alone + log(d)", "flow ~ alone + log(d) | dest"])
  func aCoefficientOfOneClusterHasNoJackknife(_ formula: String) throws {
    let alone = formula.replacing("alone", with: "I((near-1)*near)")
    let text = FewClustersTests.small.replacing(
      "A,B,AB,2001,120,1.5,1", with: "A,B,AB,2001,120,1.5,2")
    let model = try #require(FlowModelCatalogue.likelihood(named: "negbin1"))
    let fit = try model.fit(
      LikelihoodSpecification(formula: alone, zero: nil, random: nil),
      FlowData(grid: SharedData.grid(text: text + "\n")), RegressionOptions())
    let found = try fit.fewClusters(by: "pair")
    #expect(found.indispensable == ["AB"])
    let term = try #require(found.rows.first { $0.term.hasPrefix("I(") })
    #expect(term.jackknifeError == nil && term.jackknifePValue == nil)
    #expect(found.rows.last?.jackknifeError != nil)
  }

  /// Without one row in which the flow is far from its mean NB1 has information below 0; that is said of the area,
  /// and no coefficient is said to rest on it alone.
  @Test func whereNoStepLeadsToAMaximumThereIsNoError() throws {
    let model = try #require(FlowModelCatalogue.likelihood(named: "negbin1"))
    let flows = [9, 11, 8, 12, 10, 9, 11, 10, 400, 10]
    let data = FlowData(columns: [
      ("g", flows.indices.map { "g\($0)" }), ("flow", flows.map { "\($0)" }),
      ("x", [1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map { "\($0)" }),
    ])
    let fit = try model.fit(
      LikelihoodSpecification(formula: "flow ~ x", zero: nil, random: nil), data,
      RegressionOptions())
    let found = try fit.fewClusters(by: "g", jackknife: .oneStep)
    #expect(found.stepless == ["g8"] && found.indispensable.isEmpty)
    #expect(found.rows.allSatisfy { $0.jackknifeError == nil })
    let again = try fit.fewClusters(by: "g")
    #expect(again.jackknife == .refit && again.stepless == ["g8"])
    #expect(again.rows.allSatisfy { $0.jackknifeError == nil })
  }

  @Test func mixedModelsHaveNone() throws {
    let fit = try MixedPoissonFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ log(d)", zero: nil, random: "orig"), Self.data(),
      RegressionOptions(covariance: .iid))
    let fault = try #require(#expect(throws: Fault.self) { try fit.fewClusters(by: "orig") })
    #expect(fault.code == "fit.few-clusters-family")
  }
}
