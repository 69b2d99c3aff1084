public import Demography

/// What a fit keeps of itself, so that its model can be shown other values of the series and nothing is estimated
/// again.
///
/// Shown the values it was estimated from, a kept fit forecasts the same bits. Values that came later move states,
/// such as level and season, and the variance, which is that of all one-step errors; smoothing weights, coefficients
/// and starting values stay, and of structural models and INGARCH the variances and the size too. What no parameter
/// holds is found anew: lines through all values, the seasonal pattern of `stl` and Theta models, the first states
/// that complex smoothing backcasts and TBATS solves for, sizes and intervals of the Croston family.
public struct KeptFit: Hashable, Sendable, Codable {
  /// As `SeriesCatalogue.model(named:)` reads it; automatic choices are made.
  public let model: String
  /// Parameters and starting values by name.
  public let numbers: [String: [Double]]
  /// Of the models inside: the members of a combination, the one behind a transformation or a season.
  public let members: [KeptFit]

  init(_ model: any SeriesModel, _ numbers: [String: [Double]] = [:], members: [KeptFit] = []) {
    self.model = model.name
    self.numbers = numbers
    self.members = members
  }

  /// - Parameter count: how many there must be; `nil` for any.
  /// - Throws: `.keptDamaged` where they are not there, not so many or not finite.
  func all(
    _ name: String, count: Int? = nil, of series: TimeSeries
  ) throws(SeriesError) -> [Double] {
    guard let found = numbers[name], found.count == count ?? found.count,
      found.allSatisfy(\.isFinite)
    else { throw damaged(name, series) }
    return found
  }

  func one(_ name: String, of series: TimeSeries) throws(SeriesError) -> Double {
    try all(name, count: 1, of: series)[0]
  }

  /// A number from 0 to 1, such as a smoothing weight.
  func share(_ name: String, of series: TimeSeries) throws(SeriesError) -> Double {
    let found = try one(name, of: series)
    guard (0...1).contains(found) else { throw damaged(name, series) }
    return found
  }

  /// A smoothing weight above 0, by which a recursion divides.
  func weight(_ name: String, of series: TimeSeries) throws(SeriesError) -> Double {
    let found = try share(name, of: series)
    guard found > 0 else { throw damaged(name, series) }
    return found
  }

  /// The values without their season, where the fit had one.
  func deseasonalised(
    _ series: TimeSeries, _ method: Deseasonalised.Method
  ) throws(SeriesError) -> Deseasonalised {
    let isSeasonal = try share("seasonal", of: series) > 0
    guard !isSeasonal || series.count >= 2 * series.season else {
      throw .tooShort(
        series: series.id, model: model, observed: series.observedCount, needed: 2 * series.season)
    }
    return Deseasonalised(series.values, season: series.season, method, isSeasonal: isSeasonal)
  }

  /// Whole numbers, such as lags.
  func whole(_ name: String, of series: TimeSeries) throws(SeriesError) -> [Int] {
    let found = try all(name, of: series)
    let numbers = found.compactMap { Int(exactly: $0) }
    guard numbers.count == found.count else { throw damaged(name, series) }
    return numbers
  }

  /// The one model inside.
  func member(of series: TimeSeries) throws(SeriesError) -> KeptFit {
    guard members.count == 1 else { throw damaged("members", series) }
    return members[0]
  }

  func damaged(_ part: String, _ series: TimeSeries) -> SeriesError {
    .keptDamaged(series: series.id, model: model, part: part)
  }

  /// The fit, shown a series.
  ///
  /// - Throws: `.keptDamaged`, `.notKept`, and what the model throws of the values.
  public func resumed(on series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try SeriesCatalogue.model(named: model).resumed(self, on: series)
  }
}

/// A model that is a function of all values: shown others, it is computed anew, which costs next to nothing.
public protocol ComputedSeriesModel: SeriesModel {}

extension ComputedSeriesModel {
  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try fit(series)
  }
}

/// A kept fit with the series it belongs to.
public struct KeptSeries: Hashable, Sendable, Codable {
  public let id: String
  /// What was fitted, for people.
  public let label: String
  /// First, second and last period of the values that the parameters were estimated from.
  public let first: String
  public let second: String
  public let last: String
  /// Steps in a season.
  public let season: Int
  public let fit: KeptFit

  enum CodingKeys: String, CodingKey {
    case label, first, second, last, season, fit
    case id = "unique_id"
  }

  /// - Throws: `.notKept` where the model has no way to keep its parameters.
  public init(_ fit: any FittedSeries) throws(SeriesError) {
    let series = fit.series
    guard let kept = fit.kept, let last = series.periods.last else {
      throw .notKept(series: series.id, model: fit.label)
    }
    id = series.id
    label = fit.label
    first = series.period(0).description
    second = series.period(1).description
    self.last = last.description
    season = series.season
    self.fit = kept
  }
}

/// The kept fits of many series as one model: each series is shown to its own.
public struct KeptModel: SeriesModel {
  private let fits: [String: KeptSeries]

  /// - Precondition: ids are unique.
  public init(_ fits: [KeptSeries]) {
    self.fits = Dictionary(uniqueKeysWithValues: fits.map { ($0.id, $0) })
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "kept",
      reference:
        "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.10, forecasts without re-estimation"
    )
  }

  /// The season is that of the fit, whatever that of the series is.
  ///
  /// - Throws: `.noKept` of a series that has none, `.keptElsewhere` where it begins at another period than the fit or
  ///   has another step, and what `KeptFit.resumed` throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    guard let kept = fits[series.id] else { throw .noKept(series: series.id) }
    let (first, second) = ("\(series.period(0))", "\(series.period(1))")
    guard first == kept.first, second == kept.second else {
      throw .keptElsewhere(
        series: series.id, kept: "\(kept.first), \(kept.second)", found: "\(first), \(second)")
    }
    guard (1...10_000).contains(kept.season) else { throw kept.fit.damaged("season", series) }
    return try kept.fit.resumed(
      on: TimeSeries(
        id: series.id, clock: series.clock, values: series.values, season: kept.season))
  }
}
