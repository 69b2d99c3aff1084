import Demography
import Kernel
import SeriesModels
import Testing

/// Futures whose errors are not normal.
@Suite struct ErrorShapeTests {
  /// A level with noise of a distribution, keyed.
  private static func values(_ n: Int, _ law: (Double) -> Double) -> [Double] {
    let key = StreamKey(seed: 41, stream: "test")
    return (0..<n).map { t in
      var stream = RandomStream(key, unit: UnitKey("shape"), draw: 0, time: t)
      return 100 + law(stream.uniform())
    }
  }

  private static func series(_ values: [Double], season: Int = 1) -> TimeSeries {
    TimeSeries("a", values, season: season)
  }

  private static func fit(_ name: String, _ series: TimeSeries) throws -> any FittedSeries {
    try SeriesCatalogue.model(named: name).fit(series)
  }

  /// One step ahead of a mean there is nothing but errors: those seen, moved and scaled alike.
  @Test func theBootstrapDrawsTheErrorsSeen() throws {
    let own = Self.series(Self.values(40) { StudentT(degrees: 4).quantile($0) })
    let plain = try Self.fit("mean", own)
    let errors = try #require(plain.standardisedErrors)
    let drawn = try Self.fit("bootstrap:mean", own).paths(1, draws: 400, seed: 3).map { $0[0] }
    let (centre, spread) = (
      plain.predictive(1, seed: 1).means[0],
      plain.parameters.first { $0.name == "sigma2" }!.value.squareRoot()
    )
    for value in drawn {
      let error = (value - centre) / spread
      #expect(errors.contains { abs($0 - error) < 1e-9 }, "\(error) was never seen")
    }
    #expect(Set(drawn).count > 36)
  }

  /// Draws of two shapes are those of one chance.
  @Test func shapesKeepTheRanksOfNormalShocks() throws {
    let own = Self.series(Self.values(60) { StudentT(degrees: 3).quantile($0) })
    let normal = try Self.fit("naive", own).paths(1, draws: 200, seed: 3).map { $0[0] }
    let order = normal.indices.sorted { normal[$0] < normal[$1] }
    for shape in ["bootstrap", "student", "laplace"] {
      let moved = try Self.fit("\(shape):naive", own).paths(1, draws: 200, seed: 3).map { $0[0] }
      #expect(moved != normal)
      #expect(zip(order, order.dropFirst()).allSatisfy { moved[$0] <= moved[$1] }, "\(shape)")
    }
  }

  @Test(arguments: ["student", "laplace"]) func aShapeKeepsTheVariance(shape: String) throws {
    let own = Self.series(Self.values(400) { StudentT(degrees: 6).quantile($0) })
    let normal = try Self.fit("mean", own)
    let drawn = try Self.fit("\(shape):mean", own).paths(1, draws: 20_000, seed: 3).map { $0[0] }
    let spread = normal.parameters.first { $0.name == "sigma2" }!.value.squareRoot()
    #expect(abs(Statistics.standardDeviation(drawn) / spread - 1) < 0.03)
    #expect(abs(Statistics.mean(drawn) - normal.predictive(1, seed: 1).means[0]) < 0.03 * spread)
  }

  /// Errors with three degrees of freedom: found, with intervals that are wider far out and narrower in the middle.
  @Test func heavyTailsAreFound() throws {
    let own = Self.series(Self.values(400) { StudentT(degrees: 3).quantile($0) })
    let fit = try Self.fit("student:mean", own)
    let degrees = try #require(fit.parameters.first { $0.name == "degrees" }?.value)
    #expect(degrees > 2.1 && degrees < 5, "\(degrees)")
    let (own50, own99) = Self.widths(fit)
    let (normal50, normal99) = Self.widths(try Self.fit("mean", own))
    #expect(own50 < 0.95 * normal50 && own99 > 1.05 * normal99)
  }

  @Test func normalErrorsStayNormal() throws {
    let own = Self.series(Self.values(400) { Normal().quantile($0) })
    let degrees = try Self.fit("student:mean", own).parameters.first { $0.name == "degrees" }?.value
    #expect(degrees ?? 200 > 15, "\(degrees ?? 200)")
    let (half, far) = Self.widths(try Self.fit("bootstrap:mean", own))
    let (normalHalf, normalFar) = Self.widths(try Self.fit("mean", own))
    #expect(abs(half / normalHalf - 1) < 0.1 && abs(far / normalFar - 1) < 0.1)
  }

  private static func widths(_ fit: any FittedSeries) -> (half: Double, far: Double) {
    let step = fit.forecast(1, levels: [50, 99], seed: 1).steps[0]
    return (
      step.intervals[0].upper - step.intervals[0].lower,
      step.intervals[1].upper - step.intervals[1].lower
    )
  }

  @Test(
    arguments: SeriesCatalogue.all.filter { !$0.takesCountsOnly }.map(\.name) + [
      "log:auto-ets", "boxcox:tbats",
    ])
  func standardisedErrorsHaveMeanZeroAndDeviationOne(name: String) throws {
    let key = StreamKey(seed: 7, stream: "test")
    let own = Self.series(
      (0..<48).map { t -> Double in
        let noise = normalPair(key, unit: UnitKey("law"), draw: 0, time: t).0
        return 80 + 5 * Double(t % 4) + 3 * noise
      }, season: 4)
    let fit = try Self.fit(name, own)
    let shaped = try? Self.fit("laplace:\(name)", own)
    guard let errors = fit.standardisedErrors else { return #expect(shaped == nil) }
    #expect(abs(Statistics.mean(errors)) < 1e-9)
    #expect(abs(Statistics.standardDeviation(errors) - 1) < 1e-9)
    let moved = try #require(shaped).forecast(3, levels: [80], seed: 1).steps
    for (step, plain) in zip(moved, fit.forecast(3, levels: [80], seed: 1).steps) {
      let width = plain.intervals[0].upper - plain.intervals[0].lower
      #expect(abs(step.median - plain.median) < 0.04 * width, "\(name) \(step.period)")
    }
  }

  @Test(arguments: [
    "bootstrap:structural", "student:croston", "laplace:ingarch", "bootstrap:bagged-ar",
  ])
  func modelsOfSeveralErrorsAreRefused(name: String) throws {
    let own = Self.series(Self.values(40) { 20 * $0 }.map { $0.rounded() }, season: 4)
    #expect(throws: SeriesError.self) { _ = try Self.fit(name, own) }
    do { _ = try Self.fit(name, own) } catch let error as SeriesError {
      #expect(error.fault.code == "series.shape")
    }
  }

  /// The exponential of Student's t has no mean: that of the model itself is told.
  @Test func meansOnLogarithmsAreTheModelsOwn() throws {
    let own = Self.series(Self.values(80) { StudentT(degrees: 3).quantile($0) / 2 })
    let plain = try Self.fit("log:mean", own).predictive(4, seed: 1)
    for shape in ["student", "laplace", "bootstrap"] {
      #expect(try Self.fit("\(shape):log:mean", own).predictive(4, seed: 1).means == plain.means)
    }
  }

  /// No step of one: nothing to draw from, and normal errors stay.
  @Test func aWalkOfGapsAloneStaysNormal() throws {
    let gaps = Self.series((0..<20).map { $0 % 2 == 0 ? Double($0 * $0 % 7) : .nan })
    let plain = try Self.fit("naive", gaps).paths(2, draws: 5, seed: 1)
    #expect(try Self.fit("bootstrap:naive", gaps).paths(2, draws: 5, seed: 1) == plain)
  }

  /// Four missing values at the end are four steps of errors.
  @Test(arguments: ["arima(0,1,0)", "arima(1,1,0)"])
  func missingValuesAtTheEndWidenFutures(name: String) throws {
    let values = Self.values(60) { Normal().quantile($0) }
    let late = Self.series(values + [.nan, .nan, .nan, .nan])
    let plain = try Self.fit(name, late).forecast(1, levels: [80], seed: 1).steps[0].intervals[0]
    let shaped = try Self.fit("bootstrap:\(name)", late).forecast(1, levels: [80], seed: 1)
      .steps[0].intervals[0]
    let ratio = (shaped.upper - shaped.lower) / (plain.upper - plain.lower)
    #expect(ratio > 0.85 && ratio < 1.15, "\(ratio)")
  }

  @Test func shapesGoBeforeScales() throws {
    #expect(
      try SeriesCatalogue.model(named: "bootstrap:log:auto-ets").name == "bootstrap:log:auto-ets")
    for name in [
      "log:bootstrap:naive", "bootstrap:student:naive", "normal:naive", "bootstrap:nothing",
    ] {
      #expect(throws: SeriesError.self) { _ = try SeriesCatalogue.model(named: name) }
    }
  }
}
