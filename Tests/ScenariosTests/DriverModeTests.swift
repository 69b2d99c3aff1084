import Demography
import Projection
import Scenarios
import Testing

@Suite struct DriverModeTests {
  private func path(_ response: String) throws -> (free: StepLedger, changed: StepLedger) {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: wages
        title: {en: Wages}
        baseline: {ref: toy}
        levers:
          - id: wage
            kind: driver
            target: {component: internal, to: [City]}
            driver: relative_wage
            path: {op: multiply, points: {2025: 1.5}}
            response: {elasticity: 0.7, \(response)}
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    return (run.medianPath()[0].ledger, run.medianPath(scenario)[0].ledger)
  }

  @Test func redistributingMovesTheDestinationsAndNotTheLeavers() throws {
    let (free, changed) = try path("side: destination, mode: redistribute")
    // North and South come after City.
    for origin in 1...2 {
      // Leavers are people at risk times the same rate; the people at risk differ a little within the year.
      #expect(abs(changed.internalOut[origin] / free.internalOut[origin] - 1) < 0.01)
      let more = changed.flow(from: origin, to: 0) / free.flow(from: origin, to: 0)
      let other = 3 - origin
      let less = changed.flow(from: origin, to: other) / free.flow(from: origin, to: other)
      #expect(more > 1.01 && less < 0.99)
      // Odds of the city grow by the whole effect of the driver: 1.5 to the power of 0.7.
      #expect(abs(more / less / 1.328201239943334 - 1) < 1e-6)
    }
  }

  @Test func generatingLetsTheLeaversGrow() throws {
    let (free, changed) = try path("side: destination, mode: generate")
    let standard = try path("side: destination").changed
    #expect(changed == standard)
    #expect(changed.internalOut[1] > 1.1 * free.internalOut[1])
  }

  @Test func redistributingByTheOriginIsRefused() throws {
    let faults = try #require(
      #expect(throws: Faults.self) { try path("side: origin, mode: redistribute") })
    #expect(faults.all.map(\.code) == ["scenario.redistribute-origin"])
  }
}
