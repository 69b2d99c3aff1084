public import Demography
import Projection

extension ScenarioRun {
  /// Runs every variant of a scenario once, on the median path, and says what looks implausible.
  ///
  /// - Returns: warnings with their numbers, at most one of a kind for a variant: more than 0.3 of a
  ///   region's people leaving in a year, planned moves above half of an origin's own leavers, planned
  ///   moves that found nobody to move, or more people under temporary programmes in a region than its
  ///   residents have in the labour force.
  public func plausibility(_ scenario: Scenario) -> [Fault] {
    if let own = apart(scenario) { return own.plausibility(scenario) }
    return scenario.variants.flatMap { variant -> [Fault] in
      let path = medianPath(scenario, variant: variant)
      var worst: [String: (share: Double, region: Int, year: Int)] = [:]
      func note(_ code: String, _ share: Double, _ limit: Double, _ region: Int, _ year: Int) {
        guard share > limit, share > (worst[code]?.share ?? 0) else { return }
        worst[code] = (share, region, year)
      }
      var people = launchTotals
      for result in path {
        let ledger = result.ledger
        for region in people.indices where people[region] > 0 {
          let leaving = ledger.internalOut[region] + ledger.emigration[region]
          let planned = ledger.transfersOut[region]
          note(
            "scenario.many-leave", leaving / people[region] / Double(baseline.stepYears), 0.3,
            region,
            result.year)
          note(
            "scenario.large-transfer", planned / max(ledger.internalOut[region], 1e-9), 0.5,
            region, result.year)
          note(
            "scenario.transfer-unmet", ledger.transfersUnmet[region], 0.5, region, result.year)
        }
        people = inputs.cohort.shape.totals(result.population)
      }
      if !baseline.programmes.isEmpty, baseline.participation > 0 {
        let store = DrawStore(
          median: simulation(
            scenario, variant, nil, shared: medianShared(lastYear: nil)))
        for step in 0..<store.layout.steps {
          for region in baseline.areas.indices {
            let area = Scenario.Area(name: baseline.areas[region], members: [region])
            let year = baseline.year(step)
            func value(_ metric: Metric) -> Double {
              metric.values(store, area, year: year, launch: baseline.launch)?[0] ?? 0
            }
            let force = value(.workforce) * baseline.participation
            guard force > 0 else { continue }
            note("scenario.stock-large", value(.temporaryStock) / force, 1, region, year)
          }
        }
      }
      return worst.sorted { $0.key < $1.key }.map { code, found in
        Fault(
          .checkFailed, code,
          [
            "scenario": scenario.id, "variant": variant.id, "region": baseline.areas[found.region],
            "year": String(found.year), "value": rounded(found.share),
          ])
      }
    }
  }

  /// Everybody at the launch, by region.
  private var launchTotals: [Double] {
    let shape = inputs.cohort.shape
    let apart =
      inputs.special.isEmpty
      ? [Double](repeating: 0, count: shape.regions) : shape.totals(inputs.special)
    return zip(shape.totals(inputs.cohort.population), apart).map { $0 + $1 }
  }

  /// Three decimals, enough for a warning.
  private func rounded(_ value: Double) -> String { text((value * 1000).rounded() / 1000) }
}
