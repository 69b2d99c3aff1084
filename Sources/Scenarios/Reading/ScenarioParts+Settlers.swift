import Demography

extension ScenarioParts {
  /// Metrics that the file asks for by itself or in an expression.
  private var askedMetrics: Set<Metric> {
    let indicators =
      comparison.metrics + comparison.thresholds.map(\.metric) + (goal.map { [$0.metric] } ?? [])
      + self.indicators.map { .named($0) }
    let ofIndicators = indicators.flatMap { indicator in
      switch indicator {
      case .metric(let metric): [metric]
      case .named(let named): named.expression.references.map(\.metric)
      }
    }
    return Set(ofIndicators + checks.flatMap { $0.condition.references.map(\.metric) })
  }

  /// Refuses metrics of settlers of whom the levers do not say enough: a cost that nobody gave is not zero.
  func checkSettlers(_ document: Document, _ reader: inout Reader) {
    let asked = askedMetrics
    let place = document["levers"]?.place ?? document.place
    let settling = levers.compactMap { lever in
      lever.effect.settlers.map { (lever: lever, facts: $0) }
    }
    for metric in [Metric.retained, .retention, .programmeCost, .costPerRetained]
    where asked.contains(metric) {
      let isOfCost = metric == .programmeCost || metric == .costPerRetained
      let told = metric == .programmeCost ? settling : settling.filter(\.facts.isFollowed)
      if told.isEmpty {
        reader.report(
          "scenario.settlers-none",
          [
            "metric": metric.rawValue,
            "keys": metric == .programmeCost
              ? "cost" : metric == .costPerRetained ? "retention, cost" : "retention",
          ], at: place)
      }
      for found in told where isOfCost && !found.facts.hasCost {
        reader.report(
          "scenario.cost-missing", ["metric": metric.rawValue, "lever": found.lever.id],
          at: found.lever.place)
      }
    }
  }
}
