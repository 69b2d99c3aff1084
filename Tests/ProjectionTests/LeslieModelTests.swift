import Foundation
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

extension LeslieModelTests {
  /// Golden case gc09: women of Burkina Faso, 1960 to 2005, as popReconstruct 1.0 projects them.
  @Test func womenOfBurkinaFasoAreThoseOfPopReconstruct() throws {
    let folder = "golden/projection/gc09_burkina_faso_females/"
    let names = ["input_survival", "input_fertility", "input_migration_prop", "input_baseline"]
    let files = names.compactMap { sharedFile(folder + $0 + ".csv") }
    guard files.count == 4, let result = sharedFile(folder + "expected_popReconstruct.csv") else {
      return
    }
    let tables = try files.map { ReferenceTable(text: try String(contentsOf: $0, encoding: .utf8)) }
    let expected = ReferenceTable(text: try String(contentsOf: result, encoding: .utf8))
    var women = tables[3].numbers("1960")
    for year in stride(from: 1960, to: 2005, by: 5) {
      let model = LeslieModel(
        survival: tables[0].numbers("\(year)"), fertility: tables[1].numbers("\(year)"),
        sexRatioAtBirth: 1.05, stepYears: 5)
      women = model.step(women, netMigration: tables[2].numbers("\(year)"))
      #expect(worstRelative(women, expected.numbers("\(year + 5)")) <= 1e-9, "\(year)")
    }
    #expect(abs(women.reduce(0, +) / 7405550.279935638 - 1) <= 1e-9)
  }
}
