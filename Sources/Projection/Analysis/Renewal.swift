import Glibc

/// The stable population behind constant schedules of survival and maternity.
///
/// Solves `Σ e^(−r a) L(a) m(a) = 1` for the intrinsic rate of growth `r` by Newton's method, whose
/// start is `ln NRR / mean age`; the left side is convex and falls in `r`, so the root is the only one.
/// Lotka (1939); Preston, Heuveline & Guillot (2001), Demography, chapter 7.
public struct Renewal: Hashable, Sendable {
  /// Mid-point of each age group, in years.
  public let ages: [Double]
  /// Intrinsic rate of growth per year.
  public let rate: Double
  /// Daughters a woman bears in her life under the schedules.
  public let netReproduction: Double
  /// Mean age of the mothers in the stable population, in years.
  public let meanAgeOfMothers: Double
  /// Births per person and year in the stable population.
  public let birthRate: Double
  /// Shares of the age groups in the stable population; they sum to 1.
  public let shares: [Double]

  /// - Parameters:
  ///   - ages: mid-points; of the open group its first age and its expectation of life together.
  ///   - personYears: lived in each group, per woman born.
  ///   - maternity: daughters per woman and year.
  /// - Throws: `outOfRange` when nobody is born.
  public init(
    ages: [Double], personYears L: [Double], maternity m: [Double]
  ) throws(ProjectionError) {
    precondition(
      ages.count == L.count && m.count == L.count && !L.isEmpty,
      "\(ages.count) ages, \(L.count) person-years, \(m.count) rates")
    let net = zip(L, m).map { $0 * $1 }
    let total = net.reduce(0, +)
    guard total > 0, total.isFinite else {
      throw .outOfRange(input: "net reproduction", value: total)
    }
    let mean = zip(ages, net).reduce(0) { $0 + $1.0 * $1.1 } / total
    var r = log(total) / mean
    var moment = mean
    for _ in 0..<100 {
      var sum = 0.0
      moment = 0
      for k in net.indices {
        let part = exp(-r * ages[k]) * net[k]
        sum += part
        moment += ages[k] * part
      }
      let step = (sum - 1) / moment
      r += step
      if abs(step) <= 1e-16 * max(1, abs(r)) { break }
    }
    let lived = zip(ages, L).map { exp(-r * $0) * $1 }
    let living = lived.reduce(0, +)
    self.ages = ages
    rate = r
    netReproduction = total
    meanAgeOfMothers = moment
    birthRate = 1 / living
    shares = lived.map { $0 / living }
  }
}
