public import Demography

extension ScenarioRun {
  /// How much each parameter matters: a variant on the median path with one parameter at a time at its
  /// lower and its upper value, the others at their medians (a tornado).
  ///
  /// The values are the quantiles at 10 and 90 % of an uncertain parameter and the ends of the bounds of
  /// a fixed one; both count as far as the value is permitted where it is used, beside what the variant
  /// sets. A fixed parameter without bounds has no row. Rows of a metric stand by area and year, the
  /// largest swing first.
  /// - Returns: `sensitivity` with the change of the metric at both values.
  /// - Throws: `Faults` when an account does not close.
  public func sensitivity(
    _ scenario: Scenario, variant: Scenario.Variant
  ) throws(Faults) -> Table {
    if let own = apart(scenario) { return try own.sensitivity(scenario, variant: variant) }
    let comparison = scenario.comparison
    let lastYear = comparison.lastYear(baseline)
    let active = scenario.levers.filter { variant.isOn($0) }
    let shared = medianShared(lastYear: lastYear)
    func median(_ values: [String: Double]) throws(Faults) -> DrawStore {
      try scenario.check(values, .badConfiguration)
      let store = DrawStore(
        median: simulation(
          scenario, active, values, lastYear: lastYear, shared: shared))
      try store.check(scenario.id, variant.id)
      return store
    }
    let middle = try median(variant.set)
    var ends: [(name: String, low: Double, high: Double, atLow: DrawStore, atHigh: DrawStore)] = []
    for parameter in scenario.parameters {
      let others = variant.set.filter { $0.key != parameter.name }
      guard let range = parameter.swing(in: scenario.permitted(parameter.name, beside: others))
      else { continue }
      ends.append(
        (
          parameter.name, range.lowerBound, range.upperBound,
          try median(variant.set.merging([parameter.name: range.lowerBound]) { $1 }),
          try median(variant.set.merging([parameter.name: range.upperBound]) { $1 })
        ))
    }
    var rows = RowsOf(
      "sensitivity",
      keys: ["scenario", "variant", "area", "period", "metric", "parameter"],
      values: ["low", "high", "at_low", "at_high", "swing"])
    for area in comparison.areas {
      for year in comparison.years {
        for metric in comparison.metrics {
          func sample(_ store: DrawStore) -> IndicatorSample? {
            metric.sample(store, area, year: year, launch: baseline.launch)
          }
          guard let base = sample(middle) else { continue }
          // What rounds in sums over millions of people is no change.
          func change(_ store: DrawStore) -> Double {
            sample(store)?.differences(to: base)[0] ?? .nan
          }
          /// A change that has no value stands last.
          func swing(_ low: Double, _ high: Double) -> Double {
            (high - low).isNaN ? -1 : abs(high - low)
          }
          let found = ends.map { (end: $0, low: change($0.atLow), high: change($0.atHigh)) }
          for row in found.sorted(by: {
            let (a, b) = (swing($0.low, $0.high), swing($1.low, $1.high))
            return a == b ? $0.end.name < $1.end.name : a > b
          }) {
            rows.add(
              [
                scenario.id, variant.id, area.name, metric.period(year, baseline.stepYears),
                metric.name, row.end.name,
              ], [row.end.low, row.end.high, row.low, row.high, abs(row.high - row.low)])
          }
        }
      }
    }
    return rows.table
  }
}

extension Parameter {
  /// From the 10 % to the 90 % quantile, or between the bounds of a fixed parameter; both as far as the
  /// values are permitted. `nil` for a fixed parameter without bounds.
  func swing(in permitted: ClosedRange<Double>?) -> ClosedRange<Double>? {
    guard case .uncertain = kind else { return bounds == nil ? nil : permitted }
    let swing = quantile(0.1)...max(quantile(0.1), quantile(0.9))
    return permitted.map { swing.clamped(to: $0) } ?? swing
  }
}
