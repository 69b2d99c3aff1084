import Demography
import Kernel
import Projection

// The year's step with the constraint, if there is one.

extension Simulation {
  /// Takes the population through a year; components that have totals and no factors of the baseline
  /// are brought to them here.
  func step(
    _ build: inout YearBuild, _ ledger: inout StepLedger, _ workspace: inout StepWorkspace,
    step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    if factors == nil, let constraint = baseline.constraint, !constraint.components.isEmpty {
      let found = meet(constraint, step: step, &build, &ledger, &workspace)
      for (component, factor) in found.factors {
        record[layout.factor(component, step: step)] = factor
      }
      if let missed = found.missed, record[layout.checkStart + 5] == 0 {
        record[layout.checkStart + 5] = Double(1 + step * 8 + missed)
      }
    } else {
      engine.advance(
        &build.population, rates: build.rates, ledger: &ledger, workspace: &workspace)
    }
    constrain(&build.population, step: step, draw: draw, &record)
  }

  /// Scales the rates of a year as the baseline's constraint does, before any lever acts: levers change
  /// a baseline that meets its totals, and what they add by number is not scaled.
  func scale(
    _ rates: inout StepRates, step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    guard let components = baseline.constraint?.constrained else { return }
    for component in components {
      let factor =
        factors.map { $0[draw: draw ?? 0, $0.layout.factor(component, step: step)] } ?? 1
      record[layout.factor(component, step: step)] = factor
      scale(&rates, component, by: factor)
    }
  }

  private func scale(
    _ rates: inout StepRates, _ component: Constraint.Component, by factor: Double
  ) {
    guard factor != 1 else { return }
    func scale(_ values: inout [Double]) {
      for k in values.indices { values[k] *= factor }
    }
    switch component {
    case .births: scale(&rates.fertility)
    case .deaths: scale(&rates.mortality)
    case .internal: scale(&rates.level)
    case .immigration: scale(&rates.immigration)
    case .emigration: scale(&rates.emigration)
    }
  }

  /// Finds the factors that bring the components of a year to their totals, and takes the population
  /// through the year with them.
  ///
  /// A factor of a hard constraint is multiplied by what is left to its total until all are met to 1e-10:
  /// components hardly move one another in a year, so that this takes three to six steps. Soft ones are
  /// set by what comes about without any constraint. A total is out of reach when a factor passes 1000,
  /// or a step leaves more than half of what was left before it.
  /// - Returns: the factors, and the place of a component that was not brought to its total.
  private func meet(
    _ constraint: Constraint, step: Int, _ build: inout YearBuild, _ ledger: inout StepLedger,
    _ workspace: inout StepWorkspace
  ) -> (factors: [(Constraint.Component, Double)], missed: Int?) {
    let free = build.rates
    let start = build.population
    let wanted = constraint.constrained.compactMap { component in
      constraint.components[component].flatMap { target in
        target.total(baseline.years(step)).map { (component, target, $0) }
      }
    }
    var factors = [Double](repeating: 1, count: wanted.count)
    var missed: Int?
    var before = Double.infinity
    for round in 0..<40 {
      build.rates = free
      build.population = start
      for (target, factor) in zip(wanted, factors) { scale(&build.rates, target.0, by: factor) }
      engine.advance(
        &build.population, rates: build.rates, ledger: &ledger, workspace: &workspace)
      missed = nil
      var left = 0.0
      for (k, (component, target, total)) in wanted.enumerated() {
        let found = ledger[component].reduce(0, +)
        if round == 0 {
          factors[k] = target.factor(to: total, from: found)
        } else if target.mode == .hard, !(abs(found / total - 1) <= 1e-10) {
          left = max(left, abs(found / total - 1))
          factors[k] *= found > 0 ? total / found : 1
          missed = Constraint.Component.allCases.firstIndex(of: component)
        }
        if target.mode == .hard, factors[k] > 1000 {
          (factors[k], left) = (1000, .infinity)
          missed = Constraint.Component.allCases.firstIndex(of: component)
        }
      }
      if wanted.isEmpty || left == .infinity || left > before / 2 { break }
      if round > 0 {
        if missed == nil { break }
        before = left
      }
    }
    return (Array(zip(wanted.map(\.0), factors)), missed)
  }

  /// The factor of those who are not held apart, so that all together are scaled as the target says.
  private func own(_ target: Constraint.Target, step: Int, _ residents: Double) -> Double {
    let apart = frame.specialTotals.reduce(0, +)
    let factor =
      target.total(baseline.year(step + 1)).map {
        target.factor(to: $0, from: residents + apart)
      } ?? 1
    guard apart > 0, factor != 1 else { return factor }
    return (factor * (residents + apart) - apart) / residents
  }

  /// Brings a year's population to the constraint and notes what that adds or takes away by region.
  private func constrain(
    _ population: inout [Double], step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    guard let target = baseline.constraint?.population else {
      record[layout.factor(step: step)] = 1
      return
    }
    let totals = frame.shape.totals(population)
    let factor: Double
    if let factors {
      factor = factors[draw: draw ?? 0, factors.layout.factor(step: step)]
    } else {
      factor = own(target, step: step, totals.reduce(0, +))
      // The total is below those who are held apart.
      if !(factor > 0) { record[layout.checkStart + 5] = Double(1 + step * 8 + 7) }
    }
    record[layout.factor(step: step)] = factor
    guard factor != 1 else { return }
    for cell in population.indices { population[cell] *= factor }
    for region in totals.indices {
      record[layout.extra(.constrained, step: step, region: region)] =
        totals[region] * (factor - 1)
    }
  }
}

extension StepLedger {
  /// Events of a year that can be constrained, by region; moves by region of origin.
  subscript(component: Constraint.Component) -> [Double] {
    switch component {
    case .births: births
    case .deaths: deaths
    case .internal: internalOut
    case .immigration: immigration
    case .emigration: emigration
    }
  }
}

extension RecordLayout {
  /// Where the events of a component stand, by region.
  func place(_ component: Constraint.Component, step: Int, region: Int) -> Int {
    switch component {
    case .births: self.component(.births, step: step, region: region)
    case .deaths: self.component(.deaths, step: step, region: region)
    case .internal: self.component(.internalOut, step: step, region: region)
    case .immigration: self.component(.immigration, step: step, region: region)
    case .emigration: self.component(.emigration, step: step, region: region)
    }
  }
}
