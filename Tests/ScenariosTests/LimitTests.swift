import Demography
import Projection
import Scenarios
import Testing

/// No way of giving a parameter a value leads past what is permitted where the parameter is used.
@Suite struct LimitTests {
  private static let rule =
    "kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2026}"
  private static let programme = """
    kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 400}}, takeup: $share
    """

  /// The toy country with the programme `work`, of whose permits 0.05 become permanent.
  private func toy(_ body: String) throws -> (ScenarioRun, Scenario) {
    let baseline = try ToyCountry.baseline(extra: LeverKindTests.programmes)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: limits
        title: {en: Limits}
        baseline: {ref: toy}
        \(body)
        """), baseline: baseline, regions: ToyCountry.regions)
    return (
      ScenarioRun(
        baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 3,
        draws: 2), scenario
    )
  }

  private func codes(_ body: () throws -> Void) -> [String] {
    do {
      try body()
      return []
    } catch {
      return (error as? Faults)?.all.map(\.code) ?? ["\(error)"]
    }
  }

  private func file(
    _ parameter: String, lever: String, more: String = "variants: [{id: main}]"
  ) -> String {
    """
    parameters: {share: {\(parameter)}}
    levers:
      - {id: a, \(lever)}
    \(more)
    compare: {regions: [TOY], years: [2028], metrics: [population]}
    """
  }

  @Test func theTornadoStopsWhereTheShareIsPermitted() throws {
    let renewal = "\(Self.rule), rule: {renewal: $share}"
    for (lever, ends) in [(renewal, (0.0, 0.95)), (Self.programme, (0, 1))] {
      let (run, scenario) = try toy(file("value: 0.5, bounds: [0, 5]", lever: lever))
      let table = try run.sensitivity(scenario, variant: scenario.variants[0])
      #expect(table.numbers("low") == [ends.0])
      #expect(table.numbers("high") == [ends.1])
    }
  }

  @Test func aGoalIsSoughtWhereTheShareIsPermitted() throws {
    func goal(_ bounds: String) -> String {
      "goal_seek: {vary: share, reach: {metric: population, region: North, year: 2028, value: 1e9}\(bounds)}"
    }
    let (run, scenario) = try toy(
      file("value: 0.5, bounds: [0, 5]", lever: Self.programme, more: goal("")))
    let sought = try #require(scenario.goal)
    #expect(sought.bounds == 0...1)
    #expect(try run.seek(scenario, sought).tried.map(\.parameter).max() == 1)
    #expect(
      codes {
        _ = try toy(
          file("value: 0.5", lever: Self.programme, more: goal(", bounds: [0, 5]")))
      } == ["scenario.out-of-range"])
  }

  @Test func aVariantMayNotSetSharesThatSumToMoreThanAll() throws {
    func variant(_ renewal: Double) -> [String] {
      codes {
        _ = try toy(
          file(
            "value: 0.5, bounds: [0, 1]", lever: "\(Self.rule), rule: {renewal: $share}",
            more: "variants: [{id: main, set: {share: \(renewal)}}]"))
      }
    }
    #expect(variant(0.95).isEmpty)
    #expect(variant(0.96) == ["scenario.renewal-sum"])
  }

  @Test func aSweepPastTheSumIsRefusedBeforeItRuns() throws {
    let (run, scenario) = try toy(
      file("value: 0.5, bounds: [0, 1]", lever: "\(Self.rule), rule: {renewal: $share}"))
    func sweep(_ last: Double) -> [String] {
      codes {
        _ = try run.sweep(
          scenario, variant: scenario.variants[0], axes: [("share", [0.2, last])])
      }
    }
    #expect(sweep(0.95).isEmpty)
    #expect(sweep(0.96) == ["scenario.renewal-sum"])
    #expect(sweep(1.2) == ["scenario.out-of-range", "scenario.renewal-sum"])
  }

  @Test func aMixOfTwoVariantsWhoseSharesSumToMoreThanAllIsRefused() throws {
    let (run, scenario) = try toy(
      """
      parameters: {r: {value: 0.9}, p: {value: 0.05}}
      levers:
        - {id: a, \(Self.rule), rule: {renewal: $r, to_permanent: $p}}
      variants: [{id: stay}, {id: settle, set: {r: 0.05, p: 0.9}}]
      compare: {against: stay, regions: [TOY], years: [2028]}
      """)
    #expect(
      codes { _ = try run.explanation(scenario, variant: scenario.variants[1]) }
        == ["scenario.renewal-sum"])
  }

  @Test func thoseWhoOverstayCannotLeaveAndBeRegularisedTwice() throws {
    func rule(_ rule: String) -> [String] {
      codes { _ = try toy(file("value: 1", lever: "\(Self.rule), rule: {\(rule)}")) }
    }
    #expect(rule("overstay_leave: 0.5, regularise: 0.5").isEmpty)
    #expect(rule("overstay_leave: 0.6, regularise: 0.5") == ["scenario.overstay-sum"])
    // A quarter leaves where the baseline says nothing.
    #expect(rule("regularise: 0.8") == ["scenario.overstay-sum"])
    #expect(
      codes {
        _ = try ToyCountry.baseline(
          extra:
            "temporary: [{id: work, stock: 9, term_quarters: 4, max_terms: 1, renewal: 0.5, overstay_leave: 0.7, regularise: 0.5}]"
        )
      } == ["scenario.out-of-range"])
  }
}
