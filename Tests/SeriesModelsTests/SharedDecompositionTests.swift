import Foundation
import Kernel
import SeriesModels
import Testing

/// Decompositions against R 4.2.2 `stats` and forecast 8.20, from the shared golden files; within 1e-9 of the
/// range of the series.
@Suite struct SharedDecompositionTests {
  static func check(
    _ ours: [Double], _ golden: Golden, _ key: String, range: Double, _ name: String
  ) {
    let theirs = golden.numbers(key)
    #expect(ours.count == theirs.count, "\(name) \(key)")
    for (t, (a, b)) in zip(ours, theirs).enumerated() {
      #expect(a.isNaN == b.isNaN && !(abs(a - b) > 1e-9 * range), "\(name) \(key) \(t)")
    }
  }

  static func range(_ x: [Double]) -> Double { (x.max() ?? 0) - (x.min() ?? 0) }

  @Test func smoothingIsThatOfTheAuthorsProgram() throws {
    guard let golden = try Golden.expected("r_decomposition_outliers"),
      let used = try Golden.expected("series_used")
    else { return }
    let air = Reference.named("AirPassengers").values.map { log($0) }
    let periodic = STL(air, season: 12, .periodic(season: 12, count: air.count))
    let first = golden["stl_logAirPassengers_periodic"]
    Self.check(periodic.seasonal, first, "seasonal", range: Self.range(air), "air")
    Self.check(periodic.trend, first, "trend", range: Self.range(air), "air")
    Self.check(periodic.remainder, first, "remainder", range: Self.range(air), "air")

    let nottem = used["nottem"].numbers("y")
    try #require(nottem.count == 240)
    let robust = STL(
      nottem, season: 12,
      STLSettings(season: 12, seasonalWindow: 7, trendWindow: 50, isRobust: true))
    let second = golden["stl_nottem_s7_t50_robust"]
    Self.check(robust.seasonal, second, "seasonal", range: Self.range(nottem), "nottem")
    Self.check(robust.trend, second, "trend", range: Self.range(nottem), "nottem")
    Self.check(robust.weights, second, "weights", range: 1, "nottem")

    let deaths = Reference.named("USAccDeaths").values
    let several = MultipleSTL(deaths, seasons: [12])
    let third = golden["mstl_USAccDeaths"]
    Self.check(several.trend, third, "trend", range: Self.range(deaths), "deaths")
    Self.check(several.seasonal[0], third, "seasonal", range: Self.range(deaths), "deaths")
  }

  /// statsmodels 0.15.0: seasonal span 7, robust; its seasons are lines and it passes twice inside.
  @Test func smoothingIsThatOfStatsmodels() throws {
    guard let golden = try Golden.expected("py_statsmodels") else { return }
    let air = Reference.named("AirPassengers").values.map { log($0) }
    let entry = golden["STL_air_s7_robust"]
    var settings = STLSettings(season: 12, seasonalWindow: 7, isRobust: true, jumps: false)
    settings.seasonalDegree = 1
    settings.innerPasses = 2
    let ours = STL(air, season: 12, settings)
    Self.check(ours.seasonal, entry, "seasonal", range: Self.range(air), "air")
    Self.check(ours.trend, entry, "trend", range: Self.range(air), "air")
    Self.check(ours.weights, entry, "weights", range: 1, "air")
  }

  @Test func movingAveragesAndFiguresAreThoseOfR() throws {
    guard let golden = try Golden.expected("r_decomposition_outliers") else { return }
    let air = Reference.named("AirPassengers").values
    let ours = ClassicalDecomposition(air, season: 12, .multiplicative)
    let entry = golden["decompose_mult_AirPassengers"]
    Self.check(ours.trend, entry, "trend", range: Self.range(air), "air")
    Self.check(ours.figure, entry, "figure", range: 1, "air")
  }

  /// The planted values are found; the rest of R's list comes from its super-smoother.
  @Test func plantedOutliersAreFound() throws {
    guard let golden = try Golden.expected("r_decomposition_outliers") else { return }
    var air = Reference.named("AirPassengers").values
    let kept = air
    air[39] = 600
    air[99] = 50
    let ours = try Outliers(air, season: 12)
    let theirs = golden["tsoutliers_AirPassengers_spiked"].numbers("idx")
    for place in [39, 99] {
      #expect(theirs.contains(Double(place + 1)))
      let found = try #require(ours.all.first { $0.place == place })
      #expect(abs(found.replacement / kept[place] - 1) < 0.15)
    }
    print("outliers:", ours.all.map { $0.place + 1 }, "R:", theirs.map { Int($0) })
  }

  @Test func dependenceIsThatOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_tests_utils")
    else { return }
    for name in golden.keys where !name.hasPrefix("v_") && golden[name].object["acf"] != nil {
      let values = used[name].numbers("y")
      let entry = golden[name]
      guard !values.contains(where: \.isNaN), !values.isEmpty else { continue }
      let acf = entry.numbers("acf")
      Self.check(
        Autocorrelation.whole(values, lags: acf.count - 1), entry, "acf", range: 1, name)
      let pacf = entry.numbers("pacf")
      Self.check(Autocorrelation.partial(values, lags: pacf.count), entry, "pacf", range: 1, name)
      let box = Autocorrelation.ljungBox(values, lags: 10).statistic
      #expect(relativeDifference(box, entry.number("box_ljung_10")) < 1e-9, "\(name)")
      let kpss = Stationarity.kpss(values)
      #expect(relativeDifference(kpss, entry.number("kpss_mu_stat")) < 1e-9, "\(name)")
    }
  }

  /// R stops its search at 1.2e-4 of λ.
  @Test func thePowerOfGuerreroIsThatOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_tests_utils")
    else { return }
    var compared = 0
    for name in golden.keys where !name.hasPrefix("v_") {
      let values = used[name].numbers("y")
      let expected = golden[name].number("BoxCox.lambda_guerrero")
      guard values.contains(where: { !$0.isNaN }), !expected.isNaN else { continue }
      guard values.allSatisfy({ $0.isNaN || $0 > 0 }) else { continue }
      let season = Int(used[name].number("frequency"))
      let ours = try BoxCox.guerrero(values, season: season).lambda
      #expect(abs(ours - expected) < 1e-3, "\(name)")
      compared += 1
    }
    #expect(compared > 20)
  }

  @Test func aPowerAndItsInverseCancel() {
    for lambda in [-0.5, 0, 0.3, 1, 2] {
      let power = BoxCox(lambda: lambda)
      for y in [0.2, 1, 7.5] { #expect(abs(power.restored(power.transformed(y)) - y) < 1e-12) }
    }
    #expect(BoxCox(lambda: 0).transformed(-1).isNaN)
    #expect(abs(BoxCox(lambda: 0.5).restored(BoxCox(lambda: 0.5).transformed(-4)) + 4) < 1e-12)
  }
}
