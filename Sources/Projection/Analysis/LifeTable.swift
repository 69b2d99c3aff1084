/// A period life table, abridged or complete, of one sex or both together.
///
/// From death rates `m` and mean years `a` lived in the interval by those who die in it:
/// `q = n m / (1 + (n − a) m)`, `l`, `d`, `L = n l[x+n] + a d`, in the open group `L = l / m`, then
/// `T` and `e`. Preston, Heuveline & Guillot (2001), Demography, chapter 3.
public struct LifeTable: Hashable, Sendable {
  /// First age of each interval, in years; the last interval is open.
  public let ages: [Double]
  /// Deaths per person-year.
  public let rates: [Double]
  /// Mean years lived in the interval by those who die in it; of the open group `1 / m`.
  public let meanYearsLived: [Double]
  /// Probability of dying in the interval; 1 in the open group.
  public let probabilities: [Double]
  /// Survivors at the first age of the interval.
  public let survivors: [Double]
  public let deaths: [Double]
  /// Person-years lived in the interval.
  public let personYears: [Double]
  /// Person-years lived from the first age of the interval on.
  public let yearsToCome: [Double]
  /// Expectation of life at the first age of the interval, in years.
  public let expectation: [Double]

  /// - Parameters:
  ///   - ages: first ages, ascending, at least two.
  ///   - rates: deaths per person-year, as many; the last above 0.
  ///   - meanYearsLived: as many; what stands for the open group is not read.
  ///   - radix: survivors at the first age.
  /// - Throws: `outOfRange` for a rate that is negative, not finite, or so high that more than all
  ///   would die, and for an open group nobody dies in.
  public init(
    ages: [Double], rates: [Double], meanYearsLived: [Double], radix: Double = 100_000
  ) throws(ProjectionError) {
    let count = ages.count
    precondition(
      count >= 2 && rates.count == count && meanYearsLived.count == count,
      "\(count) ages, \(rates.count) rates, \(meanYearsLived.count) mean years")
    precondition(zip(ages, ages.dropFirst()).allSatisfy { $0 < $1 }, "ages not ascending")
    for rate in rates where !(rate >= 0 && rate.isFinite) {
      throw .outOfRange(input: "death rate", value: rate)
    }
    guard rates[count - 1] > 0 else { throw .outOfRange(input: "open death rate", value: 0) }
    var a = meanYearsLived
    a[count - 1] = 1 / rates[count - 1]
    var q = [Double](repeating: 1, count: count)
    var l = [Double](repeating: radix, count: count)
    var lived = [Double](repeating: 0, count: count)
    for x in 0..<count - 1 {
      let n = ages[x + 1] - ages[x]
      guard a[x] >= 0, a[x] <= n else { throw .outOfRange(input: "mean years lived", value: a[x]) }
      q[x] = n * rates[x] / (1 + (n - a[x]) * rates[x])
      guard q[x] <= 1 else { throw .outOfRange(input: "death rate", value: rates[x]) }
      let dying = l[x] * q[x]
      l[x + 1] = l[x] - dying
      lived[x] = n * l[x + 1] + a[x] * dying
    }
    lived[count - 1] = l[count - 1] / rates[count - 1]
    var toCome = lived
    for x in (0..<count - 1).reversed() { toCome[x] += toCome[x + 1] }
    self.ages = ages
    self.rates = rates
    self.meanYearsLived = a
    probabilities = q
    survivors = l
    deaths = zip(l, q).map { $0 * $1 }
    personYears = lived
    yearsToCome = toCome
    expectation = zip(toCome, l).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// Share of the persons of each age who are alive one interval later, the open group pooled with
  /// the one before; entry 0 counts from birth. What `CohortInputs.survival` wants of one sex where
  /// all intervals have the width of a step.
  public var survivalRatios: [Double] {
    let open = ages.count - 1
    let width = ages[1] - ages[0]
    var ratios = [Double](repeating: 0, count: open + 1)
    ratios[0] = personYears[0] / (width * survivors[0])
    for x in 1..<open { ratios[x] = personYears[x] / personYears[x - 1] }
    ratios[open] = personYears[open] / (personYears[open - 1] + personYears[open])
    return ratios
  }

  /// The same table by wider intervals: deaths and years lived are sums, survivors those of the same ages.
  ///
  /// - Parameter firstAges: among those of the table, the first and the open one with them.
  /// - Throws: as the initialiser, which they pass in a table that holds.
  public func grouped(from firstAges: [Double]) throws(ProjectionError) -> LifeTable {
    let starts = firstAges.map { ages.firstIndex(of: $0) ?? -1 }
    precondition(
      starts.first == 0 && starts.last == ages.count - 1 && !starts.contains(-1),
      "intervals from \(firstAges) of a table of \(ages.count)")
    var m: [Double] = []
    var a: [Double] = []
    for (start, end) in zip(starts, starts.dropFirst() + [ages.count]) {
      let dying = deaths[start..<end].reduce(0, +)
      let lived = personYears[start..<end].reduce(0, +)
      m.append(lived > 0 ? dying / lived : 0)
      guard end < ages.count else {
        a.append(lived / dying)
        continue
      }
      let n = ages[end] - ages[start]
      a.append(dying > 0 ? (lived - n * survivors[end]) / dying : n / 2)
    }
    m[m.count - 1] = rates[ages.count - 1]
    return try LifeTable(ages: firstAges, rates: m, meanYearsLived: a, radix: survivors[0])
  }

  /// Mean years lived under age 5 by those who die there, and `interior` at all later ages.
  ///
  /// For the intervals 0, 1–4, 5–9, …: Coale & Demeny (1983), model West, as printed in Preston,
  /// Heuveline & Guillot (2001), table 3.3.
  /// - Parameter interior: of every interval after 1–4, in years.
  public static func coaleDemenyYears(
    rates: [Double], sex: Sex, interior: Double = 2.5
  ) -> [Double] {
    let infant = rates[0]
    let isHigh = infant >= 0.107
    var years = [Double](repeating: interior, count: rates.count)
    switch sex {
    case .male:
      years[0] = isHigh ? 0.330 : 0.045 + 2.684 * infant
      years[1] = isHigh ? 1.352 : 1.651 - 2.816 * infant
    case .female:
      years[0] = isHigh ? 0.350 : 0.053 + 2.800 * infant
      years[1] = isHigh ? 1.361 : 1.522 - 1.518 * infant
    }
    return years
  }
}
