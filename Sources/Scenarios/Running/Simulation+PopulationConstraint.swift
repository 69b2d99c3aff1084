import Projection

// Totals of the population at the end of a step.

extension Simulation {
  /// Brings a year's population to the constraint and notes what that adds or takes away by region.
  func constrain(
    _ population: inout [Double], step: Int, draw: Int?, _ record: inout MutableSpan<Double>
  ) {
    guard let constraint = baseline.constraint, constraint.hasPopulation else {
      record[layout.factor(step: step)] = 1
      return
    }
    let residents = frame.shape.totals(population)
    let values: [Double]
    if let factors {
      values = (0..<layout.populationFactors).map {
        factors[draw: draw ?? 0, factors.layout.factor(step: step, region: $0)]
      }
    } else {
      values = populationFactors(constraint, residents, step: step, &record)
    }
    for k in values.indices { record[layout.factor(step: step, region: k)] = values[k] }
    guard values.contains(where: { $0 != 1 }) else { return }
    let length = frame.shape.ageSexCount
    for region in residents.indices {
      let factor = values.count == 1 ? values[0] : values[region]
      for cell in region * length..<(region + 1) * length { population[cell] *= factor }
      record[layout.extra(.constrained, step: step, region: region)] =
        residents[region] * (factor - 1)
    }
  }

  /// Factors of those who are not held apart: one for the country, or one for each region, where regions
  /// without totals share what is left to that of the country.
  private func populationFactors(
    _ constraint: Constraint, _ residents: [Double], step: Int,
    _ record: inout MutableSpan<Double>
  ) -> [Double] {
    let year = baseline.year(step + 1)
    var values = [Double](repeating: 1, count: layout.populationFactors)
    var rest = Set(residents.indices)
    var given = 0.0
    for margin in constraint.regionalPopulation {
      guard case .region(let region) = margin.part, let wanted = margin.target.total(year) else {
        continue
      }
      rest.remove(region)
      given += wanted
      values[region] = own(
        margin.target, margin.part, wanted, [region], residents, step: step, &record)
    }
    guard let target = constraint.population, let wanted = target.total(year), !rest.isEmpty
    else { return values }
    let others = rest.sorted()
    let factor = own(target, .all, wanted - given, others, residents, step: step, &record)
    for k in values.count == 1 ? [0] : others { values[k] = factor }
    return values
  }

  /// The factor of those of some regions who are not held apart, so that all of them together are scaled as
  /// the target says; a total below those held apart, one that takes a factor above 1000, or one where
  /// nobody is to be scaled, is noted.
  private func own(
    _ target: Constraint.Target, _ part: Constraint.Part, _ wanted: Double, _ members: [Int],
    _ residents: [Double], step: Int, _ record: inout MutableSpan<Double>
  ) -> Double {
    let free = members.reduce(0) { $0 + residents[$1] }
    let apart = members.reduce(0) { $0 + frame.specialTotals[$1] }
    var factor = target.factor(to: wanted, from: free + apart)
    if apart > 0, factor != 1 { factor = (factor * (free + apart) - apart) / free }
    let isHard = target.mode == .hard
    let isEmpty = free + apart <= 0 && isHard && wanted > 0
    let hasNobody = isEmpty || (!(free > 0) && factor != 1)
    if hasNobody || !(factor > 0 && factor.isFinite)
      || (isHard && !(factor <= ComponentFactors.mostFactor))
    {
      let miss = ComponentFactors.Miss(
        part: part, wanted: wanted, found: free + apart,
        reason: wanted > 0 ? (hasNobody ? .nothing : .reach) : .contradiction, error: .infinity)
      note(miss, 7, step: step, &record)
    }
    return hasNobody ? 1 : factor
  }
}
