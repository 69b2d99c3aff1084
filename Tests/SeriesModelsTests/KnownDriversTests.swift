import Kernel
import SeriesModels
import Testing

/// Rolling origins with drivers known ex post.
@Suite struct KnownDriversTests {
  private static let length = 60

  private static func noise(_ unit: String) -> [Double] {
    let key = StreamKey(seed: 8, stream: "test.known-drivers")
    return (0..<length).map { normalPair(key, unit: UnitKey(unit), draw: 0, time: $0).0 }
  }

  private static let driver = noise("x")
  private static let values = zip(driver, noise("y")).map { 50 + 3 * $0 + 0.2 * $1 }

  private func regression(_ name: String) throws -> DriverRegression {
    try #require(DriverRegression(try SeriesCatalogue.model(named: name)))
  }

  private func scores(
    _ values: [Double], _ models: [any SeriesModel], horizon: Int, origins: Int
  ) -> [ModelScore] {
    backtest(
      TimeSeries("a", values, season: 1), models: models, horizon: horizon, origins: origins,
      minimumTrain: 20, reselectEvery: 4, seed: 1)
  }

  /// The mean absolute error is that of forecasts made by hand from each origin.
  @Test func everyOriginIsForecastWithWhatTheDriverWasAfterIt() throws {
    let series = TimeSeries("a", Self.values, season: 1)
    let own = try regression("arima(1,0,0)+mean")
    let drivers = [Driver("x", Self.driver, lags: 0...1)]
    let found = scores(
      Self.values, [KnownDriversModel(own, drivers: drivers, horizon: 3)], horizon: 3, origins: 10)
    var errors: [Double] = []
    for origin in 48...57 {
      let fit = try own.fit(series.prefix(origin), drivers: drivers)
      let steps = try fit.forecast(3, levels: [80], seed: 1).steps
      errors += steps.indices.map { abs(Self.values[origin + $0] - steps[$0].median) }
    }
    #expect(found[0].origins == 10)
    #expect(abs(found[0].mae - Statistics.mean(errors)) < 1e-9)
    #expect(found[0].model == "arima(1,0,0)+mean with known drivers")
  }

  /// The driver explains all but a fifteenth of the deviation; what knows it wins by far and is not chosen.
  @Test func aModelThatKnowsItsDriversIsScoredAndNeverChosen() throws {
    let plain = try SeriesCatalogue.model(named: "auto-arima")
    let known = KnownDriversModel(
      try regression("auto-arima"), drivers: [Driver("x", Self.driver)], horizon: 2)
    let found = scores(Self.values, [NaiveModel(), plain, known], horizon: 2, origins: 20)
    #expect(found[2].mae < 0.2 * found[1].mae && found[2].crps < 0.2 * found[1].crps)
    #expect(found[2].reason == "ex-post")
    #expect(!found[2].chosen && found[2].confidence == nil && found[0...1].contains { $0.chosen })
    let without = scores(Self.values, [NaiveModel(), plain], horizon: 2, origins: 20)
    for (one, other) in zip(found, without) {
      #expect(one.mae == other.mae && one.confidence == other.confidence)
      #expect(one.chosen == other.chosen && one.confidence != nil)
    }
  }

  /// What is known ahead are the drivers, not the series: values after the last origin change nothing that is
  /// forecast, only the errors, by as much as they move.
  @Test func theSeriesItselfIsNotKnown() throws {
    let own = try regression("arima(0,0,0)+mean")
    let known = KnownDriversModel(own, drivers: [Driver("x", Self.driver)], horizon: 1)
    var moved = Self.values
    moved[Self.length - 1] += 1000
    let near = scores(Self.values, [known], horizon: 1, origins: 1)[0].mae
    let far = scores(moved, [known], horizon: 1, origins: 1)[0].mae
    #expect(near < 2 && abs(far - 1000) <= near + 1e-6)
  }

  @Test func aDriverThatEndsTooEarlyIsNamed() throws {
    let known = KnownDriversModel(
      try regression("arima(0,0,0)+mean"), drivers: [Driver("x", Array(Self.driver.dropLast()))],
      horizon: 2)
    let found = scores(Self.values, [known], horizon: 2, origins: 3)
    let period = "\(TimeSeries("a", Self.values, season: 1).period(59))"
    #expect(found[0].failure == .regressorMissing(series: "a", regressor: "x", period: period))
    #expect(found[0].mae.isNaN && !found[0].chosen)
  }
}
