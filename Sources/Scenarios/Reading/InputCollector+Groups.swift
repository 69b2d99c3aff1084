import Demography
import Projection

// What depends on the width of age groups.

extension InputCollector {
  /// By single years as `survivalRatios` says; by groups those of an abridged life table in which those
  /// who die in a group lived half of it.
  mutating func survival(_ shape: CohortShape, _ rates: [Double]) -> [Double] {
    var survival = rates
    for region in 0..<shape.regions {
      for sex in 0..<2 {
        let start = shape.index(sex: sex, age: 0, region: region)
        survival.replaceSubrange(
          start..<start + shape.ages, with: ratios(Array(rates[start..<start + shape.ages])))
      }
    }
    return survival
  }

  private mutating func ratios(_ rates: [Double]) -> [Double] {
    guard ages.width > 1 else { return survivalRatios(deathRates: rates) }
    let width = Double(ages.width)
    do throws(ProjectionError) {
      return try LifeTable(
        ages: rates.indices.map { width * Double($0) }, rates: rates,
        meanYearsLived: rates.map { _ in width / 2 }
      ).survivalRatios
    } catch {
      // Rates that are absent are said where they are looked for.
      if faults.isEmpty { faults.append(error.fault) }
      return rates.map { _ in 1 }
    }
  }

  /// Persons of a whole step from persons a year.
  func ofStep(_ persons: [Double]) -> [Double] {
    ages.width == 1 ? persons : persons.map { $0 * Double(ages.width) }
  }
}
