import Demography
import FlowModels
import Foundation
import Testing

/// Shocks that a fit can follow and those that it cannot, on flows between four regions.
struct ScenarioShockTests {
  /// `side` is `x` or `y` by the parity of the pair, `s` its indicator of `y`.
  private let data: FlowData

  init() {
    let areas = ["A", "B", "C", "D"]
    let pairs = (0..<4).flatMap { i in (0..<4).filter { $0 != i }.map { (i, $0) } }
    data = FlowData(columns: [
      ("from", pairs.map { areas[$0.0] }), ("to", pairs.map { areas[$0.1] }),
      ("flow", pairs.map { "\(20 + ($0.0 * 17 + $0.1 * 29) % 41)" }),
      ("d", pairs.map { "\(100 + 37 * (($0.0 + 2 * $0.1) % 5))" }),
      ("w", pairs.map { "\(3 + ($0.0 * 5 + $0.1) % 7)" }),
      ("side", pairs.map { ($0.0 + $0.1).isMultiple(of: 2) ? "x" : "y" }),
      ("s", pairs.map { ($0.0 + $0.1).isMultiple(of: 2) ? "0" : "1" }),
    ])
  }

  private func baseline(_ formula: String) throws -> ScenarioBaseline {
    try ScenarioBaseline(
      PoissonFlowModel().fit(
        Formula.parse(formula), data, RegressionOptions(covariance: .iid, smallSample: .none)),
      data: data, origin: "from", destination: "to")
  }

  private func fault(_ formula: String, _ changes: String...) throws -> [Fault] {
    let shocks = try changes.map { try FlowShock.parse($0) }
    let baseline = try baseline(formula)
    return try #require(
      #expect(throws: Faults.self) { try FlowScenario(baseline, shocks: shocks) }
    ).all
  }

  /// `@departures[dest=C]` once scaled what leaves every origin, and the other way round.
  @Test func totalsHaveNoOtherEnd() throws {
    let faults = try fault(
      "flow ~ log(d)", "@departures[dest=C] * 1.2", "@arrivals[orig=A, dest=B] * 2",
      "@departures[orig=A] * 1.1", "@arrivals * 1.1")
    #expect(faults.map(\.code) == ["closure.other-end", "closure.other-end"])
    #expect(
      faults[0].description
        == "closure.other-end(named: dest, own: orig, shock: @departures[dest=C] * 1.2)")
    #expect(
      faults[1].description
        == "closure.other-end(named: orig, own: dest, shock: @arrivals[orig=A, dest=B] * 2)")
  }

  /// Levels were not read beside columns, and every fit with `i()` failed as not finite.
  @Test func aFitWithLevelsAnswersAsOneWithTheirIndicator() throws {
    let shocks = [try FlowShock.parse("d[dest=B] * 0.5")]
    let levels = try FlowScenario(baseline("flow ~ log(d) + i(side)"), shocks: shocks)
    let indicator = try FlowScenario(baseline("flow ~ log(d) + s"), shocks: shocks)
    #expect(levels.baseline.terms.count == 2)
    let before = levels.baseline.flows
    let after = try levels.flows(.partial)
    for (found, value) in zip(after, try indicator.flows(.partial)) {
      #expect(distance(found, value) < 1e-9)
    }
    #expect(zip(before, after).contains { abs($0 - $1) > 0.1 })
  }

  /// A column that also stands where no coefficient follows it would be answered in part.
  @Test(arguments: [
    ("flow ~ log(d) + offset(log(d / w))", "offset(log(d/w))"),
    ("flow ~ log(d) | to + from[[d]]", "from[[d]]"), ("flow ~ log(d) + i(d)", "d::"),
    ("flow ~ log(w) + offset(log(d))", "offset(log(d))"),
  ])
  func aColumnBesideTheTermsIsNotAnsweredInPart(_ formula: String, _ part: String) throws {
    let faults = try fault(formula, "d * 0.9")
    #expect(faults.map(\.code) == ["closure.beside-terms"])
    #expect(faults.first?.arguments["part"]?.hasPrefix(part) == true, "\(faults)")
  }

  @Test func everyShockOfNoColumnIsNamed() throws {
    let faults = try fault("flow ~ log(d) + offset(log(w))", "pop * 2", "@cost * 2", "w * 2")
    #expect(
      faults.map(\.code) == ["closure.no-column", "closure.no-column", "closure.beside-terms"])
    #expect(faults[0].arguments["known"] == "d")
  }
}
