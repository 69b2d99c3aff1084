import Demography
import Foundation
import Scenarios
import Testing

/// Prints medians of five wall times of whole questions about the bundled country, for `Benchmarks/projection/bench.py`;
/// no threshold, machines differ.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["AGYN_TIME"] != nil))
struct ScenarioSpeedTests {
  private func time(_ name: String, _ body: () throws -> Void) throws {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<5 {
      let start = clock.now
      try body()
      times.append((clock.now - start) / .seconds(1))
    }
    print("QUESTION \(name): \(times.sorted()[2]) s")
  }

  /// Baseline and five variants, one of them without levers, with all tables.
  @Test func timeOfFiveVariantsAtAThousandDraws() throws {
    let bundle = try Bundle20()
    let run = ScenarioRun(
      baseline: bundle.baseline, inputs: bundle.inputs, scenarios: [bundle.scenarios[1]],
      seed: 1, draws: 1000, threads: 2)
    try time("five variants, 1000 draws, 20 years, with summaries") {
      let found = try run.results()
      #expect(found["population"] != nil)
    }
  }

  @Test func timeOfShapleyValuesOfFiveLeversAtTwoHundredDraws() throws {
    let bundle = try Bundle20()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: five
        title: {en: Five levers}
        baseline: {ref: kz-baseline-2025}
        levers:
          - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2026: 1.1}}}
          - {id: b, kind: rate, target: {component: internal, to: [astana]}, path: {op: multiply, points: {2026: 1.2}}}
          - {id: c, kind: count, target: {component: immigration}, path: {op: add, unit: persons_per_year, points: {2026: 5000}}}
          - {id: d, kind: programme, target: {component: internal, from: [turkistan], to: [pavlodar]}, path: {op: add, unit: persons_per_year, points: {2026: 3000}}}
          - {id: e, kind: rate, target: {component: emigration}, path: {op: multiply, points: {2026: 0.8}}}
        compare: {metrics: [population], regions: [KZ, all], years: [2035, 2045]}
        """), baseline: bundle.baseline, regions: Bundle20.regions())
    let run = ScenarioRun(
      baseline: bundle.baseline, inputs: bundle.inputs, scenarios: [scenario], seed: 1, draws: 200,
      threads: 2)
    try time("Shapley values of five levers, 200 draws, 20 years") {
      let found = try run.explanation(scenario, variant: scenario.variants[0])
      #expect(!found.isSampled && found.players.count == 5)
    }
  }
}
