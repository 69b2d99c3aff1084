import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Jackknife and bootstrap over few clusters, against explicit refits of every draw.
struct FewClustersTests {
  static let small = """
    orig,dest,pair,year,flow,d,near
    A,B,AB,2001,120,1.5,1
    A,C,AC,2001,31,4,0
    A,D,AD,2001,12,7,0
    B,A,AB,2001,95,1.5,1
    B,C,BC,2001,44,3,1
    B,D,BD,2001,9,6,0
    C,A,AC,2001,28,4,0
    C,B,BC,2001,51,3,1
    C,D,CD,2001,66,2,1
    D,A,AD,2001,7,7,0
    D,B,BD,2001,11,6,0
    D,C,CD,2001,59,2,1
    A,B,AB,2002,101,1.5,1
    A,C,AC,2002,42,4,0
    A,D,AD,2002,10,7,0
    B,A,AB,2002,88,1.5,1
    B,C,BC,2002,37,3,1
    B,D,BD,2002,14,6,0
    C,A,AC,2002,21,4,0
    C,B,BC,2002,60,3,1
    C,D,CD,2002,48,2,1
    D,A,AD,2002,9,7,0
    D,B,BD,2002,8,6,0
    D,C,CD,2002,71,2,1
    """

  private func fit(
    _ formula: String, covariance: Covariance = .cluster(["pair"]), level: Double = 0.95
  ) throws -> RegressionFit {
    let data = try FlowData(grid: SharedData.grid(text: Self.small))
    let options = RegressionOptions(covariance: covariance, level: level)
    let model: any FlowRegression =
      formula.hasPrefix("log") ? LinearFlowModel() : PoissonFlowModel()
    return try model.fit(Formula.parse(formula), data, options)
  }

  private struct Case: Decodable, Sendable {
    let name: String
    let formula: String
    let cluster: String
    let errors: [Double]
    let pValues: [Double]
  }

  /// 16 or 64 draws, each fitted again by dense least squares; the order of terms is that of the fit.
  @Test func errorsAndPValuesAreThoseOfExplicitRefits() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "few-clusters", withExtension: "json", subdirectory: "References"))
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    #expect(cases.count == 12)
    for expected in cases {
      let found = try fit(expected.formula).fewClusters(
        by: expected.cluster, weights: .enumerated)
      #expect(found.indispensable.isEmpty)
      for (row, error) in zip(found.rows, expected.errors) {
        let jackknife = try #require(row.jackknifeError)
        #expect(
          abs(jackknife / error - 1) < 1e-8, "\(expected.name) \(row.term) \(jackknife) \(error)")
      }
      // Of a Poisson constant the reference has no test.
      for (row, value) in zip(found.rows.suffix(expected.pValues.count), expected.pValues) {
        #expect(row.bootstrapPValue == value, "\(expected.name) \(row.term)")
      }
      #expect(found.rows.count == expected.errors.count)
    }
  }

  /// Ends of the 80 % interval of the distance, found by bisection on explicit refits.
  @Test(arguments: [
    ("orig", -2.0567133920694736, -0.9343571836388991),
    ("pair", -2.5193310503023945, -0.8251158292640003),
  ])
  func anIntervalHoldsWhatTheBootstrapDoesNotReject(_ column: String, low: Double, high: Double)
    throws
  {
    let fit = try fit("log(flow) ~ log(d) + near | dest + year", level: 0.8)
    let row = try fit.fewClusters(by: column, weights: .enumerated).rows[0]
    #expect(abs(try #require(row.bootstrapLow) - low) < 1e-8)
    #expect(abs(try #require(row.bootstrapHigh) - high) < 1e-8)
  }

  @Test func jackknifeIntervalsUseStudentsDistribution() throws {
    let row = try fit("flow ~ log(d) + near").fewClusters(by: "orig").rows[1]
    let reach =
      (try #require(row.jackknifeHigh) - row.estimate) / (try #require(row.jackknifeError))
    // 97.5 % quantile with 3 degrees of freedom, R 4.2.2.
    #expect(abs(reach - 3.182446305284264) < 1e-9)
  }

  /// Of random draws the observation is one more, so no p-value is 0.
  @Test func noRandomDrawGivesAPValueOfNothing() throws {
    let fit = try fit("flow ~ d + near")
    for weights in [BootstrapWeights.webb, .rademacher] {
      for row in try fit.fewClusters(by: "pair", weights: weights, draws: 19).rows {
        let count = try #require(row.bootstrapPValue) * 20
        #expect(count > 0.5 && abs(count - count.rounded()) < 1e-9)
      }
    }
  }

  @Test(arguments: BootstrapWeights.allCases)
  func threadsDoNotChangeABit(_ weights: BootstrapWeights) throws {
    let fit = try fit("flow ~ log(d) + near | dest")
    let one = try fit.fewClusters(by: "pair", weights: weights, draws: 999, threads: 1)
    #expect(try fit.fewClusters(by: "pair", weights: weights, draws: 999, threads: 3) == one)
    #expect(one.bootstrap?.draws == (weights == .enumerated ? 64 : 999))
  }

  /// Random signs come to the share that all signs have; 4 binomial standard errors of 9,999 draws.
  @Test func randomSignsAgreeWithAllSigns() throws {
    for formula in ["flow ~ log(d) + near", "log(flow) ~ log(d) + near | dest"] {
      let fit = try fit(formula)
      let all = try fit.fewClusters(by: "pair", weights: .enumerated)
      let random = try fit.fewClusters(by: "pair", weights: .rademacher)
      for (a, b) in zip(all.rows, random.rows) {
        let p = try #require(a.bootstrapPValue)
        let reach = 4 * (p * (1 - p) / 9999).squareRoot()
        #expect(abs(try #require(b.bootstrapPValue) - p) <= reach, "\(formula) \(a.term)")
      }
    }
  }

  @Test func fewClustersAreReportedByTheSmallerDimension() throws {
    let two = try fit("flow ~ log(d) + near", covariance: .cluster(["pair", "year", "orig"]))
    let found = try #require(try two.fewClusters(draws: 99))
    #expect(found.column == "year" && found.clusters == 2)
    #expect(found.bootstrap?.weights == .webb && found.bootstrap?.method == .score)
    #expect(found.rows.map(\.standardError) == two.coefficients.map(\.standardError))
    #expect(found.table.rowCount == 3)
    #expect(try fit("flow ~ near", covariance: .iid).fewClusters() == nil)
  }

  /// What stands beside errors that take flows as unrelated, where four areas send them.
  @Test(arguments: [
    Covariance.hetero, .white(.hc3), .dyadic(origin: "orig", destination: "dest"),
  ])
  func fewAreasAreReportedWhereNoClusterIsAskedFor(_ covariance: Covariance) throws {
    for formula in ["flow ~ log(d) + near", "flow ~ log(d) + near | dest + year"] {
      let fit = try fit(formula, covariance: covariance)
      let found = try #require(try fit.fewClusters())
      #expect(found.unit == .areas && found.column == "orig, dest" && found.clusters == 4)
      #expect(try fit.fewClusters(by: "areas(orig, dest)").rows == found.rows)
      // A flow is left out with each of its ends: more than one end's clusters can tell.
      let oneEnd = try fit.fewClusters(by: "orig")
      #expect(oneEnd.unit == .clusters && oneEnd.rows != found.rows)
    }
    // Without the columns of both ends nobody knows of areas.
    let columns = ["orig", "flow", "d"].map { ($0, Self.column($0)) }
    let data = FlowData(columns: columns)
    let alone = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d)"), data, RegressionOptions(covariance: .hetero))
    #expect(try alone.fewClusters() == nil)
  }

  /// Codes beside names are the same areas, whichever column comes first; another place on the way is not, and
  /// then nobody knows which areas are meant.
  @Test func theOrderOfColumnsDoesNotChooseTheAreas() throws {
    let names = ["orig", "dest", "flow", "d", "orig_name", "dest_name"]
    let words = ["A": "Turan", "B": "Altai", "C": "Zaisan", "D": "Balkhash"]
    func values(_ name: String) -> [String] {
      name.hasSuffix("_name")
        ? Self.column(String(name.dropLast(5))).compactMap { words[$0] } : Self.column(name)
    }
    func fit(_ columns: [(String, [String])], _ formula: String = "flow ~ log(d)") throws
      -> RegressionFit
    {
      try PoissonFlowModel().fit(
        Formula.parse(formula), FlowData(columns: columns), RegressionOptions(covariance: .hetero))
    }
    var found: [FewClusters] = []
    for turn in names.indices {
      let order = Array(names[turn...] + names[..<turn])
      for columns in [order, order.reversed()] {
        let few = try fit(columns.map { ($0, values($0)) }).fewClusters(draws: 99)
        found.append(try #require(few))
      }
    }
    let columns = Set(found.map { $0.column.split(separator: ",").count })
    #expect(columns == [2] && found.allSatisfy { $0.rows == found[0].rows })
    #expect(found.allSatisfy { !$0.column.contains("name") })

    // Over which each flow goes: an area of the same four, but another one.
    let via = Self.column("orig").indices.map { ["C", "D", "A", "B"][$0 % 4] }
    let own = ["orig", "dest", "flow", "d"].map { ($0, Self.column($0)) }
    for columns in [own + [("via", via)], [("via", via)] + own] {
      let fault = try #require(
        #expect(throws: Fault.self) { try fit(columns).fewClusters(draws: 99) })
      #expect(fault.code == "fit.few-areas-unclear")
      let named = try #require(
        try fit(columns, "flow ~ log(d) | orig + dest").fewClusters(draws: 99))
      #expect(named.column == "orig, dest")
    }
  }

  /// Origins and destinations are four each: whichever is named first, the same are left out.
  @Test func theOrderOfClusterColumnsDoesNotChooseOne() throws {
    let found = try [["orig", "dest"], ["dest", "orig"]].map { columns in
      try #require(
        try fit("flow ~ log(d) + near", covariance: .cluster(columns)).fewClusters(draws: 99))
    }
    #expect(found[0].column == "dest" && found[1].column == "dest")
    #expect(found[0].rows.map(\.jackknifeError) == found[1].rows.map(\.jackknifeError))
    #expect(found[0].rows.map(\.bootstrapPValue) == found[1].rows.map(\.bootstrapPValue))
  }

  private static func column(_ name: String) -> [String] {
    let lines = small.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    let place = lines[0].firstIndex(of: name) ?? 0
    return lines.dropFirst().map { $0[place] }
  }

  /// Thirty areas are not few.
  @Test func manyAreasNeedNothingBeside() throws {
    for (count, isFew) in [(29, true), (30, false)] {
      let pairs = (0..<count).flatMap { i in (0..<3).map { (i, (i + 1 + $0) % count) } }
      let data = FlowData(columns: [
        ("from", pairs.map { "r\($0.0)" }), ("to", pairs.map { "r\($0.1)" }),
        ("flow", pairs.map { "\(3 + ($0.0 * 7 + $0.1 * 5) % 11)" }),
        ("x", pairs.map { "\(($0.0 * 3 + $0.1) % 7)" }),
      ])
      let fit = try PoissonFlowModel().fit(Formula.parse("flow ~ x"), data, RegressionOptions())
      #expect((try fit.fewClusters(draws: 9) != nil) == isFew)
    }
  }

  /// A large table is not made to wait for what nobody asked for.
  @Test func largeTablesAreNotKeptWaiting() throws {
    let rows = (0..<70_000).map { (i: $0 % 29, j: ($0 / 29 + $0 + 1) % 29, year: $0 / 841) }
    let data = FlowData(columns: [
      ("orig", rows.map { "r\($0.i)" }), ("dest", rows.map { "r\($0.j)" }),
      ("flow", rows.map { "\(1 + ($0.i * 7 + $0.j * 5 + $0.year) % 13)" }),
      ("x", rows.map { "\(($0.i * $0.j + $0.year) % 7)" }),
    ])
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | orig"), data, RegressionOptions())
    let fault = try #require(#expect(throws: Fault.self) { try fit.fewClusters(draws: 9) })
    #expect(fault.code == "fit.few-clusters-too-large")
  }

  /// Flows of an area go together, and the regressor does: errors that know nothing of it reject a true
  /// hypothesis in a third of the samples or more, the jackknife and the bootstrap of areas in as many as
  /// they say: of 200 samples 10 are due at 5 per cent, and 4 deviations are 12. A bootstrap that
  /// multiplied flows by the mean weight of their ends rejected in 39.
  @Test func fewAreasHoldTheirLevelWhereHeteroDoesNot() throws {
    let count = 12
    let samples = 200
    let pairs = (0..<count).flatMap { i in (0..<count).filter { $0 != i }.map { (i, $0) } }
    var rejected = [0, 0, 0]
    for sample in 0..<samples {
      var stream = RandomStream(seed: 11, stream: "test.areas", unit: "", draw: sample, time: 0)
      let sizes = (0..<count).map { _ in stream.normal() }
      let effects = (0..<count).map { _ in stream.normal() }
      let y = pairs.map { effects[$0.0] + effects[$0.1] + 0.5 * stream.normal() }
      let data = FlowData(columns: [
        ("orig", pairs.map { "r\(10 + $0.0)" }), ("dest", pairs.map { "r\(10 + $0.1)" }),
        ("y", y.map { "\($0)" }), ("x", pairs.map { "\(sizes[$0.0] + sizes[$0.1])" }),
      ])
      let fit = try LinearFlowModel().fit(
        Formula.parse("y ~ x"), data, RegressionOptions(covariance: .hetero))
      let row = try #require(try fit.fewClusters(draws: 399)).rows[1]
      let pValues = [
        fit.coefficients[1].pValue, try #require(row.jackknifePValue),
        try #require(row.bootstrapPValue),
      ]
      for k in 0..<3 where pValues[k] < 0.05 { rejected[k] += 1 }
    }
    print("rejected of \(samples) at 5 %: hetero, CR3, bootstrap of areas", rejected)
    #expect(rejected[0] > samples / 3)
    #expect(rejected[1] <= 22 && rejected[2] <= 22)
  }

  /// A regressor that one cluster alone has cannot be estimated without it.
  @Test func aCoefficientOfOneClusterHasNoJackknife() throws {
    let data = try FlowData(
      grid: SharedData.grid(
        text: Self.small.replacing("A,B,AB,2001,120,1.5,1", with: "A,B,AB,2001,120,1.5,2"))
    )
    let formula = try Formula.parse("flow ~ I((near-1)*near) + log(d)")
    let fit = try PoissonFlowModel().fit(formula, data, RegressionOptions())
    let found = try fit.fewClusters(by: "pair", draws: 99)
    #expect(found.indispensable == ["AB"])
    #expect(found.rows[1].jackknifeError == nil && found.rows[1].jackknifePValue == nil)
    #expect(found.rows[2].jackknifeError != nil)
  }

  @Test func pairsWithoutDirectionAreTheColumnThatNamesThem() throws {
    let fit = try fit(
      "flow ~ log(d) + near", covariance: Covariance.parse("cluster:pair(orig, dest)"))
    #expect(fit.clusterCounts == ["pair(orig, dest)": 6])
    let other = try fit.covariance(.cluster(["pair"]))
    #expect(fit.covariance.matrix == other.matrix)
    #expect(
      try Covariance.parse("cluster:pair(a,b),year").columns == ["pair(a,b)", "year"])
  }

  @Test func oneClusterIsRefused() throws {
    let grid = SharedData.grid(text: "flow,x,one\n1,2,a\n3,1,a\n4,5,a\n2,2,a\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x"), FlowData(grid: grid), RegressionOptions())
    #expect(throws: Fault.self) { try fit.fewClusters(by: "one") }
  }
}
