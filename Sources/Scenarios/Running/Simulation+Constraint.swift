import Demography
import Kernel
import Projection

extension Simulation {
  /// Brings a year's population to the constraint and notes what that adds or takes away by region.
  func constrain(
    _ population: inout [Double], step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    guard let constraint = baseline.constraint else {
      record[layout.factor(step: step)] = 1
      return
    }
    let totals = frame.shape.totals(population)
    let factor: Double
    if let factors {
      factor = factors[draw: draw ?? 0, factors.layout.factor(step: step)]
    } else {
      factor = constraint.factor(
        baseline.launch + step + 1, total: totals.reduce(0, +))
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

extension ScenarioRun {
  /// Years in which the median factor of the constraint moves by half a per cent or more: the baseline
  /// and the totals follow different assumptions there.
  func constraintWarnings(_ store: DrawStore) -> [Fault] {
    guard baseline.constraint != nil else { return [] }
    var before = 1.0
    return (0..<store.layout.steps).compactMap { step in
      let factor = Statistics.median(store.sums([store.layout.factor(step: step)]))
      let change = factor / before - 1
      before = factor
      guard abs(change) >= Constraint.stepChange else { return nil }
      return Fault(
        .checkFailed, "scenario.constraint-step",
        [
          "year": String(baseline.launch + step + 1), "factor": text(rounded(factor)),
          "change": text(rounded(100 * change)),
        ])
    }
  }

  /// Four decimals, enough for a warning.
  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
