import Demography
import Kernel
import SeriesModels
import Testing

/// What holds for every model of the catalogue.
@Suite struct CatalogueLawTests {
  /// A level with a mild trend, a season and noise; keyed, so always the same.
  private static func values(_ n: Int, level: Double = 100, season m: Int = 4) -> [Double] {
    let key = StreamKey(seed: 11, stream: "test")
    let unit = UnitKey("laws")
    var walk = 0.0
    return (0..<n).map { t in
      walk += normalPair(key, unit: unit, draw: 0, time: t).0
      return level + 0.3 * Double(t) + 4 * Double(t % m) + 2 * walk
    }
  }

  /// The same values for models of any numbers, whole ones for models of counts.
  private static func series(_ name: String, _ values: [Double]) throws -> TimeSeries {
    let isCount = try SeriesCatalogue.model(named: name).takesCountsOnly
    return TimeSeries("a", isCount ? values.map { $0.rounded() } : values, season: 4)
  }

  /// Counts have no unit that could change.
  @Test(arguments: SeriesCatalogue.all.filter { !$0.takesCountsOnly }.map(\.name))
  func forecastsShiftAndScaleWithTheSeries(name: String) throws {
    let model = try SeriesCatalogue.model(named: name)
    let base = TimeSeries("a", Self.values(40), season: 4)
    let moved = TimeSeries("a", base.values.map { 8 * $0 }, season: 4)
    let a = try model.fit(base).predictive(6, seed: 1)
    let b = try model.fit(moved).predictive(6, seed: 1)
    for step in 0..<6 {
      #expect(relativeDifference(8 * a.medians[step], b.medians[step]) < 1e-4, "\(name) \(step)")
      #expect(relativeDifference(8 * a.deviations[step], b.deviations[step]) < 1e-3, "\(name)")
    }
  }

  @Test(arguments: SeriesCatalogue.all.map(\.name))
  func intervalsAreNestedAndHoldTheMedian(name: String) throws {
    let fit = try SeriesCatalogue.model(named: name).fit(
      try Self.series(name, Self.values(36)))
    for step in fit.forecast(10, levels: [50, 80, 95], seed: 3).steps {
      #expect(step.intervals.count == 3)
      for (inner, outer) in zip(step.intervals, step.intervals.dropFirst()) {
        #expect(outer.lower <= inner.lower && inner.upper <= outer.upper, "\(name)")
      }
      #expect(step.intervals[0].lower <= step.median && step.median <= step.intervals[0].upper)
    }
  }

  @Test(arguments: [
    "naive", "drift", "linear", "ets(A,N,N)", "ets(A,A,N)", "arima(0,1,1)", "local-level",
    "local-trend",
  ])
  func uncertaintyOfWalksAndTrendsGrows(name: String) throws {
    let fit = try SeriesCatalogue.model(named: name).fit(
      TimeSeries("a", Self.values(30, season: 1), season: 1))
    let deviations = fit.predictive(20, seed: 1).deviations
    for (now, next) in zip(deviations, deviations.dropFirst()) {
      #expect(next >= now * (1 - 1e-12), "\(name)")
    }
  }

  @Test(arguments: SeriesCatalogue.all.map(\.name) + ["ets(M,A,M)", "ets(M,N,A)"])
  func simulatedMeansAreTheAnalyticOnes(name: String) throws {
    let fit = try SeriesCatalogue.model(named: name).fit(
      try Self.series(name, Self.values(48)))
    let horizon = 6
    let draws = 4_000
    let paths = fit.paths(horizon, draws: draws, seed: 5)
    let ahead = fit.predictive(horizon, seed: 5)
    for step in 0..<horizon {
      let values = paths.map { $0[step] }
      let error = Statistics.standardDeviation(values) / Double(draws).squareRoot()
      #expect(abs(Statistics.mean(values) - ahead.means[step]) <= 4 * error, "\(name) \(step)")
      let ratio = Statistics.standardDeviation(values) / ahead.deviations[step]
      // Paths carry the future's shocks; analytic deviations add what estimated lines and means cost.
      #expect(ratio > 0.8 && ratio < 1.1, "\(name) \(step) \(ratio)")
    }
  }

  @Test(arguments: SeriesCatalogue.all.map(\.name))
  func fewerDrawsAreTheFirstOfMore(name: String) throws {
    let fit = try SeriesCatalogue.model(named: name).fit(
      try Self.series(name, Self.values(30)))
    let few = fit.paths(3, draws: 5, seed: 9)
    #expect(few == Array(fit.paths(3, draws: 20, seed: 9).prefix(5)))
    #expect(few != fit.paths(3, draws: 5, seed: 10))
  }

  /// The correction of `croston-sba` takes a twentieth off every forecast, this one too.
  @Test(arguments: SeriesCatalogue.all.map(\.name))
  func aConstantSeriesStaysConstant(name: String) throws {
    let model = try SeriesCatalogue.model(named: name)
    let fit = try model.fit(TimeSeries("a", [Double](repeating: 5, count: 20), season: 4))
    if name == "croston-sba" {
      #expect(fit.predictive(1, seed: 1).means == [4.75])
      return
    }
    for median in fit.predictive(8, seed: 1).medians { #expect(abs(median - 5) < 1e-9, "\(name)") }
  }

  @Test(arguments: SeriesCatalogue.all.map(\.name))
  func shortSeriesAreForecastOrRefusedWithAReason(name: String) throws {
    let model = try SeriesCatalogue.model(named: name)
    for n in 0...10 {
      for values in [Self.values(n), [Double](repeating: 0, count: n), Self.values(n).map { -$0 }] {
        let series = try Self.series(name, values)
        do throws(SeriesError) {
          let fit = try model.fit(series)
          let ahead = fit.predictive(5, seed: 1)
          let areFinite = ahead.medians.allSatisfy { $0.isFinite }
          #expect(areFinite, "\(name) \(n)")
          _ = fit.parameters
          _ = fit.aicc
        } catch {
          #expect(error.fault.code.hasPrefix("series."), "\(name) \(n)")
        }
      }
    }
  }

  @Test(arguments: SeriesCatalogue.all.map(\.name))
  func theSameSeriesGivesTheSameBits(name: String) throws {
    let model = try SeriesCatalogue.model(named: name)
    let series = try Self.series(name, Self.values(44))
    let a = try model.fit(series)
    let b = try model.fit(series)
    #expect(a.parameters == b.parameters)
    #expect(a.forecast(8, levels: [80, 95], seed: 2) == b.forecast(8, levels: [80, 95], seed: 2))
  }

  @Test(arguments: [
    "naive", "seasonal-naive", "drift", "mean", "linear", "ets", "auto-ets", "auto-damped", "ces",
    "tbats",
    "arima", "auto-arima", "local-level", "local-trend", "seasonal-level", "structural",
    "structural-trig", "stl",
  ])
  func valuesMissingInsideAreBridged(name: String) throws {
    var values = Self.values(40)
    let whole = try SeriesCatalogue.model(named: name).fit(TimeSeries("a", values, season: 4))
    values[7] = .nan
    values[20] = .nan
    let fit = try SeriesCatalogue.model(named: name).fit(TimeSeries("a", values, season: 4))
    let (a, b) = (whole.predictive(4, seed: 1), fit.predictive(4, seed: 1))
    for step in 0..<4 {
      #expect(b.medians[step].isFinite)
      #expect(abs(a.medians[step] - b.medians[step]) < 4 * a.deviations[step], "\(name)")
    }
    #expect(fit.fittedValues[7].isNaN)
  }

  @Test func theFuturesOfLogarithmsStayPositive() throws {
    let fit = try SeriesCatalogue.model(named: "log:naive").fit(
      TimeSeries("a", [9, 3, 8, 2, 7, 1, 6], season: 1))
    for step in fit.forecast(10, levels: [80, 95], seed: 1).steps {
      #expect(step.intervals.allSatisfy { $0.lower > 0 })
      #expect(step.mean > step.median)
    }
    #expect(
      throws: SeriesError.notPositive(
        series: "a", model: "log:naive", period: "2000-02", value: 0)
    ) {
      _ = try SeriesCatalogue.model(named: "log:naive").fit(TimeSeries("a", [1, 0, 2], season: 1))
    }
  }

  @Test func namesOfModelsAreReadAndFaultsNamed() throws {
    let names = [
      "arima(0,1,1)(0,1,1)": "arima(0,1,1)(0,1,1)", "arima(1, 0, 0)+mean": "arima(1,0,0)+mean",
      "ets(AAdN)": "ets(A,Ad,N)", "log:ets(M,A,M)": "log:ets(M,A,M)",
    ]
    for (written, name) in names {
      let model = try SeriesCatalogue.model(named: written)
      #expect(model.name == name)
    }
    #expect(throws: SeriesError.unknownModel("auto-arma", nearest: "auto-arima")) {
      _ = try SeriesCatalogue.model(named: "auto-arma")
    }
    for bad in ["arima(0,1)", "arima(0,1,x)", "arima(1,2,1)+drift", "ets(A,A,M)", "arima()"] {
      #expect(throws: SeriesError.self, "\(bad)") { _ = try SeriesCatalogue.model(named: bad) }
    }
  }
}
