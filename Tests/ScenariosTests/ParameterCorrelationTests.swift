import Demography
import Foundation
import Kernel
import Scenarios
import Testing

@Suite struct ParameterCorrelationTests {
  private func parameters(_ correlations: String) throws -> [Parameter] {
    try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: joint
        title: {en: Joint}
        baseline: {ref: toy}
        parameters:
          wage: {dist: normal, mean: 0.5, sd: 0.1}
          jobs: {dist: lognormal, median: 2, p90: 4}
          rent: {dist: normal, mean: -0.3, sd: 0.2, bounds: [-1, 0]}
        \(correlations)
        levers:
          - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}}
        """), baseline: ToyCountry.baseline(), regions: ToyCountry.regions
    ).parameters
  }

  private func draws(_ parameter: Parameter) -> [Double] {
    (0..<4000).map { parameter.value(seed: 5, draw: $0) }
  }

  private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (a, b) = (Statistics.mean(x), Statistics.mean(y))
    let products = zip(x, y).map { ($0 - a) * ($1 - b) }
    return Statistics.mean(products)
      / (Statistics.variance(x) * Statistics.variance(y)).squareRoot()
  }

  @Test func numbersOfNormalParametersHaveTheCorrelationsAndTheirOwnDistributions() throws {
    let plain = try parameters("")
    let joint = try parameters(
      "correlations: [{between: [wage, jobs], value: -0.6}, {between: [rent, wage], value: 0.5}]")
    let (wage, jobs) = (draws(joint[0]), draws(joint[1]))
    #expect(wage == draws(plain[0]))
    // Standard error of a correlation of 4000 draws: at most 0.016; five of them.
    #expect(abs(correlation(wage, jobs.map { log($0) }) + 0.6) < 0.08)
    #expect(abs(correlation(wage, draws(plain[1]).map { log($0) })) < 0.08)
    for p in [0.1, 0.5, 0.9] {
      let (a, b) = (Statistics.quantile(jobs, p), Statistics.quantile(draws(plain[1]), p))
      #expect(abs(log(a / b)) < 0.08)
    }
    #expect(correlation(wage, draws(joint[2])) > 0.35)
    #expect(draws(joint[2]).allSatisfy { (-1...0).contains($0) })
    #expect(
      joint.map { $0.value(seed: 5, draw: nil) } == plain.map { $0.value(seed: 5, draw: nil) })
  }

  @Test func correlationsThatCannotBeAreRefused() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try parameters(
          "correlations: [{between: [wage, jobs], value: 0.9}, {between: [jobs, rent], value: 0.9}, {between: [rent, wage], value: -0.9}]"
        )
      })
    #expect(faults.all.map(\.code) == ["scenario.correlation-impossible"])
    let twice = try #require(
      #expect(throws: Faults.self) {
        try parameters(
          "correlations: [{between: [wage, jobs], value: 0.1}, {between: [jobs, wage], value: 0.1}]"
        )
      })
    #expect(twice.all.map(\.code) == ["scenario.correlation-twice"])
  }
}
