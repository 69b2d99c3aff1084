import Demography
import FlowModels
import Kernel
import Testing

/// Predictions with fixed effects, their errors and what has none.
struct PredictionTests {
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

  private func data(_ text: String = small) throws -> FlowData {
    try FlowData(grid: SharedData.grid(text: text))
  }

  private func fit(_ formula: String, _ options: RegressionOptions = RegressionOptions()) throws
    -> RegressionFit
  {
    try PoissonFlowModel().fit(Formula.parse(formula), data(), options)
  }

  @Test func valuesTooFarOutHaveNoPrediction() throws {
    let other = FlowData(columns: [
      ("d", ["2", "1e300", "-1e300", "-1e4"]), ("near", ["0", "1", "0", "1"]),
    ])
    let found = try fit("flow ~ d + near").predictions(for: other)
    #expect(found.rows[0]?.prediction != nil)
    #expect(found.rows.dropFirst().allSatisfy { $0 == nil })
    #expect(found.missing[.notFinite]?.count == 3)
  }

  /// The same model on dummies with a constant: same means, same errors, whatever the covariance.
  @Test(arguments: ["iid", "hetero", "hc3", "cluster:orig", "dyadic:orig,dest"])
  func absorbedEffectsGiveThePredictionsOfDummies(_ vcov: String) throws {
    let grid = SharedData.grid(text: Self.small)
    func column(_ k: Int) -> [String] { grid.rows.dropFirst().map { $0.cells[k] } }
    var columns = grid.rows[0].cells.enumerated().map { ($1, column($0)) }
    for level in ["B", "C", "D"] {
      columns.append(("o\(level)", column(0).map { $0 == level ? "1" : "0" }))
      columns.append(("d\(level)", column(1).map { $0 == level ? "1" : "0" }))
    }
    let options = RegressionOptions(covariance: try Covariance.parse(vcov), smallSample: .none)
    let dummies = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d) + near + oB + oC + oD + dB + dC + dD"),
      FlowData(columns: columns), options)
    let absorbed = try fit("flow ~ log(d) + near | orig + dest", options)
    let (a, b) = (try absorbed.predictions(), try dummies.predictions())
    for (x, y) in zip(a.rows, b.rows) {
      #expect((x == nil) == (y == nil))
      guard let x, let y else { continue }
      #expect(abs(x.mean / y.mean - 1) < 1e-9)
      #expect(abs(x.linearError / y.linearError - 1) < 1e-6)
      #expect(x.confidence.contains(x.mean))
    }
    for (row, value) in zip(a.rows, absorbed.fitted) {
      if let row { #expect(abs(row.mean / value - 1) < 1e-10) }
    }
    #expect(a.rows.contains { $0 != nil })
    if vcov != "dyadic:orig,dest" { #expect(a.missing.isEmpty) }
  }

  /// Of a mean alone the error of its logarithm is `1/√Σy`, and prediction intervals contain confidence.
  @Test func aMeanAloneHasTheErrorOfItsTotal() throws {
    let options = RegressionOptions(covariance: .iid, smallSample: .none)
    let row = try #require(try fit("flow ~ 1", options).predictions().rows[0])
    #expect(abs(row.linearError * 533.0.squareRoot() - 1) < 1e-9)
    let prediction = try #require(row.prediction)
    #expect(prediction.lowerBound < row.confidence.lowerBound && prediction.lowerBound > 0)
    #expect(prediction.upperBound > row.confidence.upperBound)
  }

  @Test func aLevelNobodyFittedIsRefusedOrMissingAndCounted() throws {
    let fit = try fit("flow ~ log(d) | orig + dest")
    let new = try data("orig,dest,d\nA,B,2\nX,B,2\nA,C,\nB,B,1\n")
    #expect(throws: Faults.self) { try fit.predictions(for: new) }
    let found = try fit.predictions(for: new, unseen: .missing)
    #expect(found.missing == [.unseenLevel: [3], .missingValue: [4]])
    #expect(found.rows.map { $0 == nil } == [false, true, true, false])
    #expect(found.table().numbers("predicted")[1] == nil)
  }

  /// A level of `i(…)` that no row of the fit has is not the reference level; the reference itself is.
  @Test func aLevelUnknownToTheFitIsNotPredictedAsTheReference() throws {
    let panel = try data(
      "orig,dest,year,flow\nA,B,2010,12\nB,A,2010,7\nA,B,2011,15\nB,A,2011,9\nA,B,2012,20\n"
        + "B,A,2012,13\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ i(year)"), panel, RegressionOptions(covariance: .iid))
    let new = try data("orig,dest,year\nA,B,2010\nA,B,2011\nA,B,2013\nA,B,2010.0\nA,B,\n")
    let refused = try #require(
      #expect(throws: Faults.self) { try fit.predictions(for: new) })
    #expect(refused.all.map(\.code) == ["flows.level-unseen"])
    #expect(refused.all[0].arguments["level"] == "2013" && refused.all[0].place?.line == 4)
    let found = try fit.predictions(for: new, unseen: .missing)
    #expect(found.missing == [.unseenLevel: [4, 5], .missingValue: [6]])
    for (row, mean) in zip(found.rows, [9.5, 12]) {
      #expect(abs((row?.mean ?? .nan) - mean) < 1e-9)
    }
    #expect(try fit.predict(new).map { $0 == nil } == [false, false, true, true, true])
  }

  /// Two blocks that no flow connects: the sum of an origin of one and a destination of the other is
  /// not determined.
  @Test func sumsOfUnconnectedEffectsAreNotPredicted() throws {
    let blocks = try data(
      "o,d,flow\na,x,10\na,y,20\nb,x,30\nb,y,15\nc,u,7\nc,v,9\ne,u,12\ne,v,11\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1 | o + d"), blocks, RegressionOptions(covariance: .iid))
    let found = try fit.predictions(for: data("o,d\na,x\na,u\nc,v\n"))
    #expect(found.missing == [.notIdentified: [3]])
    #expect(found.rows.map { $0 == nil } == [false, true, false])
  }

  /// A term that the others and the effects determined has no coefficient: where it parts from them, its
  /// share in the mean is unknown, not 0.
  @Test(arguments: ["flow ~ d + near + spare", "flow ~ d + near + spare | orig + dest"])
  func aTermSetAsideHasToFollowFromTheOthersInNewRows(_ formula: String) throws {
    let isAbsorbed = formula.contains("|")
    let level = ["A": 1.0, "B": 4, "C": -2, "D": 0.5]
    let grid = SharedData.grid(text: Self.small)
    var columns = grid.rows[0].cells.enumerated().map { k, name in
      (name: name, values: grid.rows.dropFirst().map { $0.cells[k] })
    }
    // 2 d − near, and with effects a number of each origin besides.
    func spare(_ row: [String]) -> Double {
      2 * (Double(row[3]) ?? 0) - (Double(row[4]) ?? 0) + (isAbsorbed ? level[row[0]] ?? 0 : 0)
    }
    let rows = grid.rows.dropFirst().map(\.cells)
    columns.append((name: "spare", values: rows.map { "\(spare($0))" }))
    let fit = try PoissonFlowModel().fit(
      Formula.parse(formula), FlowData(columns: columns), RegressionOptions(covariance: .iid))
    #expect(fit.collinear == ["spare"])
    let asked = [["A", "B", "", "2.5", "1"], ["C", "D", "", "5", "0"], ["B", "A", "", "3", "1"]]
    let new = FlowData(columns: [
      ("orig", asked.map { $0[0] }), ("dest", asked.map { $0[1] }), ("d", asked.map { $0[3] }),
      ("near", asked.map { $0[4] }),
      ("spare", ["\(spare(asked[0]))", "\(spare(asked[1]) + 0.01)", "\(spare(asked[2]))"]),
    ])
    let found = try fit.predictions(for: new)
    #expect(found.missing == [.notIdentified: [3]])
    let means = try fit.predict(new)
    for k in [0, 2] {
      let mean = try #require(found.rows[k]?.mean)
      #expect(abs(mean / (means[k] ?? .nan) - 1) < 1e-9)
    }
    #expect(try fit.predictions().missing.isEmpty)
  }

  /// Dummies are 0 in most rows, and what rounding leaves of 0 is as large as 0.
  @Test func aTwinOfADummyFollowsWhereAllIsZero() throws {
    let grid = SharedData.grid(text: Self.small)
    let cells = grid.rows.dropFirst().map(\.cells)
    func about(_ row: [String]) -> String {
      let (distance, flow) = (Double(row[3]) ?? 0, Double(row[2]) ?? 0)
      return "\(2 * distance + 1e-6 * flow.squareRoot())"
    }
    func file(_ rows: [[String]]) -> FlowData {
      FlowData(columns: [
        ("orig", rows.map { $0[0] }), ("dest", rows.map { $0[1] }), ("flow", rows.map { $0[2] }),
        ("d", rows.map { $0[3] }), ("near", rows.map { $0[4] }), ("twin", rows.map { $0[4] }),
        ("about", rows.map { about($0) }),
      ])
    }
    for formula in [
      "flow ~ near + twin", "flow ~ d + near + twin", "flow ~ near + twin | orig + dest",
      "flow ~ d + about",
    ] {
      let fit = try PoissonFlowModel().fit(
        Formula.parse(formula), file(cells), RegressionOptions(covariance: .iid))
      #expect(fit.collinear.count == 1)
      #expect(try fit.predictions(for: file(cells)).missing.isEmpty, "\(formula)")
      let zero = file([["A", "B", "1", "0", "0"]])
      if !formula.contains("about") {
        #expect(try fit.predictions(for: zero).missing.isEmpty, "\(formula)")
      }
    }
  }

  @Test func aLinearFitHasStudentsIntervals() throws {
    let fit = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ log(d)"), data(),
      RegressionOptions(covariance: .iid, smallSample: .fixest))
    let rows = try fit.predictions().rows.compactMap { $0 }
    // Leverages add up to the parameters: so do squared errors by the variance.
    let total = rows.reduce(0) { $0 + $1.linearError * $1.linearError }
    let dispersion = try fit.predictions().dispersion
    #expect(abs(total / dispersion - 2) < 1e-9)
  }
}
