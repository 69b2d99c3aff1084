import Demography
import Scenarios
import Testing
import Words

@Suite struct PublishedSchemaTests {
  @Test(arguments: [
    "1-foreign-labour-quota", "2-resettlement-and-kandas", "3-shock-and-return",
  ])
  func theBundledScenariosKeepToTheSchema(name: String) throws {
    let document = try Bundle20.document("scenarios/\(name).yaml")
    #expect(try PublishedSchema().faults(of: document) == [])
  }

  @Test func theProgramPrintsTheSchemaThatIsPublished() throws {
    let bytes = try Bundle20.bytes("scenarios/scenario.schema.json")
    #expect(Words.PublishedSchema.ofScenarios == String(decoding: bytes, as: UTF8.self))
    let baseline = try Bundle20.bytes("scenarios/baseline.schema.json")
    #expect(Words.PublishedSchema.ofBaselines == String(decoding: baseline, as: UTF8.self))
  }

  @Test func theSchemaFindsFaultsOfShape() throws {
    let schema = try PublishedSchema()
    func faults(_ text: String) throws -> [String] {
      schema.faults(of: try ToyCountry.document(BrokenFile.head + text))
    }
    #expect(try faults("levers:\n  - {\(BrokenFile.sound)}\n") == [])
    #expect(try faults("levers: []\n") == ["/levers: minItems"])
    #expect(
      try faults("levers:\n  - {\(BrokenFile.sound)}\nvarants: []\n") == [": unknown varants"])
    #expect(
      try faults("levers:\n  - {\(BrokenFile.sound)}\ncompare: {metrics: [populaton]}\n")
        == ["/compare/metrics/0: enum"])
    let sound = "levers:\n  - {\(BrokenFile.sound)}\ncompare: {metrics: [population, fewer]}\n"
    #expect(try faults(sound + "indicators: {fewer: births - deaths}\n") == [])
    #expect(
      try faults(sound + "indicators: {fewer: {expression: births - deaths, title: {en: Fewer}}}\n")
        == [])
    #expect(
      try faults(sound + "indicators: {Fewer: births}\n") == ["/indicators: name Fewer"])
    #expect(
      try faults(sound + "indicators: {fewer: {formula: births}}\n")
        == ["/indicators/fewer: type string"])
  }

  @Test func theBundledBaselineKeepsToTheSchemaOfBaselines() throws {
    let document = try Bundle20.document("scenarios/baseline.yaml")
    #expect(try PublishedSchema("baseline").faults(of: document) == [])
  }

  @Test func theSchemaOfBaselinesFindsFaultsOfShape() throws {
    let schema = try PublishedSchema("baseline")
    func faults(_ text: String) throws -> [String] {
      schema.faults(
        of: try ToyCountry.document(
          """
          schema: agyn.baseline/1
          id: toy
          title: {en: Toy}
          geography: {country: TOY}
          time: {launch: 2025-01-01, horizon: 2028}
          \(text)
          """))
    }
    for form in ["movement", "transition", "rogers_lifetable", "prospective"] {
      #expect(try faults("population: {form: \(form)}") == [])
    }
    #expect(try faults("population: {ages: {to: 85, width: 5}}") == [])
    #expect(
      try faults("population: {ages: {to: 85, width: 3}}") == ["/population/ages/width: enum"])
    #expect(try faults("population: {form: rogers}") == ["/population/form: enum"])
    #expect(
      try faults("population: {form: prospective, timing: even}")
        == ["/population: unknown timing"])
    #expect(
      try faults("constraint: {mode: hard, components: {births: {totals: {2026: 9}}}}") == [])
    #expect(
      try faults("constraint: {mode: hard, components: {net: {totals: {2026: 9}}}}")
        == ["/constraint/components: unknown net"])
    #expect(
      try faults("inputs: {emigration: {given: rates}}") == ["/inputs/emigration/given: enum"])
    #expect(
      try faults("inputs: {fertility: {given: by_age}}") == ["/inputs/fertility: unknown given"])
  }
}
