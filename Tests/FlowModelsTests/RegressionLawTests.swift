import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Laws any regression of flows keeps, and small cases whose answer is known.
struct RegressionLawTests {
  /// Four areas, all pairs, invented.
  private static let small = """
    orig,dest,flow,d,near
    A,B,120,1.5,1
    A,C,31,4,0
    A,D,12,7,0
    B,A,95,1.5,1
    B,C,44,3,1
    B,D,9,6,0
    C,A,28,4,0
    C,B,51,3,1
    C,D,66,2,1
    D,A,7,7,0
    D,B,11,6,0
    D,C,59,2,1
    """

  private func data() throws -> FlowData { try FlowData(grid: SharedData.grid(text: Self.small)) }

  /// Without regressors the mean of each cell is `O D / T` over a full table: here in a 2 × 2 design.
  @Test func effectsAloneGiveIndependence() throws {
    let grid = SharedData.grid(text: "o,d,flow\na,x,10\na,y,20\nb,x,30\nb,y,15\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1 | o + d"), FlowData(grid: grid), RegressionOptions())
    let expected = [30.0 * 40 / 75, 30.0 * 35 / 75, 45.0 * 40 / 75, 45.0 * 35 / 75]
    for (found, value) in zip(fit.fitted, expected) { #expect(abs(found / value - 1) < 1e-12) }
  }

  @Test func fittedTotalsOfEveryLevelAreTheObservedOnes() throws {
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d) + near | orig + dest"), data(), RegressionOptions())
    let observed = [120.0, 31, 12, 95, 44, 9, 28, 51, 66, 7, 11, 59]
    for origin in 0..<4 {
      let rows = (3 * origin)..<(3 * origin + 3)
      let difference = rows.reduce(0) { $0 + fit.fitted[$1] - observed[$1] }
      #expect(abs(difference) < 1e-8)
    }
  }

  /// The same twelve rows by Newton's method on dummies (NumPy 2.4.6), tolerances of the golden cases.
  @Test func aSmallTableAgreesWithDummies() throws {
    let formula = try Formula.parse("flow ~ log(d) + near | orig + dest")
    let expected: [(Covariance, SmallSample, [Double])] = [
      (.hetero, .none, [0.11754062526511362, 0.1361465153773835]),
      (.hetero, .fixest, [0.23508125053022724, 0.272293030754767]),
      (.cluster(["orig"]), .none, [0.13672332410466292, 0.16489676523463886]),
    ]
    for (covariance, rule, errors) in expected {
      let fit = try PoissonFlowModel().fit(
        formula, data(), RegressionOptions(covariance: covariance, smallSample: rule))
      #expect(abs(fit.coefficients[0].estimate / -1.2597853760894324 - 1) < 1e-8)
      #expect(abs(fit.coefficients[1].estimate / 0.24882714970093897 - 1) < 1e-8)
      for (coefficient, error) in zip(fit.coefficients, errors) {
        #expect(abs(coefficient.standardError / error - 1) < 1e-6)
      }
    }
  }

  /// Flows in thousands give the same slopes and, without model variance, the same standard errors.
  @Test func theUnitOfTheFlowDoesNotMatter() throws {
    let formula = try Formula.parse("flow ~ log(d) + near | orig + dest")
    let thousandths = try Formula.parse("I(flow/1000) ~ log(d) + near | orig + dest")
    let a = try PoissonFlowModel().fit(formula, data(), RegressionOptions())
    let b = try PoissonFlowModel().fit(thousandths, data(), RegressionOptions())
    for (x, y) in zip(a.coefficients, b.coefficients) {
      #expect(abs(x.estimate / y.estimate - 1) < 1e-9)
      #expect(abs(x.standardError / y.standardError - 1) < 1e-9)
    }
  }

  /// Without a constant the unit of the flow cannot be taken off: one column of ones is the mean.
  @Test func withoutAConstantTheFlowKeepsItsUnit() throws {
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 0 + I(near*0+1)"), data(), RegressionOptions())
    for value in fit.fitted { #expect(abs(value / (533.0 / 12) - 1) < 1e-12) }
  }

  @Test func aRegressorInsideTheEffectsIsSetAside() throws {
    let grid = SharedData.grid(
      text: "o,flow,size,x\na,3,1,0\na,4,1,1\nb,8,2,0\nb,5,2,1\nc,9,4,0\nc,9,4,1\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ size + x | o"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.collinear == ["size"])
    #expect(fit.coefficients.map(\.term) == ["x"])
  }

  @Test func iterationsThatEndTooSoonAreAFaultNotAResult() throws {
    let data = try data()
    let fault = try #require(
      #expect(throws: Fault.self) {
        try PoissonFlowModel().fit(
          Formula.parse("flow ~ log(d) | orig + dest"), data,
          RegressionOptions(maximumIterations: 2))
      })
    #expect(fault.code == "fit.not-converged")
  }

  @Test func clusteringByRowIsHeteroscedasticUpToItsFactor() throws {
    let formula = try Formula.parse("flow ~ log(d) + near | orig + dest")
    let hetero = try PoissonFlowModel().fit(
      formula, data(), RegressionOptions(covariance: .hetero, smallSample: .none))
    let rows = try PoissonFlowModel().fit(
      formula, data(), RegressionOptions(covariance: .cluster(["orig^dest"]), smallSample: .none))
    for (a, b) in zip(hetero.coefficients, rows.coefficients) {
      #expect(abs(a.standardError / b.standardError - 1) < 1e-12)
    }
    let stata = try PoissonFlowModel().fit(
      formula, data(), RegressionOptions(covariance: .hetero, smallSample: .stata))
    let ratio = stata.coefficients[0].standardError / hetero.coefficients[0].standardError
    #expect(abs(ratio * ratio - 12.0 / 11) < 1e-12)
  }

  /// `log(flow)` on a line through exact powers.
  @Test func leastSquaresFindsAnExactLine() throws {
    let grid = SharedData.grid(text: "flow,d\n8,2\n1,1\n64,4\n27,3\n125,5\n")
    let fit = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ log(d)"), FlowData(grid: grid), RegressionOptions())
    #expect(abs(fit.coefficients[0].estimate) < 1e-12)
    #expect(abs(fit.coefficients[1].estimate - 3) < 1e-12)
  }

  /// Golden G09 `trade_ols` (R fixest 0.12.2): ln Euros on ln distance with four effects.
  @Test func leastSquaresWithFourEffectsAgreesWithFixest() throws {
    guard let packed = SharedData.bytes("golden/flows/data/fixest_trade.csv.gz") else { return }
    let grid = try SharedData.unpacked(packed, file: "fixest_trade.csv")
    let formula = "log(Euros) ~ log(dist_km) | Origin + Destination + Product + Year"
    let iid = try LinearFlowModel().fit(
      Formula.parse(formula), FlowData(grid: grid), RegressionOptions(covariance: .iid))
    #expect(abs(iid.coefficients[0].estimate / -2.1698759762179565 - 1) < 1e-8)
    #expect(abs(iid.coefficients[0].standardError / 0.02092751669770339 - 1) < 1e-6)
    let clustered = try LinearFlowModel().fit(
      Formula.parse(formula), FlowData(grid: grid),
      RegressionOptions(covariance: .cluster(["Origin"])))
    #expect(abs(clustered.coefficients[0].standardError / 0.15428344426712728 - 1) < 1e-6)
  }

  /// Golden G09 `trade_4fe`: 38,325 rows, four effects, four-way clusters.
  @Test(arguments: [
    (Covariance.iid, 1.926424191841475e-06), (.hetero, 0.021847325115279828),
    (.cluster(["Origin"]), 0.11567816499484797),
    (.cluster(["Origin", "Destination"]), 0.13073405496227192),
    (.cluster(["Origin", "Destination", "Product", "Year"]), 0.12953675333533768),
  ])
  func tradeWithFourEffectsAgreesWithFixest(_ covariance: Covariance, _ error: Double) throws {
    guard let packed = SharedData.bytes("golden/flows/data/fixest_trade.csv.gz") else { return }
    let grid = try SharedData.unpacked(packed, file: "fixest_trade.csv")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("Euros ~ log(dist_km) | Origin + Destination + Product + Year"),
      FlowData(grid: grid), RegressionOptions(covariance: covariance))
    #expect(abs(fit.coefficients[0].estimate / -1.5278743714863392 - 1) < 1e-8)
    #expect(abs(fit.coefficients[0].standardError / error - 1) < 1e-6)
    #expect(abs(fit.logLikelihood / -702470445793.418 - 1) < 1e-9)
  }

  /// Rows whose response is below 0 once had next to no weight where regressors are judged: one that is
  /// not 0 in such rows alone was said to add nothing.
  @Test func aRegressorOfNegativeResponsesIsNotSetAside() throws {
    let data = FlowData(columns: [
      ("y", ["-9", "-7", "-8.5", "4", "5", "6", "5.5"]),
      ("x", ["1", "0.5", "2", "0", "0", "0", "0"]),
      ("z", ["1", "2", "3", "4", "5", "7", "6"]),
    ])
    let fit = try LinearFlowModel().fit(Formula.parse("y ~ z + x"), data, RegressionOptions())
    #expect(fit.collinear.isEmpty)
    // numpy 2.4.6, lstsq.
    #expect(fit.coefficients.map(\.term) == ["(Intercept)", "z", "x"])
    for (found, expected) in zip(
      fit.coefficients, [-6.611751152073731, 2.05241935483871, -4.338709677419355])
    {
      #expect(abs(found.estimate - expected) < 1e-10)
    }
  }

  /// Slopes without constants, whose means do not fall with the flows: in units that make the flows small
  /// such a fit once ran through all its iterations and was said not to have converged.
  @Test(arguments: [1.0, 1e-9, 1e-11, 1e-14, 1e-30])
  func aSmallUnitOfTheFlowsDoesNotKeepAFitFromConverging(_ unit: Double) throws {
    var columns: [[String]] = [[], [], []]
    for row in 0..<120 {
      var stream = RandomStream(seed: 8, stream: "test", unit: "row", draw: row, time: 0)
      let x = stream.normal()
      let flow = Poisson(mean: exp(1 + 0.3 * x)).quantile(stream.uniform())
      for (k, value) in ["\(flow * unit)", "\(x)", "g\(row % 4)"].enumerated() {
        columns[k].append(value)
      }
    }
    let data = FlowData(columns: [("flow", columns[0]), ("x", columns[1]), ("g", columns[2])])
    for formula in ["flow ~ 1 | g[[x]]", "flow ~ x | g", "flow ~ 0 + x"] {
      let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
      // The scores vanish, up to the size of their terms.
      var sums: [String: (sum: Double, size: Double)] = [:]
      for (k, row) in fit.rows.enumerated() {
        let x = Double(columns[1][row]) ?? .nan
        let flow = Double(columns[0][row]) ?? .nan
        let level = formula.contains("[[") ? columns[2][row] : ""
        sums[level, default: (0, 0)].sum += x * (flow - fit.fitted[k])
        sums[level, default: (0, 0)].size += abs(x) * (flow + fit.fitted[k])
      }
      for (level, found) in sums {
        #expect(abs(found.sum) <= 1e-9 * found.size, "\(formula) \(unit) \(level)")
      }
    }
  }
}
