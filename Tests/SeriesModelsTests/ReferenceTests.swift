import SeriesModels
import Testing

/// Numbers of R 4.2.2 and forecast 8.20 on series restated in References/series.csv.
@Suite struct ReferenceTests {
  private func logarithms(_ series: TimeSeries) -> TimeSeries {
    TimeSeries(
      id: series.id, clock: series.clock, values: series.values.map { LogOf.value($0) },
      season: series.season)
  }

  /// Exact likelihood of the differenced series by a dense Cholesky factor.
  @Test func theAirlineModelHasItsExactLikelihood() throws {
    let series = logarithms(Reference.named("AirPassengers"))
    let order = ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), hasConstant: false)
    let fit = try ARIMAModel(order: order).evaluate(
      series, ARIMACoefficients(ma: [-0.4], seasonalMA: [-0.55]))
    let exact = try #require(fit.logLikelihood)
    #expect(relativeDifference(exact, 244.69155112314718) < 1e-12)
    let best = try ARIMAModel(order: order).estimate(series)
    let greatest = try #require(best.logLikelihood)
    #expect(abs(greatest - 244.69648) < 1e-5)
    #expect(abs(best.coefficients.ma[0] + 0.401828) < 1e-3)
    #expect(abs(best.coefficients.seasonalMA[0] + 0.556945) < 1e-3)
  }

  @Test func luteinizingHormoneFollowsAnAutoregressionAsInR() throws {
    let fit = try ARIMAModel(order: ARIMAOrder(3, 0, 0, hasConstant: true))
      .estimate(Reference.named("lh"))
    let values = [0.644802009005837, -0.0633822071278071, -0.219796578633532, 2.39311932720305]
    let errors = [0.139356061686868, 0.16676617372375, 0.142110015799922, 0.0962606294175884]
    let likelihood = try #require(fit.logLikelihood)
    #expect(likelihood >= -27.0924110595361 - 1e-6)
    for (index, parameter) in fit.parameters.prefix(4).enumerated() {
      #expect(abs(parameter.value - values[index]) < 1e-4, "\(parameter.name)")
      let error = try #require(parameter.standardError)
      #expect(abs(error - errors[index]) < 1e-3)
    }
  }

  @Test func nileAndAccidentsReachTheLikelihoodOfR() throws {
    let nile = try ARIMAModel(order: ARIMAOrder(0, 1, 1, hasConstant: false))
      .estimate(Reference.named("Nile"))
    let likelihood = try #require(nile.logLikelihood)
    #expect(likelihood >= -632.545624383177 - 1e-2)
    #expect(abs(nile.coefficients.ma[0] + 0.732941561982733) < 1e-3)
    let deaths = try AutoARIMAModel().select(Reference.named("USAccDeaths"))
    #expect(deaths.label == "ARIMA(0,1,1)(0,1,1)[12]")
    #expect(abs(deaths.coefficients.ma[0] + 0.430267999025988) < 2e-3)
    #expect(abs(deaths.coefficients.seasonalMA[0] + 0.552791048734368) < 2e-3)
  }

  /// R's own optimum is −765.93584751167 without the constants; ours is 47 higher, with the slow level
  /// (α = .25) and quick season (γ = .75) that statsmodels finds too.
  @Test func profiledStatesFindTheBetterOptimumOfAirPassengers() throws {
    let form = ETSForm(.additive, .additive, .additive)
    let fit = try ETSModel(form: form).estimate(Reference.named("AirPassengers"))
    let n = 144.0
    let constant = -n / 2 * (LogOf.value(2 * Double.pi) + 1 - LogOf.value(n))
    let likelihood = try #require(fit.logLikelihood)
    #expect(likelihood - constant > -718.6)
    #expect(abs(fit.smoothing.alpha - 0.25) < 0.02)
    #expect(abs(fit.smoothing.gamma - 0.75) < 0.02)
  }

  /// KFAS 1.5.1 at H = 15099 and Q = 1469.1: steps 1, 2 and 51.
  @Test func theNileSmoothedByAnExactDiffuseStart() throws {
    let fit = try StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .none))
      .evaluate(Reference.named("Nile"), variances: [15099, 1469.1])
    let likelihood = try #require(fit.logLikelihood)
    #expect(relativeDifference(likelihood, -632.545625115673) < 1e-9)
    let smooth = fit.smoothed
    let states = [1111.6683191268, 1110.85766462181, 829.550451181858]
    let variances = [4032.15794180848, 3242.93007322472, 2326.75686981419]
    let errors = [8.33168087320417, 49.1423353781929, -61.5504511818576]
    let moves = [-0.810654504988691, -5.59209730941965, 0.77591767789953]
    for (k, t) in [0, 1, 50].enumerated() {
      #expect(relativeDifference(smooth.states[t][0], states[k]) < 1e-9)
      #expect(relativeDifference(smooth.covariances[t][0], variances[k]) < 1e-9)
      #expect(relativeDifference(smooth.errors[t][0], errors[k]) < 1e-9)
      #expect(relativeDifference(smooth.disturbances[t][0], moves[k]) < 1e-9)
    }
  }

  /// R 4.2.2: an AR(1) with a step at the dam of 1899; no differences, so its likelihood is exact.
  @Test func theDamAtAswanLowersTheNileAsInR() throws {
    let model = RegressionARIMAModel(
      order: ARIMAOrder(1, 0, 0, hasConstant: true),
      regressors: [Regressor(Intervention("dam", .step, start: 28))])
    let fit = try model.estimate(Reference.named("Nile"))
    let likelihood = try #require(fit.logLikelihood)
    #expect(likelihood >= -624.538977859541 - 1e-6)
    let values = [0.159632669823584, 1098.51675072035, -249.074768646287]
    let errors = [0.098604707876043, 27.8553757807398, 32.8037590392581]
    for (k, parameter) in fit.parameters.prefix(3).enumerated() {
      #expect(relativeDifference(parameter.value, values[k]) < 1e-4)
      let error = try #require(parameter.standardError)
      #expect(relativeDifference(error, errors[k]) < 1e-3)
    }
  }

  /// Great discoveries 1860–1959 (R's `discoveries`) by tscount 1.4.3, identity link, Poisson: likelihood, means
  /// and the next forecast at its estimates; ours are not below them.
  @Test func discoveriesFollowTheirPastAsInTscount() throws {
    let counts: [Double] = [
      5, 3, 0, 2, 0, 3, 2, 3, 6, 1, 2, 1, 2, 1, 3, 3, 3, 5, 2, 4, 4, 0, 2, 3, 7,
      12, 3, 10, 9, 2, 3, 7, 7, 2, 3, 3, 6, 2, 4, 3, 5, 2, 2, 4, 0, 4, 2, 5, 2, 3,
      3, 6, 5, 8, 3, 6, 6, 0, 5, 2, 2, 2, 6, 3, 4, 4, 2, 2, 4, 7, 5, 3, 3, 0, 2,
      2, 2, 1, 3, 4, 2, 2, 1, 1, 1, 2, 1, 4, 4, 3, 2, 1, 4, 1, 1, 1, 0, 0, 2, 0,
    ]
    let series = TimeSeries("discoveries", counts, season: 1)
    let model = CountModel(link: .identity, isOverdispersed: false)
    let theirs = try model.evaluate(
      series, [0.40128979086345, 0.240226091408807, 0.625881820710762], size: nil)
    let likelihood = try #require(theirs.logLikelihood)
    #expect(relativeDifference(likelihood, -206.021466938351) < 1e-9)
    #expect(relativeDifference(theirs.fittedValues[1], 3.47825913364172) < 1e-9)
    #expect(relativeDifference(theirs.recursiveMeans(2)[1], 1.71278856688056) < 1e-9)
    let error = try #require(theirs.parameters[2].standardError)
    #expect(relativeDifference(error, 0.145929955928308) < 1e-6)
    let ours = try #require(try model.estimate(series).logLikelihood)
    #expect(ours >= likelihood - 1e-6)
  }

  /// statsforecast 2.1.1 on a made-up series.
  @Test func intermittentForecastsAreThoseOfStatsforecast() throws {
    let values: [Double] = [
      0, 2, 0, 1, 0, 11, 0, 0, 0, 0, 2, 0, 6, 3, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0,
    ]
    let expected = [
      "croston": 1.3625345038952823, "croston-sba": 1.2944077787005182,
      "tsb": 0.6694230006482437, "adida": 1.0038810000005753, "imapa": 1.0501752585417987,
    ]
    for (name, mean) in expected {
      let fit = try SeriesCatalogue.model(named: name).fit(TimeSeries("a", values, season: 1))
      #expect(relativeDifference(fit.predictive(1, seed: 1).means[0], mean) < 1e-9, "\(name)")
    }
  }

  @Test func tooShortSaysWhatIsNeeded() {
    #expect(
      throws: SeriesError.tooShort(
        series: "a", model: "ets(A,A,A)", observed: 6, needed: 18)
    ) {
      _ = try ETSModel(form: ETSForm(.additive, .additive, .additive)).estimate(
        TimeSeries("a", [1, 2, 3, 4, 5, 6], season: 12))
    }
  }
}
