import Demography
import Formats
import Foundation
import Projection
import Scenarios
import Testing

/// Components that follow sample paths of fitted series.
@Suite struct SamplePathsTests {
  private static let digest = String(repeating: "ab", count: 32)

  private static func grid(_ text: String) throws -> TextGrid {
    try readDelimited(Array(text.utf8), file: "models/paths.csv")
  }

  /// Three draws of three years for each region: the observed value of 2024 is ten times the region's place.
  private static func text(
    _ names: [String] = ["City", "North", "South"],
    value: (_ name: Int, _ year: Int, _ draw: Int) -> Double
  ) -> String {
    var text = "unique_id,ds,draw,y\n"
    for (k, name) in names.enumerated() {
      text += "\(name),2023,,\(5 * (k + 1))\n\(name),2024,,\(10 * (k + 1))\n"
      for draw in 1...3 {
        for year in 2025...2027 { text += "\(name),\(year),\(draw),\(value(k, year, draw))\n" }
      }
    }
    return text
  }

  private static func baseline(
    _ text: String,
    entry: String =
      "immigration: {file: models/paths.csv, digest: sha256:\(digest), base_year: 2024}",
    more: String = ""
  ) throws -> Baseline {
    let paths = try SamplePaths(grid(text), digest: digest)
    return try baseline(["models/paths.csv": .success(paths)], entry: entry, more: more)
  }

  private static func baseline(
    _ files: [String: Result<SamplePaths, Faults>], entry: String, more: String = ""
  ) throws -> Baseline {
    try ToyCountry.baseline(
      extra: """
        uncertainty:
          paths:
            \(entry)
        \(more)
        """, paths: files)
  }

  private func run(
    _ baseline: Baseline, draws: Int = 3, threads: Int? = nil, levers: [String] = []
  ) throws -> ScenarioRun {
    let scenarios =
      levers.isEmpty ? [] : [try ToyCountry.scenario(levers, baseline: baseline)]
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: scenarios, seed: 3,
      draws: draws, threads: threads)
  }

  private func immigrants(_ run: ScenarioRun, _ area: String, _ year: Int) throws -> [Double] {
    let table = try #require(run.results()["components"])
    let row = try #require(
      (0..<table.rowCount).first {
        table.texts("area")[$0] == area && table.texts("period")[$0] == String(year)
          && table.texts("component")[$0] == "immigration"
          && table.texts("scenario")[$0] == "baseline"
      })
    return ["lower_80", "median", "upper_80"].compactMap { table.numbers($0)[row] }
  }

  /// Inputs are for 2024: City 1,200 persons a year, North 300, South 500.
  @Test func everyDrawOfEveryRegionHasItsOwnPathOverWhatWasObserved() throws {
    func path(_ k: Int, _ year: Int, _ draw: Int) -> Double {
      Double(10 * (k + 1))
        * (1 + Double(year - 2024) * (0.1 + 0.05 * Double(draw)) - 0.1 * Double(k))
    }
    let baseline = try Self.baseline(Self.text(value: path))
    // One draw has one value only: that of the first path.
    let one = try run(baseline, draws: 1)
    for (k, area, level) in [(0, "City", 1200.0), (1, "North", 300), (2, "South", 500)] {
      for year in 2025...2027 {
        for value in try immigrants(one, area, year) {
          let wanted = level * path(k, year, 1) / Double(10 * (k + 1))
          #expect(abs(value / wanted - 1) < 1e-12, "\(area) \(year)")
        }
      }
    }
    // Of three the second is the median, and so it is on the median path.
    let three = try run(baseline)
    let middle = 1200 * path(0, 2027, 2) / 10
    #expect(abs(try immigrants(three, "City", 2027)[1] / middle - 1) < 1e-12)
    #expect(abs(three.medianPath()[2].ledger.immigration[0] / middle - 1) < 1e-12)
  }

  @Test func oneSeriesOfTheCountryMovesAllRegionsAlike() throws {
    let baseline = try Self.baseline(
      Self.text(["TOY"]) { _, year, draw in Double(10 + draw) })
    for (area, level) in [("City", 1200.0), ("North", 300), ("South", 500)] {
      let found = try immigrants(run(baseline, draws: 1), area, 2026)[1]
      #expect(abs(found / (1.1 * level) - 1) < 1e-12)
    }
  }

  @Test func ratesFollowPathsToo() throws {
    let entry =
      "emigration: {file: models/paths.csv, digest: sha256:\(Self.digest), base_year: 2023}"
    let baseline = try Self.baseline(
      Self.text(["TOY"]) { _, _, draw in Double(10 * draw) }, entry: entry)
    let free = try run(ToyCountry.baseline()).medianPath()[0].ledger.emigration[1]
    let draws = try run(baseline, draws: 3)
    // Median of two, four and six times the 5 of 2023; people at risk are fewer the more leave.
    let found = draws.medianPath()[0].ledger.emigration[1] / free
    #expect(abs(found - 4) < 0.1)
  }

  private static let pairs = [
    "City>North", "City>South", "North>City", "North>South", "South>City", "South>North",
  ]
  private static let byPair =
    "internal: {file: models/paths.csv, digest: sha256:\(digest), base_year: 2024}"

  /// Moves of a pair are what was observed times its path, whatever the other pairs do.
  @Test func movesFollowPathsPairByPair() throws {
    let level = try Self.baseline(
      Self.text(Self.pairs) { k, _, _ in Double(10 * (k + 1)) }, entry: Self.byPair)
    func flows(_ baseline: Baseline) throws -> [Double] {
      let ledger = try run(baseline, draws: 1).medianPath()[0].ledger
      return (0..<9).map { ledger.flow(from: $0 % 3, to: $0 / 3) }
    }
    #expect(try flows(level) == flows(ToyCountry.baseline()))
    // Nobody goes from North to City, twice as many from South to North in the second draw, the median.
    let turned = try Self.baseline(
      Self.text(Self.pairs) { k, _, draw in
        Double(10 * (k + 1)) * (k == 2 ? 0 : k == 5 ? Double(draw) : 1)
      }, entry: Self.byPair)
    let ratios = try zip(flows(turned), flows(level)).map { $1 == 0 ? .nan : $0 / $1 }
    let (city, north, south) = (0, 1, 2)
    #expect(ratios[city * 3 + north] == 0)
    #expect(abs(ratios[north * 3 + south] - 2) < 0.05)
    #expect(abs(ratios[south * 3 + city] - 1) < 0.02 && abs(ratios[city * 3 + south] - 1) < 0.05)
  }

  /// Paths of pairs bring all that is uncertain: the range of the flow estimate is not drawn beside them.
  @Test func pathsOfPairsStandAlone() throws {
    let regions = try Bundle20.regions()
    let names = try Bundle20().baseline.regions
    let text = String(decoding: try Bundle20.bytes("scenarios/baseline.yaml"), as: UTF8.self)
      .replacingOccurrences(of: "2045-01-01", with: "2026-01-01")
      .replacingOccurrences(of: "2025, 2030, 2035, 2045]", with: "2025]")
      .replacingOccurrences(of: "2025, 2030, 2035, 2044]", with: "2025]")
      .replacingOccurrences(
        of: "    internal:    {sd: 0.05, persistence: 0.8, correlation: 0.6}\n", with: ""
      )
      .replacingOccurrences(
        of: "  deviations:\n",
        with:
          "  paths: {internal: {file: models/p.csv, digest: sha256:\(Self.digest)}}\n  deviations:\n"
      )
    var paths = "unique_id,ds,draw,y\n"
    for from in names {
      for to in names where to != from {
        paths += "\(from)>\(to),2024,,5\n"
        for draw in 1...3 { paths += "\(from)>\(to),2025,\(draw),5\n" }
      }
    }
    let file = try SamplePaths(Self.grid(paths), digest: Self.digest)
    let baseline = try Baseline(
      ToyCountry.document(text), regions: regions, paths: ["models/p.csv": .success(file)])
    let inputs = try BaselineInputs(
      observations: Bundle20.observations(), baseline: baseline, regions: regions)
    #expect(inputs.flows?.isUncertain == true)
    let table = try #require(
      ScenarioRun(baseline: baseline, inputs: inputs, scenarios: [], seed: 1, draws: 3).results()[
        "od_projection"])
    let bands = zip(table.numbers("lower_80"), table.numbers("upper_80"))
    // Mortality and births of the year move them by less than a thousandth.
    #expect(bands.allSatisfy { ($1 ?? 9) - ($0 ?? 0) <= 1e-3 * ($1 ?? 0) + 1e-9 })
  }

  @Test func pairsThatAreMissingOrBeginFromNothingAreTold() throws {
    func faults(_ names: [String], _ value: (Int, Int, Int) -> Double) throws -> [Fault] {
      let text = Self.text(names, value: value).replacingOccurrences(
        of: "North>City,2024,,30", with: "North>City,2024,,0")
      return try #require(
        #expect(throws: Faults.self) { try Self.baseline(text, entry: Self.byPair) }
      ).all
    }
    let missing = try faults(Array(Self.pairs.dropLast()) + ["South>East"]) { _, _, _ in 1 }
    #expect(missing.map(\.code) == ["baseline.paths-pairs"])
    #expect(missing[0].arguments["missing"] == "South>North")
    #expect(missing[0].arguments["strange"] == "South>East")
    let unseen = try faults(Self.pairs) { _, _, _ in 1 }
    #expect(unseen.map(\.code) == ["baseline.paths-base"])
    #expect(unseen[0].arguments["series"] == "North>City")
  }

  @Test func scenariosAndThreadsSeeTheSamePaths() throws {
    let baseline = try Self.baseline(
      Self.text { k, year, draw in Double(draw * (year - 2020) + k + 3) })
    let one = try run(baseline, threads: 1, levers: ["kandas"]).results()
    let two = try run(baseline, threads: 2, levers: ["kandas"]).results()
    #expect(one.tables() == two.tables())
    // What a lever adds is no part of a path: its difference has no spread from immigration.
    let flat = try run(
      Self.baseline(Self.text { k, _, _ in Double(10 * (k + 1)) }), levers: ["kandas"])
    let deviating = try run(ToyCountry.baseline(), levers: ["kandas"])
    #expect(
      try immigrants(flat, "City", 2026) == immigrants(deviating, "City", 2026),
      "paths at what was observed change nothing")
  }

  @Test func moreDrawsThanPathsAreRefused() throws {
    let baseline = try Self.baseline(Self.text { _, _, _ in 1 })
    try baseline.check(draws: 3)
    let faults = try #require(#expect(throws: Faults.self) { try baseline.check(draws: 4) })
    #expect(faults.all.map(\.code) == ["baseline.paths-draws"])
    #expect(faults.all[0].arguments == ["component": "immigration", "found": "3", "wanted": "4"])
  }

  private func codes(_ body: () throws -> Void) throws -> [String] {
    try #require(#expect(throws: Faults.self) { try body() }).all.map(\.code)
  }

  @Test func aBaselineSaysWhatItsPathsLack() throws {
    let sound = Self.text { _, _, _ in 1 }
    let pinned = "file: models/paths.csv, digest: sha256:\(Self.digest)"
    func faults(_ entry: String, _ text: String? = nil, more: String = "") throws -> [String] {
      try codes { _ = try Self.baseline(text ?? sound, entry: entry, more: more) }
    }
    // Without a base year it is that of the input, 2024.
    let (own, stated) = try (
      Self.baseline(sound, entry: "immigration: {\(pinned)}"),
      Self.baseline(sound, entry: "immigration: {\(pinned), base_year: 2024}")
    )
    #expect(own.paths == stated.paths && own.paths[.immigration] != nil)
    #expect(
      try faults("immigration: {file: models/paths.csv, base_year: 2024}")
        == ["baseline.paths-unpinned"])
    #expect(
      try faults("immigration: {file: models/paths.csv, digest: abababab, base_year: 2024}")
        == ["baseline.paths-unpinned"])
    #expect(
      try faults("immigration: {file: models/paths.csv, digest: cdcdcdcdcdcd, base_year: 2024}")
        == ["baseline.paths-digest"])
    #expect(
      try faults("immigration: {file: other.csv, digest: x, base_year: 2024}")
        == ["baseline.paths-missing"])
    #expect(
      try faults("immigration: {\(pinned), base_year: 2022}") == ["baseline.paths-base"])
    #expect(
      try faults(
        "immigration: {\(pinned), base_year: 2024}", Self.text(["City", "Nord"]) { _, _, _ in 1 })
        == ["baseline.paths-series"])
    #expect(
      try faults(
        "immigration: {\(pinned), base_year: 2024}", sound.replacing(",2027,", with: ",2028,"))
        == ["paths.gap"])
    #expect(
      try faults(
        "immigration: {\(pinned), base_year: 2024}",
        sound.split(separator: "\n").filter { !$0.contains(",2027,") }.joined(separator: "\n"))
        == ["baseline.paths-years"])
    #expect(try faults("permits: {\(pinned), base_year: 2024}") == ["key.unknown"])
    #expect(
      try faults(
        "immigration: {\(pinned), base_year: 2024}",
        more: "  deviations: {immigration: {sd: 0.1, persistence: 0, correlation: 0}}")
        == ["baseline.paths-beside"])
  }

  /// A path over 1e-310 is infinite, which ended as a fault of the engine.
  @Test func aBaseSoNearZeroThatPathsAreNoNumbersIsRefused() throws {
    let text = Self.text { _, _, _ in 1 }.replacing("City,2024,,10\n", with: "City,2024,,1e-310\n")
    #expect(text.contains("1e-310"))
    let found = try codes { _ = try Self.baseline(text) }
    #expect(found == ["baseline.paths-base"])
  }

  @Test func aFileOfPathsSaysWhereItIsWrong() throws {
    func faults(_ text: String) throws -> [String] {
      try #require(
        #expect(throws: Faults.self) { try SamplePaths(Self.grid(text), digest: Self.digest) }
      ).all.map { "\($0.place?.line ?? 0) \($0.code)" }
    }
    #expect(try faults("unique_id,ds,y\nA,2025,1\n") == ["1 series.column"])
    #expect(
      try faults(
        """
        unique_id,ds,draw,y
        A,2024,,
        A,2025-Q1,1,4
        A,2025,0,4
        A,2025,first,4
        A,2025,1,-4
        A,2025,1,NA
        A,2025,1,4
        A,2025,1,4

        """)
        == [
          "3 paths.year", "4 paths.draw", "5 paths.draw", "6 paths.value", "7 paths.value",
          "9 paths.twice",
        ])
    #expect(
      try faults("unique_id,ds,draw,y\nA,2025,1,4\nA,2026,1,4\nA,2025,2,4\n") == ["1 paths.gap"])
    // A stray year and draw ask for more values than there is memory.
    #expect(
      try faults("unique_id,ds,draw,y\nA,1900,1,4\nA,9999,1000000,4\n") == ["1 paths.gap"])
    #expect(try faults("unique_id,ds,draw,y\nA,2024,,4\n") == ["0 paths.empty"])
    #expect(
      try faults("unique_id,ds,draw,y\n" + String(repeating: "A,x,1,1\n", count: 99)).count == 20)
  }
}
