import Kernel
import SeriesModels
import Testing

/// Scores against R's scoringRules 1.1.1 and forecast 8.20, from the shared golden files.
@Suite struct SharedScoreTests {
  @Test func closedFormsAreThoseOfScoringRules() throws {
    guard let golden = try Golden.expected("r_scoring") else { return }
    let families: [(String, any ScoredForecast)] = [
      ("crps_norm", Normal(mean: 0.3, standardDeviation: 1.7)),
      ("crps_t", StudentT(degrees: 4, location: 0.3, scale: 1.7)),
      ("crps_t_df25", StudentT(degrees: 2.5, location: 0.3, scale: 1.7)),
      ("crps_laplace", Laplace(location: 0.3, scale: 1.7)),
      ("crps_logis", Logistic(location: 0.3, scale: 1.7)),
      ("crps_pois", Poisson(mean: 4.2)),
      ("crps_nbinom", NegativeBinomial(mean: 4.2, size: 2.3)),
      ("crps_binom", Binomial(trials: 25, probability: 0.2)),
      ("crps_lnorm", LogNormal(logMean: 1, logStandardDeviation: 0.6)),
      ("crps_gamma", Gamma(shape: 2, rate: 0.5)),
      ("crps_exp", Exponential(rate: 0.4)),
      ("crps_tnorm0", BoundedNormal(.truncated, location: 2, scale: 3)),
      ("crps_cnorm0", BoundedNormal(.censored, location: 2, scale: 3)),
      (
        "crps_mixnorm",
        NormalMixture(
          [Normal(mean: 0, standardDeviation: 1), Normal(mean: 2, standardDeviation: 0.5)],
          weights: [0.3, 0.7])
      ),
    ]
    let real = golden["crps_norm"].numbers("y")
    let positive = golden["crps_lnorm"].numbers("y")
    for (name, family) in families {
      let entry = golden[name]
      let given = entry.numbers("y")
      let y =
        !given.isEmpty
        ? given
        : name == "crps_mixnorm"
          ? [0.5, 3] : ["crps_exp", "crps_cnorm0"].contains(name) ? positive : real
      let expected = entry.numbers("v")
      try #require(expected.count == y.count, "\(name)")
      for k in y.indices {
        let ours = family.rankedProbability(y[k])
        #expect(relativeDifference(ours, expected[k]) < 1e-9, "\(name) at \(y[k])")
      }
      for (k, log) in entry.numbers("logs").enumerated() {
        #expect(relativeDifference(family.logScore(y[k]), log) < 1e-9, "\(name) log at \(y[k])")
      }
    }
  }

  @Test func scoresOfDrawsAndIntervalsAreThoseOfScoringRules() throws {
    guard let golden = try Golden.expected("r_scoring") else { return }
    let one = golden["crps_sample"]
    let draws = one.numbers("dat")
    let y = one.number("y")
    let edf = SampleScores.rankedProbability(observed: y, samples: draws)
    #expect(relativeDifference(edf, one.number("edf")) < 1e-9)
    let dss = SampleScores.dawidSebastiani(observed: y, samples: draws)
    #expect(relativeDifference(dss, one.number("dss")) < 1e-9)

    let two = golden["es_sample"]
    let rows = try #require(two.object["dat"] as? [[Double]])
    let joint = rows[0].indices.map { k in rows.map { $0[k] } }
    let energy = PathScores.energy(observed: two.numbers("y"), draws: joint)
    #expect(relativeDifference(energy, two.number("es")) < 1e-9)
    let variogram = PathScores.variogram(observed: two.numbers("y"), draws: joint)
    #expect(relativeDifference(variogram, two.number("vs05")) < 1e-9)

    // R's quantile score is twice the pinball loss.
    let quantile = golden["quantile_score"]
    for (y, v) in zip(quantile.numbers("y"), quantile.numbers("v")) {
      let loss = SampleScores.pinball(observed: y, quantile: quantile.number("q"), level: 0.9)
      #expect(relativeDifference(2 * loss, v) < 1e-9)
    }
    let interval = golden["interval_score"]
    for (y, v) in zip(interval.numbers("y"), interval.numbers("v")) {
      let score = SampleScores.intervalScore(observed: y, lower: 2, upper: 6, coverage: 0.8)
      #expect(relativeDifference(score, v) < 1e-9)
    }
  }

  @Test func theComparisonOfForecastsIsThatOfR() throws {
    guard let golden = try Golden.expected("r_scoring") else { return }
    let test = golden["dm_test_HLN"]
    let first = test.numbers("e1").map { $0 * $0 }
    let second = test.numbers("e2").map { $0 * $0 }
    let results = try #require(test.object["res"] as? [[String: Any]])
    #expect(results.count == 2)
    for result in results.map({ Golden(object: $0) }) {
      let horizon = Int(result.number("h"))
      let ours = try #require(DieboldMariano(losses: first, second, horizon: horizon))
      #expect(relativeDifference(ours.statistic, result.number("stat")) < 1e-9)
      #expect(relativeDifference(ours.pValue, result.number("p")) < 1e-9)
    }
  }

  @Test func pointScoresAreThoseOfR() throws {
    guard let golden = try Golden.expected("r_scoring") else { return }
    let entry = golden["accuracy_fn"]
    let f = entry.numbers("f")
    let y = entry.numbers("actual")
    let pairs = [
      (PointScores.meanError(y, f), "ME"), (PointScores.rootMeanSquare(y, f), "RMSE"),
      (PointScores.meanAbsoluteError(y, f), "MAE"), (PointScores.meanPercentageError(y, f), "MPE"),
      (PointScores.meanAbsolutePercentageError(y, f), "MAPE"),
    ]
    for (ours, name) in pairs { #expect(relativeDifference(ours, entry.number(name)) < 1e-9) }
    let training = Array(Reference.named("AirPassengers").values.prefix(120))
    for season in [1, 12] {
      let scale = PointScores.absoluteScale(training, season: season)
      #expect(relativeDifference(scale, entry.number("mase_scale_m\(season)")) < 1e-9)
    }
  }
}
