import Demography
import FlowModels
import Foundation
import Testing

/// Golden case G19 and limits of the correction.
struct WeidnerZylkinTests {
  private func corrected(_ formula: String) throws -> BiasCorrection? {
    guard let packed = SharedData.bytes("golden/flows/data/ppml_fe_bias_manuf65.csv.gz") else {
      return nil
    }
    let grid = try SharedData.unpacked(packed, file: "manuf65.csv")
    let fit = try PoissonFlowModel().fit(
      Formula.parse(formula), FlowData(grid: grid), RegressionOptions())
    return try fit.biasCorrected()
  }

  @Test(arguments: [
    ("manuf65_threeway", "trade ~ fta | isoexp^year + isoimp^year + isoexp^isoimp"),
    (
      "manuf65_twoway",
      "trade ~ ln_distw + contig + colony + comlang_off + comleg + fta"
        + " | isoexp^year + isoimp^year"
    ),
  ])
  func manufacturesAgreeWithThePublishedFigures(_ name: String, _ formula: String) throws {
    guard let found = try corrected(formula),
      let golden = try SharedData.json("golden/flows/expected/G19_weidner_zylkin.json"),
      let expected = golden[name] as? [String: Any]
    else { return }
    func compare(_ found: [Double], _ key: String, _ bar: Double) throws {
      guard let values = expected[key] as? [Double] else { return }
      #expect(found.count == values.count)
      for (a, b) in zip(found, values) { #expect(abs(a / b - 1) < bar, "\(key): \(a), \(b)") }
    }
    #expect(found.pairs == expected["n_pairs"] as? Int)
    try compare(found.estimates, "coef", 1e-8)
    try compare(found.clusteredErrors, "se_cluster_pair", 1e-6)
    try compare(found.adjustedErrors, "se_adjusted", 1e-6)
    try compare(found.bias, "bias", 1e-6)
    try compare(found.corrected, "coef_corrected", 1e-6)
    guard name == "manuf65_threeway" else {
      #expect(found.bias.allSatisfy { $0 == 0 })
      return
    }
    // Printed by Stata's ppml_fe_bias: half a unit of the last digit.
    #expect(abs(found.corrected[0] - 0.1703722) < 0.5e-7)
    #expect(abs(found.adjustedErrors[0] - 0.0419558558) < 0.5e-10)
    #expect(abs(found.bias[0] - 0.0076567524) < 1e-9)
  }

  private static let panel = """
    o,d,t,flow,x
    A,B,1,12,0
    A,C,1,31,1
    B,A,1,9,0
    B,C,1,44,1
    C,A,1,28,1
    C,B,1,51,0
    A,B,2,15,1
    A,C,2,25,1
    B,A,2,14,0
    B,C,2,37,0
    C,A,2,21,0
    C,B,2,60,1
    """

  @Test func otherEffectsAreRefused() throws {
    let data = try FlowData(grid: SharedData.grid(text: Self.panel))
    for formula in [
      "flow ~ x", "flow ~ x | o", "flow ~ x | o + t + d^t", "flow ~ x | o^t + d^t + t",
    ] {
      let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
      #expect(throws: Fault.self) { try fit.biasCorrected() }
    }
    let linear = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ x | o + d"), data, RegressionOptions())
    #expect(throws: Fault.self) { try linear.biasCorrected() }
  }

  /// With one period and two ways a pair is a row: the adjusted error is that of HC2.
  @Test func onePeriodAdjustsEachRowByItsLeverage() throws {
    let text = Self.panel.split(separator: "\n").prefix(7).joined(separator: "\n")
    let fourth = "\nA,D,1,17,0\nB,D,1,11,0\nC,D,1,29,1\nD,A,1,8,0\nD,B,1,22,1\nD,C,1,19,1\n"
    let data = try FlowData(grid: SharedData.grid(text: text + fourth))
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | o + d"), data, RegressionOptions())
    let found = try fit.biasCorrected()
    let hc2 = try fit.covariance(.white(.hc2)).standardErrors[0]
    #expect(abs(found.adjustedErrors[0] / (hc2 * (12.0 / 11).squareRoot()) - 1) < 1e-7)
  }
}
