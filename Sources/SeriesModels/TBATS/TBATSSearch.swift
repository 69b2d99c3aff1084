/// The choice of a TBATS form for one series by the corrected Akaike criterion.
///
/// Harmonics first, one season after the other in a model with a level: up to six each, then as long as one
/// more is better. Then transformation and trend in every combination, then ARMA errors from four standard
/// orders over neighbouring ones up to 3. The same without any season, whose part ARMA errors can play, unless it
/// is far behind. Candidates are searched roughly from the one before, the three best of all to the end.
struct TBATSSearch {
  private struct Candidate {
    let form: TBATSForm
    let parameters: TBATSParameters
    let aicc: Double
  }

  private static let mostARMA = 3
  /// How far above the best a form without a season may be after its standard orders and still be searched on.
  private static let hopeless = 20.0
  private static let firstHarmonics = 6

  private let series: TimeSeries
  private let seasons: [TBATSForm.Season]
  private let isPositive: Bool
  private var tried: [TBATSForm: Candidate] = [:]

  init(_ series: TimeSeries, periods: [Double]) {
    self.series = series
    isPositive = series.values.allSatisfy { !($0 <= 0) }
    seasons = periods.filter { 2 * $0 <= Double(series.count) }
      .map { TBATSForm.Season(period: $0, harmonics: 0) }
  }

  mutating func run() -> TBATSFit? {
    guard var best = attempt(TBATSForm(seasons: seasons), warm: nil) else { return nil }
    guard best.aicc > -.infinity else { return polished(best) }
    var plain = best
    chooseHarmonics(&best)
    let isSeasonal = best.form != plain.form
    chooseTrend(&best)
    chooseErrors(&best)
    if isSeasonal {
      let limit = best.aicc + Self.hopeless
      chooseErrors(&plain, unlessAbove: limit)
      if plain.aicc <= limit { chooseTrend(&plain) }
    }
    let order = tried.values.sorted {
      ($0.aicc, $0.form.description) < ($1.aicc, $1.form.description)
    }
    let fits = order.prefix(3).compactMap { polished($0) }
    return fits.min { ($0.aicc ?? .infinity) < ($1.aicc ?? .infinity) }
  }

  private mutating func chooseHarmonics(_ best: inout Candidate) {
    for index in seasons.indices {
      var last = best
      let most = TBATSForm.Season.mostHarmonics(seasons[index].period)
      for count in 1...max(1, most) where count <= most {
        var form = last.form
        form.seasons[index].harmonics = count
        guard let found = attempt(form, warm: last.parameters) else { break }
        if found.aicc < best.aicc { best = found } else if count > Self.firstHarmonics { break }
        last = found
      }
    }
  }

  private mutating func chooseTrend(_ best: inout Candidate) {
    let from = best
    for hasBoxCox in isPositive ? [false, true] : [false] {
      for trend in [TBATSForm.Trend.none, .linear, .damped] {
        var form = from.form
        form.hasBoxCox = hasBoxCox
        form.trend = trend
        if let found = attempt(form, warm: from.parameters), found.aicc < best.aicc { best = found }
      }
    }
  }

  private mutating func chooseErrors(
    _ best: inout Candidate, unlessAbove limit: Double = .infinity
  ) {
    let plain = best
    for (p, q) in [(1, 0), (0, 1), (1, 1), (2, 2)] {
      var form = plain.form
      (form.p, form.q) = (p, q)
      if let found = attempt(form, warm: plain.parameters), found.aicc < best.aicc { best = found }
    }
    while best.aicc <= limit {
      let from = best
      for (p, q) in [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1)] {
        var form = from.form
        form.p += p
        form.q += q
        guard (0...Self.mostARMA).contains(form.p), (0...Self.mostARMA).contains(form.q),
          tried[form] == nil
        else { continue }
        if let found = attempt(form, warm: from.parameters), found.aicc < best.aicc { best = found }
      }
      if best.form == from.form { return }
    }
  }

  /// A rough fit; `nil` where the form has too many numbers for the series or no fit.
  private mutating func attempt(_ form: TBATSForm, warm: TBATSParameters?) -> Candidate? {
    if let known = tried[form] { return known }
    let count = form.parameterCount + form.stateCount
    guard series.observedCount > count + 2,
      let found = TBATSProfile(form, series.values).best(warm: warm, isRough: true),
      let fit = TBATSFit(series, form, found.parameters)
    else { return nil }
    let candidate = Candidate(
      form: form, parameters: found.parameters, aicc: fit.aicc ?? -.infinity)
    tried[form] = candidate
    return candidate
  }

  private func polished(_ candidate: Candidate) -> TBATSFit? {
    let profile = TBATSProfile(candidate.form, series.values)
    guard let found = profile.best(warm: candidate.parameters, isRough: false) else { return nil }
    return TBATSFit(series, candidate.form, found.parameters)
  }
}
