import Demography
import FlowModels
import Foundation

/// The panels forecasts are tested on.
enum ForecastPanels {
  /// Registered moves between the 17 provinces of Korea, 2012 to 2020.
  static func korea(_ test: String = #function) throws -> FlowPanel? {
    let grid = SharedData.grid("golden/flows/data/migest_korea_gravity.csv", of: test)
    return try grid.map { try FlowPanel(FlowData(grid: $0)) }
  }

  /// Estimated flows between five countries of Central Asia and Russia, six five-year periods from
  /// 1990.
  static func centralAsia(_ test: String = #function) -> FlowPanel? {
    let path = "golden/flows/data/abelcohen_central_asia_russia_flows.csv"
    guard let grid = SharedData.grid(path, of: test) else { return nil }
    let rows = grid.rows.dropFirst().map(\.cells)
    let areas = Set(rows.flatMap { $0.prefix(2) }).sorted()
    let pairs = rows.map { row in
      FlowPanel.Pair(
        origin: areas.firstIndex(of: row[0])!, destination: areas.firstIndex(of: row[1])!)
    }
    let periods = Array(grid.rows[0].cells.dropFirst(2))
    let flows = periods.indices.flatMap { t in rows.map { Double($0[t + 2])! } }
    return FlowPanel(areas: areas, pairs: pairs, periods: periods, flows: flows)
  }

  /// Flows between countries from one of the two world files, in which a row that is absent is 0.
  ///
  /// - Parameters:
  ///   - columns: origin, destination, year, flow.
  ///   - areas: those kept; `nil` for all.
  ///   - isSeenOnly: only pairs with a flow in some period, instead of all.
  static func world(
    _ file: String, columns: [String], years: [String], areas: [String]? = nil, isSeenOnly: Bool,
    _ test: String = #function
  ) throws -> FlowPanel? {
    guard let bytes = SharedData.bytes("golden/flows/data/\(file)", of: test) else { return nil }
    let grid = try SharedData.unpacked(bytes, file: file)
    let place = columns.map { grid.rows[0].cells.firstIndex(of: $0)! }
    let rows = grid.rows.dropFirst().map(\.cells)
    let codes = areas ?? Set(rows.flatMap { [$0[place[0]], $0[place[1]]] }).sorted()
    let index = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    let n = codes.count
    var values = [Double](repeating: 0, count: n * n * years.count)
    for row in rows {
      guard let i = index[row[place[0]]], let j = index[row[place[1]]],
        let t = years.firstIndex(of: row[place[2]])
      else { continue }
      values[(t * n + i) * n + j] = Double(row[place[3]])!
    }
    let cells = (0..<n * n).filter { cell in
      cell / n != cell % n
        && (!isSeenOnly || years.indices.contains { values[$0 * n * n + cell] > 0 })
    }
    return FlowPanel(
      areas: codes, pairs: cells.map { FlowPanel.Pair(origin: $0 / n, destination: $0 % n) },
      periods: years, flows: years.indices.flatMap { t in cells.map { values[t * n * n + $0] } })
  }

  static let fiveYears = ["1990", "1995", "2000", "2005", "2010", "2015"]

  /// Pseudo-Bayes flows of 200 countries, 1990 to 2010, as Welch and Raftery fitted them.
  static func pseudoBayes(_ test: String = #function) throws -> FlowPanel? {
    guard let areas = countries(test) else { return nil }
    return try world(
      "bayesflow_pseudobayes_flows_1990_2010.csv.gz",
      columns: ["origIso", "destIso", "year", "migrantCount"], years: Array(fiveYears.dropLast()),
      areas: areas, isSeenOnly: false, test)
  }

  /// The later edition of the same estimates, 1990 to 2015, for the same countries.
  static func laterEdition(_ test: String = #function) throws -> FlowPanel? {
    guard let areas = countries(test) else { return nil }
    return try world(
      "bayesflow_abelcohen_da_pb_closed_v6.csv.gz", columns: ["orig", "dest", "year0", "flow"],
      years: fiveYears, areas: areas, isSeenOnly: false, test)
  }

  private static func countries(_ test: String) -> [String]? {
    SharedData.grid("golden/flows/data/bayesflow_200iso.csv", of: test).map { grid in
      grid.rows.dropFirst().map { $0.cells[0] }
    }
  }
}
