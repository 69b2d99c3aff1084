import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden case G14 (closed forms in numpy 1.26; scikit-mobility's radiation) and laws.
struct OpportunityTests {
  private struct Korea {
    let table: OpportunityTable
    let flows: [Double]
    let outflows: [Double]
    /// By column of the golden table, by cell.
    let expected: [String: [Double]]
  }

  private func korea() throws -> Korea? {
    guard let masses = SharedData.grid("golden/flows/expected/G14_korea2020_masses.csv"),
      let pairs = SharedData.grid("golden/flows/expected/G14_korea2020_radiation_io.csv")
    else { return nil }
    let areas = masses.rows.dropFirst().map { $0.cells[0] }
    let n = areas.count
    var distances = [Double](repeating: 0, count: n * n)
    var flows = distances
    var expected: [String: [Double]] = [:]
    let names = Array(pairs.rows[0].cells.dropFirst(4))
    for name in names { expected[name] = distances }
    for row in pairs.rows.dropFirst() {
      let i = try #require(areas.firstIndex(of: row.cells[0]))
      let j = try #require(areas.firstIndex(of: row.cells[1]))
      flows[j * n + i] = try #require(Double(row.cells[2]))
      distances[j * n + i] = try #require(Double(row.cells[3]))
      for (k, name) in names.enumerated() {
        expected[name]?[j * n + i] = try #require(Double(row.cells[4 + k]))
      }
    }
    return Korea(
      table: try OpportunityTable(
        areas: areas, masses: masses.rows.dropFirst().map { Double($0.cells[1]) ?? .nan },
        distances: distances, ties: .strictlyNearer), flows: flows,
      outflows: masses.rows.dropFirst().map { Double($0.cells[2]) ?? .nan }, expected: expected)
  }

  private func offDiagonal(_ values: [Double], _ n: Int) -> [Double] {
    values.indices.filter { $0 % n != $0 / n }.map { values[$0] }
  }

  @Test(arguments: [
    ("radiation", OpportunityLaw.finiteRadiation, "korea2020_radiation_finite"),
    ("radiation_infinite", .radiation, "korea2020_radiation_infinite"),
    ("ext_radiation_a0.8", .extendedRadiation(alpha: 0.8), "korea2020_ext_radiation_alpha0.8"),
  ])
  func koreanFlowsOfEveryLawAgree(
    _ column: String, _ law: OpportunityLaw, _ record: String
  ) throws {
    guard let korea = try korea(),
      let golden = try SharedData.json("golden/flows/expected/G14_metrics.json")
    else { return }
    let found = OpportunityFlows.flows(law, korea.table, outflows: korea.outflows)
    for (a, b) in zip(found, try #require(korea.expected[column])) {
      #expect(distance(a, b) < 1e-9)
    }
    let expected = try #require(golden[record] as? [String: Double])
    let n = korea.table.areas.count
    try compareScores(offDiagonal(korea.flows, n), offDiagonal(found, n), to: expected)
  }

  @Test func theChanceOfAnOpportunityIsThatOfTheMaximum() throws {
    guard let korea = try korea(),
      let golden = try SharedData.json("golden/flows/expected/G14_metrics.json")
    else { return }
    let expected = try #require(golden["korea2020_schneider_io_ML"] as? [String: Double])
    let fit = try OpportunityFit(.schneider, korea.table, flows: korea.flows)
    let logLikelihood = try #require(expected["multinomial_loglik"])
    #expect(abs(fit.logLikelihood / logLikelihood - 1) < 1e-9)
    #expect(fit.logLikelihood >= logLikelihood - 1e-9)
    #expect(abs(fit.parameter / (expected["L"] ?? 0) - 1) < 1e-6, "\(fit.parameter)")
    // At their L, which is known to 1e-8, the flows are theirs.
    let found = OpportunityFlows.flows(
      .schneider(L: try #require(expected["L"])), korea.table, outflows: korea.outflows)
    for (a, b) in zip(found, try #require(korea.expected["schneider_io_ml"])) {
      #expect(distance(a, b) < 1e-9)
    }
    let n = korea.table.areas.count
    try compareScores(offDiagonal(korea.flows, n), offDiagonal(found, n), to: expected)
  }

  /// Golden G14: finite radiation by the inflows of nine regions, and all its scores.
  @Test func austrianRadiationAgrees() throws {
    let austria = try #require(try Austria.read())
    let lists = try NumberLists("tables")
    let margins = austria.margins
    let table = try OpportunityTable(
      areas: austria.table.origins, masses: try #require(margins.destinations),
      distances: austria.distances, ties: .strictlyNearer)
    #expect(try table.outflows(of: austria.flows) == margins.origins)
    let found = OpportunityFlows.flows(
      .finiteRadiation, table, outflows: try #require(margins.origins))
    for (flow, value) in zip(found, try lists("austria", "radiation")) {
      #expect(distance(flow, value) < 1e-9)
    }
    var scores: [String: Double] = [:]
    for key in [
      "CPC", "CPL", "SRMSE", "SSI", "RMSE", "MAE", "MAPE", "R2_1to1", "pearson", "pearson_log",
      "poisson_deviance", "KL", "index_dissimilarity",
    ] {
      scores[key] = try lists("austria_radiation_scores", key)[0]
    }
    let n = table.areas.count
    let observed = offDiagonal(austria.flows, n)
    let fitted = offDiagonal(found, n)
    try compareScores(observed, fitted, to: scores)
    let apart = offDiagonal(austria.distances, n)
    for (flows, key) in [(observed, "mean_dist_obs"), (fitted, "mean_dist_fit")] {
      let mean = FlowScores.meanDistance(flows, distances: apart)
      #expect(try distance(mean, lists("austria_radiation_scores", key)[0]) < 1e-9)
    }
  }

  /// A missing flow is told for every pair, and no sum is made without it.
  @Test func departuresNeedEveryFlow() throws {
    let table = try OpportunityTable(
      areas: ["A", "B"], masses: [1, 2], distances: [0, 3, 3, 0], ties: .half)
    let error = #expect(throws: Faults.self) { try table.outflows(of: [9, .nan, -1, .nan]) }
    #expect(error?.all.map { $0.arguments["found"] } == ["nan", "-1"])
    #expect(try table.outflows(of: [.nan, 4, 7, .nan]) == [7, 4])
  }

  /// A made-up country of 40 areas with tied distances.
  private func country(_ ties: OpportunityTable.Ties) throws -> OpportunityTable {
    var stream = RandomStream(seed: 3, stream: "test.opportunity", unit: "", draw: 0, time: 0)
    let n = 40
    let places = (0..<n).map { _ in
      ((stream.uniform() * 6).rounded(), (stream.uniform() * 6).rounded() + 0.5)
    }
    let masses = (0..<n).map { _ in 100 + 5000 * stream.uniform() * stream.uniform() }
    var distances = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        distances[j * n + i] = hypot(places[i].0 - places[j].0, places[i].1 - places[j].1)
      }
    }
    return try OpportunityTable(
      areas: (0..<n).map { "\($0)" }, masses: masses, distances: distances, ties: ties)
  }

  @Test(arguments: OpportunityLaw.all)
  func rowsAddUpToAtMostTheOutflow(_ law: OpportunityLaw) throws {
    let table = try country(.half)
    for i in table.areas.indices {
      let p = OpportunityFlows.probabilities(law, table, from: i)
      let sum = p.reduce(0, +)
      #expect(sum <= 1 + 1e-12)
      #expect(p.allSatisfy { $0 >= 0 })
      #expect(p[i] == 0)
      if law != .radiation, law != .finiteRadiation { #expect(abs(sum - 1) < 1e-12) }
    }
    let out = table.areas.indices.map { Double(10 * $0) }
    let flows = OpportunityFlows.flows(law, table, outflows: out)
    for i in table.areas.indices {
      let p = OpportunityFlows.probabilities(law, table, from: i)
      for j in table.areas.indices {
        #expect(abs(flows[j * 40 + i] - out[i] * p[j]) <= 1e-12 * max(1, out[i]))
      }
    }
  }

  @Test func interveningMassIsCountedByHand() throws {
    for ties in OpportunityTable.Ties.allCases {
      let table = try country(ties)
      for i in [0, 7, 39] {
        let s = table.intervening(from: i)
        for j in table.areas.indices where j != i {
          var sum = 0.0
          for k in table.areas.indices where k != i && k != j {
            let (near, far) = (table.distances[k * 40 + i], table.distances[j * 40 + i])
            if near < far { sum += table.masses[k] }
            if near == far, ties == .half { sum += 0.5 * table.masses[k] }
          }
          #expect(abs(s[j] - sum) < 1e-9)
        }
      }
    }
  }

  @Test(arguments: OpportunityFit.Family.allCases)
  func aParameterIsFoundAgainInItsOwnFlows(_ family: OpportunityFit.Family) throws {
    let table = try country(.half)
    let (law, value): (OpportunityLaw, Double) =
      switch family {
      case .schneider: (.schneider(L: 3e-5), 3e-5)
      case .stouffer: (.stouffer(gamma: 1.3), 1.3)
      case .extendedRadiation: (.extendedRadiation(alpha: 0.7), 0.7)
      }
    let flows = OpportunityFlows.flows(law, table, outflows: table.masses)
    let fit = try OpportunityFit(family, table, flows: flows)
    #expect(abs(fit.parameter / value - 1) < 1e-8)
    #expect(fit.stop.measure < 1e-6)
    for (a, b) in zip(fit.fitted, flows) { #expect(abs(a - b) < 1e-5 * max(1, b)) }
    // The error is the curvature of the likelihood: two errors off it is 2 lower.
    #expect(fit.standardError > 0 && fit.standardError < 0.1 * value)
  }

  @Test(arguments: OpportunityLaw.all)
  func constrainedFormsMeetTheirMargins(_ law: OpportunityLaw) throws {
    let table = try country(.half)
    let seed = OpportunityFlows.flows(.stouffer(gamma: 0.5), table, outflows: table.masses)
    var rows = [Double](repeating: 0, count: 40)
    var columns = rows
    for k in seed.indices {
      rows[k % 40] += seed[k]
      columns[k / 40] += seed[k]
    }
    let margins = InteractionMargins(
      origins: rows, destinations: columns, total: rows.reduce(0, +))
    for constraint in InteractionSpecification.Constraint.allCases {
      let found = try OpportunityFlows.constrained(law, table, constraint, margins: margins).values
      for i in 0..<40 where constraint.holdsOrigins {
        let sum = (0..<40).reduce(0) { $0 + found[$1 * 40 + i] }
        #expect(abs(sum / rows[i] - 1) < 1e-12)
      }
      for j in 0..<40 where constraint.holdsDestinations {
        let sum = (0..<40).reduce(0) { $0 + found[j * 40 + $1] }
        #expect(abs(sum / columns[j] - 1) < 1e-12)
      }
      let ratio = found.reduce(0, +) / rows.reduce(0, +)
      #expect(abs(ratio - 1) < 1e-12)
    }
  }

  @Test func flowsThatDoNotDependOnOpportunitiesHaveNoMaximum() throws {
    let table = try country(.half)
    let flows = table.distances.indices.map { k in
      table.distances[k] == 0 ? 0 : (table.distances[k] > 4 ? 100.0 * Double(k % 7) : 0)
    }
    let found = #expect(throws: Faults.self) {
      try OpportunityFit(.schneider, table, flows: flows)
    }
    #expect(found?.all.first?.code == "opportunity.no-maximum")
  }
}
