import Demography
import Kernel

/// Forecasts of many units of one kind, learnt from what followed at earlier origins in all of them.
///
/// For every step ahead a regression of its own (`CRPSRegression`) over all units and the last ten origins whose
/// outcome is known: the centre from a unit's last value, recent median, means and last step, the scale from
/// how far it used to move. Quantiles are those of the pooled errors in units of the scale, so that what is
/// promised was kept over those origins. Intended for panels of short, heavy-tailed series, such as net
/// migration rates, where no unit shows enough of its own to tell how far off a forecast may be.
public struct PooledRegression: Sendable {
  /// Origins that are learnt from.
  public static let originCount = 10
  /// Pairs of origin and outcome that one step has to have at least: ten a coefficient.
  public static let leastPairs = 150

  /// Those with a forecast.
  public let units: [String]
  /// Those without their last two values, or with fewer than six.
  public let leftOut: [String]
  public let horizon: Int
  /// By unit and step.
  private let centres: [[Double]]
  private let scales: [[Double]]
  /// By step, ascending: errors in units of the scale.
  private let errors: [[Double]]

  /// - Parameter values: by unit, one a period, in order of time; NaN where missing. All of one unit of measure.
  /// - Throws: `.panelTooSmall` where a step has fewer than `leastPairs` pairs to learn from; `.panelNotFitted`.
  /// - Complexity: O(units · (periods² + horizon · `originCount`))
  public init(
    units: [String], values: [[Double]], horizon: Int, threads: Int? = nil
  ) throws(SeriesError) {
    precondition(units.count == values.count, "\(units.count) units, \(values.count) series")
    precondition(horizon > 0, "a horizon of \(horizon)")
    let steps = values.flatMap { PanelRow.steps($0[...]) }
    let unit = steps.isEmpty ? 0 : Statistics.mean(steps)
    guard unit > 0 else {
      throw .panelTooSmall(model: Self.name, found: 0, needed: Self.leastPairs)
    }
    let scaled = values.map { $0.map { $0 / unit } }
    let length = values.map(\.count).max() ?? 0
    let rows = parallelMap(scaled.count, threads: threads) { c throws(Never) in
      (0..<length).map { t in
        t < scaled[c].count ? PanelRow(past: scaled[c][...t]) : nil
      }
    }
    let now = rows.indices.filter { rows[$0].last.flatMap { $0 } != nil }
    self.units = now.map { units[$0] }
    leftOut = rows.indices.filter { rows[$0].last.flatMap { $0 } == nil }.map { units[$0] }
    self.horizon = horizon
    let latest = now.compactMap { rows[$0].last.flatMap { $0 } }
    let fits = try parallelMap(horizon, threads: threads) { h throws(SeriesError) in
      try Self.fit(step: h + 1, rows: rows, values: scaled, length: length)
    }
    centres = latest.map { row in fits.map { unit * $0.regression.centre(row) } }
    scales = latest.map { row in fits.map { unit * $0.regression.scale(row) } }
    errors = fits.map(\.errors)
  }

  static let name = "pooled-regression"

  private static func fit(
    step h: Int, rows: [[PanelRow?]], values: [[Double]], length: Int
  ) throws(SeriesError) -> (regression: CRPSRegression, errors: [Double]) {
    var known: [PanelRow] = []
    var outcomes: [Double] = []
    for t in max(0, length - h - originCount)..<max(0, length - h) {
      for c in rows.indices where t + h < values[c].count && !values[c][t + h].isNaN {
        guard let row = rows[c][t] else { continue }
        known.append(row)
        outcomes.append(values[c][t + h])
      }
    }
    guard known.count >= leastPairs else {
      throw .panelTooSmall(model: name, found: known.count, needed: leastPairs)
    }
    do {
      let regression = try CRPSRegression(known, outcomes, start: CRPSRegression.prior)
      let errors = zip(known, outcomes).map { row, y in
        (y - regression.centre(row)) / regression.scale(row)
      }
      return (regression, errors.sorted())
    } catch {
      throw .panelNotFitted(model: name, step: h)
    }
  }

  /// The p-quantile of unit c, `step` periods (from 1) after the last.
  public func quantile(unit c: Int, step: Int, _ p: Double) -> Double {
    centres[c][step - 1] + scales[c][step - 1]
      * Statistics.quantile(sorted: errors[step - 1], p)
  }
}
