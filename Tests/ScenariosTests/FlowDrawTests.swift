import Demography
import Projection
import Scenarios
import Testing

@Suite struct FlowDrawTests {
  /// A hundred persons in every cell, those who stay in their region among them.
  private func flows(upTo upper: Double) -> FlowBaseline {
    let estimate = [Double](repeating: 100, count: 9)
    return FlowBaseline(
      areas: ["City", "North", "South"], values: estimate, lower: estimate.map { $0 * $0 / upper },
      upper: estimate.map { _ in upper }, kind: .modelled, source: "made up")
  }

  /// The fault of a draw; `nil` where its margins are met.
  private func fault(_ flows: FlowBaseline, draw: Int) -> Fault? {
    do throws(ProjectionError) {
      _ = try flows.matrix(seed: 1, draw: draw)
      return nil
    } catch {
      return error.fault
    }
  }

  private func run(_ flows: FlowBaseline) throws -> ScenarioRun {
    ScenarioRun(
      baseline: try ToyCountry.baseline(),
      inputs: BaselineInputs(
        areas: flows.areas, cohort: try ToyCountry.inputs().cohort, flows: flows),
      scenarios: [], seed: 1, draws: 20)
  }

  @Test func aDrawWhoseFlowsMissTheirMarginsIsNamed() throws {
    // Ranges over eight orders of magnitude leave cells so unequal that fitting hardly advances.
    let wide = flows(upTo: 1e6)
    let first = (0..<20).lazy.compactMap { self.fault(wide, draw: $0) }.first
    let expected = try #require(first)
    let faults = try #require(#expect(throws: Faults.self) { try run(wide).results() })
    #expect(faults.all == [expected])
    #expect(faults.all[0].code == "projection.margins-not-met")
    #expect(try run(flows(upTo: 200)).results()["population"] != nil)
  }

  @Test func drawsBeyondEveryNumberAreNotTakenForMetMargins() throws {
    // The exponential of a range over 600 orders of magnitude is infinite, and its share no number.
    let boundless = flows(upTo: 1e300)
    let faults = (0..<20).compactMap { fault(boundless, draw: $0) }
    #expect(!faults.isEmpty)
    for draw in 0..<20 where fault(boundless, draw: draw) == nil {
      let cells = try boundless.matrix(seed: 1, draw: draw)
      for i in 0..<3 {
        let sum: Double = cells[i] + cells[3 + i] + cells[6 + i]
        #expect(abs(sum - 300) < 1e-6)
      }
    }
  }
}
