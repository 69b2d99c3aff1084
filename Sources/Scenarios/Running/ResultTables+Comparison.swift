import Demography
import Kernel

// Tables beside the differences of metrics: levels and flows.

extension ResultTables {
  /// Flows between regions less those of another run, draw by draw, then their quantiles.
  mutating func compareFlows(
    _ store: DrawStore, _ scenario: Scenario, _ variant: String, with other: DrawStore,
    named against: String
  ) {
    let layout = store.layout
    var keys: [[String]] = []
    var places: [[Int]] = []
    for (index, step) in layout.flowSteps.enumerated() {
      for pair in baseline.pairs {
        keys.append([
          scenario.id, variant, against, pair.from.name, pair.to.name, yearPeriod(step),
        ])
        places.append(layout.flows(index, pair))
      }
    }
    let wanted = places
    let found = parallelMap(wanted.count, threads: threads) {
      Summary(
        IndicatorSample(metric: store.sums(wanted[$0]))
          .differences(to: IndicatorSample(metric: other.sums(wanted[$0]))))
    }
    for (key, s) in zip(keys, found) {
      flowDifferences.add(key, [s.median, s.lower80, s.upper80])
    }
  }

  /// What the metrics of the comparison are in each of its areas and years.
  mutating func addLevels(_ store: DrawStore, _ scenario: Scenario, _ variant: String) {
    let launch = baseline.launch
    let asked = scenario.comparison.metrics.flatMap { metric in
      scenario.comparison.areas.flatMap { area in
        scenario.comparison.years.map { (metric: metric, area: area, year: $0) }
      }
    }
    let found = parallelMap(asked.count, threads: threads) { k in
      asked[k].metric.sample(store, asked[k].area, year: asked[k].year, launch: launch).map {
        Summary($0.levels)
      }
    }
    for ((metric, area, year), summary) in zip(asked, found) {
      guard let s = summary else { continue }
      levels.add(
        [scenario.id, variant, area.name, metric.period(year, baseline.stepYears), metric.name],
        [s.median, s.lower95, s.lower80, s.upper80, s.upper95])
    }
  }
}
