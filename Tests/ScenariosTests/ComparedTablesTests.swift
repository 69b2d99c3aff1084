import Demography
import Scenarios
import Testing

/// Tables beside the differences of metrics: levels, flows, what levers rest on.
@Suite struct ComparedTablesTests {
  /// One draw, so that a difference of medians is the difference of the draw.
  private static func results(draws: Int = 1) throws -> ScenarioResults {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: two
        title: {kk: Екі, ru: Два, en: Two}
        baseline: {ref: toy}
        geography_sets:
          inland: {title: {kk: Ішкі, ru: Внутренние, en: Inland}, regions: [North, South]}
        parameters:
          pull: {title: {kk: Тарту, ru: Притяжение, en: Pull}, value: 1.5, evidence: {quality: law, source: {kk: Заң, ru: Закон, en: Act}}}
        levers:
          - {id: a, kind: rate, target: {component: internal, from: South}, path: {op: multiply, points: {2025: $pull}}, evidence: {quality: measured, source: one text}}
          - {id: b, kind: rate, target: {component: internal, from: North}, path: {op: multiply, points: {2025: 2}}, evidence: {quality: assumed, source: {kk: Жоқ, ru: Нет, en: None}}}
        variants: [{id: one, disable: [b]}, {id: both}]
        compare: {against: one, metrics: [population, births], regions: [TOY, inland], years: [2026, 2027]}
        """), baseline: baseline, regions: ToyCountry.regions)
    return try ScenarioRun(
      baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: 7, draws: draws
    ).results()
  }

  private static func values(
    _ table: Table, _ keys: [String], _ value: String
  ) -> [String: Double] {
    let texts = keys.map { table.texts($0) }
    let numbers = table.numbers(value)
    var found: [String: Double] = [:]
    for row in 0..<table.rowCount {
      found[texts.map { $0[row] ?? "" }.joined(separator: "|")] = numbers[row]
    }
    return found
  }

  @Test func aDifferenceOfFlowsIsThatOfTheDraw() throws {
    let results = try Self.results()
    let flows = Self.values(
      try #require(results["od_projection"]), ["variant", "origin", "destination", "period"],
      "median")
    let found = try #require(results["od_differences"])
    #expect(Set(found.texts("variant")) == ["both"] && Set(found.texts("against")) == ["one"])
    let differences = Self.values(found, ["origin", "destination", "period"], "median")
    #expect(!differences.isEmpty)
    for (key, difference) in differences {
      let expected = try #require(flows["both|" + key]) - #require(flows["one|" + key])
      #expect(abs(difference - (abs(expected) < 1e-6 ? 0 : expected)) < 1e-9, "\(key)")
    }
    #expect(differences.contains { $0.key.hasPrefix("North|") && $0.value > 1 })
  }

  @Test func levelsAreThoseOfTheMetricsInEveryVariantAndTheBaseline() throws {
    let results = try Self.results(draws: 5)
    let levels = try #require(results["levels"])
    #expect(Set(levels.texts("variant")) == ["baseline", "one", "both"])
    #expect(Set(levels.texts("area")) == ["TOY", "inland"])
    let population = Self.values(
      try #require(results["population"]), ["variant", "area", "period"], "median")
    let own = levels.filter {
      levels.texts("metric")[$0] == "population" && levels.texts("area")[$0] == "TOY"
    }
    for (key, level) in Self.values(own, ["variant", "area", "period"], "median") {
      #expect(level == population[key], "\(key)")
    }
    #expect(own.rowCount == 6)
  }

  @Test func evidenceStandsInTheLanguagesOfTheFile() throws {
    let results = try Self.results()
    let levers = try #require(results["levers"])
    #expect(levers.texts("source") == ["one text", "None"])
    #expect(
      levers.texts("source_ru") == [nil, "Нет"] && levers.texts("source_kk") == [nil, "Жоқ"])
    #expect(levers.texts("quality") == ["measured", "assumed"])
    let parameters = try #require(results["parameters"])
    #expect(parameters.texts("parameter") == ["pull"] && parameters.texts("source_kk") == ["Заң"])
    #expect(parameters.numbers("median") == [1.5] && parameters.texts("assumed") == ["false"])
  }

  /// A title in one language was shown to readers of the others without a word.
  @Test func titlesThatLackALanguageAreTold() throws {
    let baseline = try ToyCountry.baseline()
    func warnings(_ title: String, _ variant: String) throws -> [Fault] {
      try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: named
          title: \(title)
          baseline: {ref: toy}
          levers: [{id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}, evidence: {quality: law, source: x}}]
          variants: [{id: on, title: \(variant)}]
          """), baseline: baseline, regions: ToyCountry.regions
      ).warnings
    }
    let whole = "{kk: A, ru: B, en: C}"
    #expect(try warnings(whole, whole).isEmpty)
    let found = try #require(try warnings("{ru: B, en: C}", "{ru: B}").first)
    #expect(found.code == "scenario.language-missing" && found.place?.line == 3)
    #expect(found.arguments == ["count": "2", "languages": "en, kk"])
  }
}
