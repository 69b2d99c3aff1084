import Demography
import Scenarios
import Testing

@Suite struct NamesAndCountryTests {
  private let programme = """
    temporary:
      - {id: work, title: {ru: Работа, en: Work}, stock: 100, term_quarters: 4, max_terms: 1, renewal: 0.5}
    """

  private func scenario(_ baseline: Baseline) throws -> Scenario {
    try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: named
        title: {en: Named}
        baseline: {ref: toy}
        levers:
          - {id: a, title: {en: More births}, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1.1}}}
        variants:
          - {id: on, title: {en: On}}
          - {id: off, disable: [a]}
        compare: {metrics: [population], regions: [TOY], years: [2027]}
        """), baseline: baseline, regions: ToyCountry.regions)
  }

  @Test func programmesLeversAndVariantsKeepTheirTitles() throws {
    let baseline = try ToyCountry.baseline(extra: programme)
    #expect(baseline.programmes.first?.title == Names(kk: "Work", ru: "Работа", en: "Work"))
    let scenario = try scenario(baseline)
    #expect(scenario.levers.first?.title?("en") == "More births")
    #expect(scenario.variants.map { $0.title?("en") } == ["On", nil])
  }

  @Test func theWholeCountryBearsTheCodeOfTheBaseline() throws {
    let baseline = try ToyCountry.baseline()
    #expect(baseline.country == "TOY")
    let results = try ScenarioRun(
      baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario(baseline)], seed: 7,
      draws: 2
    ).results()
    let areas = try #require(results["population"]).texts("area").compactMap { $0 }
    #expect(Set(areas) == ["City", "North", "South", "TOY"])
    let compared = try #require(results["differences"]).texts("area").compactMap { $0 }
    #expect(Set(compared) == ["TOY"])
  }

  @Test func aBaselineWithoutACountryIsRefused() throws {
    let document = try ToyCountry.document(
      """
      schema: agyn.baseline/1
      id: toy
      title: {en: Toy}
      geography: {units: 3}
      time: {launch: 2025-01-01, horizon: 2028-01-01}
      """)
    let faults = try #require(
      #expect(throws: Faults.self) { try Baseline(document, regions: ToyCountry.regions) })
    #expect(
      faults.all.map { "\($0.code) \($0.arguments["key"] ?? "")" }
        == ["scenario.key-missing country"])
  }
}
