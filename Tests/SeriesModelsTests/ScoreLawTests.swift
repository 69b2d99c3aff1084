import Demography
import Kernel
import SeriesModels
import Testing

/// What every score has to obey.
@Suite struct ScoreLawTests {
  static let families: [(String, any ScoredForecast, Double)] = [
    ("normal", Normal(mean: 2, standardDeviation: 3), 1e-3),
    ("t", StudentT(degrees: 5, location: 2, scale: 1.5), 1e-3),
    ("Laplace", Laplace(location: 2, scale: 1.5), 1e-3),
    ("logistic", Logistic(location: 2, scale: 1.5), 1e-3),
    ("lognormal", LogNormal(logMean: 1, logStandardDeviation: 0.6), 1e-3),
    ("gamma", Gamma(shape: 2, rate: 0.5), 1e-3),
    ("exponential", Exponential(rate: 0.4), 1e-3),
    ("Poisson", Poisson(mean: 4.2), 1e-3),
    ("negative binomial", NegativeBinomial(mean: 4.2, size: 2.3), 1e-3),
    ("binomial", Binomial(trials: 25, probability: 0.2), 1e-3),
    ("truncated", BoundedNormal(.truncated, location: 1, scale: 3), 1e-3),
    ("censored", BoundedNormal(.censored, location: 1, scale: 3), 1e-3),
    (
      "mixture",
      NormalMixture(
        [Normal(mean: 0, standardDeviation: 1), Normal(mean: 4, standardDeviation: 2)],
        weights: [1, 3]), 1e-3
    ),
  ]

  /// The midpoint rule over 200,000 steps; its error at a jump is at most half a step of 1e-3.
  @Test func theRankedProbabilityScoreIsTheIntegralOfItsDefinition() {
    let step = 1e-3
    for (name, family, tolerance) in Self.families {
      for y in [-1.5, 0.25, 3, 11] {
        var integral = 0.0
        for k in -100_000..<100_000 {
          let x = (Double(k) + 0.5) * step
          let gap = family.cumulative(x) - (x >= y ? 1 : 0)
          integral += gap * gap * step
        }
        #expect(abs(family.rankedProbability(y) - integral) < tolerance, "\(name) at \(y)")
      }
    }
  }

  @Test func noForecastOfDrawsGainsBySayingWhatIsNotBelieved() {
    let truth = (0..<400).map { Normal().quantile((Double($0) + 0.5) / 400) }
    let shifted = truth.map { $0 + 0.5 }
    let wide = truth.map { 2 * $0 }
    for score in SeriesScoreCatalogue.all where score.isLoss {
      func expected(_ draws: [Double]) -> Double {
        truth.reduce(0) { $0 + score.measure($1, draws) }
      }
      #expect(expected(truth) < expected(shifted), "\(score.card.id)")
      #expect(expected(truth) <= expected(wide) + 1e-9, "\(score.card.id)")
    }
  }

  @Test func scoresKeepTheirUnits() {
    let draws = [1.0, 2, 4, 8, 9.5]
    let crps = SampleScores.rankedProbability(observed: 3, samples: draws)
    let scaled = SampleScores.rankedProbability(observed: 3000, samples: draws.map { 1000 * $0 })
    #expect(abs(scaled - 1000 * crps) < 1e-9)
    // In one dimension the energy score is the ranked probability score.
    let energy = PathScores.energy(observed: [3], draws: draws.map { [$0] })
    #expect(abs(energy - crps) < 1e-14)
  }

  @Test func anEqualForecastIsNotComparedAndTheSignSaysWhichIsBetter() throws {
    let a = [1.0, 2, 0.5, 3, 1, 2, 4, 0.2]
    #expect(DieboldMariano(losses: a, a) == nil)
    let worse = a.enumerated().map { $1 + 0.5 + 0.1 * Double($0 % 3) }
    let test = try #require(DieboldMariano(losses: a, worse))
    #expect(test.statistic < 0 && test.pValue < 0.01)
  }

  @Test func countsFromTheForecastHaveAFlatHistogram() {
    // Counts in the very proportions of the forecast.
    let forecast = Poisson(mean: 3)
    var counts: [Double] = []
    for k in 0..<14 {
      let times = Int((20_000 * forecast.density(Double(k))).rounded())
      counts += [Double](repeating: Double(k), count: times)
    }
    let heights = IntegralTransform.countHistogram(
      counts, counts.map { _ in forecast }, bins: 10)
    #expect(abs(heights.reduce(0, +) - 10) < 1e-12)
    #expect(heights.allSatisfy { abs($0 - 1) < 2e-3 })
    let narrow = IntegralTransform.countHistogram(
      counts, counts.map { _ in Binomial(trials: 4, probability: 0.75) }, bins: 10)
    #expect(narrow[0] > 1.5)
  }

  @Test func zeroAgainstZeroIsNoPercentageErrorAndMissingPairsAreLeftOut() {
    #expect(PointScores.symmetricPercentageError([0, 1], [0, 3]) == 50)
    #expect(PointScores.meanAbsoluteError([1, .nan, 3], [2, 5, 3]) == 0.5)
    #expect(PointScores.coverage([1, .nan, 3], lower: [0, 0, 0], upper: [2, 2, 2]) == 0.5)
    #expect(PointScores.meanAbsoluteError([.nan], [2]).isNaN)
    let owa = PointScores.overallWeightedAverage(sMAPE: 10, MASE: 1, reference: (20, 2))
    #expect(owa == 0.5)
    #expect(PointScores.rootScaledError([2, 2], [0, 0], training: [0, 1, 0, 1], season: 1) == 2)
    let msis = PointScores.scaledIntervalScore(
      [5], lower: [0], upper: [4], coverage: 0.8, training: [0, 2, 4], season: 1)
    #expect(abs(msis - 7) < 1e-12)
  }
}
