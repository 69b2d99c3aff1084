import Demography
import FlowModels
import Kernel
import Testing

/// Golden case G13: exact likelihood, checked there by a dense determinant.
///
/// G12 holds the same models from spflow 0.1.0.9010, which replaces `ln|A|` by the first terms of a
/// series of traces. The series converges like Σ ‖ρW‖ᵏ/k; with ρ_d + ρ_o + |ρ_w| near 1 its tenth term
/// is not small, the penalty on dependence comes out too weak, and ρ too large: (.497, .333, −.227)
/// at order 10 against (.490592, .330734, −.225247), the log-likelihood off by 1.346. Hence G12 is no
/// reference for models with dependence.
struct SpatialGoldenTests {
  @Test(arguments: [
    ("ge", "y9", SpatialForm.independent), ("ge", "y2", .destination), ("ge", "y9", .origin),
    ("ge", "y9", .pair), ("ge", "y9", .originAndDestinationTied), ("ge", "y9", .allTied),
    ("ge", "y9", .originAndDestination), ("ge", "y9", .all),
    ("paris", "log1p_flow", .independent), ("paris", "log1p_flow", .destination),
    ("paris", "log1p_flow", .origin), ("paris", "log1p_flow", .pair),
    ("paris", "log1p_flow", .originAndDestination), ("paris", "log1p_flow", .all),
    ("usa", "y2", .destination), ("usa", "y9", .origin), ("usa", "y9", .pair),
    ("usa", "y9", .originAndDestination), ("usa", "y9", .all),
  ])
  func theExactMaximumAgrees(_ country: String, _ response: String, _ form: SpatialForm) throws {
    guard let design = try SpatialData.design(country, response),
      let golden = try SharedData.json("golden/flows/expected/G13_spatial_interaction_exact.json")
    else { return }
    let key = "\(country)|\(response)|model\(form.rawValue)"
    let expected = try #require(golden[key] as? [String: Any])
    let fit = try SpatialFlowModel().fit(design, form: form)
    let estimates = try #require(expected["est"] as? [String: Double])
    let errors = try #require(expected["se"] as? [String: Double])
    #expect(fit.coefficients.count == estimates.count)
    for coefficient in fit.coefficients {
      let estimate = try #require(estimates[coefficient.term], "\(coefficient.term)")
      let error = try #require(errors[coefficient.term])
      #expect(distance(coefficient.estimate, estimate) < 1e-7, "\(key) \(coefficient.term)")
      #expect(distance(coefficient.standardError, error) < 1e-7, "\(key) se \(coefficient.term)")
    }
    func check(_ name: String, _ found: Double?) throws {
      guard let value = expected[name] as? Double else { return }
      #expect(distance(try #require(found), value) < 1e-7, "\(key) \(name)")
    }
    try check("sigma2", fit.variance)
    try check("se_sigma2", fit.varianceError)
    try check("loglik", fit.logLikelihood)
    try check("logdet", fit.logDeterminant)
    try check("AIC", fit.aic)
    #expect(fit.observations == expected["N"] as? Int)
    #expect(fit.decrement < 1e-9)
  }

  @Test func ordinaryLeastSquaresAgreeWithThePeer() throws {
    guard let design = try SpatialData.design("ge", "y9"),
      let golden = try SharedData.json("golden/flows/expected/G12_spflow.json")
    else { return }
    let expected = try #require(golden["ge_ge|y9|model1|ols"] as? [String: Any])
    let estimates = try #require(expected["est"] as? [String: Double])
    let fit = try SpatialFlowModel().fit(design, form: .independent)
    for coefficient in fit.coefficients {
      let estimate = try #require(estimates[coefficient.term])
      #expect(distance(coefficient.estimate, estimate) < 1e-8, "\(coefficient.term)")
    }
    #expect(distance(try #require(fit.logLikelihood), expected["ll"] as? Double ?? 0) < 1e-9)
  }
}
