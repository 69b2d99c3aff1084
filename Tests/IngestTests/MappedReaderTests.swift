import Demography
import Formats
import Ingest
import Testing

@Suite struct MappedReaderTests {
  private let constants = "    geo_vintage: KZ-ADM1-2022\n    constants: {MEASURE: POP}\n"
  private let bns = """
          format: csv
          columns:
            REF_AREA: {column: "КАТО", codelist: regions, map: {"РЕСПУБЛИКА КАЗАХСТАН": KZ}}
            TIME_PERIOD: {column: PERIOD, format: yyyymm, span: quarter}
            OBS_VALUE: {column: VAL, missing: {"…": O, "x": Q}}
    """

  /// The form of the bureau's download: tabs, byte order mark, quotes, spaces in numbers.
  private let download =
    "\u{FEFF}\"NAM\"\t\"PERIOD\"\t\"КАТО\"\t\"LКАТО\"\t\"VAL\"\r\n"
    + "\"Население\"\t\"202403\"\t\"РЕСПУБЛИКА КАЗАХСТАН\"\t\"0\"\t\"20 033 842\"\r\n"
    + "\"Население\"\t\"202403\"\t\"Г. АЛМАТЫ\"\t\"0\"\t\"2 228\u{A0}675\"\r\n"
    + "\"Население\"\t\"202406\"\t\"АЛМАТИНСКАЯ ОБЛАСТЬ\"\t\"0\"\t\"24 876,5\"\r\n"
    + "\"Население\"\t\"202406\"\t\"ОБЛАСТЬ ЖЕТIСУ\"\t\"0\"\t\"…\"\r\n"

  @Test func theBureausDownloadIsUnderstood() throws {
    let result = try Fixture.mapped(bns, file: download, extra: constants)
    #expect(result.faults == [])
    #expect(
      result.observations.map(\.referenceArea) == ["KZ", "KZ75", "KZ19@2022-06-08", "KZ33"])
    #expect(result.observations.map(\.value) == [20_033_842, 2_228_675, 24876.5, nil])
    #expect(result.observations.map(\.status) == [.normal, .normal, .normal, .missing])
    #expect(result.observations[0].period == .quarter(2024, 1))
    #expect(result.observations[0].licence == "BNS-CITE")
    #expect(result.observations[0].source == "bns")
    #expect(result.observations[0].vintage == Instant("2025-02-01"))
    let row = try #require(result.preview.first { $0.dimension == .referenceArea })
    #expect(
      row
        == PreviewRow(
          source: "КАТО", dimension: .referenceArea, example: "РЕСПУБЛИКА КАЗАХСТАН", meaning: "KZ")
    )
  }

  @Test func theNameAlmatyAloneIsAnError() throws {
    let text = "PERIOD,КАТО,VAL\n202403,Алматы,1\n202406,Алматы,2\n"
    let result = try Fixture.mapped(bns, file: text, extra: constants)
    let fault = try #require(result.faults.first)
    #expect(result.observations.isEmpty)
    #expect(result.faults.count == 1)
    #expect(fault.code == "alias.ambiguous")
    #expect(fault.arguments["candidates"] == "KZ19@2022-06-08, KZ75")
    #expect(fault.arguments["rows"] == "2")
    #expect(fault.place?.description == "a.csv:2:8")
  }

  @Test func aHintInTheMappingSettlesAlmaty() throws {
    let reader = bns.replacing("map: {", with: "map: {\"Алматы\": KZ75, ")
    let result = try Fixture.mapped(
      reader, file: "PERIOD,КАТО,VAL\n202403,Алматы,1\n", extra: constants)
    #expect(result.observations.map(\.referenceArea) == ["KZ75"])
  }

  @Test func anUnknownRegionIsNamedWithItsNeighbour() throws {
    let result = try Fixture.mapped(
      bns, file: "PERIOD,КАТО,VAL\n202403,Туркестанская облась,1\n", extra: constants)
    #expect(result.faults.map(\.code) == ["region.unknown"])
    #expect(result.faults[0].arguments["nearest"] == "Туркестанская область")
  }

  @Test func aRegionOfOtherBoundariesIsNotTaken() throws {
    let text = "PERIOD,КАТО,VAL\n202403,Южно-Казахстанская область,1\n"
    let result = try Fixture.mapped(bns, file: text, extra: constants)
    #expect(result.faults.map(\.code) == ["region.not_valid"])
    #expect(result.faults[0].arguments["valid_to"] == "2018-06-19")
  }

  @Test func namesAreResolvedByTheBoundariesOfTheirTime() throws {
    let extra = """
          geo_vintage_by_date: [{from: 2018-06-19, code: KZ-ADM1-2018}, {from: 2022-06-08, code: KZ-ADM1-2022}]
          constants: {MEASURE: POP}

      """
    let text = "PERIOD,КАТО,VAL\n202103,Алматинская область,1\n202403,Алматинская область,2\n"
    let result = try Fixture.mapped(bns, file: text, extra: extra)
    #expect(result.observations.map(\.referenceArea) == ["KZ19@2018-06-19", "KZ19@2022-06-08"])
    #expect(result.observations.map(\.geoVintage) == ["KZ-ADM1-2018", "KZ-ADM1-2022"])
  }

  @Test func yearsInHeadingsBecomePeriods() throws {
    let reader = """
            format: csv
            decimal: comma
            header_row: 3
            header_rows: 2
            columns:
              REF_AREA: {column: 1, codelist: regions}
              OBS_VALUE: {missing: ["-", ""]}
            wide: {into: TIME_PERIOD, columns: {from: 2, to: 3}, format: yyyy}
            skip: [{column: 1, values: ["Итого"]}]
      """
    let text =
      "Численность;;\nна начало года;;\n;;\n;2023;2024\n"
      .replacing(";;\n;2023", with: ";2023;2024\n;2023")
      + "г. Алматы;1 200,5;1,234\nЖетісу облысы;-;\nИтого;1;2\n"
    let result = try Fixture.mapped(reader, file: text, extra: constants)
    #expect(result.faults == [])
    #expect(result.observations.map(\.period.description) == ["2023", "2024", "2023", "2024"])
    #expect(result.observations.map(\.value) == [1200.5, 1.234, nil, nil])
    #expect(result.skippedCount == 1)
  }

  @Test func measuresInHeadingsBecomeMeasures() throws {
    let reader = """
            format: csv
            columns:
              REF_AREA: {column: region, codelist: regions}
              TIME_PERIOD: {column: [y, m], format: yyyy-mm, span: ytd}
            wide: {into: MEASURE, columns: [arrived, left], map: {arrived: FLOW_IN, left: FLOW_OUT}}
      """
    let result = try Fixture.mapped(
      reader, file: "region,y,m,arrived,left\nKZ75,2024,9,5,6\n",
      extra: "    geo_vintage: KZ-ADM1-2022\n")
    #expect(result.faults == [])
    #expect(result.observations.map(\.measure) == ["FLOW_IN", "FLOW_OUT"])
    #expect(result.observations.map(\.value) == [5, 6])
    #expect(result.observations[0].period.description == "2024-01-01/P9M")
    #expect(result.observations[0].isCumulative)
  }

  @Test(arguments: [
    ("202403,KZ75,\"1,234\"", "number.ambiguous", "a.csv:2:13"),
    ("202403,KZ75,-", "number.mark", "a.csv:2:13"),
    ("202403,KZ75,abc", "number.bad", "a.csv:2:13"),
    ("202404,KZ75,1", "period.format", "a.csv:2:1"),
    ("2024-Q1,KZ75,1", "period.format", "a.csv:2:1"), ("202403,KZ75,", "number.mark", "a.csv:2:13"),
  ])
  func aBadCellIsNamedWithItsPlace(row: String, code: String, place: String) throws {
    let result = try Fixture.mapped(bns, file: "PERIOD,КАТО,VAL\n\(row)\n", extra: constants)
    #expect(result.faults.map(\.code) == [code])
    #expect(result.faults[0].place?.description == place)
  }

  @Test func aMissingHeadingIsNamedWithItsNeighbour() throws {
    let result = try Fixture.mapped(
      bns, file: "PERIOD,КАТО,VALUE\n202403,KZ75,1\n", extra: constants)
    #expect(result.faults.map(\.code) == ["heading.unknown"])
    #expect(result.faults[0].arguments["nearest"] == "VALUE")
  }
}
