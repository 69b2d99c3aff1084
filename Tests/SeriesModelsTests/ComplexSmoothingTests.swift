import SeriesModels
import Testing

/// Complex exponential smoothing against statsforecast 2.1.1, whose parameters and forecasts are restated here.
@Suite struct ComplexSmoothingTests {
  private struct Peer {
    let series: String
    let season: Int
    let form: ComplexSmoothingForm
    let parameters: ComplexSmoothing
    let squares: Double
    let ahead: [Double]
  }

  private let peers = [
    Peer(
      series: "Nile", season: 1, form: .none,
      parameters: ComplexSmoothing(alpha0: 1.2161187298712317, alpha1: 0.9951469605322917),
      squares: 2009094.6346670913,
      ahead: [800.1277579715438, 797.5095308888601, 794.1923272118394, 791.0388918279641]),
    Peer(
      series: "UKgas", season: 4, form: .partial,
      parameters: ComplexSmoothing(
        alpha0: 0.9863286463643746, alpha1: 1.0070387959834426, beta0: 1.0617631745703398),
      squares: 123619.85096414908,
      ahead: [1201.4890767517459, 651.0153935307478, 385.14975016048845, 816.4524728480915]),
    Peer(
      series: "USAccDeaths", season: 12, form: .simple,
      parameters: ComplexSmoothing(alpha0: 1.0476323854973326, alpha1: 0.9955789231708867),
      squares: 15423818.697365321,
      ahead: [7975.288737910583, 7198.851849813205, 7951.469695026787, 8153.612144941597]),
    Peer(
      series: "AirPassengers", season: 12, form: .full,
      parameters: ComplexSmoothing(
        alpha0: 1.27342365872632, alpha1: 1.0094040578540509, beta0: 1.4996704014704592,
        beta1: 1.1318820823256803),
      squares: 19563.676766502544,
      ahead: [453.0182204709515, 429.322917650295, 488.62766960062936, 500.27637615812716]),
  ]

  /// The recursion, its backcast start and its forecasts, for each form.
  @Test func atThePeersParametersForecastsAndSquaresAreItsOwn() {
    for peer in peers {
      let series = Reference.named(peer.series)
      #expect(series.season == peer.season)
      let fit = ComplexSmoothingModel(form: peer.form).evaluate(series, peer.parameters)
      #expect(relativeDifference(fit.squares, peer.squares) < 1e-9, "\(peer.series)")
      for (a, b) in zip(fit.predictive(4, seed: 1).means, peer.ahead) {
        #expect(relativeDifference(a, b) < 1e-9, "\(peer.series)")
      }
    }
  }

  /// In the peer's box ours are no larger than the squares it stopped at; without the box smaller still.
  @Test func squaresAreNoLargerThanThePeers() throws {
    for peer in peers {
      let series = Reference.named(peer.series)
      let boxed = try ComplexSmoothingModel.asPublished(form: peer.form).estimate(series)
      let free = try ComplexSmoothingModel(form: peer.form).estimate(series)
      #expect(boxed.squares <= peer.squares * (1 + 1e-6), "\(peer.series)")
      #expect(free.squares <= boxed.squares * (1 + 1e-6), "\(peer.series)")
    }
  }

  @Test func theFormWithTheLeastCriterionIsTaken() throws {
    let series = Reference.named("USAccDeaths")
    let forms = try ComplexSmoothingForm.allCases.map {
      try ComplexSmoothingModel(form: $0).estimate(series)
    }
    let chosen = try ComplexSmoothingModel(form: nil).estimate(series)
    let least = try #require(forms.compactMap(\.aicc).min())
    #expect(chosen.aicc == least)
    #expect(chosen.form != .none && chosen.form != .simple)
  }

  /// With α₁ = 1 there is no trend: the level is that of simple smoothing with weight α₀ − 1, and forecasts
  /// are flat, from whatever the information was.
  @Test func withoutAnImaginaryPartBesideOneForecastsAreFlat() {
    let series = Reference.named("Nile")
    let fit = ComplexSmoothingModel(form: ComplexSmoothingForm.none).evaluate(
      series, ComplexSmoothing(alpha0: 1.3, alpha1: 1))
    let means = fit.predictive(5, seed: 1).means
    for mean in means { #expect(relativeDifference(mean, means[0]) < 1e-12) }
    let weight = 0.3
    for t in 1..<series.count {
      let expected = fit.fittedValues[t - 1] + weight * fit.residuals[t - 1]
      #expect(relativeDifference(fit.fittedValues[t], expected) < 1e-9)
    }
  }

  @Test func formsAreNamedAndShortSeriesRefused() throws {
    for form in ComplexSmoothingForm.allCases {
      #expect(
        try SeriesCatalogue.model(named: "ces(\(form.rawValue))").name == "ces(\(form.rawValue))")
    }
    // A scale on a scale, also inside a decomposition, which has none of its own.
    for name in ["log:log:naive", "boxcox(0.5):stl(log:naive)"] {
      #expect(throws: SeriesError.self) { _ = try SeriesCatalogue.model(named: name) }
    }
    #expect(throws: SeriesError.badModel("ces(half)", part: "half")) {
      _ = try SeriesCatalogue.model(named: "ces(half)")
    }
    #expect(
      throws: SeriesError.tooShort(series: "a", model: "ces(partial)", observed: 7, needed: 8)
    ) {
      _ = try ComplexSmoothingModel(form: .partial).fit(
        TimeSeries("a", [1, 2, 3, 4, 5, 6, 7], season: 4))
    }
  }
}
