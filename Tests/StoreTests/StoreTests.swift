import Demography
import Store
import Testing

/// Every test has a store of its own in the temporary folder.
private func temporaryPath(_ name: String = #function) -> String {
  var random = SystemRandomNumberGenerator()
  return "/tmp/agyn-store-\(random.next()).sqlite"
}

func net(_ year: Int, _ value: Double?, released: String, source: String = "bns_external_ytd")
  -> Observation
{
  var observation = Observation(
    measure: "NET", reporter: "KZ:BNS", period: .year(year), vintage: Instant(released)!,
    value: value, source: source)
  observation.referenceArea = "KZ"
  observation.scope = "EXTERNAL"
  observation.concept = "REG_PERM"
  observation.isCumulative = true
  return observation
}

private func file(_ digest: String, rows: Int = 1) -> StoredFile {
  StoredFile(
    digest: digest, name: "data/\(digest).csv", source: "bns_external_ytd", rows: rows,
    recorded: Instant("2025-01-01"))
}

@Suite struct StoreTests {
  /// BNS: net external migration of 2022 was first released as −6,946, later as −6,722. Release days
  /// are assumed: 9 February 2023 as observed in the press, 15 March 2023 for the final figure.
  @Test func aReadingKnowsWhatWasKnownAtItsInstant() throws {
    let store = try Store(path: temporaryPath())
    try store.load([net(2022, -6946, released: "2023-02-09")], from: file("a"))
    try store.load([net(2022, -6722, released: "2023-03-15")], from: file("b"))
    #expect(try store.observations(asOf: Instant("2023-01-01")!).isEmpty)
    #expect(try store.observations(asOf: Instant("2023-03-01")!).map(\.value) == [-6946])
    #expect(try store.observations(asOf: Instant("2024-03-01")!).map(\.value) == [-6722])
    #expect(try store.allVintages().map(\.value) == [-6946, -6722])
    #expect(try store.allVintages(until: Instant("2023-03-01")!).count == 1)
  }

  @Test func theSameBytesAreLoadedOnce() throws {
    let store = try Store(path: temporaryPath())
    let rows = [net(2022, -6946, released: "2023-02-09"), net(2023, 9293, released: "2024-02-09")]
    let first = try store.load(rows, from: file("a", rows: 2))
    #expect(first.added == 2 && !first.alreadyLoaded)
    let again = try store.load(rows, from: file("a", rows: 2))
    #expect(again.added == 0 && again.alreadyLoaded)
    let sameRowsInOtherBytes = try store.load(rows, from: file("c", rows: 2))
    #expect(sameRowsInOtherBytes.added == 0 && sameRowsInOtherBytes.unchanged == 2)
    #expect(try store.count() == 2)
    #expect(try store.files().map(\.digest) == ["a", "c"])
    #expect(try store.contains(digest: "c"))
    #expect(try !store.contains(digest: "d"))
  }

  @Test func anotherValueForAKnownVintageIsRefusedAndNothingIsKept() throws {
    let store = try Store(path: temporaryPath())
    try store.load([net(2022, -6946, released: "2023-02-09")], from: file("a"))
    let before = try store.digest()
    let faults = #expect(throws: Faults.self) {
      try store.load(
        [
          net(2020, -17_718, released: "2021-02-09"), net(2022, -6945, released: "2023-02-09"),
          net(2022, nil, released: "2023-02-09"),
        ], from: file("b"))
    }
    #expect(faults?.all.map(\.code) == ["store.conflict", "store.conflict"])
    #expect(faults?.all.first?.arguments["stored"] == "-6946")
    #expect(faults?.all.first?.arguments["offered"] == "-6945")
    #expect(faults?.all.first?.arguments["file"] == "data/a.csv")
    #expect(try store.digest() == before)
    #expect(try store.files().map(\.digest) == ["a"])
  }

  @Test func aValueThatIsNoNumberIsRefused() throws {
    let store = try Store(path: temporaryPath())
    #expect(throws: Faults.self) {
      try store.load([net(2022, .nan, released: "2023-02-09")], from: file("a"))
    }
    #expect(try store.count() == 0)
  }

  @Test func everyColumnComesBackAsItWent() throws {
    let store = try Store(path: temporaryPath())
    var full = Observation(
      measure: "FLOW_OD", reporter: "KZ:BNS", period: Period("2022-01-01/P8M")!,
      vintage: Instant("2022-09-14T10:11:12Z")!, value: 12.5, source: "press")
    full.origin = "KZ61@2018-06-19"
    full.destination = "KZ79@2018-06-19"
    full.isCumulative = true
    full.sex = "F"
    full.age = "Y0T4"
    full.citizenship = "UZB"
    full.birthPlace = "KAZ"
    full.activity = "F"
    full.occupation = "7"
    full.education = "5"
    full.permitType = "CAT1"
    full.reason = "WORK"
    full.concept = "REG_PERM"
    full.durationDefinition = "REGPERM"
    full.event = "EVENT"
    full.scope = "INTERREGIONAL"
    full.geoVintage = "KZ-ADM1-2018"
    full.status = .provisional
    full.confidentiality = .internalUse
    full.kind = .imputed
    full.unit = "KZT"
    full.multiplier = 9
    full.roundBase = 0.1
    full.lower = 12.45
    full.upper = 12.55
    full.level = 95
    full.licence = "BNS-CITE"
    full.lineage = String(repeating: "ab", count: 32)
    full.note = "«тысяч», rounded | in the source"
    var missing = full
    missing.period = .day(Day("2022-09-01")!)
    missing.value = nil
    missing.lower = nil
    missing.status = .suppressed
    try store.load([missing, full], from: file("a", rows: 2))
    #expect(try store.observations() == [full, missing])
    #expect(try store.trace(key: full.key).map(\.observation) == [full])
    #expect(try store.trace(key: full.key).first?.file.name == "data/a.csv")
    #expect(try store.trace(key: "no such key").isEmpty)
  }

  @Test func theOrderOfLoadingMakesNoDifference() throws {
    let rows = (2000..<2025).map { net($0, Double($0 * 7 % 13), released: "\($0 + 1)-02-09") }
    let forward = try Store(path: temporaryPath())
    try forward.load(rows, from: file("a", rows: 25))
    let backward = try Store(path: temporaryPath())
    for (n, row) in rows.reversed().enumerated() { try backward.load([row], from: file("\(n)")) }
    #expect(try forward.observations() == rows)
    #expect(try backward.observations() == rows)
    #expect(try forward.digest() == backward.digest())
  }

  @Test func readingsCanBeNarrowed() throws {
    let store = try Store(path: temporaryPath())
    var population = net(2022, 19, released: "2022-03-15")
    population.measure = "POP"
    try store.load(
      [
        population, net(2022, -6946, released: "2023-02-09"),
        net(2022, -9000, released: "2024-07-11", source: "un_wpp_2024"),
      ], from: file("a", rows: 3))
    #expect(try store.observations(measures: ["POP"]).map(\.measure) == ["POP"])
    #expect(try store.observations(sources: ["un_wpp_2024"]).map(\.value) == [-9000])
    #expect(try store.observations(measures: ["NET"], sources: ["un_wpp_2024"]).count == 1)
    #expect(try store.observations(measures: []).isEmpty)
  }

  @Test func aSecondConnectionSeesWhatTheFirstCommitted() throws {
    let path = temporaryPath()
    let writer = try Store(path: path)
    try writer.load([net(2022, -6946, released: "2023-02-09")], from: file("a"))
    let reader = try Store.reading(path: path)
    #expect(try reader.observations().count == 1)
    try writer.load([net(2023, 9293, released: "2024-02-09")], from: file("b"))
    #expect(try reader.observations().count == 2)
    try writer.close()
    #expect(try reader.count() == 2)
  }

  @Test func anAbsentStoreIsSaidToBeAbsent() {
    let fault = #expect(throws: Fault.self) { try Store.reading(path: temporaryPath()) }
    #expect(fault?.code == "store.absent")
    #expect(fault?.kind == .missingInput)
  }

  @Test func aFolderThatIsNotThereCannotBeWritten() {
    let fault = #expect(throws: Fault.self) { try Store(path: "/tmp/agyn-no-such-folder/s.sqlite") }
    #expect(fault?.kind == .cannotWrite)
  }

  @Test func lineageIsKept() throws {
    let store = try Store(path: temporaryPath())
    let lineage = Lineage(
      id: "0f", step: "crosswalk", parameters: ["weight": "origin", "to": "KZ-ADM1-2022"],
      inputs: ["a", "b"], toolVersion: "0.1.0")
    try store.record([lineage])
    try store.record([lineage])
    #expect(try store.lineage("0f") == lineage)
    #expect(try store.lineage("10") == nil)
  }

  @Test(.timeLimit(.minutes(1))) func tensOfThousandsOfRowsAreQuick() throws {
    let store = try Store(path: temporaryPath())
    var rows: [Observation] = []
    for year in 0..<25 {
      for area in 0..<20 {
        for age in 0..<100 {
          var row = net(2000 + year, Double(year * area + age), released: "2025-03-15")
          row.measure = "POP"
          row.referenceArea = "KZ\(10 + area)"
          row.age = age < 10 ? "Y0\(age)" : "Y\(age)"
          rows.append(row)
        }
      }
    }
    let clock = ContinuousClock()
    let loading = try clock.measure { try store.load(rows, from: file("a", rows: rows.count)) }
    var read: [Observation] = []
    let reading = try clock.measure { read = try store.observations() }
    print("store: \(rows.count) rows loaded in \(loading), read in \(reading)")
    #expect(Set(read) == Set(rows) && read.count == rows.count)
  }
}
