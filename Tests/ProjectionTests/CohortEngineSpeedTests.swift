import Foundation
import Projection
import Testing

@Suite struct CohortEngineSpeedTests {
  /// Prints the time of a projection of 20 regions by 101 ages; no threshold, machines differ.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["AGYN_TIME"] != nil))
  func timeOfTwentyYearsOfTwentyRegions() {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 20))
    let rates = StepRates(engine.inputs)
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    for _ in 0..<20 {
      var population = engine.inputs.population
      let start = clock.now
      for _ in 0..<20 {
        engine.advance(&population, rates: rates, ledger: &ledger, workspace: &workspace)
      }
      best = min(best, clock.now - start)
    }
    print("20 regions x 101 ages x 2 sexes x 20 years: \(best) residual \(ledger.largestResidual)")
    #expect(ledger.largestResidual < 1e-8)
  }
}
