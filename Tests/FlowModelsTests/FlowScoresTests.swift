import Demography
import FlowModels
import Foundation
import Kernel
import Testing

struct FlowScoresTests {
  /// Golden G14: 14 metrics of the four Poisson models of the Korean flows of 2020 (numpy 1.26).
  @Test(arguments: ["gravity", "production", "attraction", "doubly"])
  func scoresOfKoreanModelsAgree(_ model: String) throws {
    guard let golden = try SharedData.json("golden/flows/expected/G14_metrics.json"),
      let grid = SharedData.grid("golden/flows/expected/G09_korea2020_fitted.csv"),
      let flows = SharedData.grid("golden/flows/expected/G14_korea2020_radiation_io.csv")
    else { return }
    let expected = try #require(golden["korea2020_fit_\(model)"] as? [String: Double])
    let column = try #require(grid.rows[0].cells.firstIndex { $0.contains(model) })
    let observedAt = try #require(grid.rows[0].cells.firstIndex(of: "flow"))
    let observed = grid.rows.dropFirst().map { Double($0.cells[observedAt]) ?? .nan }
    let fitted = grid.rows.dropFirst().map { Double($0.cells[column]) ?? .nan }
    try compareScores(observed, fitted, to: expected)
    let distances = Dictionary(
      uniqueKeysWithValues: flows.rows.dropFirst().map {
        ($0.cells[0] + $0.cells[1], Double($0.cells[3]) ?? .nan)
      })
    let d = grid.rows.dropFirst().map { distances[$0.cells[0] + $0.cells[1]] ?? .nan }
    for (name, flows) in [("mean_dist_obs", observed), ("mean_dist_fit", fitted)] {
      let found = FlowScores.meanDistance(flows, distances: d)
      #expect(distance(found, try #require(expected[name])) < 1e-9)
    }
  }

  @Test func equalTablesHaveTheIdealOfEveryScore() {
    let flows: [Double] = [3, 12, 7.5, 1, 400]
    for score in FlowScoreCatalogue.tables {
      guard case .table(let value) = score.measure, let ideal = score.ideal else { continue }
      #expect(abs(value(flows, flows) - ideal) < 1e-12, "\(score.card.id)")
    }
  }

  @Test func aWorseTableHasAWorseScore() {
    let flows: [Double] = [30, 12, 75, 10, 400]
    let near: [Double] = [33, 11, 80, 9, 390]
    let far: [Double] = [90, 3, 300, 2, 200]
    for score in FlowScoreCatalogue.tables {
      guard case .table(let value) = score.measure, let ideal = score.ideal else { continue }
      let (a, b) = (abs(value(flows, near) - ideal), abs(value(flows, far) - ideal))
      if score.card.id == "cpl" {
        #expect(a == 0 && b == 0)
      } else {
        #expect(a < b, "\(score.card.id)")
      }
    }
  }

  @Test func aSureAndRightForecastCostsNothing() {
    for score in FlowScoreCatalogue.forecasts {
      guard case .forecast(let value) = score.measure else { continue }
      let found = value(17, [17, 17, 17])
      #expect(found == (score.ideal ?? (score.card.id == "pit" ? 0.5 : 1)), "\(score.card.id)")
    }
  }

  @Test func aMissingFlowIsNeverPassedOver() {
    for score in FlowScoreCatalogue.tables {
      guard case .table(let value) = score.measure else { continue }
      #expect(value([1, .nan, 3], [1, 2, 4]).isNaN, "\(score.card.id)")
      #expect(value([1, 2, 3], [1, .nan, 4]).isNaN, "\(score.card.id)")
    }
  }

  @Test func zerosThatAgreeAreSimilarAndImpossibleFlowsAreInfinitelyFar() {
    #expect(FlowScores.sorensen([0, 2], [0, 2]) == 1)
    #expect(FlowScores.kullbackLeibler([1, 1], [2, 0]) == .infinity)
    #expect(FlowScores.poissonDeviance([0, 1], [1, 1]) == 2)
    #expect(FlowScores.commonLinks([0, 1, 1], [1, 1, 0]) == 0.5)
  }

  /// `E|X − y| − ½E|X − X'|` by hand.
  @Test func ranksGiveTheScoreOfASample() {
    let x: [Double] = [4, 1, 9, 4]
    let y = 5.0
    var spread = 0.0
    for a in x { for b in x { spread += abs(a - b) } }
    let error = x.map { abs($0 - y) }.reduce(0, +) / 4
    #expect(
      abs(FlowScores.rankedProbability(observed: y, samples: x) - (error - spread / 32)) < 1e-14)
    #expect(
      abs(FlowScores.fairRankedProbability(observed: y, samples: x) - (error - spread / 24)) < 1e-14
    )
  }

  /// The closed form against the integral of `(F − 1)²` by many quantiles.
  @Test func quantilesTendToTheScoreOfTheDistribution() {
    let levels = (1..<20_000).map { Double($0) / 20_000 }
    let normal = Normal(mean: 120, standardDeviation: 15)
    let byQuantiles = FlowScores.rankedProbability(
      observed: 131, quantiles: levels.map { normal.quantile($0) }, levels: levels)
    #expect(abs(FlowScores.rankedProbability(observed: 131, normal) - byQuantiles) < 1e-4)
    let lognormal = levels.map { exp(2 + 0.7 * normalQuantile($0)) }
    let byLog = FlowScores.rankedProbability(observed: 3, quantiles: lognormal, levels: levels)
    let closed = FlowScores.rankedProbability(
      observed: 3, logMean: 2, logStandardDeviation: 0.7)
    #expect(abs(closed - byLog) < 1e-3)
    let counts = NegativeBinomial(mean: 30, size: 4)
    let byCounts = FlowScores.rankedProbability(
      observed: 12, quantiles: levels.map { counts.quantile($0) }, levels: levels)
    #expect(abs(FlowScores.rankedProbability(observed: 12, counts) - byCounts) < 1e-2)
  }

  /// Summed by hand: mean 2 Poisson at y = 1 over 0 … 60.
  @Test func countsAreScoredByTheirDistributionFunction() {
    let poisson = Poisson(mean: 2)
    var sum = 0.0
    for x in 0...60 {
      let gap = poisson.cumulative(Double(x)) - (x >= 1 ? 1 : 0)
      sum += gap * gap
    }
    #expect(abs(FlowScores.rankedProbability(observed: 1, poisson) - sum) < 1e-13)
    // A negative binomial of immense size is Poisson.
    let nearly = NegativeBinomial(mean: 2, size: 1e9)
    #expect(abs(FlowScores.rankedProbability(observed: 1, nearly) - sum) < 1e-8)
  }

  @Test func intervalsAndTransformsAreThoseOfTheDefinitions() {
    #expect(
      abs(FlowScores.intervalScore(observed: 1, lower: 3, upper: 8, coverage: 0.8) - 25) < 1e-12)
    #expect(FlowScores.coverage(observed: [1, 5], lower: [1, 6], upper: [2, 7]) == 0.5)
    #expect(FlowScores.integralTransform(observed: 2, samples: [1, 2, 2, 3], uniform: 0.5) == 0.5)
    let poisson = Poisson(mean: 3)
    #expect(
      abs(FlowScores.integralTransform(observed: 2, poisson, uniform: 0) - poisson.cumulative(1))
        < 1e-15)
  }
}

/// The scores of a table against a golden record; keys as the record has them.
func compareScores(
  _ observed: [Double], _ fitted: [Double], to expected: [String: Double]
) throws {
  let ids = [
    "CPC": "cpc", "CPL": "cpl", "SRMSE": "srmse", "SSI": "ssi", "RMSE": "rmse", "MAE": "mae",
    "MAPE": "mape", "R2_1to1": "r2", "pearson": "pearson", "pearson_log": "pearson_log",
    "poisson_deviance": "deviance", "KL": "kl", "index_dissimilarity": "dissimilarity",
  ]
  for (key, id) in ids.sorted(by: { $0.key < $1.key }) {
    let score = try #require(FlowScoreCatalogue.score(named: id))
    guard case .table(let value) = score.measure else { continue }
    let found = value(observed, fitted)
    let wanted = try #require(expected[key])
    #expect(distance(found, wanted) < 1e-9, "\(id): \(found), \(wanted)")
  }
}
