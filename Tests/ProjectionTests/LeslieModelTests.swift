import Projection
import Testing

@Suite struct LeslieModelTests {
  /// Golden case gc02.
  @Test func swedishWomenOf1993AgeAsInTheBook() throws {
    let table = try ReferenceTable("sweden_1993_closed")
    let model = LeslieModel(
      personYears: table.numbers("person_years").map { $0 / 100_000 },
      fertility: table.numbers("births_per_woman"), sexRatioAtBirth: 1.05)
    let in1998 = model.step(table.numbers("women"))
    let in2003 = model.step(in1998)
    #expect(worstAbsolute(in1998, table.numbers("book_1998")) <= 0.5)
    #expect(worstAbsolute(in2003, table.numbers("book_2003")) <= 0.5)
    #expect(worstRelative(in1998, table.numbers("women_1998")) <= 1e-9)
    #expect(worstRelative(in2003, table.numbers("women_2003")) <= 1e-9)
  }

  @Test func theStableSwedishPopulationGrowsByOnePerThousandInFiveYears() throws {
    let table = try ReferenceTable("sweden_1993_closed")
    let model = LeslieModel(
      personYears: table.numbers("person_years").map { $0 / 100_000 },
      fertility: table.numbers("births_per_woman"), sexRatioAtBirth: 1.05)
    let stable = try model.stablePopulation()
    #expect(abs(stable.growth - 1.0011125340819529) <= 1e-8)
    #expect(worstRelative(stable.shares, table.numbers("stable_share")) <= 1e-8)
  }
}
