import Demography
import Testing

@Suite struct CodelistTests {
  static let list = Codelist(
    id: "regions",
    codes: [
      Code(id: "KZ75", names: Names(kk: "Алматы қаласы", ru: "город Алматы", en: "Almaty City")),
      Code(
        id: "KZ19@2022-06-08",
        names: Names(kk: "Алматы облысы", ru: "Алматинская область", en: "Almaty Region"),
        validFrom: Day("2022-06-08")),
      Code(
        id: "KZ19@pre2022-06-08",
        names: Names(kk: "Алматы облысы", ru: "Алматинская область", en: "Almaty Region"),
        validTo: Day("2022-06-08")),
    ],
    aliases: [("Алматы", "KZ75"), ("Алматы", "KZ19@2022-06-08"), ("АЛМАТЫ Қ.", "KZ75")])

  @Test func anAmbiguousAliasIsAnErrorThatNamesTheCandidates() {
    #expect(
      throws: CodelistError.ambiguous(
        "Алматы", list: "regions", candidates: ["KZ19@2022-06-08", "KZ75"])
    ) { try Self.list.resolve("Алматы") }
  }

  @Test func aDayTellsOldAndNewExtentsApart() throws {
    #expect(
      try Self.list.resolve("Almaty Region", on: Day("2020-01-01")).id == "KZ19@pre2022-06-08")
    #expect(try Self.list.resolve("Almaty Region", on: Day("2023-01-01")).id == "KZ19@2022-06-08")
    #expect(throws: CodelistError.self) { try Self.list.resolve("Almaty Region") }
  }

  @Test func caseAndSpacesMakeNoDifference() throws {
    #expect(try Self.list.resolve("  город   АЛМАТЫ ").id == "KZ75")
    #expect(try Self.list.resolve("алматы қ.").id == "KZ75")
  }

  @Test func anUnknownNameSuggestsTheNearest() {
    #expect(
      throws: CodelistError.unknown("Almaty Citi", list: "regions", nearest: "Almaty City")
    ) { try Self.list.resolve("Almaty Citi") }
  }

  @Test func indicesDoNotDependOnFileOrder() {
    let reversed = Codelist(id: "regions", codes: Self.list.codes.reversed())
    #expect(reversed.codes.map(\.id) == Self.list.codes.map(\.id))
    #expect(reversed.index(of: "KZ75") == Self.list.index(of: "KZ75"))
  }
}
