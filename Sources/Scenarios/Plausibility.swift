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
      var worst: [String: (share: Double, region: String, year: Int)] = [:]
      func note(_ code: String, _ share: Double, _ limit: Double, _ region: String, _ year: Int) {
        guard share > limit, share > (worst[code]?.share ?? 0) else { return }
        worst[code] = (share, region, year)
      }
      var people = launchTotals
      for result in path {
        let ledger = result.ledger
        for area in baseline.regionAreas {
          func sum(_ values: [Double]) -> Double { area.members.reduce(0) { $0 + values[$1] } }
          let residents = sum(people)
          guard residents > 0 else { continue }
          let moving = sum(ledger.internalOut) - changingGroup(ledger, area.members)
          let leaving = moving + sum(ledger.emigration)
          note(
            "scenario.many-leave", leaving / residents / Double(baseline.stepYears), 0.3,
            area.name, result.year)
          note(
            "scenario.large-transfer", sum(ledger.transfersOut) / max(moving, 1e-9), 0.5,
            area.name, result.year)
          note(
            "scenario.transfer-unmet", sum(ledger.transfersUnmet), 0.5, area.name, result.year)
        }
        people = inputs.cohort.shape.totals(result.population)
      }
      if !baseline.programmes.isEmpty, baseline.participation > 0 {
        let store = DrawStore(
          median: simulation(
            scenario, variant, nil, shared: medianShared(lastYear: nil)))
        for step in 0..<store.layout.steps {
          for area in baseline.regionAreas {
            let year = baseline.year(step)
            func value(_ metric: Metric) -> Double {
              metric.values(store, area, year: year, launch: baseline.launch)?[0] ?? 0
            }
            let force = value(.workforce) * baseline.participation
            guard force > 0 else { continue }
            note("scenario.stock-large", value(.temporaryStock) / force, 1, area.name, year)
          }
        }
      }
      return worst.sorted { $0.key < $1.key }.map { code, found in
        Fault(
          .checkFailed, code,
          [
            "scenario": scenario.id, "variant": variant.id, "region": found.region,
            "year": String(found.year), "value": rounded(found.share),
          ])
      }
    }
  }

  /// Who goes from one group to another in a region, which is no move.
  private func changingGroup(_ ledger: StepLedger, _ members: [Int]) -> Double {
    members.reduce(0) { sum, i in
      members.reduce(sum) { $1 == i ? $0 : $0 + ledger.flow(from: i, to: $1) }
    }
  }

  /// Everybody at the launch, by place.
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
