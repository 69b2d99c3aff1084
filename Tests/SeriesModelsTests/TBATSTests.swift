import Foundation
import SeriesModels
import Testing

/// Laws of TBATS models.
@Suite struct TBATSTests {
  /// Two seasons, one of them not whole, a trend and a little keyed noise.
  private func twoSeasons(_ n: Int) -> TimeSeries {
    let values = (0..<n).map { t in
      let first = 10 * sin(2 * .pi * Double(t) / 7)
      let second = 6 * cos(2 * .pi * Double(t) / 30.5)
      return 100 + 0.05 * Double(t) + first + second + 0.5 * sin(Double(t * t))
    }
    return TimeSeries("two", values, season: 7)
  }

  @Test func oneHarmonicOfEachOfTwoSeasonsIsFound() throws {
    let series = twoSeasons(200)
    let fit = try TBATSModel(periods: [7, 30.5]).estimate(series.prefix(180))
    #expect(fit.form.seasons.map(\.period) == [7, 30.5])
    #expect(fit.form.seasons.allSatisfy { $0.harmonics >= 1 }, "\(fit.label)")
    for (mean, y) in zip(fit.predictive(20, seed: 1).means, series.values[180...]) {
      #expect(abs(mean - y) < 2)
    }
  }

  /// Box–Cox of power 1 only shifts the values, and harmonics of an even season up to its half are as many
  /// numbers as dummies: with every gain but α at 0 the forecasts are those of smoothing with fixed seasons.
  @Test func aPowerOfOneChangesNothing() throws {
    let series = Reference.named("UKgas")
    let seasons = [TBATSForm.Season(period: 4, harmonics: 2)]
    var given = TBATSParameters(alpha: 0.3)
    given.gamma1 = [0.01]
    given.gamma2 = [0.02]
    let plain = try TBATSModel(form: TBATSForm(seasons: seasons)).evaluate(series, given)
    let power = try TBATSModel(form: TBATSForm(hasBoxCox: true, seasons: seasons))
      .evaluate(series, given)
    #expect(relativeDifference(plain.squares, power.squares) < 1e-9)
    for (a, b) in zip(plain.fittedValues, power.fittedValues) {
      #expect(relativeDifference(a, b) < 1e-9)
    }
  }

  /// Without seasons, trend and ARMA it is simple exponential smoothing, whose states are profiled out too.
  @Test func aLevelAloneIsSimpleSmoothing() throws {
    let series = Reference.named("Nile")
    let ours = try TBATSModel(form: TBATSForm()).estimate(series)
    let smoothing = try ETSModel(form: ETSForm(.additive, .none, .none)).estimate(series)
    #expect(relativeDifference(ours.squares, smoothing.squares) < 1e-6)
    #expect(abs(ours.estimates.alpha - smoothing.smoothing.alpha) < 1e-3)
  }

  /// ARMA errors about a fixed level are an ARMA model whose errors before the first are zero.
  @Test func autoregressiveErrorsFollowTheirOwnRecursion() throws {
    let series = Reference.named("lh")
    var given = TBATSParameters(alpha: 0)
    given.ar = [0.5]
    given.ma = [0.2]
    let fit = try TBATSModel(form: TBATSForm(p: 1, q: 1)).evaluate(series, given)
    let level = fit.fittedValues[0]
    var (d, e) = (0.0, 0.0)
    for (y, fitted) in zip(series.values, fit.fittedValues) {
      #expect(relativeDifference(fitted, level + 0.5 * d + 0.2 * e) < 1e-9)
      d = y - level
      e = y - fitted
    }
  }

  @Test func missingValuesAreBridged() throws {
    var values = Reference.named("USAccDeaths").values
    let seasons = [TBATSForm.Season(period: 12, harmonics: 5)]
    let model = TBATSModel(form: TBATSForm(seasons: seasons))
    let whole = try model.estimate(TimeSeries("a", values, season: 12))
    for t in [20, 21, 40] { values[t] = .nan }
    let fit = try model.estimate(TimeSeries("a", values, season: 12))
    let (a, b) = (whole.predictive(12, seed: 1), fit.predictive(12, seed: 1))
    for step in 0..<12 { #expect(abs(a.means[step] - b.means[step]) < a.deviations[step]) }
    #expect(fit.fittedValues[20].isNaN)
  }

  /// Missing values at the start once gave states that were no least squares: σ² forty times as large.
  @Test func valuesMissingAtTheStartAreAsIfTheSeriesBeganLater() throws {
    var values = Array(Reference.named("USAccDeaths").values.prefix(60))
    let form = TBATSForm(seasons: [TBATSForm.Season(period: 12, harmonics: 3)])
    let later = try TBATSModel(form: form).estimate(
      TimeSeries("a", Array(values.dropFirst(2)), season: 12))
    for t in 0..<2 { values[t] = .nan }
    let blank = try TBATSModel(form: form).estimate(TimeSeries("a", values, season: 12))
    #expect(blank.variance < 1.01 * later.variance)
  }

  @Test func periodsAreReadFromTheName() throws {
    #expect(try SeriesCatalogue.model(named: "tbats(7, 30.5)").name == "tbats(7,30.5)")
    for bad in ["tbats()", "tbats(1)", "tbats(7,x)"] {
      #expect(throws: SeriesError.self, "\(bad)") { _ = try SeriesCatalogue.model(named: bad) }
    }
    #expect(
      throws: SeriesError.tooShort(series: "a", model: "tbats(2.5)", observed: 4, needed: 5)
    ) {
      _ = try TBATSModel(periods: [2.5]).fit(TimeSeries("a", [1, 0, 2, 3], season: 1))
    }
    #expect(
      throws: SeriesError.notPositive(series: "a", model: "tbats", period: "2000-02", value: 0)
    ) {
      _ = try TBATSModel(form: TBATSForm(hasBoxCox: true)).fit(
        TimeSeries("a", [1, 0, 2, 3, 4, 5, 6], season: 1))
    }
  }
}
