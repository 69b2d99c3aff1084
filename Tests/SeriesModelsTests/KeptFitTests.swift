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

  @Test func aFitOfAnotherBeginningOrSeasonIsRefused() throws {
    let (_, kept) = try Self.kept("auto-ets", 44)
    let model = KeptModel([kept])
    #expect(throws: SeriesError.noKept(series: "b")) {
      _ = try model.fit(TimeSeries("b", Self.values(44), season: 4))
    }
    #expect(
      throws: SeriesError.keptElsewhere(
        series: "a", kept: kept.first, season: 4, found: kept.first, foundSeason: 1)
    ) { _ = try model.fit(TimeSeries("a", Self.values(44), season: 1)) }
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
