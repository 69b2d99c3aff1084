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
    if factors == nil, let constraint = baseline.constraint, !constraint.constrained.isEmpty {
      let found = meet(constraint, step: step, &build, &ledger, &workspace)
      for one in found.factors {
        for k in one.values.indices {
          record[layout.factor(one.component, step: step, k)] = one.values[k]
        }
      }
      if let missed = found.missed {
        let component = Constraint.Component.allCases.firstIndex(of: missed.component) ?? 0
        note(missed.miss, component, step: step, &record)
      }
    } else {
      engine.advance(
        &build.population, rates: build.rates, ledger: &ledger, workspace: &workspace)
    }
    if let constraint = baseline.constraint, constraint.hasMovesByPair {
      book(constraint, workspace.moves(build.rates.level), step: step, &record)
    }
    constrain(&build.population, step: step, draw: draw, &record)
  }

  /// Scales the rates of a year as the baseline's constraint does, before any lever acts: levers change
  /// a baseline that meets its totals, and what they add by number is not scaled.
  func scale(
    _ rates: inout StepRates, step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    guard let constraint = baseline.constraint else { return }
    for component in constraint.constrained {
      let count = constraint.factorCount(component, regions: frame.shape.regions)
      var values = [Double](repeating: 1, count: count)
      for k in 0..<count {
        if let factors {
          values[k] = factors[draw: draw ?? 0, factors.layout.factor(component, step: step, k)]
        }
        record[layout.factor(component, step: step, k)] = values[k]
      }
      scale(&rates, component, by: values, constraint)
    }
  }

  private func scale(
    _ rates: inout StepRates, _ component: Constraint.Component, by values: [Double],
    _ constraint: Constraint
  ) {
    guard values.contains(where: { $0 != 1 }) else { return }
    let cells = frame.shape.ageSexCount
    switch component {
    case .births: rates.fertility.scale(by: values, length: frame.shape.ages)
    case .deaths: rates.mortality.scale(by: values, length: cells)
    case .immigration: rates.immigration.scale(by: values, length: cells)
    case .emigration: rates.emigration.scale(by: values, length: cells)
    case .internal:
      let n = frame.shape.regions
      if values.count == 1 { return rates.level.scale(by: values, length: 1) }
      let factors = constraint.moveFactors(values, regions: n)
      for k in rates.level.indices { rates.level[k] *= factors[k % (n * n)] }
    }
  }

  /// Finds the factors that bring the components of a year to their totals, and takes the population
  /// through the year with them.
  ///
  /// A factor of a hard constraint is multiplied by what is left to its total until all are met to 1e-10:
  /// components hardly move one another in a year, so that this takes three to six steps. Soft ones are
  /// set by what comes about without any constraint. A total is out of reach when a factor passes 1000,
  /// or a step leaves more than half of what was left before it.
  /// - Returns: the factors, and the total that was not met.
  private func meet(
    _ constraint: Constraint, step: Int, _ build: inout YearBuild, _ ledger: inout StepLedger,
    _ workspace: inout StepWorkspace
  ) -> (
    factors: [ComponentFactors],
    missed: (component: Constraint.Component, miss: ComponentFactors.Miss)?
  ) {
    let free = build.rates
    let start = build.population
    var wanted = constraint.constrained.compactMap {
      ComponentFactors(
        constraint, $0, baseline.years(step), regions: frame.shape.regions)
    }
    var missed: (component: Constraint.Component, miss: ComponentFactors.Miss)?
    var before = Double.infinity
    for round in 0..<40 {
      build.rates = free
      build.population = start
      for one in wanted { scale(&build.rates, one.component, by: one.values, constraint) }
      engine.advance(
        &build.population, rates: build.rates, ledger: &ledger, workspace: &workspace)
      missed = nil
      for k in wanted.indices {
        let miss = wanted[k].approach(
          ledger[wanted[k].component], moves: { workspace.moves(build.rates.level) },
          isFirst: round == 0)
        if let miss, miss.error >= missed?.miss.error ?? 0 {
          missed = (wanted[k].component, miss)
        }
      }
      let left = missed?.miss.error ?? 0
      if wanted.isEmpty || left == .infinity || left > before / 2 { break }
      if round > 0 {
        if missed == nil { break }
        before = left
      }
    }
    return (wanted, missed)
  }

  /// Keeps the first total of a draw that was not met.
  func note(
    _ miss: ComponentFactors.Miss, _ component: Int, step: Int,
    _ record: inout MutableSpan<Double>
  ) {
    guard record[layout.checkStart + 5] == 0 else { return }
    record[layout.checkStart + 5] = Double(1 + step * 8 + component)
    record[layout.checkStart + 6] = Double(miss.part.code(frame.shape.regions))
    record[layout.checkStart + 7] = miss.wanted
    record[layout.checkStart + 8] = miss.found
    record[layout.checkStart + 9] = Double(miss.reason.rawValue)
  }

  /// What factors of moves by pair add to the moves of a step, and the moves of pairs with totals.
  private func book(
    _ constraint: Constraint, _ moves: [Double], step: Int, _ record: inout MutableSpan<Double>
  ) {
    let n = frame.shape.regions
    let values = (0..<2 * n + layout.pairs).map {
      record[layout.factor(.internal, step: step, $0)]
    }
    let factors = constraint.moveFactors(values, regions: n)
    for j in 0..<n {
      for i in 0..<n where i != j {
        let added = moves[j * n + i] * (1 - 1 / factors[j * n + i])
        record[layout.added(0, step: step, region: i)] += added
        record[layout.added(1, step: step, region: j)] += added
      }
    }
    for (p, pair) in constraint.pairs.enumerated() {
      record[layout.pairMoves(step: step, p)] = moves[pair.to * n + pair.from]
    }
  }
}

extension [Double] {
  /// Multiplies stretches of a length by one factor each, or all by a single one.
  fileprivate mutating func scale(by values: [Double], length: Int) {
    guard values.count > 1 else {
      for k in indices { self[k] *= values[0] }
      return
    }
    for k in indices { self[k] *= values[k / length] }
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
