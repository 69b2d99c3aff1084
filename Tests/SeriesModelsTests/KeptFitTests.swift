import Demography
import Foundation
import Kernel
import SeriesModels
import Testing

/// Fits that are kept and shown later values.
@Suite struct KeptFitTests {
  static let names =
    SeriesCatalogue.all.map(\.name).filter { $0 != "bagged-ar" } + [
      "ets(M,Ad,M)", "arima(1,0,1)+mean", "arima(1,1,0)(0,1,1)", "arima(0,1,1)+drift",
      "ces(partial)", "ces(none)",
      "tbats(4,8)", "log:auto-arima", "boxcox:theta", "boxcox(0.3):ets(A,A,N)",
      "logit(1000):arima(1,0,0)+mean",
      "stl(arima(0,1,1))", "mstl(4,8,drift)", "log:stl",
    ]

  /// A level with a season and noise; keyed, so always the same.
  private static func values(_ n: Int) -> [Double] {
    let key = StreamKey(seed: 23, stream: "test")
    let unit = UnitKey("kept")
    var walk = 0.0
    return (0..<n).map { t in
      walk += normalPair(key, unit: unit, draw: 0, time: t).0
      return (100 + 0.3 * Double(t) + 6 * Double(t % 4) + 2 * walk).rounded()
    }
  }

  private static func series(_ n: Int) -> TimeSeries { TimeSeries("a", values(n), season: 4) }

  private static func kept(_ name: String, _ n: Int) throws -> (any FittedSeries, KeptSeries) {
    let fit = try SeriesCatalogue.model(named: name).fit(series(n))
    let bytes = try JSONEncoder().encode(KeptSeries(fit))
    return (fit, try JSONDecoder().decode(KeptSeries.self, from: bytes))
  }

  @Test(arguments: names) func theSameValuesGiveTheSameForecast(name: String) throws {
    let (fit, kept) = try Self.kept(name, 48)
    let again = try KeptModel([kept]).fit(Self.series(48))
    #expect(again.label == fit.label)
    #expect(
      again.forecast(9, levels: [80, 95], seed: 3) == fit.forecast(9, levels: [80, 95], seed: 3))
    #expect(again.paths(3, draws: 4, seed: 3) == fit.paths(3, draws: 4, seed: 3))
    #expect(
      again.fittedValues.elementsEqual(fit.fittedValues) { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(again.logLikelihood == fit.logLikelihood)
    #expect(try KeptSeries(again) == kept)
  }

  /// Models whose one-step means do not depend on what comes later keep those of the past; all take in the values
  /// that came, and nothing that was kept moves.
  @Test(arguments: names) func newerValuesMoveStatesAndNoParameter(name: String) throws {
    let (fit, kept) = try Self.kept(name, 44)
    let later = try KeptModel([kept]).fit(Self.series(48))
    #expect(later.series.count == 48)
    #expect(try KeptSeries(later).fit == kept.fit)
    let isRecursive =
      ["ets", "arima", "holt", "local", "auto"].contains { name.hasPrefix($0) }
      && !name.hasPrefix("auto-theta")
    if isRecursive {
      for t in 0..<44 where !fit.fittedValues[t].isNaN {
        #expect(
          relativeDifference(later.fittedValues[t], fit.fittedValues[t]) < 1e-9, "\(name) \(t)")
      }
    }
    let (a, b) = (fit.predictive(6, seed: 1).medians, later.predictive(2, seed: 1).medians)
    #expect(Array(a.suffix(2)) != b, "\(name) did not take in what came")
  }

  /// Differences that are kept and not estimated: the mean of the last value is that of the model at its coefficients.
  @Test func keptCoefficientsForecastAsGivenOnes() throws {
    let (_, kept) = try Self.kept("arima(1,0,1)+mean", 44)
    let later = try KeptModel([kept]).fit(Self.series(48))
    let numbers = kept.fit.numbers
    let given = try ARIMAModel(order: ARIMAOrder(1, 0, 1, hasConstant: true)).evaluate(
      Self.series(48),
      ARIMACoefficients(
        ar: numbers["ar"]!, ma: numbers["ma"]!, constant: numbers["constant"]![0]))
    for (x, y) in zip(later.predictive(8, seed: 1).means, given.predictive(8, seed: 1).means) {
      #expect(relativeDifference(x, y) < 1e-12)
    }
    #expect(relativeDifference(later.logLikelihood!, given.logLikelihood!) < 1e-12)
    let own = try SeriesCatalogue.model(named: "arima(1,0,1)+mean").fit(Self.series(48))
    #expect(later.logLikelihood! < own.logLikelihood!)
  }

  @Test func aFitOfAnotherBeginningOrStepIsRefused() throws {
    let (fit, kept) = try Self.kept("auto-ets", 44)
    let model = KeptModel([kept])
    #expect(throws: SeriesError.noKept(series: "b")) {
      _ = try model.fit(TimeSeries("b", Self.values(44), season: 4))
    }
    // The season is the fit's own, and a series that begins a step later is another one.
    let again = try model.fit(TimeSeries("a", Self.values(44), season: 1))
    #expect(again.predictive(4, seed: 1) == fit.predictive(4, seed: 1))
    let periods = Self.series(44).periods
    let later = try TimeSeries(
      id: "a", points: zip(periods.dropFirst(), Self.values(43)).map { (period: $0, value: $1) },
      season: 4)
    let second = try TimeSeries(
      id: "a", points: [(period: periods[0], value: 1), (period: periods[2], value: 2)], season: 4)
    for series in [later, second] where series.period(1) != periods[1] {
      #expect(
        throws: SeriesError.keptElsewhere(
          series: "a", kept: "\(kept.first), \(kept.second)",
          found: "\(series.period(0)), \(series.period(1))")
      ) { _ = try model.fit(series) }
    }
  }

  /// Automatic Theta keeps whichever of its four it chose: the one of all values with theta of 2 was read as another.
  @Test func everyThetaThatMayBeChosenIsKept() throws {
    let key = StreamKey(seed: 29, stream: "test")
    var labels: Set<String> = []
    for k in 0..<60 {
      var level = 50.0
      let values = (0..<40).map { t -> Double in
        level += normalPair(key, unit: UnitKey("t\(k)"), draw: 0, time: t).0
        return level + Double(k % 7) * Double(t) / 5
      }
      let series = TimeSeries("a", values, season: 4)
      let fit = try AutoThetaModel().fit(series)
      let again = try KeptModel([KeptSeries(fit)]).fit(series)
      #expect(again.predictive(5, seed: 1) == fit.predictive(5, seed: 1), "\(fit.label)")
      labels.insert(String(fit.label.prefix(4)))
    }
    #expect(labels.isSuperset(of: ["STM", "DSTM"]), "\(labels)")
  }

  /// Whether there is a season is kept as well, so that levels with one never meet values without.
  @Test(arguments: ["theta", "auto-theta"]) func aSeasonStaysOrStaysAway(name: String) throws {
    let key = StreamKey(seed: 37, stream: "test")
    for k in 0..<40 {
      let values = (0..<52).map { t -> Double in
        100 + 1.2 * Double(t % 4) + 2 * normalPair(key, unit: UnitKey("n\(k)"), draw: 0, time: t).0
      }
      let fit = try SeriesCatalogue.model(named: name).fit(
        TimeSeries("a", Array(values.prefix(48)), season: 4))
      let later = try KeptModel([KeptSeries(fit)]).fit(TimeSeries("a", values, season: 4))
      #expect(later.label == fit.label)
    }
  }

  /// Numbers that no fit has: told, and not forecast with.
  @Test(arguments: [
    ("ets(A,N,N)", "weights", [5.0, 0, 0, 1]), ("ets(M,N,N)", "level", [0.0]),
    ("arima(1,0,0)+mean", "ar", [1.5]), ("theta", "alpha", [7.0]),
    ("holt-winters", "weights", [5, 5, 5]),
    ("ces(partial)", "smoothing", [9, 9, 9]), ("ingarch-nb", "size", [-1.0]),
    ("ingarch", "lags", [9_999.0]),
    ("tbats(4)", "alpha", [50.0]), ("structural", "variances", [-1, 1, 1, 1]),
  ])
  func impossibleNumbersAreDamage(name: String, part: String, numbers: [Double]) throws {
    let (_, kept) = try Self.kept(name, 48)
    var tree = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(kept.fit)) as? [String: Any])
    var own = try #require(tree["numbers"] as? [String: Any])
    #expect(own[part] != nil, "\(own.keys)")
    own[part] = numbers
    tree["numbers"] = own
    let damaged = try JSONDecoder().decode(
      KeptFit.self, from: JSONSerialization.data(withJSONObject: tree))
    do throws(SeriesError) {
      _ = try damaged.resumed(on: Self.series(48))
      Issue.record("\(name) with \(part) \(numbers)")
    } catch {
      #expect(error.fault.code == "series.kept.damaged", "\(error)")
    }
  }

  @Test func aSeasonOfNothingIsDamage() throws {
    let (_, kept) = try Self.kept("naive", 48)
    let text = String(decoding: try JSONEncoder().encode(kept), as: UTF8.self)
    for season in ["0", "-4", "\(Int.max)"] {
      let damaged = try JSONDecoder().decode(
        KeptSeries.self,
        from: Data(text.replacing("\"season\":4", with: "\"season\":\(season)").utf8))
      #expect(throws: SeriesError.keptDamaged(series: "a", model: "naive", part: "season")) {
        _ = try KeptModel([damaged]).fit(Self.series(48))
      }
    }
  }

  @Test(arguments: ["css:arima(1,0,0)", "bagged-ar"])
  func modelsWithoutAWayToBeKeptSaySo(name: String) throws {
    let fit = try SeriesCatalogue.model(named: name).fit(Self.series(40))
    #expect(throws: SeriesError.notKept(series: "a", model: fit.label)) { _ = try KeptSeries(fit) }
  }

  /// A file may hold anything: whatever part is missing, longer, negative or huge, the fit is refused or forecasts
  /// numbers or nothing, and never stops the program.
  @Test(arguments: names) func damagedFitsAreRefused(name: String) throws {
    let (_, kept) = try Self.kept(name, 48)
    let text = String(decoding: try JSONEncoder().encode(kept.fit), as: UTF8.self)
    var refused = 0
    for (found, put) in [
      ("\":[", "\":[-1,"), ("\":[", "\":[1e300,"), ("\":[", "_\":["), ("0.", "-7."),
      ("0.", "1e200"),
      ("1", "0"), ("members\":[{", "members\":[{\"x\":1},{"), ("model\":\"", "model\":\"auto-"),
      ("season", "sea"),
    ] {
      let damaged = text.replacing(found, with: put)
      guard damaged != text,
        let fit = try? JSONDecoder().decode(KeptFit.self, from: Data(damaged.utf8))
      else { continue }
      do throws(SeriesError) {
        _ = try fit.resumed(on: Self.series(48)).predictive(3, seed: 1).medians
      } catch {
        refused += 1
        #expect(!error.fault.arguments.isEmpty)
      }
    }
    // Models that are computed anew keep nothing but their name.
    #expect(refused > 0, "\(text)")
  }
}
