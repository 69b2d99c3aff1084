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
  /// region: events less events over the factor.
  func added(_ component: Constraint.Component, step: Int, region: Int) -> Double {
    let events = store.sums([store.layout.place(component, step: step, region: region)])
    let factors = store.sums([store.layout.factor(component, step: step)])
    return zip(events, factors).reduce(0) { $0 + $1.0 * (1 - 1 / $1.1) } / Double(store.draws)
  }

  /// What is left to the total of a year on average over the draws; `nil` without a soft total.
  func left(_ component: Constraint.Component, step: Int) -> Double? {
    softTotal(constraint.components[component], baseline.years(step)).map { total in
      total
        - Statistics.mean(
          store.sums(
            baseline.areas.indices.map { store.layout.place(component, step: step, region: $0) }))
    }
  }

  /// What is left to the population of the end of a year; `nil` without a soft total.
  func leftOfPopulation(step: Int) -> Double? {
    softTotal(constraint.population, baseline.year(step + 1)..<baseline.year(step + 1) + 1).map {
      total in
      total
        - Statistics.mean(
          store.sums(
            baseline.areas.indices.map { store.layout.band(.total, step: step + 1, region: $0) }))
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
    if constraint.population != nil {
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
    return found + constraint.constrained.flatMap { warnings($0) }
  }

  private func warnings(_ component: Constraint.Component) -> [Fault] {
    let layout = store.layout
    // Years without a total are free and neither far from the baseline nor a jump.
    let steps = (0..<layout.steps).filter {
      constraint.components[component]?.total(baseline.years($0)) != nil
    }
    let factors = steps.map {
      Statistics.median(store.sums([layout.factor(component, step: $0)]))
    }
    func worst(
      _ code: String, _ sizes: [Double], _ least: Double, _ value: (Int) -> String
    ) -> Fault? {
      let count = sizes.count { abs($0) > least }
      guard let k = sizes.indices.max(by: { abs(sizes[$0]) < abs(sizes[$1]) }), count > 0 else {
        return nil
      }
      return Fault(
        .checkFailed, code,
        [
          "component": component.rawValue, "year": String(baseline.year(steps[k])),
          "value": value(k), "count": String(count),
        ])
    }
    let changes = Self.changes(factors)
    return [
      worst("scenario.constraint-far", factors.map { $0 - 1 }, Constraint.componentDistance) {
        Self.rounded(factors[$0])
      },
      worst("scenario.constraint-jump", changes, Constraint.componentChange) {
        Self.rounded(100 * changes[$0])
      },
    ].compactMap { $0 }
  }

  /// Relative change from one year to the next, the first from 1.
  private static func changes(_ factors: [Double]) -> [Double] {
    zip([1] + factors, factors).map { $1 / $0 - 1 }
  }

  /// Four decimals, enough for a warning.
  private static func rounded(_ value: Double) -> String { text((value * 1e4).rounded() / 1e4) }
}
