import Demography
import Projection
import Scenarios
import Testing

@Suite struct SweepAndSeekTests {
  private func scenario(_ reach: String, bounds: String = "[0, 5000]") throws -> (
    ScenarioRun, Scenario
  ) {
    let baseline = try ToyCountry.baseline(
      extra: """
        uncertainty:
          deviations:
            immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
        """)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: goal
        title: {en: Goal}
        baseline: {ref: toy}
        parameters: {arrivals: {value: 5, bounds: \(bounds)}}
        levers:
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: $arrivals}}}
        compare: {regions: [City, TOY], years: [2028]}
        goal_seek: {vary: arrivals, reach: {\(reach)}, quantile: 0.5}
        """), baseline: baseline, regions: ToyCountry.regions)
    return (
      ScenarioRun(
        baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 3,
        draws: 15), scenario
    )
  }

  @Test func atZeroASweepHasTheBaselineAndMoreBringsMore() throws {
    let (run, scenario) = try scenario("metric: population, region: City, year: 2028, value: 1")
    let table = try run.sweep(
      scenario, variant: scenario.variants[0], axes: [("arrivals", [0, 500, 1000])])
    #expect(table.rowCount == 6)
    let city = table.filter { table.texts("area")[$0] == "City" }
    let differences = city.numbers("difference").compactMap { $0 }
    #expect(city.numbers("arrivals") == [0, 500, 1000])
    #expect(differences[0] == 0 && differences[1] > 1200 && differences[2] > 2 * 1200)
    // Counts act linearly.
    #expect(abs(differences[2] - 2 * differences[1]) < 1e-6 * differences[2])
  }

  @Test func aGridTakesEveryCombinationTheLastAxisFastest() {
    let points = ScenarioRun.grid([("a", [1, 2]), ("b", [3, 4])])
    #expect(
      points == [
        ["a": 1, "b": 3], ["a": 1, "b": 4], ["a": 2, "b": 3], ["a": 2, "b": 4],
      ])
  }

  @Test func aGoalIsReachedAtTheValueThatBringsIt() throws {
    let (run, first) = try scenario("metric: population, region: City, year: 2028, value: 1")
    let table = try run.sweep(
      first, variant: first.variants[0], axes: [("arrivals", [1234])])
    let wanted = try #require(table.numbers("median")[0])
    let (again, scenario) = try scenario(
      "metric: population, region: City, year: 2028, value: \(wanted)")
    let found = try again.seek(scenario, try #require(scenario.goal))
    let value = try #require(found.value)
    // The search ends at a thousandth of the bounds; counts act linearly, so it ends sooner.
    #expect(abs(value - 1234) < 5)
    let reached = try #require(found.tried.first { $0.parameter == value })
    #expect(abs(reached.outcome / wanted - 1) < 1e-4)
    #expect(found.table(scenario: "goal").rowCount == found.tried.count)
  }

  @Test func whatCannotBeReachedIsSaidWithTheRange() throws {
    let (run, scenario) = try scenario("metric: population, region: City, year: 2028, value: 1e9")
    let found = try run.seek(scenario, try #require(scenario.goal))
    #expect(found.value == nil)
    #expect(found.tried.map(\.parameter) == [0, 1250, 2500, 3750, 5000])
    #expect(found.tried.allSatisfy { $0.outcome < 1e9 })
  }

  @Test func theLevelOfAnEarlierYearIsThatOfTheBaseline() throws {
    let (run, scenario) = try scenario(
      "metric: population, region: City, year: 2028, level_of: 2026", bounds: "[0, 10]")
    let found = try run.seek(scenario, try #require(scenario.goal))
    let plain = try run.sweep(scenario, variant: scenario.variants[0], axes: [("arrivals", [0])])
    // The city grows by itself, so no number of arrivals brings it down to the level of 2026.
    #expect(found.value == nil)
    let later = try #require(plain.numbers("median")[0])
    #expect(found.target < later && found.target > 0.8 * later)
  }
}
