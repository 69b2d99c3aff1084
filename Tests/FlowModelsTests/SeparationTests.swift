import Demography
import FlowModels
import Foundation
import Testing

/// Golden cases G10 (exact linear programmes on the data of ppmlhdfe's tests) and G10b.
struct SeparationTests {
  private static let names = (1...18).map { $0 < 10 ? "0\($0)" : "\($0)" }

  @Test(arguments: names)
  func separatedRowsAreThoseOfTheExactProgramme(_ name: String) throws {
    guard let grid = SharedData.grid("golden/flows/data/ppml_separation/\(name).csv"),
      let golden = try SharedData.json("golden/flows/expected/G10_ppml_separation.json")
    else { return }
    let expected = try #require(golden[name] as? [String: Any])
    let header = grid.rows[0].cells
    let x = header.filter { $0.hasPrefix("x") }
    let effects = header.filter { $0.hasPrefix("id") }
    let formula =
      "y ~ " + (x.isEmpty ? "1" : x.joined(separator: " + "))
      + (effects.isEmpty ? "" : " | " + effects.joined(separator: " + "))
    let data = try FlowData(grid: grid)
    let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
    let flag = try #require(header.firstIndex(of: "separated"))
    let kept = (0..<data.count).filter { grid.rows[$0 + 1].cells[flag] == "0" }
    #expect(fit.rows == kept)
    #expect(data.count - kept.count == fit.dropped.reduce(0) { $0 + $1.count })
    let mu = try #require(expected["mu_kept"] as? [Double])
    for (found, value) in zip(fit.fitted, mu) { #expect(distance(found, value) < 1e-8) }
    let logLikelihood = try #require(expected["loglik"] as? Double)
    #expect(distance(fit.logLikelihood, logLikelihood) < 1e-9)
  }

  @Test(arguments: ["readme10", "example1", "example2"])
  func publishedExamplesOfSeparationAreReproduced(_ name: String) throws {
    guard let golden = try SharedData.json("golden/flows/expected/G10b_separation_published.json")
    else { return }
    let expected = try #require(golden[name] as? [String: Any])
    let columns = try #require(expected["data"] as? [String: [Double]])
    let regressors = columns.keys.filter { $0.hasPrefix("x") }.sorted()
    let data = FlowData(
      columns: (["y"] + regressors).map { column in
        (column, (columns[column] ?? []).map { "\($0)" })
      })
    let fit = try PoissonFlowModel().fit(
      Formula.parse("y ~ " + regressors.joined(separator: " + ")), data, RegressionOptions())
    let flags = try #require(expected["separated"] as? [Int])
    #expect(fit.rows == flags.indices.filter { flags[$0] == 0 })
    let logLikelihood = try #require(expected["loglik"] as? Double)
    #expect(distance(fit.logLikelihood, logLikelihood) < 1e-9)
    let terms = try #require(expected["terms"] as? [String])
    let coefficients = try #require(expected["coef"] as? [Double])
    // Where columns are collinear on the kept rows, another choice of columns is as good.
    guard fit.coefficients.map(\.term) == terms.map({ $0 == "_cons" ? "(Intercept)" : $0 }) else {
      #expect(fit.collinear.isEmpty == false)
      return
    }
    for (found, value) in zip(fit.coefficients, coefficients) {
      #expect(distance(found.estimate, value) < 1e-8, "\(found.term)")
    }
  }

  @Test func aLevelThatNobodyEverLeavesIsLeftOutAndNamed() throws {
    let grid = SharedData.grid(
      text: """
        orig,dest,flow,near
        A,B,5,1
        A,C,3,0
        B,A,4,1
        B,C,2,0
        C,A,0,0
        C,B,0,1
        """)
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ near | orig"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.dropped == [DroppedRows(.emptyLevel, lines: [6, 7], detail: "orig=C")])
    #expect(fit.observations == 4)
  }

  @Test func aRegressorThatIsPositiveOnlyOnZeroFlowsIsSaidToSeparate() throws {
    let grid = SharedData.grid(
      text: """
        flow,war,size
        5,0,1
        3,0,2
        0,1,1
        0,0,2
        4,0,3
        """)
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ war + size"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.dropped == [DroppedRows(.separated, lines: [4], detail: "war")])
    #expect(fit.collinear == ["war"])
    #expect(fit.coefficients.map(\.term) == ["(Intercept)", "size"])
  }
}
