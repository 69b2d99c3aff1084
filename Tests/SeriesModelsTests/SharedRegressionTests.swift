import Foundation
import SeriesModels
import Testing

/// ARIMA of fixed orders with regressors, interventions and gaps against R 4.2.2 with forecast 8.20.
@Suite struct SharedRegressionTests {
  struct Case {
    let key: String
    let series: TimeSeries
    let order: ARIMAOrder
    var regressors: [(Regressor, String)] = []
    /// Whether R stopped at its standard tolerance, so that only likelihoods compare.
    var isLoose = false
  }

  private func plain(_ used: Golden) -> [Case] {
    let lynx = TimeSeries("lynx", of: used, named: "lynx").values.map { $0 / log(10) }
    let orders: [(String, String, ARIMAOrder)] = [
      ("lh_100", "lh", ARIMAOrder(1, 0, 0, hasConstant: true)),
      ("lh_300", "lh", ARIMAOrder(3, 0, 0, hasConstant: true)),
      ("presidents_300_missing", "presidents", ARIMAOrder(3, 0, 0, hasConstant: true)),
      ("WWWusage_310", "WWWusage", ARIMAOrder(3, 1, 0, hasConstant: false)),
      ("WWWusage_111", "WWWusage", ARIMAOrder(1, 1, 1, hasConstant: false)),
      ("Nile_011", "Nile", ARIMAOrder(0, 1, 1, hasConstant: false)),
      ("KZ_100", "mig_KZ", ARIMAOrder(1, 0, 0, hasConstant: true)),
      ("KG_011d", "mig_KG", ARIMAOrder(0, 1, 1, hasConstant: true)),
    ]
    return orders.map { key, id, order in
      Case(key: key, series: TimeSeries(id, of: used), order: order)
    } + [
      Case(
        key: "RU_212", series: TimeSeries("mig_RU", of: used),
        order: ARIMAOrder(2, 1, 2, hasConstant: false), isLoose: true),
      Case(
        key: "lynx_log10_ar2", series: TimeSeries("lynx", lynx, season: 1),
        order: ARIMAOrder(2, 0, 0, hasConstant: true)),
      Case(
        key: "lynx_log10_ar11", series: TimeSeries("lynx", lynx, season: 1),
        order: ARIMAOrder(11, 0, 0, hasConstant: true)),
    ]
  }

  private func cases(_ used: Golden) throws -> [Case] {
    guard let seatbelts = try Golden.seatbelts(), let sales = try Golden.table("BJsales"),
      let lead = try Golden.table("BJsales.lead")
    else { return [] }
    let air = TimeSeries("air", of: used, named: "AirPassengers")
    var holes = air.values
    for t in [9, 10, 11, 49, 76, 77, 78, 79, 129] { holes[t] = .nan }
    let airline = ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), hasConstant: false)
    let last = (0..<204).map { $0 < 192 ? $0 : $0 - 12 }
    let future = { (name: String) in last.map { seatbelts[name]![$0] } }
    return [
      Case(key: "airline_log_ML", series: air, order: airline),
      Case(key: "airline_log_CSS-ML", series: air, order: airline),
      Case(
        key: "airline_log_missing", series: TimeSeries("air", holes, season: 12), order: airline),
      Case(key: "USAccDeaths_ML", series: TimeSeries("USAccDeaths", of: used), order: airline),
      Case(
        key: "LakeHuron_200_trend", series: TimeSeries("LakeHuron", of: used),
        order: ARIMAOrder(2, 0, 0, hasConstant: true),
        regressors: [(Regressor("t", (0..<103).map { Double($0) + 1875 - 1920 }), "t")]),
      Case(
        key: "Nile_100_step1899", series: TimeSeries("Nile", of: used),
        order: ARIMAOrder(1, 0, 0, hasConstant: true),
        regressors: [(Regressor(Intervention("dam", .step, start: 28)), "step1899")]),
      Case(
        key: "BJsales_xreg",
        series: TimeSeries("sales", Array(sales["value"]![3...]), season: 1),
        order: ARIMAOrder(1, 1, 0, hasConstant: false),
        regressors: [
          // The series begins with the fourth value, and its leader with the first.
          (Regressor("lead3", lead["value"]!), "lead3")
        ]),
      Case(
        key: "Seatbelts_100_011_xreg",
        series: TimeSeries("drivers", seatbelts["drivers"]!.map { log($0) }, season: 12),
        order: ARIMAOrder(1, 0, 0, seasonal: (0, 1, 1), hasConstant: false),
        regressors: [
          (Regressor("kms", future("kms").map { $0 / 1000 }), "kms"),
          (Regressor("petrol", future("PetrolPrice").map { $0 * 10 }), "petrol"),
          (Regressor("law", future("law")), "law"),
        ]),
      Case(
        key: "KZ_100_pulse1991_99", series: TimeSeries("mig_KZ", of: used),
        order: ARIMAOrder(1, 0, 0, hasConstant: true),
        regressors: [(Regressor(Intervention("pulse", .pulse, start: 41, end: 49)), "p")]),
    ] + plain(used)
  }

  /// Where nothing is differenced, likelihoods at R's coefficients are R's. Where something is, R's own
  /// is not the exact one (README, rule 1): there only ours at both places are compared. Forecasts at
  /// R's coefficients are R's; standard errors are compared where the likelihood is the same.
  @Test func likelihoodsAndForecastsAreThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_arima_fixed_and_interventions")
    else { return }
    for entry in try cases(used) {
      let peer = golden[entry.key]
      let coefficients = ARIMACoefficients(peer["coef"])
      let effects = entry.regressors.map { peer["coef"].number($0.1) }
      let model = RegressionARIMAModel(
        order: entry.order, regressors: entry.regressors.map(\.0))
      let theirs = try model.evaluate(entry.series, coefficients, effects: effects)
      let likelihood = try #require(theirs.logLikelihood)
      let isStationary = entry.order.differences == 0
      if isStationary {
        #expect(relativeDifference(likelihood, peer.number("loglik")) < 1e-9, "\(entry.key)")
      }
      let means = peer["forecast"].numbers("mean")
      let ahead = theirs.predictive(means.count, seed: 1)
      for (step, mean) in means.enumerated() {
        #expect(
          relativeDifference(ahead.means[step], mean) < (isStationary ? 1e-9 : 1e-5),
          "\(entry.key) \(step) \(ahead.means[step]) \(mean)")
      }
      let ours = try model.estimate(entry.series)
      let greatest = try #require(ours.logLikelihood)
      print(entry.key, greatest - likelihood, likelihood - peer.number("loglik"))
      #expect(greatest >= likelihood - 1e-6, "\(entry.key)")
      let errors = peer["se"]
      for parameter in ours.parameters where parameter.name != "sigma2" && !entry.isLoose {
        let name = entry.regressors.first { $0.0.name == parameter.name }?.1 ?? parameter.name
        let key = name == "mean" ? "intercept" : name
        let value = peer["coef"].number(key)
        let se = errors.number(key)
        #expect(
          abs(parameter.value - value) < (isStationary ? 1e-3 : 1e-2) * se,
          "\(entry.key) \(key) \(parameter.value) \(value)")
        if isStationary {
          #expect(
            relativeDifference(try #require(parameter.standardError), se) < 1e-3,
            "\(entry.key) \(key) \(parameter.standardError ?? .nan) \(se)")
        }
      }
    }
  }

  @Test func aLargeStartingVarianceGivesTheLikelihoodOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_arima_fixed_and_interventions")
    else { return }
    let air = TimeSeries("air", of: used, named: "AirPassengers")
    let order = ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), hasConstant: false)
    let model = RegressionARIMAModel(order: order, regressors: [])
    let given = ARIMACoefficients(ma: [-0.4], seasonalMA: [-0.55])
    let fit = try model.evaluate(air, given, effects: [], kappa: 1e6)
    let peer = golden["eval_airline_fixed"]
    let likelihood = try #require(fit.logLikelihood)
    #expect(relativeDifference(likelihood, peer.number("loglik")) < 1e-8)
    #expect(relativeDifference(fit.variance, peer.number("sigma2")) < 1e-8)
    for (step, mean) in peer.numbers("pred").enumerated() {
      #expect(relativeDifference(fit.predictive(12, seed: 1).means[step], mean) < 1e-8)
    }
    let exact = try model.evaluate(air, given, effects: [])
    let exactLikelihood = try #require(exact.logLikelihood)
    #expect(relativeDifference(exactLikelihood, 244.69155112314718) < 1e-11)
  }
}
