import Demography
import Projection
import Scenarios
import Testing

/// Flows between regions by groups of ages.
@Suite struct FlowAgesTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        internal: {sd: 0.3, persistence: 0.7, correlation: 0.3}
    """
  private static let asked = "outputs: {flow_years: [2025, 2027], flow_ages: [2, 4]}"
  private static let codes = ["Y0T1", "Y2T3", "Y_GE4"]

  private func run(
    baseline: String = "", scenario: String = "", seed: UInt32 = 4, draws: Int = 1
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: baseline)
    let text = """
      schema: agyn.scenario/1
      id: own
      title: {en: Own}
      baseline: {ref: toy}
      levers:
        - {id: settle, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}}
      \(scenario)
      """
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(),
      scenarios: [
        try Scenario(ToyCountry.document(text), baseline: baseline, regions: ToyCountry.regions)
      ], seed: seed, draws: draws)
  }

  private func medians(_ table: Table, _ keys: [String]) -> [String: Double] {
    var found: [String: Double] = [:]
    for row in 0..<table.rowCount {
      let key = keys.map { table.texts($0)[row] ?? "" }.joined(separator: " ")
      found[key] = table.numbers("median")[row]
    }
    return found
  }

  private static let keys = ["scenario", "variant", "origin", "destination", "period"]

  @Test func theyAreThoseOfTheAccount() throws {
    let run = try run(baseline: Self.asked)
    let results = try run.results()
    let table = try #require(results["od_ages"])
    let found = medians(table, Self.keys + ["age"])
    // Baseline and variant, six pairs, two years, three groups of ages.
    #expect(found.count == 2 * 6 * 2 * 3 && table.rowCount == found.count)
    let areas = ToyCountry.regions.codes.map(\.id)
    let scenario = run.scenarios[0]
    for (name, path) in [
      ("baseline baseline", run.medianPath()),
      ("own main", run.medianPath(scenario, variant: scenario.variants[0])),
    ] {
      for year in path where year.year != 2026 {
        for (k, code) in Self.codes.enumerated() {
          for i in 0..<3 {
            for j in 0..<3 where j != i {
              let moved = year.ledger.flows[(k * 3 + j) * 3 + i]
              let key = "\(name) \(areas[i]) \(areas[j]) \(year.year) \(code)"
              #expect(try abs(#require(found[key], "\(key)") - moved) < 1e-9, "\(key)")
              #expect(moved > 0)
            }
          }
        }
      }
    }
    let settlers = try Self.codes.map {
      try #require(found["own main South North 2025 \($0)"])
        - #require(found["baseline baseline South North 2025 \($0)"])
    }
    #expect(abs(settlers.reduce(0, +) - 300) < 1e-6 && settlers.allSatisfy { $0 > 10 })
  }

  /// With one draw the median is the draw.
  @Test(arguments: [UInt32(1), 2, 3])
  func inEveryDrawTheySumToTheFlowsOfAllAges(seed: UInt32) throws {
    let results = try run(baseline: Self.uncertain + "\n" + Self.asked, seed: seed).results()
    let ages = medians(try #require(results["od_ages"]), Self.keys + ["age"])
    let all = medians(try #require(results["od_projection"]), Self.keys)
    #expect(all.count == 2 * 6 * 2)
    for (key, moved) in all {
      let parts = try Self.codes.map { try #require(ages["\(key) \($0)"]) }
      #expect(abs(parts.reduce(0, +) - moved) < 1e-9, "\(key)")
    }
    // The same people move as where nobody asks for ages.
    let plain = try run(
      baseline: Self.uncertain + "\noutputs: {flow_years: [2025, 2027]}", seed: seed
    ).results()
    #expect(plain["od_ages"] == nil)
    for (key, moved) in medians(try #require(plain["od_projection"]), Self.keys) {
      #expect(try abs(#require(all[key]) - moved) < 1e-9, "\(key)")
    }
  }

  @Test func aScenarioAsksForAgesOfItsOwn() throws {
    let run = try run(baseline: Self.asked, scenario: "outputs: {flow_ages: [1, 4]}")
    let table = try #require(run.results()["od_ages"])
    func ages(_ scenario: String) -> Set<String?> {
      Set(
        (0..<table.rowCount).filter { table.texts("scenario")[$0] == scenario }.map {
          table.texts("age")[$0]
        })
    }
    #expect(ages("baseline") == ["Y0T1", "Y2T3", "Y_GE4"])
    #expect(ages("own") == ["Y0", "Y1T3", "Y_GE4"])
    let found = medians(table, Self.keys + ["age"])
    let key = "baseline South City 2027 "
    // The same baseline, told apart by other ages.
    let old = try #require(found["baseline " + key + "Y_GE4"])
    #expect(try abs(#require(found["own " + key + "Y_GE4"]) - old) < 1e-9)
  }

  @Test func theMemoryTheyTakeIsToldBeforeARun() throws {
    let years = "outputs: {flow_years: [2025, 2027]"
    let plain = try run(baseline: years + "}", draws: 7).workload
    let byAge = try run(baseline: years + ", flow_ages: [2, 4]}", draws: 7).workload
    #expect(byAge.recordBytes - plain.recordBytes == 2 * 2 * 9 * 8)
    let own = try run(baseline: years + "}", scenario: "outputs: {flow_ages: [2, 4]}", draws: 7)
    #expect(own.workload.recordBytes == byAge.recordBytes)
  }

  @Test func agesThatAreNoneOfTheProjectionAreRefused() throws {
    func texts(_ ages: String) throws -> [String] {
      try ToyCountry.baselineFaults(extra: "outputs: {flow_ages: \(ages)}").all.map {
        "\($0.code) \($0.arguments["value"] ?? "")"
      }
    }
    #expect(
      try texts("[2, 6, old]") == ["scenario.out-of-range 6", "scenario.out-of-range old"])
    #expect(try texts("broad") == ["scenario.out-of-range 65"])
    #expect(try texts("brod") == ["scenario.not-permitted brod"])
    let five = try #require(
      #expect(throws: Faults.self) {
        try Yugoslavia.baseline(Yugoslavia.text(extra: "outputs: {flow_ages: [15, 33]}"))
      })
    #expect(five.all.map(\.code) == ["scenario.age-width"])
    #expect(five.all[0].arguments["value"] == "33")
    let broad = try Yugoslavia.baseline(Yugoslavia.text(extra: "outputs: {flow_ages: broad}"))
    #expect(broad.flowAges == [0, 15, 30, 65])
  }
}
