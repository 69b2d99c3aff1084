import Demography
import Kernel

/// Forecasts of past periods from rolling origins, scored against what came.
///
/// At an origin a forecaster sees the panel up to that period and nothing else: its constants, its
/// medians and its
/// past errors are made anew. The mandatory baselines are lines of every result.
public struct FlowBacktest: Sendable {
  public let horizon: Int
  /// Indices of the last period seen, ascending.
  public let origins: [Int]
  /// Index of the earliest period from which past forecasts teach anything.
  public let firstOrigin: Int

  public init(horizon: Int, origins: [Int], firstOrigin: Int = 0) {
    precondition(horizon > 0 && !origins.isEmpty, "horizon \(horizon), \(origins.count) origins")
    precondition(zip(origins, origins.dropFirst()).allSatisfy { $0 < $1 }, "origins not ascending")
    self.horizon = horizon
    self.origins = origins
    self.firstOrigin = firstOrigin
  }

  /// - Parameters:
  ///   - forecasters: beside the mandatory ones, which come first.
  ///   - truth: where the outcomes are taken from, when from another source: the same pairs in the
  ///     same order, and
  ///     periods named alike. `nil` for the panel itself.
  /// - Throws: why a forecaster that is sampled has no draws at an origin, the first in the order of the lines.
  public func run(
    _ forecasters: [any FlowForecaster], on panel: FlowPanel, truth: FlowPanel? = nil
  ) throws -> FlowBacktestResult {
    let outcomes = origins.map { outcome(of: panel, after: $0, truth) }
    let mandatory = FlowForecasterCatalogue.mandatory
    let named = Set(mandatory.map(\.card.id))
    let all = mandatory + forecasters.filter { !named.contains($0.card.id) }
    let cells = all.count * origins.count
    let scores = try parallelMap(cells) { k in
      try score(
        all[k / origins.count], panel, origins[k % origins.count], outcomes[k % origins.count])
    }
    let lines = all.indices.map { f in
      FlowBacktestResult.Line(
        forecaster: all[f].card.id,
        origins: Array(scores[f * origins.count..<(f + 1) * origins.count]))
    }
    return FlowBacktestResult(
      horizon: horizon, periods: origins.map { panel.periods[$0] }, pairs: panel.pairs,
      lines: lines)
  }

  private func outcome(of panel: FlowPanel, after origin: Int, _ truth: FlowPanel?) -> [Double] {
    guard let truth else {
      precondition(origin + horizon <= panel.last, "origin \(origin) has no outcome")
      return panel.flows(in: origin + horizon)
    }
    precondition(truth.pairs == panel.pairs, "the truth has other pairs")
    guard let place = truth.periods.firstIndex(of: panel.periods[origin]) else {
      preconditionFailure("the truth has no period \(panel.periods[origin])")
    }
    return truth.flows(in: place + horizon)
  }

  private func score(
    _ forecaster: any FlowForecaster, _ panel: FlowPanel, _ origin: Int, _ outcome: [Double]
  ) throws -> FlowOriginScores {
    FlowOriginScores(
      try FlowForecast(
        forecaster, panel.through(origin), horizon: horizon, firstOrigin: firstOrigin),
      outcome)
  }
}

/// What a backtest found.
public struct FlowBacktestResult: Sendable {
  public struct Line: Sendable {
    /// Id of the forecaster.
    public let forecaster: String
    /// In the order of the origins.
    public let origins: [FlowOriginScores]

    /// A score averaged over the origins.
    public func mean(_ score: KeyPath<FlowOriginScores, Double>) -> Double {
      Statistics.mean(origins.map { $0[keyPath: score] })
    }

    /// Standard error of such a mean, by a bootstrap of blocks of `horizon` neighbouring origins on
    /// a circle (Politis &
    /// Romano 1992), in closed form: `√(b/n)` times the spread of the block means. NaN for one
    /// origin.
    public func standardError(_ score: KeyPath<FlowOriginScores, Double>, horizon: Int) -> Double {
      let values = origins.map { $0[keyPath: score] }
      let n = values.count
      guard n > 1 else { return .nan }
      let length = min(horizon, n - 1)
      let blocks = (0..<n).map { start in
        Statistics.mean((0..<length).map { values[(start + $0) % n] })
      }
      let centre = Statistics.mean(blocks)
      let spread = Statistics.mean(blocks.map { ($0 - centre) * ($0 - centre) })
      return (Double(length) / Double(n) * spread).squareRoot()
    }
  }

  public let horizon: Int
  /// Names of the origins: the last periods seen.
  public let periods: [String]
  let pairs: [FlowPanel.Pair]
  /// The mandatory baselines, then the others.
  public let lines: [Line]

  /// The line of a forecaster; `nil` when it did not run.
  public func line(_ forecaster: String) -> Line? {
    lines.first { $0.forecaster == forecaster }
  }

  /// Diebold and Mariano's comparison of absolute errors; `nil` when a line is missing or there is
  /// nothing to compare.
  public func comparison(of forecaster: String, with other: String) -> FlowComparison? {
    guard let a = line(forecaster), let b = line(other) else { return nil }
    return FlowComparison(
      pairs: pairs,
      differences: zip(a.origins, b.origins).map { a, b in
        zip(a.absoluteErrors, b.absoluteErrors).map { $0 - $1 }
      })
  }
}
