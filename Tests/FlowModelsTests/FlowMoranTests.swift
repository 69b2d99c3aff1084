import Demography
import FlowModels
import Foundation
import Testing

/// Golden case G17: Moran's I of Pearson residuals of Korean flows, 2020.
struct FlowMoranTests {
  @Test(arguments: [
    ("doubly", "flow ~ log(dist_cent) + contig | orig + dest"),
    (
      "gravity",
      "flow ~ log(orig_pop*1000000) + log(dest_pop*1000000) + log(dist_cent) + contig"
    ),
  ])
  func residualsOfKoreanFlowsDependOnNeighbours(_ name: String, _ formula: String) throws {
    guard let grid = SharedData.grid("golden/flows/data/migest_korea_gravity.csv"),
      let golden = try SharedData.json("golden/flows/expected/G17_korea2020_vcov_moran.json")
    else { return }
    let data = try FlowData(grid: grid).filtered(by: RowFilter.parse("year == 2020 & orig != dest"))
    let rows = grid.rows.dropFirst().map(\.cells).filter { $0[2] == "2020" && $0[0] != $0[1] }
    let areas = Array(Set(rows.map { $0[0] })).sorted()
    let place = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    let contig = try #require(grid.rows[0].cells.firstIndex(of: "contig"))
    let weights = try SpatialWeights(
      count: areas.count,
      links: rows.filter { $0[contig] == "TRUE" }.map { .init(place[$0[0]]!, place[$0[1]]!) }
    ).rowNormalised
    let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
    let residuals = rows.indices.map { row in
      (Double(rows[row][3])! - fit.fitted[row]) / fit.fitted[row].squareRoot()
    }
    let cells = rows.map { (origin: place[$0[0]]!, destination: place[$0[1]]!) }
    let order = rows.indices.sorted {
      (cells[$0].origin, cells[$0].destination) < (cells[$1].origin, cells[$1].destination)
    }
    let lags = FlowLags(origins: weights, destinations: weights, pairs: order.map { cells[$0] })
    let expected = try #require(
      (golden[name] as? [String: Any])?["moran_pearson_resid"] as? [String: [String: Double]])
    for (key, kind) in [
      ("Wo", FlowMoran.Neighbourhood.origin), ("Wd", .destination), ("Ww", .both),
    ] {
      let moran = FlowMoran(order.map { residuals[$0] }, over: lags, by: kind)
      let numbers = try #require(expected[key])
      #expect(distance(moran.value, numbers["I"]!) < 1e-8, "\(name) \(key)")
      #expect(distance(moran.expected, numbers["EI"]!) < 1e-12)
      #expect(distance(moran.variance, numbers["var_normal"]!) < 1e-12)
      #expect(distance(moran.statistic, numbers["z"]!) < 1e-7)
    }
  }
}
