import Foundation
import SeriesModels
import Testing

/// Cases of the shared golden files that no other suite reads: conditional likelihoods, smoothing by name.
@Suite struct SharedFurtherTests {
  /// R's `CSS`: the conditional sum of squares, whose least value ours does not exceed; its likelihood divides
  /// by the degrees of freedom, ours by the errors that count.
  @Test func conditionalSquaresAreThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_arima_fixed_and_interventions")
    else { return }
    let order = ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), hasConstant: false)
    for (key, id) in [("airline_log_CSS", "AirPassengers"), ("USAccDeaths_CSS", "USAccDeaths")] {
      let peer = golden[key]
      let fit = try ConditionalARIMAModel(order: order).estimate(TimeSeries(id, of: used))
      let resid = peer.numbers("resid")
      let squares = resid.reduce(0) { $0 + $1 * $1 }
      print(key, fit.coefficients, fit.squares, squares)
      #expect(fit.squares <= squares * (1 + 1e-9), "\(key)")
      #expect(abs(fit.coefficients.ma[0] - peer["coef"].number("ma1")) < 1e-4, "\(key)")
      #expect(abs(fit.coefficients.seasonalMA[0] - peer["coef"].number("sma1")) < 1e-4, "\(key)")
      let theirs =
        -0.5 * Double(fit.used)
        * (log(
          2 * .pi * peer.number("sigma2")
            * Double(fit.used - 2) / Double(fit.used)) + 1)
      #expect(abs(theirs - peer.number("loglik")) < 1e-6, "\(key)")
      #expect(try #require(fit.logLikelihood) >= theirs - 1e-6, "\(key)")
      for (t, error) in resid.enumerated() where t >= 13 {
        #expect(abs(fit.residuals[t] - error) < 1e-3 * squares.squareRoot(), "\(key) \(t)")
      }
    }
  }

  /// `tslm`: a line and dummies of the months, here a regression with white errors. R's criterion leaves out
  /// n (1 + ln 2π).
  @Test func theRegressionOnTrendAndSeasonIsThatOfR() throws {
    guard let golden = try Golden.expected("r_decomposition_outliers") else { return }
    let peer = golden["tslm_logAir"]
    let air = Reference.named("AirPassengers")
    let series = TimeSeries("air", air.values.map { log($0) }, season: 12)
    let n = series.count
    let steps = 0..<(n + 24)
    let months = (2...12).map { month in
      Regressor("season\(month)", steps.map { $0 % 12 == month - 1 ? 1 : 0 })
    }
    let fit = try RegressionARIMAModel(
      order: ARIMAOrder(0, 0, 0, hasConstant: true),
      regressors: [Regressor("trend", steps.map { Double($0 + 1) })] + months
    ).estimate(series)
    for parameter in fit.coefficientsOfRegressors {
      #expect(
        relativeDifference(parameter.value, peer["coef"].number(parameter.name)) < 1e-9,
        "\(parameter.name)")
    }
    let aicc = try #require(fit.aicc) - Double(n) * (1 + log(2 * .pi))
    #expect(relativeDifference(aicc, peer["CV"].number("AICc")) < 1e-9)
    let means = peer.numbers("mean")
    let forecast = fit.forecast(means.count, levels: [80, 95], seed: 1)
    for (step, ours) in forecast.steps.enumerated() {
      #expect(relativeDifference(ours.mean, means[step]) < 1e-9)
      for (level, name) in [(80.0, "80"), (95.0, "95")] {
        let interval = try #require(ours.interval(level))
        #expect(relativeDifference(interval.lower, peer.numbers("lo\(name)")[step]) < 1e-9)
        #expect(relativeDifference(interval.upper, peer.numbers("hi\(name)")[step]) < 1e-9)
      }
    }
  }

  /// statsmodels 0.15.0's `ETSModel`: at its parameters and first states, the last season first, our likelihood is
  /// its own, and our fit's no smaller. It divides by the new level where a season multiplies, as Holt and Winters
  /// do and the published model does not: there the likelihoods are apart by a ten-millionth. Its search goes
  /// below 1e-4, where the usual region begins; compared is what it found, moved to the border.
  @Test func smoothingAtGivenStatesIsThatOfStatsmodels() throws {
    guard let golden = try Golden.expected("py_statsmodels") else { return }
    let air = Reference.named("AirPassengers")
    let cases: [(String, TimeSeries, ETSForm)] = [
      ("ETS_air_AAA", air, ETSForm(.additive, .additive, .additive)),
      ("ETS_air_MAdM", air, ETSForm(.multiplicative, .damped, .multiplicative)),
      ("ETS_Nile_ANN", Reference.named("Nile"), ETSForm(.additive, .none, .none)),
    ]
    for (key, series, form) in cases {
      let names = (golden[key].object["param_names"] as? [String]) ?? []
      let given = Dictionary(uniqueKeysWithValues: zip(names, golden[key].numbers("params")))
      let smoothing = ETSSmoothing(
        alpha: try #require(given["smoothing_level"]), beta: given["smoothing_trend"] ?? 0,
        gamma: given["smoothing_seasonal"] ?? 0, phi: given["damping_trend"] ?? 1)
      let states = ETSStates(
        level: try #require(given["initial_level"]), slope: given["initial_trend"] ?? 0,
        seasons: (0..<12).compactMap { given["initial_seasonal.\($0)"] }.reversed())
      let theirs = ETSModel(form: form).evaluate(series, smoothing, from: states)
      let likelihood = try #require(theirs.logLikelihood)
      let bar = form.season == .multiplicative ? 1e-6 : 1e-9
      #expect(relativeDifference(likelihood, golden[key].number("llf")) < bar, "\(key)")
      if form.season != .multiplicative {
        for (a, b) in zip(theirs.predictive(3, seed: 1).means, golden[key].numbers("mean")) {
          #expect(relativeDifference(a, b) < 1e-9, "\(key)")
        }
      }
      let ours = try ETSModel(form: form).estimate(series)
      let inside = ETSSmoothing(
        alpha: smoothing.alpha, beta: form.trend == .none ? 0 : max(1e-4, smoothing.beta),
        gamma: form.season == .none ? 0 : max(1e-4, smoothing.gamma), phi: smoothing.phi)
      let moved = ETSModel(form: form).evaluate(series, inside, from: states)
      let least = try #require(moved.logLikelihood)
      print(key, try #require(ours.logLikelihood) - least, least - likelihood)
      #expect(try #require(ours.logLikelihood) >= least - 1e-6, "\(key)")
    }
  }

  /// `tsclean`: gold prices with 34 days missing and a misprint, 593.7 between 502.75 and 487.05.
  @Test func theMisprintInTheGoldPricesIsFound() throws {
    guard let golden = try Golden.expected("r_decomposition_outliers"),
      let table = try Golden.table("gold")
    else { return }
    let peer = golden["tsclean_gold"]
    let values = try #require(table["value"])
    let whole = FilledSeries(values, seasons: []).values
    let gaps = values.indices.filter { values[$0].isNaN }
    let expected = peer.numbers("na_interp_first")
    #expect(gaps.count == 34 && expected.count == 34)
    for (t, value) in zip(gaps, expected) { #expect(relativeDifference(whole[t], value) < 1e-9) }
    let found = try Outliers(whole, season: 1).all
    print("gold:", found.map { $0.place + 1 })
    let misprint = try #require(found.first { $0.place + 1 == Int(peer.number("idx")) })
    #expect(relativeDifference(misprint.replacement, peer.number("repl")) < 1e-6)
  }

  /// `ses` and `holt(damped = TRUE)`: R's likelihood leaves out the constants and is compared by its squares.
  @Test func smoothingByNameIsAtLeastAsGoodAsThatOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("r_naive_family")
    else { return }
    for key in peers.keys {
      let series = TimeSeries(key, of: used)
      for (name, trend) in [("ses", ETSForm.Trend.none), ("holt_damped", .damped)] {
        let fit = try ETSModel(form: ETSForm(.additive, trend, .none)).estimate(series)
        let theirs = exp(-2 * peers[key][name].number("loglik") / Double(series.count))
        #expect(fit.squares <= theirs * (1 + 1e-6), "\(key) \(name) \(fit.squares) \(theirs)")
      }
    }
  }
}
