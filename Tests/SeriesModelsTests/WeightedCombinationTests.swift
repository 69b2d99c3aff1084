import Kernel
import SeriesModels
import Testing

/// Members weighted by how they did at rolling origins.
@Suite struct WeightedCombinationTests {
  /// A line with small noise: the drift foresees it, the mean does not.
  private static let values: [Double] = (0..<40).map { (t: Int) -> Double in
    let rough = Double((t * 7) % 4)
    return 10 + 3 * Double(t) + rough
  }
  private static let members: [any SeriesModel] = [DriftModel(), MeanModel(), NaiveModel()]

  private func weights(_ fit: any FittedSeries) -> [Double] {
    fit.parameters.filter { $0.name.hasSuffix(".weight") }.map(\.value)
  }

  @Test func theBetterMemberHasTheGreaterWeight() throws {
    let series = TimeSeries("a", Self.values, season: 1)
    let fit = try WeightedCombinationModel(members: Self.members).fit(series)
    let own = weights(fit)
    #expect(fit.label == "weighted mean of drift, mean, naive")
    #expect(own.count == 3 && abs(own.reduce(0, +) - 1) < 1e-12)
    // Half of every weight is equal.
    #expect(own.allSatisfy { $0 > 1.0 / 6 && $0 < 2.0 / 3 })
    #expect(own[0] > own[2] && own[2] > own[1])
    // The ratios of what is above the equal half are those of the losses.
    let scores = backtest(
      series, models: Self.members, horizon: 4, origins: 6, minimumTrain: 10, reselectEvery: 6,
      seed: 1)
    let ratio = (own[0] - 1.0 / 6) / (own[1] - 1.0 / 6)
    #expect(abs(ratio / (scores[1].crps / scores[0].crps) - 1) < 1e-9)
    let medians = try Self.members.map { try $0.fit(series).predictive(3, seed: 1).medians }
    for step in 0..<3 {
      var mean = 0.0
      for (weight, median) in zip(own, medians) { mean += weight * median[step] }
      #expect(relativeDifference(fit.predictive(3, seed: 1).medians[step], mean) < 1e-12)
    }
  }

  /// As often as weights ask, to one draw in a hundred, and the weights stay when it is fitted to other data.
  @Test func pathsAndRefitsKeepTheWeights() throws {
    let series = TimeSeries("a", Self.values, season: 1)
    let fit = try WeightedCombinationModel(members: Self.members).fit(series)
    let own = weights(fit)
    let again = try fit.structure.fit(series.prefix(30))
    #expect(zip(weights(again), own).allSatisfy { abs($0 - $1) < 1e-12 })
    let futures = try Self.members.map { try $0.fit(series).paths(1, draws: 2_000, seed: 4) }
    let centres = try Self.members.map { try $0.fit(series).predictive(1, seed: 4).medians[0] }
    let centre = fit.predictive(1, seed: 4).medians[0]
    var counts = [0.0, 0, 0]
    for (draw, path) in fit.paths(1, draws: 2_000, seed: 4).enumerated() {
      func distance(_ k: Int) -> Double {
        let moved: Double = futures[k][draw][0] - centres[k] + centre
        return abs(moved - path[0])
      }
      let from = counts.indices.min { distance($0) < distance($1) }
      counts[try #require(from)] += 1
    }
    for (count, weight) in zip(counts, own) { #expect(abs(count / 2_000 - weight) < 0.01) }
  }

  @Test func tooFewOriginsWeighEqually() throws {
    let fit = try WeightedCombinationModel(members: Self.members).fit(
      TimeSeries("a", Array(Self.values.prefix(12)), season: 1))
    #expect(weights(fit).allSatisfy { abs($0 - 1.0 / 3) < 1e-15 })
  }

  @Test func aMemberThatCannotBeFittedLeavesItsWeightToTheOthers() throws {
    let members: [any SeriesModel] = [
      NaiveModel(), try SeriesCatalogue.model(named: "log:naive"), MeanModel(),
    ]
    let series = TimeSeries("a", Self.values.map { $0 - 50 }, season: 1)
    let fit = try WeightedCombinationModel(members: members).fit(series)
    #expect(fit.label == "weighted mean of naive, mean")
    #expect(abs(weights(fit).reduce(0, +) - 1) < 1e-12)
  }
}
