public import Demography

/// Another model on what a decomposition by loess leaves when the seasons are taken off; the last cycle of each
/// season goes on.
///
/// Where values are missing the seasons are found on a filled series, and the inner model is fitted to the known
/// ones alone. Without a season this is the inner model. For seasons that grow with the level take logarithms:
/// `log:stl`.
public struct DecomposedModel: SeriesModel {
  /// Rising, each above 1; `nil` for the series' own.
  public let seasons: [Int]?
  public let inner: any SeriesModel

  /// - Precondition: the seasons rise and each is above 1.
  public init(seasons: [Int]? = nil, inner: any SeriesModel = AutoETSModel()) {
    let all = seasons ?? []
    precondition(
      all.allSatisfy { $0 > 1 } && zip(all, all.dropFirst()).allSatisfy { $0 < $1 },
      "seasons \(all)")
    self.seasons = seasons
    self.inner = inner
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "stl",
      reference:
        "Cleveland et al. (1990), Journal of Official Statistics 6, 3-73; Bandara, Hyndman and Bergmeir (2021), "
        + "arXiv 2107.13462")
  }

  /// `stl`, `stl(arima(0,1,1))`, `mstl(7,365)`, `mstl(7,365,drift)`.
  public var name: String {
    let own = inner.name == AutoETSModel().name ? [] : [inner.name]
    let parts = (seasons ?? []).map { String($0) } + own
    let kind = seasons == nil ? "stl" : "mstl"
    return parts.isEmpty ? kind : "\(kind)(\(parts.joined(separator: ",")))"
  }

  /// - Throws: `.tooShort` below two of the longest season, and what the inner model throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try fit(series) { adjusted throws(SeriesError) in try inner.fit(adjusted) }
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let own = try kept.member(of: series)
    return try fit(series) { adjusted throws(SeriesError) in try own.resumed(on: adjusted) }
  }

  /// - Parameter fitted: the inner model on the series without seasons.
  private func fit(
    _ series: TimeSeries,
    _ fitted: (TimeSeries) throws(SeriesError) -> any FittedSeries
  ) throws(SeriesError) -> any FittedSeries {
    let seasons = (self.seasons ?? [series.season]).filter { $0 > 1 }
    let needed = 2 * (seasons.last ?? 0)
    guard series.observedCount >= needed else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    if seasons.isEmpty { return try fitted(series) }
    let parts = MultipleSTL(
      FilledSeries(series.values, seasons: seasons).values, seasons: seasons)
    let seasonal = series.values.indices.map { t in parts.seasonal.reduce(0) { $0 + $1[t] } }
    let adjusted = TimeSeries(
      id: series.id, clock: series.clock,
      values: zip(series.values, seasonal).map { $0 - $1 }, season: 1)
    return DecomposedFit(
      series: series, model: self, inner: try fitted(adjusted), seasonal: seasonal,
      cycles: zip(seasons, parts.seasonal).map { SeasonCycle($1, season: $0) })
  }
}

/// The inner model with its parameters, and the seasons to put back.
struct DecomposedFit: FittedSeries {
  let series: TimeSeries
  let model: DecomposedModel
  let inner: any FittedSeries
  /// Sum of the seasons at each step.
  let seasonal: [Double]
  let cycles: [SeasonCycle]

  var label: String {
    let seasons = cycles.map { String($0.last.count) }.joined(separator: ",")
    return "STL[\(seasons)] + \(inner.label)"
  }
  var structure: any SeriesModel {
    DecomposedModel(seasons: model.seasons, inner: inner.structure)
  }
  var parameters: [SeriesParameter] { inner.parameters }
  var standardisedErrors: [Double]? {
    inner.standardisedErrors
  }
  var kept: KeptFit? { inner.kept.map { KeptFit(structure, members: [$0]) } }
  /// The season takes degrees of freedom that are not counted.
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  /// The season is that of the whole series, so these know more than the past.
  var fittedValues: [Double] { zip(inner.fittedValues, seasonal).map { $0 + $1 } }

  /// The inner model's, moved by the season; its variance grows by what the season changed from one cycle to the
  /// next in the past, once for each cycle begun.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let shift = (0..<horizon).map { season(ahead: $0) }
    let spread = (0..<horizon).map { step in
      cycles.reduce(0) { $0 + $1.variance * Double(step / $1.last.count + 1) }
    }
    return inner.predictive(horizon, seed: seed).shifted(by: shift, variance: spread)
      ?? Predictive(
        paths: paths(horizon, draws: Self.draws, seed: seed))
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let futures = inner.paths(horizon, draws: draws, errors: errors)
    let all = cycles.enumerated().map { k, _ in
      SeriesNoise(seed: errors.seed, series: series.id, stream: "season \(k)")
        .shocks(horizon, draws: draws)
    }
    return (0..<draws).map { draw in
      var result = futures[draw]
      for (k, cycle) in cycles.enumerated() {
        let changes = all[k][draw].map { cycle.variance.squareRoot() * $0 }
        let m = cycle.last.count
        for step in 0..<horizon {
          result[step] += cycle.last[step % m]
          for past in stride(from: step % m, through: step, by: m) {
            result[step] += changes[past]
          }
        }
      }
      return result
    }
  }

  private func season(ahead step: Int) -> Double {
    cycles.reduce(0) { $0 + $1.last[step % $1.last.count] }
  }

  /// For inner models whose distribution is simulated.
  private static let draws = 5_000
}

/// What goes on of one season.
struct SeasonCycle {
  /// The last cycle, the step after the series first.
  let last: [Double]
  /// Mean square change from one cycle to the next.
  let variance: Double

  /// - Parameter seasonal: at least two cycles.
  init(_ seasonal: [Double], season m: Int) {
    last = Array(seasonal.suffix(m))
    let changes = zip(seasonal, seasonal.dropFirst(m)).map { $1 - $0 }
    variance = changes.reduce(0) { $0 + $1 * $1 } / Double(changes.count)
  }
}
