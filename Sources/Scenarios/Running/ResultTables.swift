import Demography
import Kernel
import Projection

/// Collects the rows of a run's tables, variant by variant.
struct ResultTables {
  /// The baseline beside which rows are added.
  var baseline: Baseline
  private let startKind: String
  let threads: Int?
  private var publication: PublicationTable
  private var people = AreaTables(areaKeys: ["area"])
  private var groups = AreaTables(prefix: "group_", areaKeys: ["area", "group"])
  private var flows = RowsOf(
    "od_projection", keys: ["scenario", "variant", "origin", "destination", "period"],
    values: ["median", "lower_80", "upper_80"])
  private var differences = RowsOf(
    "differences", keys: ["scenario", "variant", "against", "area", "period", "metric"],
    values: ["median", "lower_95", "lower_80", "upper_80", "upper_95", "probability_above_zero"])
  var levels = RowsOf(
    "levels", keys: ["scenario", "variant", "area", "period", "metric"],
    values: ["median", "lower_95", "lower_80", "upper_80", "upper_95"])
  var flowDifferences = RowsOf(
    "od_differences",
    keys: ["scenario", "variant", "against", "origin", "destination", "period"],
    values: ["median", "lower_80", "upper_80"])
  private var indicators = RowsOf(
    "indicators", keys: ["scenario", "variant", "area", "period", "indicator"],
    values: ["mean", "lower_95", "lower_80", "median", "upper_80", "upper_95"])
  /// Where an indicator has no value in some draw, by scenario and indicator.
  private var undefined: [String: [String]] = [:]
  /// Variants with cells below zero.
  private var negative: [(scenario: String, variant: String, cells: Double)] = []
  private var thresholds = RowsOf(
    "thresholds", keys: ["scenario", "variant", "area", "period", "indicator"],
    values: ["threshold", "probability_above"])
  /// What files want to be warned of, and holds.
  var checkWarnings: [Fault] = []
  private var permits = RowsOf(
    "permit_stock",
    keys: ["area", "period", "programme", "kind", "status", "note", "scenario", "variant"],
    values: ["value", "quota"])
  private var flowAges = FlowAgesTable()
  private var permitParts = RowsOf(
    "permit_parts",
    keys: ["scenario", "variant", "period", "programme", "part", "code", "status"],
    values: ["median", "lower_80", "upper_80"])
  private var ledger = RowsOf(
    "ledger", keys: ["scenario", "variant", "area", "period", "entry"], values: ["amount"])
  private var parts = RowsOf(
    "attribution", keys: ["scenario", "lever", "area", "period", "metric"],
    values: ["one_at_a_time", "shapley", "interaction"])
  private var levers: [(scenario: String, lever: Scenario.Lever)] = []
  private var parameters: [(scenario: String, parameter: Parameter)] = []

  init(_ baseline: Baseline, _ inputs: BaselineInputs, seed: UInt32, threads: Int?) {
    self.baseline = baseline
    publication = PublicationTable(baseline, seed: seed)
    self.threads = threads
    startKind = (inputs.kinds["start_population"] ?? .modelled).rawValue.lowercased()
  }

  var tables: [Table] {
    people.tables
      + [
        flows, flowDifferences, levels, differences, indicators, thresholds, permits, permitParts,
        ledger, parts,
      ].map(\.table) + (baseline.groups == nil ? [] : groups.tables) + flowAges.tables + [
        Scenario.Lever.table(levers), Parameter.table(parameters), publication.table,
      ]
  }

  private var allAreas: [Scenario.Area] { baseline.allAreas }

  func stockPeriod(_ step: Int) -> String { "\(baseline.year(step))-01-01" }
  func yearPeriod(_ step: Int) -> String {
    Period.years(baseline.year(step), baseline.stepYears).description
  }

  /// Summaries of many sums, computed in parallel, in order.
  func summaries(_ store: DrawStore, _ places: [[Int]]) -> [Summary] {
    parallelMap(places.count, threads: threads) { Summary(store.sums(places[$0])) }
  }

  mutating func add(_ store: DrawStore, scenario: String, variant: String) {
    addPeople(store, scenario, variant)
    publication.add(store, scenario: scenario, variant: variant, startKind: startKind)
    addFlows(store, scenario, variant)
    flowAges.add(store, baseline, scenario, variant, threads: threads)
    addPermits(store, scenario, variant)
    addPermitParts(store, scenario, variant)
    addLedger(store, scenario, variant)
  }

  /// By region, and where people are in groups by group.
  private mutating func addPeople(_ store: DrawStore, _ scenario: String, _ variant: String) {
    let components = RecordLayout.Component.allCases
    people.add(
      store, baseline, allAreas.map { .init(names: [$0.name], members: $0.members) },
      run: [scenario, variant], components: components.filter { !$0.isOfGroups },
      startKind: startKind, threads: threads)
    guard baseline.groups != nil else { return }
    let places = baseline.places
    let areas = allAreas.flatMap { area in
      places.groups.indices.map { group in
        AreaTables.Area(
          names: [area.name, places.groups[group]],
          members: area.members.filter { places.groupOf[$0] == group })
      }
    }
    groups.add(
      store, baseline, areas, run: [scenario, variant], components: components,
      startKind: startKind, threads: threads)
  }

  private mutating func addFlows(_ store: DrawStore, _ scenario: String, _ variant: String) {
    let layout = store.layout
    var keys: [[String]] = []
    var places: [[Int]] = []
    for (index, step) in layout.flowSteps.enumerated() {
      for pair in baseline.pairs {
        keys.append([scenario, variant, pair.from.name, pair.to.name, yearPeriod(step)])
        places.append(layout.flows(index, pair))
      }
    }
    for (key, s) in zip(keys, summaries(store, places)) {
      flows.add(key, [s.median, s.lower80, s.upper80])
    }
  }

  private mutating func addPermits(_ store: DrawStore, _ scenario: String, _ variant: String) {
    let layout = store.layout
    let isAssumed = !Set(baseline.assumed).isDisjoint(with: baseline.programmes.map(\.id))
    var keys: [[String]] = []
    var places: [[Int]] = []
    for (p, programme) in baseline.programmes.enumerated() {
      for area in allAreas {
        for step in 0..<layout.steps {
          keys.append([
            area.name, stockPeriod(step + 1), programme.id, "projected",
            isAssumed ? "assumed" : "normal", "\(scenario)/\(variant)", scenario, variant,
          ])
          for what in [0, 2] {
            places.append(
              area.members.map { layout.permit(what, programme: p, step: step, region: $0) })
          }
        }
      }
    }
    let wanted = places
    let medians = parallelMap(wanted.count, threads: threads) {
      Statistics.median(store.sums(wanted[$0]))
    }
    for (k, key) in keys.enumerated() { permits.add(key, [medians[2 * k], medians[2 * k + 1]]) }
  }

  /// Stocks of the country by country of origin and by term, at the end of each year.
  private mutating func addPermitParts(_ store: DrawStore, _ scenario: String, _ variant: String) {
    let layout = store.layout
    var keys: [[String]] = []
    var places: [[Int]] = []
    for (p, programme) in baseline.programmes.enumerated() {
      let isAssumed = baseline.assumed.contains(programme.id)
      let parts =
        programme.origins.map { ("origin", $0.country) }
        + (1...programme.rules.maxTerms).map { ("term", "\($0)") }
      for step in 0..<layout.steps {
        for (k, part) in parts.enumerated() {
          keys.append([
            scenario, variant, stockPeriod(step + 1), programme.id, part.0, part.1,
            isAssumed ? "assumed" : "normal",
          ])
          places.append([layout.permitPart(k, programme: p, step: step)])
        }
      }
    }
    for (key, s) in zip(keys, summaries(store, places)) {
      permitParts.add(key, [s.median, s.lower80, s.upper80])
    }
  }

  private mutating func addLedger(_ store: DrawStore, _ scenario: String, _ variant: String) {
    let layout = store.layout
    let entries: [(RecordLayout.Extra, String)] = [
      (.transfersUnmet, "transfers_unmet"), (.settlementUnmet, "settlement_unmet"),
      (.constrained, "constraint"),
    ]
    for step in 0..<layout.steps {
      for area in baseline.regionAreas {
        for (extra, entry) in entries {
          let left = store.sums(
            area.members.map { layout.extra(extra, step: step, region: $0) })
          let mean = left.reduce(0, +) / Double(store.draws)
          if mean != 0 {
            ledger.add([scenario, variant, area.name, yearPeriod(step), entry], [mean])
          }
        }
      }
    }
    if let report = ConstraintReport(baseline, store) {
      addConstraint(report, scenario, variant)
    }
    ledger.add([scenario, variant, baseline.country, "", "split_cohorts"], [store.splitCohorts])
    ledger.add(
      [scenario, variant, baseline.country, "", "largest_residual"], [store.largestResidual])
    if store.negativeCells > 0 {
      ledger.add(
        [scenario, variant, baseline.country, "", "negative_cells"], [store.negativeCells])
      negative.append((scenario, variant, store.negativeCells))
    }
  }

  /// What the factors of components add by region, and in the baseline what is left to the totals.
  private mutating func addConstraint(
    _ report: ConstraintReport, _ scenario: String, _ variant: String
  ) {
    for step in 0..<report.store.layout.steps {
      for component in report.constraint.constrained {
        let entry = "constraint_" + component.rawValue
        for area in baseline.regionAreas {
          let added = area.members.reduce(0) {
            $0 + report.added(component, step: step, region: $1)
          }
          guard added != 0 else { continue }
          ledger.add([scenario, variant, area.name, yearPeriod(step), entry], [added])
        }
        guard variant == "baseline" else { continue }
        for (part, left) in report.left(component, step: step) {
          let area = part.isEmpty ? baseline.country : part
          ledger.add([scenario, variant, area, yearPeriod(step), entry + "_left"], [left])
        }
      }
      guard variant == "baseline" else { continue }
      for (part, left) in report.leftOfPopulation(step: step) {
        let area = part.isEmpty ? baseline.country : part
        ledger.add([scenario, variant, area, yearPeriod(step), "constraint_left"], [left])
      }
    }
  }

  /// Differences on the same draws, then their quantiles.
  mutating func compare(
    _ store: DrawStore, _ scenario: Scenario, _ variant: String, with other: DrawStore,
    named against: String
  ) {
    let launch = baseline.launch
    let asked = scenario.comparison.metrics.flatMap { metric in
      scenario.comparison.areas.flatMap { area in
        scenario.comparison.years.map { (metric: metric, area: area, year: $0) }
      }
    }
    let found = parallelMap(asked.count, threads: threads) { k -> Summary? in
      let (metric, area, year) = asked[k]
      guard let a = metric.sample(store, area, year: year, launch: launch),
        let b = metric.sample(other, area, year: year, launch: launch)
      else { return nil }
      return Summary(a.differences(to: b))
    }
    for ((metric, area, year), summary) in zip(asked, found) {
      guard let s = summary else { continue }
      differences.add(
        [
          scenario.id, variant, against, area.name, metric.period(year, baseline.stepYears),
          metric.name,
        ],
        [s.median, s.lower95, s.lower80, s.upper80, s.upper95, s.probabilityAboveZero])
    }
  }

  /// What the scenario's own indicators are, in each area and year of its comparison.
  mutating func addIndicators(_ store: DrawStore, _ scenario: Scenario, _ variant: String) {
    for indicator in scenario.indicators.map({ Indicator.named($0) }) {
      for area in scenario.comparison.areas {
        for year in scenario.comparison.years {
          guard
            let values = indicator.values(store, area, year: year, launch: baseline.launch)
          else { continue }
          let missing = values.count { $0.isNaN }
          if missing > 0 {
            undefined[scenario.id + "." + indicator.name, default: []].append(
              "\(variant), \(area.name), \(year)")
          }
          let s = Summary(values)
          indicators.add(
            [
              scenario.id, variant, area.name, indicator.period(year, baseline.stepYears),
              indicator.name,
            ],
            [s.mean, s.lower95, s.lower80, s.median, s.upper80, s.upper95])
        }
      }
    }
  }

  /// How likely the values named in the comparison are passed, in each of its years.
  mutating func addThresholds(_ store: DrawStore, _ scenario: Scenario, _ variant: String) {
    for threshold in scenario.comparison.thresholds {
      let metric = threshold.metric
      for year in years(scenario, isStock: metric.isStock) {
        guard
          let values = metric.values(store, threshold.area, year: year, launch: baseline.launch)
        else { continue }
        // A draw without a value is neither above nor below.
        let above = Double(values.count { $0 > threshold.value }) / Double(values.count)
        thresholds.add(
          [
            scenario.id, variant, threshold.area.name, metric.period(year, baseline.stepYears),
            metric.name,
          ], [threshold.value, values.contains(where: \.isNaN) ? .nan : above])
      }
    }
  }

  /// One warning for each indicator that has no value somewhere, and for each variant with cells below
  /// zero.
  var warnings: [Fault] {
    checkWarnings
      + negative.map { scenario, variant, cells in
        Fault(
          .checkFailed, "scenario.negative-cells",
          ["scenario": scenario, "variant": variant, "cells": text(cells)])
      }
      + undefined.sorted { $0.key < $1.key }.map { name, places in
        Fault(
          .badConfiguration, "scenario.indicator-undefined",
          ["indicator": name, "count": "\(places.count)", "first": places[0]])
      }
  }

  mutating func addLevers(_ scenario: Scenario) {
    levers += scenario.levers.map { (scenario.id, $0) }
    parameters += scenario.parameters.map { (scenario.id, $0) }
  }

  mutating func add(_ attribution: Attribution, _ scenario: Scenario) {
    for part in attribution.parts {
      parts.add(
        [scenario.id, part.lever, part.area, "\(part.year)-01-01", "population"],
        [part.oneAtATime, part.shapley, part.interaction])
    }
  }
}
