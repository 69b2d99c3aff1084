import Demography
import FlowModels
import Foundation

/// The three data sets of G12 and G13 as designs.
enum SpatialData {
  /// - Parameter country: `ge`, `usa` or `paris`.
  static func design(
    _ country: String, _ response: String, file: String = #function
  ) throws -> SpatialFlowDesign? {
    let folder = "golden/flows/data/"
    let isParis = country == "paris"
    let nodeFile = isParis ? "spflow_paris10km_nodes.csv" : "spflow_\(country)_nodes.csv"
    let pairFile =
      isParis ? "spflow_paris10km_flows.csv" : "spflow_\(country)_\(country)_pairs.csv"
    let weightFile =
      isParis ? "spflow_paris10km_W_by_contiguity.csv" : "spflow_\(country)_W.csv"
    guard let nodes = SharedData.grid(folder + nodeFile),
      let pairs = SharedData.grid(folder + pairFile),
      let links = SharedData.grid(folder + weightFile)
    else { return nil }
    let names = texts(nodes, isParis ? "ID_MUN" : "ID_STATE")
    let weights = try SpatialWeights(
      count: names.count,
      links: zip(zip(numbers(links, "i"), numbers(links, "j")), numbers(links, "w")).map {
        SpatialWeights.Link(Int($0.0.0) - 1, Int($0.0.1) - 1, $0.1)
      })
    let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let ends = zip(texts(pairs, "ID_ORIG"), texts(pairs, "ID_DEST")).compactMap { ends in
      place[ends.0].flatMap { i in place[ends.1].map { (origin: i, destination: $0) } }
    }
    let distance = numbers(pairs, "DISTANCE")
    if isParis {
      let areas = SpatialAreas(
        names: names,
        attributes: [
          "log(NB_COMPANY)": numbers(nodes, "NB_COMPANY").map { log($0) },
          "log(POPULATION)": numbers(nodes, "POPULATION").map { log($0) },
          "clog(MED_INCOME)": centred(numbers(nodes, "MED_INCOME").map { log($0) }),
        ], weights: weights)
      return try SpatialFlowDesign(
        origins: areas, destinations: areas, pairs: ends,
        response: numbers(pairs, "COMMUTE_FLOW").map { log($0 + 1) },
        terms: SpatialTerms(
          destination: ["log(NB_COMPANY)", "clog(MED_INCOME)"],
          origin: ["log(POPULATION)", "clog(MED_INCOME)"], inside: ["log(POPULATION)"]),
        pairVariables: [("log(DISTANCE + 1)", distance.map { log($0 + 1) })])
    }
    let areas = SpatialAreas(
      names: names, attributes: ["X": numbers(nodes, "X")], weights: weights)
    return try SpatialFlowDesign(
      origins: areas, destinations: areas, pairs: ends, response: numbers(pairs, response),
      terms: SpatialTerms(destination: ["X"], origin: ["X"], inside: ["X"]),
      pairVariables: [("DISTANCE", distance)])
  }

  static func texts(_ grid: TextGrid, _ column: String) -> [String] {
    guard let index = grid.rows[0].cells.firstIndex(of: column) else { return [] }
    return grid.rows.dropFirst().map { $0.cells[index] }
  }

  static func numbers(_ grid: TextGrid, _ column: String) -> [Double] {
    texts(grid, column).map { Double($0) ?? .nan }
  }

  private static func centred(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.map { $0 - mean }
  }
}
