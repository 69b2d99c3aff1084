import Demography
import Kernel

/// The flows of every pair some periods ahead, with their uncertainty.
public struct FlowForecast: Sendable {
  /// Id of the forecaster.
  public let forecaster: String
  /// Periods after the last of the panel.
  public let horizon: Int
  /// Persons a period, in the order of the pairs; NaN where nothing of a pair is known.
  public let medians: [Double]
  /// What the forecaster learnt.
  public let constants: [(name: String, value: Double)]
  /// Past origins the uncertainty comes from; 0 when there is none, and then no intervals.
  public var origins: Int { errors?.origins ?? 0 }
  /// What past intervals had to be stretched by to hold 80 and 95 per cent at an origin left out.
  public var stretches: [Double] { errors?.stretches ?? [] }
  let errors: PastErrors?
  /// Joint draws, of a forecaster that models its uncertainty itself.
  public let draws: FlowDraws?

  /// Forecasts the flows `horizon` periods after the last of a panel.
  ///
  /// - Parameter firstOrigin: index of the earliest period from which past forecasts teach
  ///   anything, of
  ///   constants and of errors.
  /// - Throws: why a forecaster that is sampled gives no draws; every other has a forecast of any panel.
  public init(
    _ forecaster: any FlowForecaster, _ panel: FlowPanel, horizon: Int, firstOrigin: Int = 0
  ) throws {
    precondition(horizon > 0 && firstOrigin >= 0, "horizon \(horizon) from \(firstOrigin)")
    let learned = forecaster.learned(from: panel, horizon: horizon, firstOrigin: firstOrigin)
    self.forecaster = forecaster.card.id
    self.horizon = horizon
    let draws = try learned.draws(after: panel, horizon: horizon)
    self.draws = draws
    constants = draws?.constants ?? learned.constants
    medians = try draws?.medians ?? learned.medians(after: panel, horizon: horizon)
    errors =
      draws == nil
      ? try PastErrors(learned, on: panel, horizon: horizon, firstOrigin: firstOrigin) : nil
  }

  /// A forecast that has its draws already.
  public init(_ forecaster: String, horizon: Int, draws: FlowDraws) {
    self.forecaster = forecaster
    self.horizon = horizon
    self.draws = draws
    constants = draws.constants
    medians = draws.medians
    errors = nil
  }

  public var hasIntervals: Bool { errors != nil || draws != nil }

  /// Quantiles of one pair's flow; `nil` without past errors or draws, or without a forecast of the
  /// pair.
  public func quantiles(pair: Int, _ probabilities: [Double]) -> [Double]? {
    if let draws { return draws.quantiles(pair: pair, probabilities) }
    guard let errors, !medians[pair].isNaN else { return nil }
    return errors.quantiles(of: medians[pair], probabilities)
  }

  /// The interval that holds a pair's flow with probability `coverage`.
  public func interval(pair: Int, coverage: Double) -> ClosedRange<Double>? {
    let tail = 0.5 * (1 - coverage)
    return quantiles(pair: pair, [tail, 1 - tail]).map { $0[0]...$0[1] }
  }
}
