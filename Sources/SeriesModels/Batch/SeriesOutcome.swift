/// How far up the ladder of models a series' length allows.
public enum Rung: String, Hashable, Sendable, CaseIterable {
  /// Nothing observed, nothing forecast.
  case none
  /// Fewer than 3 values, or all the same: the last one, its uncertainty from sibling series.
  case lastValue = "last-value"
  /// 3 to 7 values: back to the mean at a rate pooled over sibling series.
  case pooled
  /// 8 or more, but fewer than two seasons and 5 values: models without a season, with at most a
  /// quarter as many parameters as values.
  case nonSeasonal = "non-seasonal"
  /// Every candidate, judged at rolling origins where there are enough of them.
  case full

  /// - Parameter n: observed values.
  init(observed n: Int, season m: Int, isConstant: Bool) {
    switch n {
    case 0: self = .none
    case _ where n < 3 || isConstant: self = .lastValue
    case ..<8: self = .pooled
    case _ where m > 1 && n < 2 * m + 5: self = .nonSeasonal
    default: self = .full
    }
  }
}

/// One series with its forecast, and how it came about.
public struct SeriesOutcome: Hashable, Sendable {
  /// Without missing values at its ends.
  public let series: TimeSeries
  /// Id of the plan.
  public let plan: String
  public let rung: Rung
  /// Code of why this model: `best`, `naive-not-beaten`, `no-backtest`, `season-unknown`, `short`,
  /// `constant`, `no-scale`, `empty`, `model-failed` (text `series.reason.<code>`).
  public let reason: String
  /// Name of the model, or of the rung.
  public let chosen: String
  public let forecast: Forecast
  /// In the order of the plan's candidates; empty without a backtest.
  public let scores: [ModelScore]
  /// Parameters, likelihood and criterion of the chosen model; empty or `nil` on the lower rungs.
  public let parameters: [SeriesParameter]
  public let logLikelihood: Double?
  public let aicc: Double?
}
