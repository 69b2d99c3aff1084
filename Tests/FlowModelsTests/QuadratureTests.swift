import Demography
import FlowModels
import Foundation
import Testing

/// Adaptive quadrature over the effects of one grouping.
struct QuadratureTests {
  private func data() throws -> FlowData {
    let lists = try NumberLists("likelihood-predictions")
    let columns = try ["ld", "near", "flow"].map { name in
      (name, try lists("data", name).map { text($0) })
    }
    return FlowData(columns: columns + [("orig", (0..<56).map { "o\($0 / 7)" })])
  }

  private func fit(_ id: String, nodes: Int) throws -> LikelihoodFit {
    try #require(FlowModelCatalogue.likelihood(named: id)).fit(
      LikelihoodSpecification(
        formula: "flow ~ ld + near", zero: nil,
        random: id == "poisson-lognormal" ? nil : "orig", nodes: nodes), data(),
      RegressionOptions(covariance: .iid))
  }

  /// Maxima of the integrated likelihood by sums over 4,001 points (numpy 2.4.6, scipy 1.17.1). Laplace's
  /// approximation misses those of single rows by parts in a hundred.
  @Test(arguments: [("poisson-lognormal", 25), ("poisson-mixed", 15), ("negbin2-mixed", 15)])
  func reachesTheMaximumOfTheIntegral(_ id: String, _ nodes: Int) throws {
    let lists = try NumberLists("quadrature")
    let fit = try fit(id, nodes: nodes)
    #expect(abs(fit.logLikelihood - (try lists(id, "loglik")[0])) < 1e-6)
    for (k, coefficient) in fit.parts[0].coefficients.enumerated() {
      let (value, error) = (try lists(id, "estimates")[k], try lists(id, "errors")[k])
      #expect(abs(coefficient.estimate - value) < 1e-5 * error, "\(id) \(coefficient.term)")
      #expect(abs(coefficient.standardError / error - 1) < 1e-5, "\(id) \(coefficient.term)")
    }
    #expect(abs(fit.components[0].variance / (try lists(id, "variance")[0]) - 1) < 1e-5)
    if id == "negbin2-mixed" {
      #expect(abs(fit.shapes[0].estimate / (try lists(id, "theta")[0]) - 1) < 1e-5)
    }
  }

  /// The rows' own likelihoods are integrals too: they add up to that of the fit, which Laplace's do not.
  @Test func rowsAddUpToTheLikelihood() throws {
    let exact = try fit("poisson-lognormal", nodes: 25)
    let sum = try #require(exact.rowLogLikelihoods).reduce(0, +)
    #expect(abs(sum - exact.logLikelihood) < 1e-6)
    let laplace = try fit("poisson-lognormal", nodes: 1)
    let ofRows = try #require(laplace.rowLogLikelihoods).reduce(0, +)
    #expect(abs(ofRows - laplace.logLikelihood) > 0.01)
  }

  @Test func oneNodeIsLaplace() throws {
    let plain = try PoissonLognormalFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ ld + near", zero: nil, random: nil), data(),
      RegressionOptions(covariance: .iid))
    #expect(try fit("poisson-lognormal", nodes: 1).logLikelihood == plain.logLikelihood)
  }

  @Test func severalGroupingsAndFamiliesWithoutEffectsAreRefused() throws {
    let cases: [(String, String?, String)] = [
      ("poisson-lognormal", "orig", "fit.quadrature-groupings"),
      ("gaussian-mixed", "orig", "fit.no-quadrature"), ("negbin1", nil, "fit.no-quadrature"),
    ]
    for (id, random, code) in cases {
      let model = try #require(FlowModelCatalogue.likelihood(named: id))
      let specification = try LikelihoodSpecification(
        formula: "flow ~ ld", zero: nil, random: random, nodes: 7)
      let faults = try #require(
        #expect(throws: Faults.self) {
          try model.fit(specification, data(), RegressionOptions(covariance: .iid))
        })
      #expect(faults.all.map(\.code) == [code], "\(id)")
    }
  }
}
