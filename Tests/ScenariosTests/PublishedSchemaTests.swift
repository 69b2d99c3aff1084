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
}
