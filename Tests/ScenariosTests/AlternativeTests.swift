import Demography
import Projection
import Scenarios
import Testing

/// Levers of one file that stand in place of one another.
@Suite struct AlternativeTests {
  private static let levers = """
    levers:
      - {id: few, kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: 100}}}
      - {id: many, enabled: false, kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: 4000}}}
    """

  private func toy(_ rest: String, levers: String = levers) throws -> (ScenarioRun, Scenario) {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: alternatives
        title: {en: Alternatives}
        baseline: {ref: toy}
        \(levers)
        \(rest)
        """), baseline: baseline, regions: ToyCountry.regions)
    return (
      ScenarioRun(
        baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1,
        draws: 1), scenario
    )
  }

  private func population(_ run: ScenarioRun, _ variant: String) throws -> [Double?] {
    let table = try #require(try run.results()["population"])
    let variants = table.texts("variant")
    return table.filter { variants[$0] == variant }.numbers("mean")
  }

  @Test func aVariantEnablesALeverInPlaceOfTheOneItContradicts() throws {
    let (run, _) = try toy("variants: [{id: low}, {id: high, disable: [few], enable: [many]}]")
    let alone = Self.levers.split(separator: "\n")
    let (other, _) = try toy(
      "variants: [{id: high}]",
      levers: [alone[0], alone[2]].joined(separator: "\n").replacing("enabled: false, ", with: ""))
    let high = try population(run, "high")
    #expect(high == (try population(other, "high")))
    #expect(high != (try population(run, "low")))
  }

  @Test func bothAtOnceAreRefused() throws {
    for rest in [
      "variants: [{id: low}, {id: both, enable: [many]}]",
      // Parts are told of all levers that are on by themselves.
      "variants: [{id: a, disable: [few]}, {id: b, disable: [many]}]\ncompare: {decompose: shapley}",
    ] {
      let levers =
        rest.contains("decompose")
        ? Self.levers.replacing("enabled: false, ", with: "") : Self.levers
      let faults = try #require(#expect(throws: Faults.self) { try toy(rest, levers: levers) })
      #expect(faults.all.map(\.code) == ["scenario.conflict"])
    }
  }

  @Test func aLeverThatIsOffByItselfHasNoPart() throws {
    let (run, _) = try toy("compare: {regions: [City], years: [2028], decompose: shapley}")
    let parts = try #require(try run.results()["attribution"])
    #expect(Set(parts.texts("lever")) == ["few"])
  }

  @Test func aVariantThatCannotBeExplainedHasAReason() throws {
    let (run, scenario) = try toy(
      """
      variants: [{id: low}, {id: same}, {id: high, disable: [few], enable: [many]}, {id: none, disable: [few]}]
      compare: {against: low, regions: [City], years: [2028]}
      """)
    let reasons = scenario.variants.map { scenario.unexplained($0)?.code }
    #expect(
      reasons == [
        "scenario.explain-nothing", "scenario.explain-nothing", "scenario.explain-alternatives",
        nil,
      ])
    for variant in scenario.variants where scenario.unexplained(variant) != nil {
      let faults = try #require(
        #expect(throws: Faults.self) { try run.explanation(scenario, variant: variant) })
      #expect(faults.all == [scenario.unexplained(variant)])
    }
    #expect(try run.explanation(scenario, variant: scenario.variants[3]).players == ["few"])
  }
}
