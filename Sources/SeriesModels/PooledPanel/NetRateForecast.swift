import Demography
public import Kernel

/// Net migration rates of many units: quantiles averaged of a pooled regression and of autoregressions whose
/// levels and persistences come from one world.
///
/// `PooledRegression` knows how far rates of such units move and how soon that passes; `HierarchicalPanel` knows
/// levels. Quantiles are averaged, ¾ of the first (Lichtendahl, Grushka-Cockayne and Winkler 2013), and
/// joined over steps by the ranks of the autoregressions' draws (ensemble copula coupling: Schefzik,
/// Thorarinsdottir and Gneiting 2013, Statistical Science 28). The share, the ten origins and the logistic
/// score were chosen by the mean CRPS of UN net migration rates at origins 1968, 1973, …, 1988.
public struct NetRateForecast: Sendable {
  /// Of the pooled regression in every quantile.
  public static let pooledShare = 0.75

  /// Those with a forecast.
  public let units: [String]
  public let leftOut: [String]
  public let horizon: Int
  public let posterior: HierarchicalPanelPosterior
  private let regression: PooledRegression
  /// Place of each unit in the posterior and in the regression.
  private let places: [(posterior: Int, regression: Int)]
  private let key: StreamKey
  private let per: Double

  /// - Parameters:
  ///   - rates: by unit, per head, a value for each period in order of time; NaN where missing.
  ///   - per: what `forecasts` multiplies rates by.
  /// - Throws: `.panelTooSmall`, `.panelNotFitted` as `PooledRegression`.
  public init(
    units: [String], rates: [[Double]], per: Double = 1, horizon: Int, plan: SamplingPlan,
    key: StreamKey, threads: Int? = nil
  ) throws(SeriesError) {
    let regression = try PooledRegression(
      units: units, values: rates, horizon: horizon, threads: threads)
    guard let panel = HierarchicalPanel(units: units, rates: rates) else {
      throw .panelTooSmall(
        model: "hierarchical-panel", found: regression.units.count, needed: 3)
    }
    let place = Dictionary(
      panel.units.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var kept: [(name: String, posterior: Int, regression: Int)] = []
    for (c, name) in regression.units.enumerated() {
      if let own = place[name] { kept.append((name, own, c)) }
    }
    self.units = kept.map(\.name)
    let forecast = Set(self.units)
    leftOut = units.filter { !forecast.contains($0) }
    places = kept.map { ($0.posterior, $0.regression) }
    self.horizon = horizon
    self.regression = regression
    self.key = key
    self.per = per
    posterior = panel.sample(plan, key: key, threads: threads)
  }

  /// Futures of unit c, one a draw of the posterior, each of `horizon` rates. Draw k of all units is one draw
  /// of the world.
  /// - Complexity: O(draws · horizon · log draws)
  public func paths(unit c: Int) -> [[Double]] {
    let place = places[c]
    let count = posterior.draws.total
    var paths = (0..<count).map {
      posterior.path(unit: place.posterior, draw: $0, horizon: horizon, key: key)
    }
    for h in 0..<horizon {
      let order = paths.indices.sorted { (paths[$0][h], $0) < (paths[$1][h], $1) }
      for (rank, draw) in order.enumerated() {
        let p = (Double(rank) + 0.5) / Double(count)
        let pooled = regression.quantile(unit: place.regression, step: h + 1, p)
        paths[draw][h] = Self.pooledShare * pooled + (1 - Self.pooledShare) * paths[draw][h]
      }
    }
    return paths
  }

  /// Series as they stand in a table, all on the same steps.
  /// - Parameter per: how many people a rate is for: 1 for rates per head, 1,000 for rates per thousand.
  /// - Throws: `.empty` without a series, `.stepsDiffer`; as the initialiser from rates.
  public init(
    _ series: [TimeSeries], per: Double, horizon: Int, plan: SamplingPlan, key: StreamKey,
    threads: Int? = nil
  ) throws(SeriesError) {
    _ = try TimeSeries.first(ofSameSteps: series)
    try self.init(
      units: series.map(\.id), rates: series.map { $0.values.map { $0 / per } }, per: per,
      horizon: horizon, plan: plan, key: key, threads: threads)
  }

  /// Forecasts of the units, in their order, in the unit of measure of the series they came from.
  /// - Parameters:
  ///   - series: those of the panel.
  ///   - levels: per cent.
  public func forecasts(of series: [TimeSeries], levels: [Double], threads: Int? = nil)
    -> [Forecast]
  {
    let own = Dictionary(series.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return parallelMap(units.count, threads: threads) { c throws(Never) -> Forecast? in
      own[units[c]].map { one in
        Predictive(paths: paths(unit: c).map { $0.map { $0 * per } }).forecast(
          of: one, label: "net-rates", levels: levels, calibration: nil)
      }
    }.compactMap { $0 }
  }
}
