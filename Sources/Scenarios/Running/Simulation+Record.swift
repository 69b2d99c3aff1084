import Projection

extension Simulation {
  /// Residents and those held apart.
  func everybody(_ population: [Double]) -> [Double] {
    inputs.special.isEmpty ? population : zip(population, inputs.special).map { $0 + $1 }
  }

  func write(population: [Double], step: Int, _ record: inout MutableSpan<Double>) {
    let population = everybody(population)
    let shape = frame.shape
    for region in 0..<shape.regions {
      var sums = (total: 0.0, children: 0.0, workforce: 0.0, elderly: 0.0, school: 0.0)
      for sex in 0..<2 {
        let base = shape.index(sex: sex, age: 0, region: region)
        for group in 0..<shape.ages {
          let persons = population[base + group]
          let age = group * layout.stepYears
          sums.total += persons
          if age < 15 {
            sums.children += persons
          } else if age < 65 {
            sums.workforce += persons
          } else {
            sums.elderly += persons
          }
          if age >= 6 && age < 18 { sums.school += persons }
        }
      }
      record[layout.band(.total, step: step, region: region)] = sums.total
      record[layout.band(.children, step: step, region: region)] = sums.children
      record[layout.band(.workforce, step: step, region: region)] = sums.workforce
      record[layout.band(.elderly, step: step, region: region)] = sums.elderly
      record[layout.band(.school, step: step, region: region)] =
        layout.stepYears == 1 ? sums.school : .nan
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
    guard let index = layout.flowSteps.firstIndex(of: step) else { return }
    for j in 0..<n {
      for i in 0..<n {
        record[layout.flow(index, from: i, to: j)] = ledger.flow(from: i, to: j)
      }
    }
  }
}
