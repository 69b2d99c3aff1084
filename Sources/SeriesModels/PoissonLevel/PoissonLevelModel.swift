public import Demography
import Glibc
import Kernel

/// Poisson counts whose logarithm of the mean wanders: for small numbers of movers, where an error that is
/// added could make them negative.
///
/// y ~ Poisson(λ), ln λ = μ + γ + x'β, μ' = μ + η, with seasons γ that stay the same and regressors. The
/// variance of η is of greatest likelihood by Laplace's method (Durbin and Koopman 1997, Biometrika 84:
/// 669–684; Helske 2017, Journal of Statistical Software 78(10)). Missing values are passed over.
public struct PoissonLevelModel: SeriesModel {
  public let regressors: [Regressor]
  /// Whether there are seasons, where the series holds three of them.
  public let hasSeasons: Bool

  public init(regressors: [Regressor] = [], hasSeasons: Bool = true) {
    self.regressors = regressors
    self.hasSeasons = hasSeasons
  }

  /// The variances that are searched, of a step of ln λ. At the least of them the level stands still.
  static let variances = 1e-8...4.0

  public var card: Card {
    Card(
      catalogue: "series", id: "poisson-level",
      reference: "Durbin and Koopman (1997), Biometrika 84, 669-684")
  }
  public var takesCountsOnly: Bool { true }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.notACount`; `.tooShort` unless there are three values more than unknown levels, seasons and
  ///   effects; `.regressorMissing`, `.regressorsDependent`; `.notFitted`, also where all counts are zero, or steps of
  ///   the level are likeliest at the largest variance looked at, from which counts without bound would follow.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> PoissonLevelFit {
    let columns = try checked(series)
    guard let variance = best(series, columns) else {
      throw .notFitted(series: series.id, model: name)
    }
    return try fit(series, columns, variance, isGiven: false)
  }

  /// The model at a given variance of the level's steps.
  /// - Throws: as `estimate`.
  /// - Precondition: `variance` is above zero.
  public func evaluate(
    _ series: TimeSeries, variance: Double
  ) throws(SeriesError) -> PoissonLevelFit {
    precondition(variance > 0 && variance.isFinite, "variance \(variance)")
    return try fit(series, try checked(series), variance, isGiven: true)
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let variance = try kept.one("variance", of: series)
    guard variance > 0 else { throw kept.damaged("variance", series) }
    let model = PoissonLevelModel(hasSeasons: try kept.one("seasons", of: series) > 0)
    return try model.fit(series, try model.checked(series), variance, isGiven: false)
  }

  private func fit(
    _ series: TimeSeries, _ columns: [[Double]], _ variance: Double, isGiven: Bool
  ) throws(SeriesError) -> PoissonLevelFit {
    guard
      let mode = PoissonLevelMode(
        series.values, columns, variance: variance, start: Self.start(series.values)),
      let fit = PoissonLevelFit(self, series, columns, mode, variance: variance, isGiven: isGiven)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// Columns of the seasons, which sum to zero over a year, and of the regressors.
  private func checked(_ series: TimeSeries) throws(SeriesError) -> [[Double]] {
    for (t, y) in series.values.enumerated() where !y.isNaN && (y < 0 || y != y.rounded()) {
      throw .notACount(series: series.id, model: name, period: "\(series.period(t))", value: y)
    }
    let seasons = seasonCount(series)
    let needed = 1 + seasons + regressors.count + 3
    guard series.observedCount >= needed else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    let own = (0..<seasons).map { j in
      series.values.indices.map { Self.season(j, at: $0, of: seasons + 1) }
    }
    let ones = [Double](repeating: 1, count: series.count)
    let columns = try series.columns(regressors, besides: [ones] + own, model: name)
    // What is not known where nothing is observed does not matter there.
    return own
      + columns.map { column in
        zip(column, series.values).map { $1.isNaN && !$0.isFinite ? 0 : $0 }
      }
  }

  func seasonCount(_ series: TimeSeries) -> Int {
    hasSeasons && series.season > 1 && series.count >= 3 * series.season ? series.season - 1 : 0
  }

  /// Column j of the seasons at a step: 1 in its season, −1 in the second, which has none of its own, so that
  /// unknowns are those of a state with the last m − 1 seasons.
  static func season(_ j: Int, at t: Int, of m: Int) -> Double {
    let place = t % m
    if place == 1 { return -1 }
    return place == (j == 0 ? 0 : j + 1) ? 1 : 0
  }

  private static func start(_ values: [Double]) -> [Double] {
    Stationarity.interpolated(values).map { Glibc.log($0 + 0.5) }
  }

  private func best(_ series: TimeSeries, _ columns: [[Double]]) -> Double? {
    var start = Self.start(series.values)
    func negative(_ logarithm: Double) -> Double {
      guard
        let mode = PoissonLevelMode(
          series.values, columns, variance: Glibc.exp(logarithm), start: start)
      else { return .infinity }
      start = mode.predictor
      return -mode.logLikelihood
    }
    let (lowest, highest) = (
      Glibc.log(Self.variances.lowerBound), Glibc.log(Self.variances.upperBound)
    )
    // The likelihood can have two hills: the grid finds the higher one's foot.
    let grid = (0...10).map { lowest + (highest - lowest) * Double($0) / 10 }
    let values = grid.map { negative($0) }
    guard let k = values.indices.min(by: { values[$0] < values[$1] }), values[k].isFinite else {
      return nil
    }
    let around = grid[max(0, k - 1)]...grid[min(grid.count - 1, k + 1)]
    guard let found = try? brentMinimum(in: around, tolerance: 1e-9, negative),
      found.value < values[k]
    else { return k == grid.count - 1 ? nil : Glibc.exp(grid[k]) }
    return found.point[0] > highest - 1e-3 ? nil : Glibc.exp(found.point[0])
  }
}
