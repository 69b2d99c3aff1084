import Demography
import Kernel

/// What a constraint did in the draws of a run.
struct ConstraintReport {
  let constraint: Constraint
  let baseline: Baseline
  let store: DrawStore

  init?(_ baseline: Baseline, _ store: DrawStore) {
    guard let constraint = baseline.constraint else { return nil }
    self.constraint = constraint
    self.baseline = baseline
    self.store = store
  }

  /// Events of a year that its factor adds, less those it takes away, on average over the draws, by
  /// region: events less events over the factor. Of moves those out of a region.
  func added(_ component: Constraint.Component, step: Int, region: Int) -> Double {
    let layout = store.layout
    if component == .internal && constraint.hasMovesByPair {
      return Statistics.mean(store.sums([layout.added(0, step: step, region: region)]))
    }
    let slot = constraint.factorCount(component, regions: layout.regions) == 1 ? 0 : region
    let events = store.sums([layout.place(component, step: step, region: region)])
    let factors = store.sums([layout.factor(component, step: step, slot)])
    return zip(events, factors).reduce(0) { $0 + $1.0 * (1 - 1 / $1.1) } / Double(store.draws)
  }

  /// What is left to soft totals of a year on average over the draws, by the names of their parts.
  func left(_ component: Constraint.Component, step: Int) -> [(part: String, persons: Double)] {
    totals(component).compactMap { part, target in
      softTotal(target, baseline.years(step)).map {
        (part.name(baseline.areas), $0 - Statistics.mean(events(component, part, step: step)))
      }
    }
  }

  /// Totals of a component, of the country first.
  private func totals(
    _ component: Constraint.Component
  ) -> [(part: Constraint.Part, target: Constraint.Target)] {
    (constraint.components[component].map { [(.all, $0)] } ?? [])
      + (constraint.margins[component] ?? []).map { ($0.part, $0.target) }
  }

  /// What a part of a component came to in every draw.
  private func events(
    _ component: Constraint.Component, _ part: Constraint.Part, step: Int
  ) -> [Double] {
    let layout = store.layout
    switch part {
    case .all:
      return store.sums(
        baseline.areas.indices.map { layout.place(component, step: step, region: $0) })
    case .region(let r), .origin(let r):
      return store.sums([layout.place(component, step: step, region: r)])
    case .destination(let r):
      return store.sums([layout.component(.internalIn, step: step, region: r)])
    case .net(let r):
      let come = events(component, .destination(r), step: step)
      return zip(come, events(component, .origin(r), step: step)).map { $0 - $1 }
    case .pair(let i, let j):
      let place = constraint.pairs.firstIndex { $0.from == i && $0.to == j } ?? 0
      return store.sums([layout.pairMoves(step: step, place)])
    }
  }

  /// By what a part of a component is multiplied in every draw: events over those without the factors, of
  /// a net the moves in.
  private func factors(
    _ component: Constraint.Component, _ part: Constraint.Part, step: Int
  ) -> [Double] {
    let layout = store.layout
    let isByPair = component == .internal && constraint.hasMovesByPair
    func ratio(_ added: [Int], of part: Constraint.Part) -> [Double] {
      zip(events(component, part, step: step), store.sums(added)).map {
        $0 == $1 ? 1 : $0 / ($0 - $1)
      }
    }
    switch part {
    case .all where isByPair:
      return ratio(baseline.areas.indices.map { layout.added(0, step: step, region: $0) }, of: part)
    case .origin(let r): return ratio([layout.added(0, step: step, region: r)], of: part)
    case .destination(let r), .net(let r):
      return ratio([layout.added(1, step: step, region: r)], of: .destination(r))
    case .pair(let i, let j):
      let place = constraint.pairs.firstIndex { $0.from == i && $0.to == j } ?? 0
      return store.sums([layout.factor(component, step: step, 2 * layout.regions + place)])
    case .region(let r): return store.sums([layout.factor(component, step: step, r)])
    case .all:
      guard constraint.factorCount(component, regions: layout.regions) > 1 else {
        return store.sums([layout.factor(component, step: step, 0)])
      }
      let given = Set((constraint.margins[component] ?? []).map(\.part))
      if let rest = baseline.areas.indices.first(where: { !given.contains(.region($0)) }) {
        return store.sums([layout.factor(component, step: step, rest)])
      }
      // Every region has a factor of its own: of the country what they come to together.
      let free = baseline.areas.indices.map { region in
        zip(
          store.sums([layout.place(component, step: step, region: region)]),
          store.sums([layout.factor(component, step: step, region)])
        ).map { $0 / $1 }
      }
      return events(component, part, step: step).enumerated().map { draw, all in
        let before = free.reduce(0) { $0 + $1[draw] }
        return before > 0 ? all / before : 1
      }
    }
  }

  /// What is left to the population of the end of a year, by region, the country without a name.
  func leftOfPopulation(step: Int) -> [(part: String, persons: Double)] {
    let year = baseline.year(step + 1)
    let totals =
      (constraint.population.map { [(part: Constraint.Part.all, target: $0)] } ?? [])
      + constraint.regionalPopulation.map { ($0.part, $0.target) }
    return totals.compactMap { part, target in
      softTotal(target, year..<year + 1).map { total in
        let regions: [Int]
        if case .region(let r) = part {
          regions = [r]
        } else {
          regions = baseline.areas.indices.map { $0 }
        }
        let places = regions.map { store.layout.band(.total, step: step + 1, region: $0) }
        return (part.name(baseline.areas), total - Statistics.mean(store.sums(places)))
      }
    }
  }

  /// Hard totals are met, so that nothing is left.
  private func softTotal(_ target: Constraint.Target?, _ years: Range<Int>) -> Double? {
    target?.mode == .soft ? target?.total(years) : nil
  }

  /// Years in which the median factor of the population moves by half a per cent or more, and for each
  /// component the year in which its factor is farthest from 1 and the one in which it jumps most, where
  /// that is more than five and two per cent: the baseline and the totals follow different assumptions.
  var warnings: [Fault] {
    let layout = store.layout
    var found: [Fault] = []
    if constraint.population != nil && constraint.regionalPopulation.isEmpty {
      let factors = (0..<layout.steps).map {
        Statistics.median(store.sums([layout.factor(step: $0)]))
      }
      for (step, change) in Self.changes(factors).enumerated()
      where abs(change) >= Constraint.stepChange {
        found.append(
          Fault(
            .checkFailed, "scenario.constraint-step",
            [
              "year": String(baseline.year(step + 1)), "factor": Self.rounded(factors[step]),
              "change": Self.rounded(100 * change),
            ]))
      }
    }
    return found + regionalSteps + constraint.constrained.flatMap { warnings($0) }
  }

  /// The region and year in which the factor of a population with regional totals jumps most.
  private var regionalSteps: [Fault] {
    guard !constraint.regionalPopulation.isEmpty else { return [] }
    let layout = store.layout
    var jumps: [Found] = []
    for region in baseline.areas.indices {
      let factors = (0..<layout.steps).map {
        Statistics.median(store.sums([layout.factor(step: $0, region: region)]))
      }
      for (step, change) in Self.changes(factors).enumerated() {
        jumps.append(
          Found(
            label: "population " + baseline.areas[region], year: baseline.year(step + 1),
            size: change, value: 100 * change))
      }
    }
    return [Self.worst("scenario.constraint-jump", jumps, Constraint.componentChange)]
      .compactMap { $0 }
  }

  /// For each component the total whose factor is farthest from 1, and the one whose factor jumps most.
  private func warnings(_ component: Constraint.Component) -> [Fault] {
    var far: [Found] = []
    var jumps: [Found] = []
    for (part, target) in totals(component) {
      // Years without a total are free and neither far from the baseline nor a jump.
      let steps = (0..<store.layout.steps).filter { target.total(baseline.years($0)) != nil }
      let factors = steps.map { Statistics.median(self.factors(component, part, step: $0)) }
      let name = part.name(baseline.areas)
      let label = name.isEmpty ? component.rawValue : component.rawValue + " " + name
      for (step, (factor, change)) in zip(steps, zip(factors, Self.changes(factors))) {
        let year = baseline.year(step)
        far.append(Found(label: label, year: year, size: factor - 1, value: factor))
        jumps.append(Found(label: label, year: year, size: change, value: 100 * change))
      }
    }
    return [
      Self.worst("scenario.constraint-far", far, Constraint.componentDistance),
      Self.worst("scenario.constraint-jump", jumps, Constraint.componentChange),
    ].compactMap { $0 }
  }

  /// The factor of a total in a year.
  private struct Found {
    let label: String
    let year: Int
    let size: Double
    let value: Double
  }

  private static func worst(_ code: String, _ found: [Found], _ least: Double) -> Fault? {
    // Parts of a total and components may share a year.
    let count = Set(found.filter { abs($0.size) > least }.map(\.year)).count
    guard count > 0, let worst = found.max(by: { abs($0.size) < abs($1.size) }) else { return nil }
    return Fault(
      .checkFailed, code,
      [
        "component": worst.label, "year": String(worst.year), "value": rounded(worst.value),
        "count": String(count),
      ])
  }

  /// Relative change from one year to the next, the first from 1.
  private static func changes(_ factors: [Double]) -> [Double] {
    zip([1] + factors, factors).map { $1 / $0 - 1 }
  }

  /// Four decimals, enough for a warning.
  private static func rounded(_ value: Double) -> String { text((value * 1e4).rounded() / 1e4) }
}
