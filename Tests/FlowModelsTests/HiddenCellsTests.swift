import Demography
import FlowModels
import Kernel
import Testing

/// Acceptance test 9 of the data page: Korea 2020 with a tenth of its cells hidden.
struct HiddenCellsTests {
  @Test func hiddenCellsAreEstimatedWithinTheTotals() throws {
    guard let grid = SharedData.grid("data/od_other/korea/korea_od_2012_2020.csv") else { return }
    let table = try Korea2020(grid)
    let n = table.areas.count
    #expect(n == 17)
    var lower = table.flows
    var upper = table.flows
    let keyed = table.flows.indices.filter { $0 % n != $0 / n }.map { cell in
      var stream = RandomStream(
        seed: 2020, stream: "hidden", unit: "\(cell % n)>\(cell / n)", draw: 0, time: 0)
      return (cell: cell, key: stream.uniform())
    }
    let hidden = keyed.sorted { $0.key < $1.key }.prefix(27).map(\.cell)
    for cell in hidden {
      lower[cell] = 0
      upper[cell] = .infinity
    }
    var seed = table.flows
    for cell in hidden {
      seed[cell] =
        table.rows[cell % n] * table.columns[cell / n] / (table.distances[cell] * 1e6)
    }
    let result = try Balancing.fit(
      seed: seed, rows: table.rows, columns: table.columns, lower: lower, upper: upper)
    #expect(result.maxRelativeMarginError < 1e-9)
    let truth = hidden.map { table.flows[$0] }
    let found = hidden.map { result.values[$0] }
    let error =
      FlowScores.meanAbsoluteError(truth, found) / (truth.reduce(0, +) / Double(truth.count))
    let shared = FlowScores.commonPart(truth, found)
    print(
      "acceptance 9: \(hidden.count) of 272 cells hidden, margin error",
      "\(result.maxRelativeMarginError), mean absolute error \(error) of the mean, CPC \(shared)")
    #expect(shared > 0.7)
    for cell in table.flows.indices where !hidden.contains(cell) {
      #expect(abs(result.values[cell] - table.flows[cell]) < 1e-6)
    }
  }
}

/// Flows between the 17 provinces, the diagonal left out.
private struct Korea2020 {
  let areas: [String]
  let flows: [Double]
  let distances: [Double]
  let rows: [Double]
  let columns: [Double]

  init(_ grid: TextGrid) throws {
    let header = grid.rows[0].cells
    func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
    let (orig, dest, year) = (try column("orig"), try column("dest"), try column("year"))
    let (flow, distance) = (try column("flow"), try column("dist_cent"))
    let rows = grid.rows.dropFirst().filter { $0.cells[year] == "2020" }
    let areas = Set(rows.map { $0.cells[orig] }).sorted()
    let n = areas.count
    var flows = [Double](repeating: 0, count: n * n)
    var distances = [Double](repeating: 0, count: n * n)
    for row in rows where row.cells[orig] != row.cells[dest] {
      let i = try #require(areas.firstIndex(of: row.cells[orig]))
      let j = try #require(areas.firstIndex(of: row.cells[dest]))
      flows[j * n + i] = try #require(Double(row.cells[flow]))
      distances[j * n + i] = try #require(Double(row.cells[distance]))
    }
    let all = flows
    self.areas = areas
    self.flows = flows
    self.distances = distances
    self.rows = (0..<n).map { i in (0..<n).reduce(0) { $0 + all[$1 * n + i] } }
    columns = (0..<n).map { j in (0..<n).reduce(0) { $0 + all[j * n + $1] } }
  }
}
