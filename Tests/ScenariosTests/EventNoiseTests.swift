import Demography
import Projection
import Scenarios
import Testing

/// Poisson counts about what rates bring.
@Suite struct EventNoiseTests {
  private static let noise = "uncertainty: {noise: poisson}"
  private static let areas = ["City", "North", "South"]

  private func run(
    _ extra: String, draws: Int, levers: [String] = [], threads: Int? = nil
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: extra)
    let scenarios =
      levers.isEmpty ? [] : [try ToyCountry.scenario(levers, baseline: baseline)]
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: scenarios, seed: 8,
      draws: draws, threads: threads)
  }

  private func numbers(
    _ table: Table, _ wanted: [String: String], _ columns: [String]
  ) throws -> [Double] {
    let row = try #require(
      (0..<table.rowCount).first { row in
        wanted.allSatisfy { table.texts($0.key)[row] == $0.value }
      })
    return columns.compactMap { table.numbers($0)[row] }
  }

  /// Means are those of the rates, and deviations the roots of the means: what a Poisson count has.
  @Test func countsHaveThePoissonMeanAndDeviation() throws {
    let draws = 4000
    let free = try run("", draws: 1).medianPath()[0].ledger
    let components = try #require(run(Self.noise, draws: draws).results()["components"])
    for (component, events) in [
      ("births", free.births), ("deaths", free.deaths), ("emigration", free.emigration),
      ("immigration", free.immigration), ("internal_out", free.internalOut),
    ] {
      for (area, mean) in zip(Self.areas, events) {
        let found = try numbers(
          components,
          [
            "scenario": "baseline", "area": area, "period": "2025", "component": component,
          ], ["median", "lower_80", "upper_80"])
        let deviation = mean.squareRoot()
        // Of a quantile at a tenth the error is 1.7 deviations over the root of the draws, of a median 1.25;
        // four of them, and half a person because counts are whole.
        let error = 4 * 1.25 * deviation / Double(draws).squareRoot() + 0.5
        #expect(abs(found[0] - mean) < error + 0.002 * mean, "\(area) \(component)")
        let width = (found[2] - found[1]) / (2 * 1.2816)
        #expect(
          abs(width / deviation - 1) < 4 * 1.3 / Double(draws).squareRoot() + 0.5 / deviation,
          "\(area) \(component): \(width) beside \(deviation)")
      }
    }
  }

  /// Rates are per year or for the whole step, by form; a factor of five would show as one of 2.2.
  @Test(arguments: [ProjectionForm.movement, .rogersLifetable, .transition])
  func stepsOfFiveYearsHaveTheNoiseOfTheirEvents(form: ProjectionForm) throws {
    let draws = 2000
    let population = "ages: {to: 85, width: 5}, form: \(form.rawValue)"
    let text = Yugoslavia.text(population, horizon: "1966-01-01", immigration: 0)
    let free = try Yugoslavia.run(text).medianPath()[0].ledger
    let noisy = try #require(
      Yugoslavia.run(
        Yugoslavia.text(population, horizon: "1966-01-01", immigration: 0, extra: Self.noise),
        draws: draws
      ).results()["components"])
    for (component, events) in [
      ("births", free.births), ("deaths", free.deaths), ("internal_out", free.internalOut),
    ] {
      for (area, mean) in zip(["RestYU", "Slovenia"], events) {
        let found = try numbers(
          noisy, ["scenario": "baseline", "area": area, "component": component],
          ["lower_80", "upper_80"])
        let width = (found[1] - found[0]) / (2 * 1.2816)
        // Four standard errors of a quantile, and people at risk that change within five years.
        #expect(abs(width / mean.squareRoot() - 1) < 0.25, "\(area) \(component)")
      }
    }
  }

  @Test func immigrantsAreWholePersons() throws {
    let components = try #require(run(Self.noise, draws: 1).results()["components"])
    for area in Self.areas {
      for year in ["2025", "2026", "2027"] {
        let found = try numbers(
          components,
          ["scenario": "baseline", "area": area, "period": year, "component": "immigration"],
          ["median"])[0]
        #expect(abs(found - found.rounded()) < 1e-9 * found)
      }
    }
  }

  /// A scenario has the luck of its baseline, so that what a lever does is not lost in noise.
  @Test func scenariosShareTheirLuck() throws {
    let baseline = try ToyCountry.baseline(extra: Self.noise)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: leave
        title: {en: More leave}
        baseline: {ref: toy}
        levers:
          - {id: more, kind: rate, target: {component: emigration}, path: {op: multiply, points: {2025: 1.05}}, evidence: {quality: assumed, source: test}}
        compare: {regions: [TOY], years: [2026], metrics: [net_international]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let results = try ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 8,
      draws: 400
    ).results()
    let free = try run("", draws: 1).medianPath()[0].ledger.emigration.reduce(0, +)
    let table = try #require(results["differences"])
    let found = try numbers(
      table, ["scenario": "leave", "metric": "net_international", "area": "TOY"],
      ["lower_80", "upper_80"])
    // Alone either year has a deviation of √E; of their difference with luck of its own 1.4 times that.
    #expect(found[1] - found[0] < 0.3 * 2 * 1.28 * free.squareRoot())
    #expect(found[1] < 0 && abs((found[0] + found[1]) / 2 / (-0.05 * free) - 1) < 0.3)
  }

  @Test func threadsAndZeroLeversChangeNoBitAndTheMedianPathHasNone() throws {
    let one = try run(Self.noise, draws: 9, levers: ["kandas"], threads: 1).results()
    let two = try run(Self.noise, draws: 9, levers: ["kandas"], threads: 2).results()
    #expect(one.tables() == two.tables())
    #expect(
      try run(Self.noise, draws: 1).medianPath().map(\.population)
        == run("", draws: 1).medianPath().map(\.population))
  }

  @Test func hardTotalsAreMetWithNoise() throws {
    let extra =
      Self.noise + "\nconstraint: {mode: hard, components: {births: {totals: {2026: 700}}}}"
    let components = try #require(run(extra, draws: 30).results()["components"])
    let found = try numbers(
      components,
      ["scenario": "baseline", "area": "TOY", "period": "2026", "component": "births"],
      ["lower_80", "median", "upper_80"])
    for value in found { #expect(abs(value / 700 - 1) < 1e-9) }
  }
}
