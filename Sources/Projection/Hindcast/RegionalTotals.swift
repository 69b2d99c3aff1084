import Glibc

/// Population of regions on 1 January of consecutive years, with natural increase where it is known.
///
/// Whatever the natural increase does not explain is net migration:
/// `P(t + 1) = P(t) + natural increase(t) + net migration(t)`.
public struct RegionalTotals: Hashable, Sendable {
  public let regions: [String]
  public let firstYear: Int
  public let yearCount: Int
  /// Persons, years fastest: region r in year `firstYear + t` at `r · yearCount + t`; all above 0.
  public let population: [Double]
  /// Births less deaths during the year that starts there, laid out as the population; NaN where
  /// unknown. The last year of a region is not read.
  public let naturalIncrease: [Double]
  /// Years whose change was set by a revision of the level (a census), not by events alone.
  public let breaks: Set<Int>

  /// - Throws: `outOfRange` for a population that is not above 0.
  public init(
    regions: [String], firstYear: Int, population: [Double], naturalIncrease: [Double],
    breaks: Set<Int>
  ) throws(ProjectionError) {
    precondition(
      !regions.isEmpty && population.count % regions.count == 0,
      "\(population.count) populations of \(regions.count) regions")
    precondition(
      naturalIncrease.count == population.count,
      "\(naturalIncrease.count) natural increases, \(population.count) populations")
    for value in population where !(value > 0 && value.isFinite) {
      throw .outOfRange(input: "population", value: value)
    }
    self.regions = regions
    self.firstYear = firstYear
    self.population = population
    self.naturalIncrease = naturalIncrease
    self.breaks = breaks
    yearCount = population.count / regions.count
  }

  public var lastYear: Int { firstYear + yearCount - 1 }

  /// Persons on 1 January.
  public func population(_ region: Int, _ year: Int) -> Double {
    population[region * yearCount + year - firstYear]
  }

  /// Natural increase of the year per person at its start; NaN where unknown.
  func naturalRate(_ region: Int, _ year: Int) -> Double {
    naturalIncrease[region * yearCount + year - firstYear] / population(region, year)
  }

  /// Relative change of the population over a year.
  func growth(_ region: Int, _ year: Int) -> Double {
    population(region, year + 1) / population(region, year) - 1
  }

  func logGrowth(_ region: Int, _ year: Int) -> Double {
    Glibc.log(population(region, year + 1) / population(region, year))
  }

  /// The same numbers with no year declared a break.
  public func ignoringBreaks() -> RegionalTotals { withBreaks([]) }

  /// The same numbers with other breaks.
  public func withBreaks(_ breaks: Set<Int>) -> RegionalTotals {
    RegionalTotals(self, breaks: breaks)
  }

  private init(_ other: RegionalTotals, breaks: Set<Int>) {
    regions = other.regions
    firstYear = other.firstYear
    yearCount = other.yearCount
    population = other.population
    naturalIncrease = other.naturalIncrease
    self.breaks = breaks
  }

  /// Population of a year on the level of an earlier one: the change of each break between them is
  /// replaced by the mean logarithmic change of the years beside it that are no breaks.
  ///
  /// - Returns: nil where the table ends before a year to compare with.
  public func population(_ region: Int, _ year: Int, onLevelOf launch: Int) -> Double? {
    var log = Glibc.log(population(region, year))
    for broken in breaks where broken >= launch && broken < year {
      let beside = [broken - 1, broken + 1].filter {
        $0 >= firstYear && $0 < lastYear && !breaks.contains($0)
      }
      guard beside.count == 2 else { return nil }
      let usual = beside.reduce(0) { $0 + logGrowth(region, $1) } / 2
      log += usual - logGrowth(region, broken)
    }
    return Glibc.exp(log)
  }
}
