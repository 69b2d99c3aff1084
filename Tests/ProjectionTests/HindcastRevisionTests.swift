import Projection
import Testing

@Suite struct HindcastRevisionTests {
  /// Two regions that gain 2 % a year by nature and by migration what is given, per thousand.
  private func totals(_ migration: [Double], natural: Bool = true) throws -> RegionalTotals {
    var population: [Double] = []
    var increase: [Double] = []
    for start in [1000.0, 4000] {
      var persons = start
      for rate in migration + [.nan] {
        population.append(persons)
        increase.append(natural ? 0.02 * persons : .nan)
        persons *= 1.02 + rate / 1000
      }
    }
    return try RegionalTotals(
      regions: ["A", "B"], firstYear: 2000, population: population, naturalIncrease: increase,
      breaks: [])
  }

  @Test(arguments: [true, false])
  func aChangeThatDidNotLastIsFoundOnceTheYearAfterIsKnown(natural: Bool) throws {
    let totals = try totals([1, 2, 0, 1, 3, 2, 1, 14, 2, 1], natural: natural)
    #expect(totals.revisionYears(before: 2008).isEmpty)
    for launch in 2009...2012 { #expect(totals.revisionYears(before: launch) == [2007]) }
    let down = try self.totals([1, 2, 0, 1, 3, 2, 1, -14, 2, 1], natural: natural)
    #expect(down.revisionYears(before: 2010) == [2007])
  }

  @Test(arguments: [
    // A new level, a slope, a small step aside, steps that are always as large, and few years.
    [1, 2, 0, 1, 3, 2, 14, 14, 14, 14], [0, 8, 16, 24, 32, 40, 48], [1, 2, 0, 1, 3, 2, 1, 5, 1, 2],
    [0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0], [1, 1, 20, 1, 1],
  ])
  func otherChangesAreNot(migration: [Double]) throws {
    let totals = try totals(migration)
    for launch in 2000...2012 { #expect(totals.revisionYears(before: launch).isEmpty) }
  }

  @Test func theCensusesOfKazakhstanAreFoundAndNoYearOfFinlandOrAustralia() throws {
    let kazakhstan = try HindcastCountries.kazakhstan()
    #expect(kazakhstan.revisionYears(before: 2009).isEmpty)
    for launch in 2010...2022 { #expect(kazakhstan.revisionYears(before: launch) == [2008]) }
    for launch in 2023...2025 { #expect(kazakhstan.revisionYears(before: launch) == [2008, 2021]) }
    for totals in [try HindcastCountries.finland(), try HindcastCountries.australia()] {
      guard let totals else { continue }
      for launch in totals.firstYear...totals.lastYear {
        #expect(totals.revisionYears(before: launch).isEmpty)
      }
    }
  }

  /// What a launch sees is what it sees without the years after it.
  @Test func nothingAfterALaunchTellsOfABreak() throws {
    let totals = try totals([1, 2, 0, 1, 3, 2, 1, 14, 2, 1])
    let changed = try self.totals([1, 2, 0, 1, 3, 2, 1, 14, 30, 1])
    let specification = Hindcast.Specification(
      launches: [2008], horizons: [1], lines: [.components(.standard)], breaks: .found,
      target: .published)
    let found = try [totals, changed].map { try Hindcast.run(specification, on: $0).cases[0] }
    #expect(found[0].forecast == found[1].forecast && found[0].deviation == found[1].deviation)
    #expect(found[0].actual != found[1].actual)
  }
}
