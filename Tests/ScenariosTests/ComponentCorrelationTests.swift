import Demography
import Projection
import Scenarios
import Testing
import Words

/// Deviations of components that go together.
@Suite struct ComponentCorrelationTests {
  private static let deviations = """
    uncertainty:
      deviations:
        fertility: {sd: 0.1, persistence: 0.5, correlation: 1}
        emigration: {sd: 0.2, persistence: 0.5, correlation: 1}
        immigration: {sd: 0.2, persistence: 0.5, correlation: 1}
        permits: {sd: 0, persistence: 0.5, correlation: 1}

    """

  private func results(_ correlations: String, draws: Int, threads: Int? = nil) throws -> [Table] {
    let baseline = try ToyCountry.baseline(extra: Self.deviations + correlations)
    return try ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [], seed: 9, draws: draws,
      threads: threads
    ).results().tables()
  }

  private func net(_ value: String, draws: Int) throws -> (lower: Double, upper: Double) {
    let baseline = try ToyCountry.baseline(
      extra: Self.deviations
        + "  correlations: [{between: [emigration, immigration], value: \(value)}]")
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: net
        title: {en: Net}
        baseline: {ref: toy}
        indicators: {net: 1 * net_international}
        levers: [{\(BrokenFile.sound)}]
        compare: {regions: [TOY], years: [2025]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let found = try ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 9,
      draws: draws
    ).results()
    let table = try #require(found["indicators"])
    let row = table.filter { table.texts("variant")[$0] == "baseline" }
    return (
      try #require(row.numbers("lower_80")[0]), try #require(row.numbers("upper_80")[0])
    )
  }

  @Test func withoutCorrelationsAndWithNoneTheBitsAreTheSame() throws {
    let plain = try results("", draws: 7)
    #expect(try results("  correlations: []", draws: 7) == plain)
    #expect(
      try results("  correlations: [{between: [emigration, immigration], value: 0}]", draws: 7)
        == plain)
  }

  @Test func aCorrelationLeavesTheComponentsBeforeItAndChangesTheLater() throws {
    let plain = try results("", draws: 7)
    let mixed = try results(
      "  correlations: [{between: [immigration, emigration], value: 0.7}]", draws: 7)
    func rows(_ tables: [Table], _ component: String) throws -> [Double?] {
      let table = try #require(tables.first { $0.name == "components" })
      return table.filter {
        table.texts("component")[$0] == component && table.texts("period")[$0] == "2025"
      }.numbers("upper_80")
    }
    // Of the first year: in later years births follow from who has come.
    #expect(try rows(plain, "immigration") != rows(mixed, "immigration"))
    let again = try results(
      "  correlations: [{between: [emigration, immigration], value: 0.7}]", draws: 7)
    #expect(again == mixed)
    #expect(
      try results(
        "  correlations: [{between: [emigration, immigration], value: 0.7}]", draws: 7, threads: 1)
        == mixed)
  }

  /// What comes and what goes vary together or against each other: their difference is surer or less
  /// sure. The medians of both are near, so the width tells.
  @Test func netMigrationIsSurerWhereBothSidesMoveTogether() throws {
    let together = try net("0.9", draws: 400)
    let apart = try net("-0.9", draws: 400)
    let free = try net("0", draws: 400)
    func width(_ range: (lower: Double, upper: Double)) -> Double { range.upper - range.lower }
    #expect(width(together) < 0.95 * width(free))
    #expect(width(free) < 0.95 * width(apart))
  }

  @Test(arguments: [
    ("[{between: [immigration], value: 0.5}]", "a correlation is between two different components"),
    (
      "[{between: [immigration, immigration], value: 0.5}]",
      "a correlation is between two different components"
    ),
    ("[{between: [immigration, births], value: 0.5}]", "'births' is not permitted for between"),
    (
      "[{between: [immigration, permits], value: 0.5}]",
      "permits has no deviation that could go together with another"
    ),
    (
      "[{between: [immigration, mortality], value: 0.5}]",
      "mortality has no deviation that could go together with another"
    ),
    ("[{between: [emigration, immigration], value: 1}]", "value is 1"),
    (
      "[{between: [emigration, immigration], value: 0.1}, {between: [immigration, emigration], value: 0.2}]",
      "the correlation of immigration and emigration stands twice"
    ),
    (
      "[{between: [fertility, emigration], value: 0.9}, {between: [emigration, immigration], value: 0.9}, {between: [fertility, immigration], value: -0.9}]",
      "no numbers have these correlations at once: their matrix is not positive definite"
    ),
    (
      "[{between: [emigration, immigration], valu: 0.1}]",
      "'valu' is not a key this file knows; the key 'value' is missing"
    ),
  ])
  func aBrokenCorrelationIsRefusedOnItsLine(
    text: String, said expected: String
  ) throws {
    do {
      _ = try ToyCountry.baseline(extra: Self.deviations + "  correlations: \(text)")
      Issue.record("\(text) was read")
    } catch let faults as Faults {
      let book = Wordbook(.en)
      let said = faults.all.map { book("fault.\($0.code).what", $0.arguments) }
      #expect(said.joined(separator: "; ") == expected)
      #expect(faults.all.allSatisfy { $0.place?.line == 13 && ($0.place?.column ?? 0) > 16 })
      #expect(faults.all.allSatisfy { book.hint($0.code, $0.arguments) != nil })
    }
  }
}
