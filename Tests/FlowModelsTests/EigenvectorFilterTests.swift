import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Patterns of maps whose eigenvectors are known, and what they take out of residuals.
struct EigenvectorFilterTests {
  private func ring(_ count: Int) throws -> SpatialWeights {
    try SpatialWeights(
      count: count,
      links: (0..<count).flatMap { i in
        [.init(i, (i + 1) % count), .init(i, (i + count - 1) % count)]
      })
  }

  /// On a ring the patterns are cosines and sines of whole waves, with I = cos(2πk/n), each twice.
  @Test func patternsOfARingAreWaves() throws {
    let n = 12
    let filter = try EigenvectorFilter(ring(n), least: 0.25)
    let waves = [1, 1, 2, 2].map { cos(2 * Double.pi * Double($0) / Double(n)) }
    #expect(filter.moran.count == 4)
    for (found, expected) in zip(filter.moran, waves) { #expect(abs(found - expected) < 1e-12) }
    for (a, first) in filter.vectors.enumerated() {
      #expect(abs(first.reduce(0, +)) < 1e-12)
      for (b, second) in filter.vectors.enumerated() {
        #expect(abs(dot(first, second) - (a == b ? 1 : 0)) < 1e-12)
      }
      // In the plane of its wave: what cosine and sine take is all.
      let wave = Double([1, 1, 2, 2][a])
      let parts = [cos, sin].map { (f: (Double) -> Double) -> Double in
        let basis = (0..<n).map { f(2 * Double.pi * wave * Double($0) / Double(n)) }
        return dot(first, basis) * dot(first, basis) / dot(basis, basis)
      }
      #expect(abs(parts[0] + parts[1] - 1) < 1e-12)
    }
  }

  @Test func aHigherBarKeepsLess() throws {
    #expect(try EigenvectorFilter(ring(12), least: 1).moran.count == 2)
    #expect(try EigenvectorFilter(ring(12), least: 0.7).moran.count == 2)
    #expect(try EigenvectorFilter(ring(12), least: 0.5).moran.count == 4)
  }

  @Test func aMapWithoutNeighboursHasNoPatterns() throws {
    let fault = try #require(
      #expect(throws: Fault.self) {
        try EigenvectorFilter(SpatialWeights(count: 3, links: []), least: 0.25)
      })
    #expect(fault.code == "spatial.no-links")
  }

  private static let names = (0..<12).map { "A\($0 + 10)" }

  /// Flows of which origins in one half of a ring send more: the residuals of a constant depend on the
  /// neighbours of origins, and no more once the patterns of origins are among the regressors.
  private func wavyFlows() throws -> (data: FlowData, links: FlowData) {
    var rows: [(String, String, Double)] = []
    for i in 0..<12 {
      for j in 0..<12 where i != j {
        var stream = RandomStream(seed: 4, stream: "wavy", unit: "flow", draw: 12 * i + j, time: 0)
        let mean = exp(3 + cos(2 * Double.pi * Double(i) / 12))
        rows.append((Self.names[i], Self.names[j], Poisson(mean: mean).quantile(stream.uniform())))
      }
    }
    let links = (0..<12).flatMap { i in [(i, (i + 1) % 12), (i, (i + 11) % 12)] }
    return (
      FlowData(columns: [
        ("orig", rows.map(\.0)), ("dest", rows.map(\.1)), ("flow", rows.map { text($0.2) }),
      ]),
      FlowData(columns: [
        ("area", links.map { Self.names[$0.0] }), ("neighbour", links.map { Self.names[$0.1] }),
      ])
    )
  }

  @Test func patternsTakeTheDependenceAway() throws {
    let (data, links) = try wavyFlows()
    let plain = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1"), data, RegressionOptions(covariance: .iid))
    let before = try plain.moran(origin: "orig", destination: "dest", over: links)
    #expect(before.map { $0.estimates[0].term } == ["I(origin)", "I(destination)", "I(both)"])
    // To neighbours of the destination from one origin as well: they share what the origin sends.
    #expect(before[0].statistic > 8 && before[1].statistic > 8)
    let areas = try data.areas(origin: "orig", destination: "dest")
    #expect(areas == Self.names)
    let filter = try EigenvectorFilter(ring(12), least: 0.25)
    let table = try data.filtered(by: filter, areas: areas, origin: "orig", destination: "dest")
    #expect(table.columns.map(\.name).suffix(4) == (1...4).map { "destination_E\($0)" })
    let columns = table.columns.map { column -> (String, [String]) in
      switch column.values {
      case .real(let cells): (column.name, cells.map { $0.map { text($0) } ?? "" })
      case .text(let cells): (column.name, cells.map { $0 ?? "" })
      default: (column.name, [])
      }
    }
    let wider = FlowData(columns: columns)
    let filtered = try PoissonFlowModel().fit(
      Formula.parse("flow ~ origin_E1 + origin_E2"), wider, RegressionOptions(covariance: .iid))
    let after = try filtered.moran(origin: "orig", destination: "dest", over: links)
    for result in after { #expect(abs(result.statistic) < 3, "\(result)") }
    #expect(filtered.aic < plain.aic - 100)
  }

  /// Codes that are numbers are names, not rows.
  @Test func anAreaOfTheLinksHasToBeThere() throws {
    let links = FlowData(columns: [("a", ["1"]), ("b", ["2"])])
    let faults = try #require(
      #expect(throws: Faults.self) {
        try SpatialTables.weights(links, ["2", "3", "4"], isNormalised: false)
      })
    #expect(faults.all.map(\.code) == ["spatial.area-unknown"])
  }

  @Test func aPanelIsNamed() throws {
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1"),
      FlowData(columns: [
        ("orig", ["A10", "A10", "A11"]), ("dest", ["A11", "A11", "A10"]),
        ("flow", ["1", "2", "3"]),
      ]), RegressionOptions(covariance: .iid))
    let faults = try #require(
      #expect(throws: Faults.self) {
        try fit.moran(
          origin: "orig", destination: "dest",
          over: FlowData(columns: [("a", ["A10"]), ("b", ["A11"])]))
      })
    #expect(faults.all.map(\.code) == ["flows.moran-pairs"])
  }
}
