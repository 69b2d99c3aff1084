import Demography
import Formats
import Ingest
import Testing

@Suite struct ObservationReaderTests {
  private let constants: [Observation.Column: String] = [
    .measure: "POP", .reporter: "KZ:BNS", .source: "bns", .vintage: "2025-02-01",
  ]

  private func read(_ text: String) throws(Faults) -> IngestResult {
    readObservations(
      try Fixture.grid(text), constants: constants, codelists: Codelists([try Fixture.regions()]))
  }

  @Test func columnsThatDoNotVaryComeFromTheConstants() throws {
    let result = try read("REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nKZ75,2025-01-01,2228675,A\n")
    #expect(result.faults == [])
    #expect(result.observations[0].measure == "POP")
    #expect(result.observations[0].period == .day(Day(year: 2025, month: 1, day: 1)))
    #expect(result.observations[0].sex == "_T")
  }

  @Test func allFaultsOfAFileComeTogether() throws {
    let result = try read(
      """
      REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,AGE,FREQ
      KZ75,2024-13,1,A,_T,M
      KZ75,2024,1 234,A,_T,A
      KZ75,2024,,A,_T,A
      KZ75,2024,5,O,_T,A
      KZ75,2024,5,Z,_T,A
      KZ75,2024,5,A,Y5-9,A
      KZ75,2024,5,A,_T,Q
      KZ99,2024,5,A,_T,A
      ,2024,5,A,_T,A
      KZ75,2024,,O,Y_GE80,A
      """)
    #expect(
      result.faults.map { "\($0.code) \($0.place?.description ?? "")" } == [
        "period.bad a.csv:2:6", "number.bad a.csv:3:11", "value.missing a.csv:4:11",
        "value.unexpected a.csv:5:11", "status.unknown a.csv:6:13", "age.bad a.csv:7:15",
        "frequency.mismatch a.csv:8:18", "region.unknown a.csv:9:1", "cell.blank a.csv:10:1",
      ])
    #expect(result.observations.count == 1)
    #expect(result.observations[0].value == nil)
    #expect(throws: Faults.self) { try result.checked() }
  }

  @Test func endlessFaultsAreCountedNotListed() throws {
    let rows = (0..<2000).map { "KZ75,2024,x\($0)" }.joined(separator: "\n")
    let result = try read("REF_AREA,TIME_PERIOD,OBS_VALUE\n" + rows)
    #expect(result.faults.count == 501)
    #expect(result.faults.last?.code == "faults.more")
    #expect(result.faults.last?.arguments == ["count": "1500"])
  }

  @Test func anUnknownColumnIsNamedWithTheNearest() throws {
    let result = try read("REF_AREA,TIME_PERIOD,OBS_VALU\nKZ75,2024,1\n")
    #expect(result.faults.map(\.code) == ["column.unknown", "column.missing"])
    #expect(result.faults[0].arguments["nearest"] == "OBS_VALUE")
    #expect(result.faults[0].place?.description == "a.csv:1:22")
  }

  @Test func anAliasBecomesTheCode() throws {
    let result = try read("REF_AREA,TIME_PERIOD,OBS_VALUE\nalmaty-city,2024,1\n")
    #expect(result.observations.map(\.referenceArea) == ["KZ75"])
  }

  @Test func sdmxCSVGivesBackWhatWasWritten() throws {
    var first = Observation(
      measure: "NET", reporter: "KZ:BNS", period: Period("2024-01-01/P9M")!,
      vintage: Instant("2025-02-01T10:00:00Z")!, value: -6946, source: "bns")
    first.isCumulative = true
    first.note = "=1+1, \"quoted\"\nсмета"
    first.lower = -7000.25
    first.level = 95
    first.origin = "KZ75"
    var second = Observation(
      measure: "POP", reporter: "KZ:BNS", period: .quarter(2024, 2), vintage: first.vintage,
      value: nil, source: "bns")
    second.status = .suppressed
    second.kind = .imputed
    second.multiplier = 3
    let (header, rows) = writeSDMXCSV([first, second], dataflow: "AGYN:DF_OBS(1.0)")
    let bytes = writeCSV(header: header, rows: rows)
    let back = readObservations(try readDelimited(bytes, file: "b.csv"))
    #expect(back.faults == [])
    #expect(back.observations == [first, second])
  }

  @Test func aDeletionInSDMXCSVIsRefused() throws {
    let result = try read(
      "STRUCTURE,STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE\ndataflow,x,D,2024,1\n")
    #expect(result.faults.map(\.code) == ["sdmx.action"])
  }

  @Test func mutatedFilesGiveObservationsOrFaults() throws {
    let seed = Array(
      "REF_AREA,TIME_PERIOD,OBS_VALUE,VINTAGE,AGE,CUM\nKZ75,2024-01-01/P9M,-5.5,2025-01-01T00:00:00Z,Y0T4,1\n"
        .utf8)
    let alphabet = Array("0123456789-/PMYDTQ:Z,.eE+\n\"_GE٣".utf8)
    var state: UInt64 = 11
    for round in 0..<4000 {
      var bytes = seed
      for _ in 0..<(1 + round % 6) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = alphabet[Int(state >> 45) % alphabet.count]
      }
      guard
        let grid = try? readDelimited(bytes, file: "fuzz", dialect: Dialect(allowsRaggedRows: true))
      else { continue }
      let result = readObservations(grid, constants: constants)
      #expect(result.observations.count + result.faults.count > 0 || result.rowCount == 0)
    }
  }
}
