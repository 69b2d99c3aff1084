import Demography
import FlowModels
import Kernel
import Testing

/// Golden case G13: exact likelihood, checked there by a dense determinant.
///
/// G12 holds the same models from spflow 0.1.0.9010, which replaces `ln|A|` by the first terms of the
/// series `−Σ tr((ρ_d W_d + ρ_o W_o + ρ_w W_w)ᵏ)/k`. What it gives under its standard order 10 is, to all
/// its digits, the maximum with the series cut after the second term: ρ = (.497355, .332912, −.226693)
/// and −548.983857, against (.490592, .330734, −.225247) and −550.330306 with the whole determinant
/// (ten terms proper give (.490614, .330756, −.225230)). The terms left out punish dependence, so
/// without them ρ comes out too large. Hence G12 is no reference for models with dependence.
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

  /// The files belong to the peer's estimates, so the predictor is taken at these; the effect of the
  /// exact fit is asked to be within 1e-2, as far as the estimates lie apart.
  @Test func fittedFlowsAndTheEffectOfOneAreaAreThePeers() throws {
    guard let design = try SpatialData.design("ge", "y9"),
      let fitted = SharedData.grid("golden/flows/expected/G12_spflow_ge_model9_fitted.csv"),
      let effects = SharedData.grid(
        "golden/flows/expected/G12_spflow_ge_effect_BE_X_plus10pct.csv"),
      let golden = try SharedData.json("golden/flows/expected/G12_spflow.json")
    else { return }
    let peer = try #require(golden["ge_ge|y9|model9|mle_logdet10"] as? [String: Any])
    let estimates = try #require(peer["est"] as? [String: Double])
    let rho = ["rho_d", "rho_o", "rho_w"].compactMap { estimates[$0] }
    let delta = design.columnNames.compactMap { estimates[$0] }
    let lags = design.lags.lags(of: design.response)
    let direct = design.regressors.times(delta)
    var rowOf: [String: Int] = [:]
    for row in 0..<design.count {
      let (origin, destination) = design.pair(row)
      rowOf["\(origin)>\(destination)"] = row
    }
    for row in fitted.rows.dropFirst() {
      let place = try #require(rowOf["\(row.cells[0])>\(row.cells[1])"])
      let expected = try #require(Double(row.cells[3]))
      let signal = (0..<3).reduce(direct[place]) { $0 + rho[$1] * lags[$1][place] }
      #expect(distance(signal, expected) < 1e-8, "\(row.cells)")
    }
    let fit = try SpatialFlowModel().fit(design, form: .all)
    let areas = design.origins.names
    let berlin = try #require(areas.firstIndex(of: "BE"))
    let change = 0.1 * (try #require(design.origins.attributes["X"]?[berlin]))
    let effect = try fit.effect(of: "X", in: "BE", change: change)
    var largest = 0.0
    #expect(effects.rows.count == 257)
    for row in effects.rows.dropFirst() {
      // Origins are lettered there in the order of the areas.
      let letter = try #require(row.cells[1].unicodeScalars.first)
      let origin = areas[Int(letter.value) - 65]
      let place = try #require(rowOf["\(origin)>\(row.cells[0])"])
      largest = max(largest, distance(effect[place], try #require(Double(row.cells[2]))))
    }
    #expect(largest < 1e-2, "\(largest)")
  }
}
