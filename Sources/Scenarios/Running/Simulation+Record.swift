import Projection

extension Simulation {
  /// Residents and those held apart.
  func everybody(_ population: [Double]) -> [Double] {
    inputs.special.isEmpty ? population : zip(population, inputs.special).map { $0 + $1 }
  }

  func write(population: [Double], step: Int, _ record: inout MutableSpan<Double>) {
    let population = everybody(population)
    let shape = frame.shape
    /// Groups that begin below an age.
    func groups(_ age: Int) -> Int {
      min(shape.ages, (age + layout.stepYears - 1) / layout.stepYears)
    }
    let children = shape.totals(population, ages: 0..<groups(15))
    let workforce = shape.totals(population, ages: groups(15)..<groups(65))
    let elderly = shape.totals(population, ages: groups(65)..<shape.ages)
    let school = shape.totals(population, ages: groups(6)..<groups(18))
    for region in 0..<shape.regions {
      record[layout.band(.total, step: step, region: region)] =
        children[region] + workforce[region] + elderly[region]
      record[layout.band(.children, step: step, region: region)] = children[region]
      record[layout.band(.workforce, step: step, region: region)] = workforce[region]
      record[layout.band(.elderly, step: step, region: region)] = elderly[region]
      record[layout.band(.school, step: step, region: region)] =
        layout.stepYears == 1 ? school[region] : .nan
    }
    for (k, cells) in layout.requests.bands.enumerated() {
      for region in 0..<shape.regions {
        let first = region * shape.ageSexCount
        var sum = 0.0
        for cell in cells.indices where cells[cell] { sum += population[first + cell] }
        record[layout.band(own: k, step: step, region: region)] = sum
      }
    }
    for (k, wanted) in layout.requests.medianAges.enumerated() {
      record[layout.medianAge(k, step: step)] = medianAge(wanted, population)
    }
    guard let index = layout.pyramidSteps.firstIndex(of: step) else { return }
    for region in 0..<shape.regions {
      for sex in 0..<2 {
        let base = shape.index(sex: sex, age: 0, region: region)
        for age in 0..<shape.ages {
          let place = layout.pyramid(
            index, sex: sex, group: age * layout.stepYears / 5, region: region)
          record[place] += population[base + age]
        }
      }
    }
  }

  private func medianAge(_ wanted: RecordRequests.MedianAge, _ population: [Double]) -> Double {
    let shape = frame.shape
    var byAge = [Double](repeating: 0, count: shape.ages)
    for region in wanted.members {
      for cell in 0..<shape.ageSexCount where wanted.cells?[cell] != false {
        byAge[cell % shape.ages] += population[region * shape.ageSexCount + cell]
      }
    }
    return MedianAge.of(byAge, width: Double(layout.stepYears))
  }

  /// Takes those who change their group in a region out of the moves between regions.
  private func book(
    changes: Double, _ from: Int, _ to: Int, _ step: Int, _ record: inout MutableSpan<Double>
  ) {
    record[layout.component(.internalOut, step: step, region: from)] -= changes
    record[layout.component(.groupOut, step: step, region: from)] += changes
    record[layout.component(.internalIn, step: step, region: to)] -= changes
    record[layout.component(.groupIn, step: step, region: to)] += changes
  }

  func write(
    _ ledger: StepLedger, _ build: YearBuild, step: Int, _ record: inout MutableSpan<Double>
  ) {
    let n = frame.shape.regions
    for region in 0..<n {
      func put(_ component: RecordLayout.Component, _ value: Double) {
        record[layout.component(component, step: step, region: region)] = value
      }
      put(.births, ledger.births[region])
      put(.deaths, ledger.deaths[region])
      put(.internalIn, ledger.internalIn[region])
      put(.internalOut, ledger.internalOut[region])
      put(.immigration, ledger.immigration[region])
      put(.emigration, ledger.emigration[region])
      put(.transfersIn, ledger.transfersIn[region])
      put(.transfersOut, ledger.transfersOut[region])
      record[layout.extra(.displaced, step: step, region: region)] = build.displaced[region]
      record[layout.extra(.transfersUnmet, step: step, region: region)] =
        ledger.transfersUnmet[region]
      record[layout.extra(.settlementUnmet, step: step, region: region)] =
        build.settlementUnmet[region]
    }
    if let settlement = build.settlement {
      for region in 0..<n {
        for (what, values) in settlement.byKind {
          record[layout.settlement(what, step: step, region: region)] = values[region]
        }
      }
    }
    for (i, j) in groupPairs { book(changes: ledger.flow(from: i, to: j), i, j, step, &record) }
    guard let index = layout.flowSteps.firstIndex(of: step) else { return }
    for (counted, ages) in flowAgesOf.enumerated() {
      for j in 0..<n {
        for i in 0..<n {
          record[layout.flow(index, from: i, to: j, ages: ages)] +=
            ledger.flows[(counted * n + j) * n + i]
        }
      }
    }
  }
}
