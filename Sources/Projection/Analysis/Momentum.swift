/// How much a population would still grow if every woman bore just one daughter from today on.
///
/// `Σ w(x) c(x) / c*(x)`: the age structure beside that of the stationary population, weighted by the
/// part of childbearing that lies ahead. Preston & Guillot (1997), Population dynamics in an age of
/// declining fertility, Genus 53: 15-31; Keyfitz (1971), Demography 8: 71-80.
public struct Momentum: Hashable, Sendable {
  /// Final population as a multiple of today's.
  public let factor: Double
  /// Weight of each age group; they sum to 1 over the ages given.
  public let weights: [Double]
  /// Mean age of childbearing in the stationary population, in years.
  public let meanAgeOfChildbearing: Double
  /// Daughters a woman bears in her life.
  public let netReproduction: Double

  /// - Parameters:
  ///   - ages: mid-points of age groups of one width, from birth to the end of childbearing at least.
  ///   - population: persons in these groups.
  ///   - total: the whole population, in the unit of `population`.
  ///   - personYears: lived in each group, per person born.
  ///   - maternity: daughters per woman and year.
  ///   - expectation: of life at birth, in years.
  public init(
    ages: [Double], population: [Double], total: Double, personYears L: [Double],
    maternity m: [Double], expectation: Double
  ) {
    let count = ages.count
    precondition(
      count >= 2 && population.count == count && L.count == count && m.count == count,
      "\(count) ages, \(population.count) persons, \(L.count) person-years, \(m.count) rates")
    let width = ages[1] - ages[0]
    let net = zip(L, m).map { $0 * $1 }
    let reproduction = net.reduce(0, +)
    precondition(reproduction > 0, "nobody is born")
    let share = net.map { $0 / reproduction }
    let mean = zip(ages, share).reduce(0) { $0 + $1.0 * $1.1 }
    var ahead = 0.0
    var w = [Double](repeating: 0, count: count)
    for x in (0..<count).reversed() {
      w[x] = width * (share[x] / 2 + ahead) / mean
      ahead += share[x]
    }
    weights = w
    meanAgeOfChildbearing = mean
    netReproduction = reproduction
    factor = (0..<count).reduce(0) {
      $0 + w[$1] * (population[$1] / total) / (L[$1] / expectation)
    }
  }

  /// The same for a population that was stable before: `b e₀ / √NRR`.
  ///
  /// - Parameter birthRate: births per person and year before the change.
  /// Frauenthal (1975), Demography 12: 105-114.
  public static func ofStablePopulation(
    birthRate: Double, expectation: Double, netReproduction: Double
  ) -> Double {
    birthRate * expectation / netReproduction.squareRoot()
  }
}
