import Kernel
import SeriesModels
import Testing

/// Models of powers and of logits.
@Suite struct TransformedModelTests {
  private static let values: [Double] = [9, 14, 11, 20, 17, 29, 22, 35, 30, 41, 33, 52]
  private static let series = TimeSeries("a", values, season: 1)
  /// So far from zero that no band reaches it.
  private static let high = TimeSeries("a", values.map { $0 + 400 }, season: 1)
  private static let shares = values.map { $0 / 60 }

  private func model(_ name: String) throws -> any SeriesModel {
    try SeriesCatalogue.model(named: name)
  }

  /// With λ = ½ a value is (z/2 + 1)², so that its mean is (m/2 + 1)² + s²/4.
  @Test func aRootGoesBackExactly() throws {
    let roots = Self.high.values.map { 2 * ($0.squareRoot() - 1) }
    let own = try NaiveModel().fit(TimeSeries("a", roots, season: 1)).predictive(3, seed: 1)
    let fit = try model("boxcox(0.5):naive").fit(Self.high)
    let ahead = fit.predictive(3, seed: 1)
    #expect(fit.label == "Box–Cox(0.5) naive" && fit.structure.name == "boxcox(0.5):naive")
    for step in 0..<3 {
      let (m, s) = (own.means[step], own.deviations[step])
      let line = m / 2 + 1
      #expect(abs(ahead.medians[step] - line * line) < 1e-12 * line * line)
      #expect(abs(ahead.means[step] - line * line - s * s / 4) < 1e-10)
    }
    // Far ahead the band of a root near zero reaches below it, where the value ends.
    let low = try model("boxcox(0.5):naive").fit(Self.series)
    let steps = low.forecast(30, levels: [80, 99.9], seed: 1).steps
    #expect(steps.allSatisfy { $0.intervals.allSatisfy { $0.lower >= 0 } })
    #expect(steps[29].intervals[1].lower == 0)
  }

  @Test func thePowersOneAndZeroAreTheValuesAndTheirLogarithms() throws {
    let plain = try NaiveModel().fit(Self.high).forecast(4, levels: [80], seed: 1)
    let one = try model("boxcox(1):naive").fit(Self.high).forecast(4, levels: [80], seed: 1)
    let log = try model("log:naive").fit(Self.series)
    let zero = try model("boxcox(0):naive").fit(Self.series)
    for (a, b) in zip(plain.steps, one.steps) {
      #expect(abs(a.mean - b.mean) < 1e-9 && abs(a.median - b.median) < 1e-9)
      #expect(abs(a.intervals[0].upper - b.intervals[0].upper) < 1e-9)
    }
    #expect(log.predictive(4, seed: 1).means == zero.predictive(4, seed: 1).means)
    #expect(log.predictive(4, seed: 1).medians == zero.predictive(4, seed: 1).medians)
    #expect(log.logLikelihood == zero.logLikelihood)
  }

  @Test func thePowerIsGuerrerosWithinZeroAndOne() throws {
    let found = try BoxCox.guerrero(Self.values, season: 1).lambda
    #expect(found > 0.05 && found < 0.95)
    let fit = try model("boxcox:naive").fit(Self.series)
    #expect(fit.parameters[0].name == "lambda" && fit.parameters[0].value == found)
    // Spread that falls as the level rises asks for more than one.
    let calm = TimeSeries("a", [1, 9, 20, 26, 40, 44, 60, 62, 80, 81, 100, 100.5], season: 1)
    #expect(try BoxCox.guerrero(calm.values, season: 1).lambda > 1)
    #expect(try model("boxcox:naive").fit(calm).parameters[0].value == 1)
  }

  /// ℓ(y) is ℓ(z) and the logarithms of the slopes at all values.
  @Test func likelihoodsAreThoseOfTheValues() throws {
    let z = Self.shares.map { logit($0) }
    let own = try MeanModel().fit(TimeSeries("a", z, season: 1))
    let fit = try model("logit:mean").fit(TimeSeries("a", Self.shares, season: 1))
    // Of the logit, 1/(p (1 − p)).
    var slopes = 0.0
    for p in Self.shares { slopes -= LogOf.value(p) + LogOf.value(1 - p) }
    let (a, b) = (try #require(own.logLikelihood), try #require(fit.logLikelihood))
    #expect(abs(a + slopes - b) < 1e-9)
  }

  private func logit(_ p: Double) -> Double { LogOf.value(p / (1 - p)) }

  @Test func sharesStayWithinTheirLimit() throws {
    let fit = try model("logit:drift").fit(TimeSeries("a", Self.shares, season: 1))
    let hundred = try model("logit(100):drift").fit(
      TimeSeries("a", Self.shares.map { 100 * $0 }, season: 1))
    let steps = fit.forecast(8, levels: [80, 99], seed: 1).steps
    let percent = hundred.forecast(8, levels: [80, 99], seed: 1).steps
    for (a, b) in zip(steps, percent) {
      #expect(a.intervals.allSatisfy { $0.lower > 0 && $0.upper < 1 && $0.lower < $0.upper })
      #expect(a.mean > 0 && a.mean < 1 && abs(100 * a.mean - b.mean) < 1e-9)
      #expect(abs(100 * a.median - b.median) < 1e-9)
    }
  }

  /// Means of 20,000 simulated futures within four standard errors, where the mean is not the median.
  @Test(arguments: ["boxcox(0.3):naive", "logit(60):naive", "boxcox:ets(A,A,N)"])
  func meansAreThoseOfSimulatedFutures(name: String) throws {
    let fit = try model(name).fit(Self.series)
    let ahead = fit.predictive(5, seed: 1)
    let paths = fit.paths(5, draws: 20_000, seed: 3)
    for step in [0, 4] {
      let y = paths.map { $0[step] }
      let error = Statistics.standardDeviation(y) / Double(y.count).squareRoot()
      #expect(abs(Statistics.mean(y) - ahead.means[step]) < 4 * error, "\(name) \(step)")
    }
  }

  @Test func aCombinationOfScalesStandsBetweenItsMembers() throws {
    let members = [try model("boxcox(0.5):naive"), try model("logit(70):naive"), NaiveModel()]
    let all = try members.map { try $0.fit(Self.series).forecast(3, levels: [80], seed: 1) }
    let own = try CombinationModel(members: members).fit(Self.series)
      .forecast(3, levels: [80], seed: 1)
    for step in 0..<3 {
      let widths = all.map { $0.steps[step].intervals[0].upper - $0.steps[step].median }
      let width = own.steps[step].intervals[0].upper - own.steps[step].median
      #expect(abs(width - widths.reduce(0, +) / 3) < 1e-9)
    }
  }

  @Test func whatHasNoImageIsRefused() throws {
    let zero = TimeSeries("a", [3, 0, 4, 5], season: 1)
    #expect(
      throws: SeriesError.notPositive(
        series: "a", model: "boxcox:naive", period: "2000-02", value: 0)
    ) { _ = try model("boxcox:naive").fit(zero) }
    let last = try model("boxcox(0.5):naive").fit(zero).predictive(1, seed: 1).medians[0]
    #expect(abs(last - 5) < 1e-12)
    #expect(
      throws: SeriesError.negative(
        series: "a", model: "boxcox(0.5):naive", period: "2000-01", value: -1)
    ) { _ = try model("boxcox(0.5):naive").fit(TimeSeries("a", [-1, 2, 3], season: 1)) }
    #expect(
      throws: SeriesError.outsideShares(
        series: "a", model: "logit:naive", period: "2000-02", value: 1, limit: 1)
    ) { _ = try model("logit:naive").fit(TimeSeries("a", [0.5, 1, 0.2], season: 1)) }
    for bad in [
      "boxcox(2):naive", "boxcox(x):naive", "logit(0):naive", "log:boxcox:naive", "log(2):naive",
      "logit:log:naive", "boxcox(0.5:naive",
    ] {
      #expect(throws: SeriesError.self, "\(bad)") { _ = try model(bad) }
    }
  }
}
