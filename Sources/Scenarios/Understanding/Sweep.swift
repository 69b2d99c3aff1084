public import Demography

extension ScenarioRun {
  /// The points of a grid: every combination of the values of some parameters, the last varying
  /// fastest.
  public static func grid(_ axes: [(name: String, values: [Double])]) -> [[String: Double]] {
    axes.reduce([[:]]) { points, axis in
      points.flatMap { point in
        axis.values.map { value in point.merging([axis.name: value]) { $1 } }
      }
    }
  }

  /// Runs a variant at every point of a grid of parameters, on the same draws.
  ///
  /// - Returns: `sweep`: the metrics of the comparison at every point and their differences to the
  ///   baseline, draw by draw.
  /// - Throws: `Faults` before any run when a point gives parameters values that are not permitted where
  ///   they are used, alone or together; or when an account does not close.
  /// - Complexity: one run of all draws a point, and one of the baseline.
  public func sweep(
    _ scenario: Scenario, variant: Scenario.Variant, axes: [(name: String, values: [Double])],
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(Faults) -> Table {
    if let own = apart(scenario) {
      return try own.sweep(scenario, variant: variant, axes: axes, progress: progress)
    }
    let comparison = scenario.comparison
    let lastYear = comparison.lastYear(baseline)
    let active = scenario.levers.filter { variant.isOn($0) }
    var rows = RowsOf(
      "sweep", keys: ["scenario", "variant", "area", "period", "metric"],
      values: axes.map(\.name) + [
        "median", "lower_80", "upper_80", "difference", "difference_lower_80",
        "difference_upper_80", "probability_above_zero",
      ])
    let points = Self.grid(axes)
    for point in points { try scenario.check(variant.set.merging(point) { $1 }, .usage) }
    let shared = try shared(lastYear: lastYear)
    let reference = try store(scenario, [], [:], lastYear: lastYear, shared: shared)
    for (k, point) in points.enumerated() {
      let found = try store(
        scenario, active, variant.set.merging(point) { $1 }, lastYear: lastYear,
        shared: shared)
      for metric in comparison.metrics {
        for area in comparison.areas {
          for year in comparison.years {
            guard
              let values = metric.sample(found, area, year: year, launch: baseline.launch),
              let plain = metric.sample(reference, area, year: year, launch: baseline.launch)
            else { continue }
            let level = Summary(values.levels)
            let change = Summary(values.differences(to: plain))
            rows.add(
              [
                scenario.id, variant.id, area.name, metric.period(year, baseline.stepYears),
                metric.name,
              ],
              axes.map { point[$0.name] ?? .nan } + [
                level.median, level.lower80, level.upper80, change.median, change.lower80,
                change.upper80, change.probabilityAboveZero,
              ])
          }
        }
      }
      progress?(Double(k + 1) / Double(points.count))
    }
    return rows.table
  }
}
