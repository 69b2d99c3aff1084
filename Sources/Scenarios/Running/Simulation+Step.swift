import Projection

// Steps of several years: levers and deviations act year by year.

extension Simulation {
  /// Rates of a step are the means of those of its years, immigrants and planned moves their sums.
  ///
  /// Residents are those at the beginning of the step in all of its years; programmes go quarter by
  /// quarter. What is left at the end of the step is that of its last year, what could not be done its sum.
  func prepareYears(
    _ build: inout YearBuild, _ state: inout State, step: Int, draw: Int?,
    _ record: inout MutableSpan<Double>
  ) {
    let width = baseline.stepYears
    var mean: StepRates?
    var unmet = [Double](repeating: 0, count: frame.shape.regions)
    var cost = unmet
    for year in step * width..<(step + 1) * width {
      prepare(&build, &state, year: year, step: step, draw: draw, &record)
      for region in unmet.indices { unmet[region] += build.settlementUnmet[region] }
      if let spent = build.settlement?.cost {
        for region in cost.indices { cost[region] += spent[region] }
      }
      if mean == nil {
        mean = build.rates
      } else {
        mean?.add(build.rates, own: frame.schedules.count)
      }
    }
    mean?.divideRates(by: Double(width))
    build.rates = mean ?? build.rates
    build.settlementUnmet = unmet
    build.settlement?.cost = cost
  }
}

extension StepRates {
  fileprivate mutating func add(_ year: StepRates, own: Int) {
    for k in mortality.indices { mortality[k] += year.mortality[k] }
    for k in fertility.indices { fertility[k] += year.fertility[k] }
    for k in level.indices { level[k] += year.level[k] }
    for k in emigration.indices { emigration[k] += year.emigration[k] }
    for k in immigration.indices { immigration[k] += year.immigration[k] }
    // The schedules of a year come after those of the years before; `own` is where the engine's end.
    transfers += year.transfers.map {
      $0.schedule < own
        ? $0
        : Transfer(
          from: $0.origin, to: $0.destination, persons: $0.persons,
          schedule: $0.schedule + schedules.count)
    }
    schedules += year.schedules
  }

  fileprivate mutating func divideRates(by years: Double) {
    for k in mortality.indices { mortality[k] /= years }
    for k in fertility.indices { fertility[k] /= years }
    for k in level.indices { level[k] /= years }
    for k in emigration.indices { emigration[k] /= years }
  }
}
