import Foundation
import Kernel
import SeriesModels
import Testing

/// Scores at rolling origins, and the models that cannot be told from the best.
@Suite struct RollingScoreTests {
  static func noise(_ n: Int, _ unit: String) -> [Double] {
    let key = StreamKey(seed: 5, stream: "test.rolling")
    return (0..<n).map { normalPair(key, unit: UnitKey(unit), draw: 0, time: $0).0 }
  }

  /// Known values: a mean of 0 and 2 in turn forecasts 1 with errors of 1.
  @Test func scoresAreThoseOfTheirDefinitions() throws {
    let values = (0..<21).map { Double($0 % 2) * 2 }
    let scores = backtest(
      TimeSeries("a", values, season: 1), models: [NaiveModel(), MeanModel()], horizon: 1,
      origins: 10, minimumTrain: 10, reselectEvery: 1, seed: 1, scoresPaths: true)
    let naive = try #require(scores.first { $0.model == "naive" })
    #expect(naive.mae == 2 && naive.rmse == 2 && naive.mase == 1 && naive.rmsse == 1)
    #expect(naive.smape == 200 && naive.relativeToNaive == 1)
    #expect(naive.dieboldMariano == nil)
    let mean = try #require(scores.first { $0.model == "mean" })
    #expect(abs(mean.mae - 1) < 0.1 && abs(mean.rmsse - 0.5) < 0.05)
    #expect(mean.chosen && mean.reason == "best" && mean.crps < naive.crps)
    #expect((mean.energy ?? 0) > 0 && (mean.logScore ?? -9) > (naive.logScore ?? 0))
    #expect(mean.intervalScore95 > mean.intervalScore80)
    // Half of the values fall a deviation below, half above the middle.
    #expect(abs(mean.tenths.reduce(0, +) - 1) < 1e-12 && mean.tenths[4...5] == [0, 0])
  }

  /// A fixed bug: what rounding left of the errors of a constant was compared as if it were losses.
  @Test func forecastsOfAConstantDoNotDiffer() throws {
    let scores = backtest(
      TimeSeries("a", [Double](repeating: 1 / 3.0 * 1e6, count: 40), season: 1),
      models: [NaiveModel(), MeanModel(), DriftModel(), ThetaModel(), LinearTrendModel()],
      horizon: 2, origins: 20, minimumTrain: 10, reselectEvery: 1, seed: 1)
    #expect(scores.contains { $0.mae > 0 } && scores.allSatisfy { !($0.mae > 1e-6) })
    #expect(scores.allSatisfy { $0.dieboldMariano == nil })
  }

  @Test func aModelThatFailsSaysWhy() throws {
    var values = Self.noise(40, "gap")
    values[20] = .nan
    let scores = backtest(
      TimeSeries("a", values, season: 1), models: [MeanModel(), ThetaModel()], horizon: 2,
      origins: 3, minimumTrain: 25, reselectEvery: 1, seed: 1)
    #expect(scores[0].failure == nil && scores[0].origins == 3)
    #expect(scores[1].failure == .missingValues(series: "a", model: "theta", count: 1))
    #expect(scores[1].reason == "failed" && scores[1].confidence == nil)
  }

  /// Density of Student's t and the normal against R 4.2.2 `dt`, `dnorm`: log dnorm(1, 0, 1) = −1.418939.
  @Test func theLogScoreOfAWalkIsItsDensity() throws {
    let values = Self.noise(60, "walk").reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1) }
    let scores = backtest(
      TimeSeries("a", values, season: 1), models: [NaiveModel()], horizon: 1, origins: 30,
      minimumTrain: 20, reselectEvery: 1, seed: 1)
    // Shocks of unit variance: −½ ln 2πe on average, as far as thirty of them tell.
    #expect(abs((scores[0].logScore ?? 9) + 1.4189) < 0.4)
  }

  @Test func theConfidenceSetLeavesOutTheWorstAlone() {
    let common = Self.noise(60, "common").map { 5 + $0 }
    let near = common.enumerated().map { t, loss in loss + (t % 2 == 0 ? 0.3 : -0.3) }
    let worse = zip(common, Self.noise(60, "worse")).map { $0 + 1 + 0.3 * $1 }
    let set = ModelConfidenceSet(losses: [common, near, worse], block: 4, seed: 1, unit: "a")
    #expect(set.contains(0, confidence: 0.9) && set.contains(1, confidence: 0.9))
    #expect(!set.contains(2, confidence: 0.9) && set.pValues[2] == 0)
    #expect(set.pValues.max() == 1)
    let turned = ModelConfidenceSet(losses: [worse, common, near], block: 4, seed: 1, unit: "a")
    #expect(turned.pValues == [set.pValues[2], set.pValues[0], set.pValues[1]])
    let equal = ModelConfidenceSet(losses: [common, common], block: 1, seed: 1, unit: "a")
    #expect(equal.pValues == [1, 1])
  }

  /// Under equal models the set of 90 per cent holds all of two models in about nine of ten samples.
  @Test func theConfidenceSetHoldsEqualModelsAsOftenAsItPromises() {
    let held = (0..<200).count { k in
      let losses = [Self.noise(40, "x\(k)"), Self.noise(40, "y\(k)")]
      let set = ModelConfidenceSet(
        losses: losses, block: 1, draws: 400, seed: UInt32(k), unit: "a")
      return set.contains(0, confidence: 0.9) && set.contains(1, confidence: 0.9)
    }
    #expect((160...196).contains(held), "\(held)")
  }

  /// A line is forecast by the drift, a season by its own last; nothing beats the walk on a walk.
  @Test func theAutomaticChoiceIsThatOfThePast() throws {
    let line = (0..<40).map { t -> Double in
      let ripple = 0.2 * Double(t * 7 % 5)
      return 3 * Double(t) + ripple
    }
    let candidates: [any SeriesModel] = [MeanModel(), NaiveModel(), DriftModel()]
    let fit = try CrossValidatedModel(candidates: candidates).fit(
      TimeSeries("a", line, season: 1))
    #expect(fit.label == "drift")
    let short = try CrossValidatedModel(candidates: candidates).fit(
      TimeSeries("a", Array(line.prefix(12)), season: 1))
    #expect(short.label == "mean")
    #expect(throws: SeriesError.self) {
      _ = try CrossValidatedModel().fit(TimeSeries("a", [], season: 1))
    }
  }
}
