import Demography
import Formats
import Ingest
import Testing

@Suite struct SourceRegistryTests {
  private func faults(_ yaml: String) -> [String] {
    do {
      _ = try Fixture.registry(yaml)
      return []
    } catch { return error.all.map(\.description) }
  }

  @Test func anEntryTellsItsTermsAndFillsItsColumns() throws {
    let registry = try Fixture.registry(
      Fixture.head + """
            concept: REG_PERM
            geo_vintage: KZ-ADM1-2022
            freq: M
            expected_lag_days: 45
            dimensions: [SEX, AGE]
            reliability: {cv: 0.02}
            breaks: [{date: 2021-09-01, measure: POP, reason: census_2021, residual: 380736}]
            constants: {MEASURE: POP, REPORTER: "KZ:MIA"}
            reader: {format: canonical}

        """)
    let entry = try registry.entry("bns")
    #expect(
      entry.licence
        == Licence(
          id: "BNS-CITE", mayExport: true, attribution: "Bureau of National Statistics"))
    #expect(entry.filledConstants[.reporter] == "KZ:MIA")
    #expect(entry.filledConstants[.concept] == "REG_PERM")
    #expect(entry.filledConstants[.licence] == "BNS-CITE")
    #expect(entry.breaks[0].residual == 380_736)
    #expect(entry.dimensions == [.sex, .age])
    #expect(entry.place.line == 4)
  }

  @Test func anUnknownSourceIsNamedWithTheNearest() throws {
    let registry = try Fixture.registry(Fixture.head + "    reader: {format: canonical}\n")
    do {
      _ = try registry.entry("bnz")
      Issue.record("found")
    } catch {
      #expect(error.all[0].code == "source.unknown")
      #expect(error.all[0].arguments["nearest"] == "bns")
    }
  }

  @Test func everySlipOfTheFileIsReportedAtOnce() {
    let found = faults(
      """
      schema: agyn.sources/2
      sources:
        - id: a
          agency: X
          title: {kk: а, ru: б}
          licence: {id: L, may_export: perhaps, attribution: ""}
          lisence: 3
          freq: monthly
          constants: {MESURE: POP}
          reader: {format: exel}
      """)
    #expect(found.count == 7)
    #expect(found.contains { $0.hasPrefix("schema.unknown") && $0.hasSuffix("sources.yaml:1:9") })
    #expect(
      found.contains { $0.hasPrefix("key.unknown(key: lisence") && $0.contains("nearest: licence") }
    )
    #expect(found.contains { $0.hasPrefix("key.missing(key: en)") })
    #expect(found.contains { $0.hasPrefix("value.bad") && $0.contains("perhaps") })
    #expect(found.contains { $0.hasPrefix("value.bad") && $0.contains("exel") })
    #expect(found.contains { $0.hasPrefix("value.bad") && $0.contains("monthly") })
    #expect(found.contains { $0.hasPrefix("column.unknown") && $0.contains("nearest: MEASURE") })
  }

  @Test func aVintageThatNobodyDatedIsAFault() {
    let found = faults(
      Fixture.head + "    geo_vintage: KZ-ADM1-2023\n    reader: {format: canonical}\n")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("geo_vintage.unknown") == true)
  }

  @Test func everySourceKindHasACardOfItsOwn() {
    let ids = SourceFormat.all.map(\.card.id)
    #expect(Set(ids).count == ids.count)
    #expect(SourceFormat.all.allSatisfy { $0.card.catalogue == "source" })
    #expect(SourceFormat.named("xlsx")?.container == .workbook)
  }
}
