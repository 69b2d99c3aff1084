import Projection

// Components that are held otherwise than their rates stand in the step.

extension Simulation {
  /// Keeps the number of emigrants or of moves out of each region, or of immigrants per resident, as it was at
  /// the launch, before levers act.
  ///
  /// Numbers are those that the rates make of the residents of 1 January; deviations and yearly changes of
  /// the component stand in them.
  func hold(_ build: inout YearBuild) {
    let given = baseline.inputs
    if given["emigration"]?.held == .persons { holdEmigrants(&build) }
    if given["internal"]?.held == .persons { holdMoves(&build) }
    if given["immigration"]?.held == .rate { holdImmigrants(&build) }
  }

  private func holdEmigrants(_ build: inout YearBuild) {
    let length = frame.shape.ageSexCount
    let rates = inputs.cohort.emigration
    for region in 0..<frame.shape.regions {
      let cells = region * length..<(region + 1) * length
      let start = cells.reduce(0) { $0 + rates[$1] * inputs.cohort.population[$1] }
      let now = cells.reduce(0) { $0 + rates[$1] * build.population[$1] }
      guard now > 0 else { continue }
      for cell in cells { build.rates.emigration[cell] *= start / now }
    }
  }

  private func holdMoves(_ build: inout YearBuild) {
    let n = frame.shape.regions
    let rates = frame.internalRates
    let length = frame.shape.ageSexCount
    for origin in 0..<n {
      var start = 0.0
      var now = 0.0
      for k in 0..<length {
        let first = rates.classOf[k] * n
        let level = (0..<n).reduce(0) { sum, to in
          frame.places.isMove(origin, to)
            ? sum + engine.inputs.internalRates.level[(first + to) * n + origin] : sum
        }
        let cell = origin * length + k
        let rate = level * rates.profile[cell]
        start += rate * inputs.cohort.population[cell]
        now += rate * build.population[cell]
      }
      guard now > 0 else { continue }
      for row in 0..<rates.classCount * n where frame.places.isMove(origin, row % n) {
        build.rates.level[row * n + origin] *= start / now
      }
    }
  }

  private func holdImmigrants(_ build: inout YearBuild) {
    let length = frame.shape.ageSexCount
    let start = frame.shape.totals(inputs.cohort.population)
    let now = frame.shape.totals(build.population)
    for region in start.indices where start[region] > 0 {
      for cell in region * length..<(region + 1) * length {
        build.rates.immigration[cell] *= now[region] / start[region]
      }
    }
  }
}
