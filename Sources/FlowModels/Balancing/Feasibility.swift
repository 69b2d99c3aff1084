import Kernel

/// Whether any table meets margins and bounds, and which cells are the same in all of them.
///
/// Lower bounds are taken off the margins; what is left must flow from origins to destinations
/// through cells of capacity `U − L`. The maximum flow (Dinic 1970) fills every margin exactly when a
/// table exists. Cells whose ends lie in different strongly connected parts of the residual graph
/// lie on no cycle, so their value cannot change.
struct Feasibility {
  private let problem: BalancingProblem
  private let rowNeed: [Double]
  private let columnNeed: [Double]
  private let network: FlowNetwork

  init(_ problem: BalancingProblem) {
    self.problem = problem
    let n = problem.rows.count
    let m = problem.columns.count
    var rowNeed = problem.rows
    var columnNeed = problem.columns
    for j in 0..<m {
      for i in 0..<n {
        rowNeed[i] -= problem.lower[problem.index(i, j)]
        columnNeed[j] -= problem.lower[problem.index(i, j)]
      }
    }
    let noise = 1e-12 * max(problem.total, .leastNormalMagnitude)
    self.rowNeed = rowNeed.map { abs($0) <= noise ? 0 : $0 }
    self.columnNeed = columnNeed.map { abs($0) <= noise ? 0 : $0 }
    var network = FlowNetwork(
      rows: self.rowNeed.map { max($0, 0) }, columns: self.columnNeed.map { max($0, 0) },
      noise: noise
    ) { i, j in
      problem.upper[problem.index(i, j)] - problem.lower[problem.index(i, j)]
    }
    network.maximise()
    self.network = network
  }

  func requireTable() throws(BalancingError) {
    for (i, need) in rowNeed.enumerated() where need < 0 {
      let others = problem.columns.indices.filter { problem.lower[problem.index(i, $0)] > 0 }
      throw .knownExceed(
        isRow: true, i, known: problem.rows[i] - need, total: problem.rows[i], others: others)
    }
    for (j, need) in columnNeed.enumerated() where need < 0 {
      let others = problem.rows.indices.filter { problem.lower[problem.index($0, j)] > 0 }
      throw .knownExceed(
        isRow: false, j, known: problem.columns[j] - need, total: problem.columns[j],
        others: others)
    }
    let unsent = rowNeed.indices.map { rowNeed[$0] - network.sent(row: $0) }
    let unfilled = columnNeed.indices.map { columnNeed[$0] - network.received(column: $0) }
    guard Statistics.sum(unsent) > 1e-9 * problem.total else { return }
    let reach = network.reachable()
    let origins = rowNeed.indices.filter { reach.rows[$0] }
    let destinations = columnNeed.indices.filter { reach.columns[$0] }
    var available = destinations.reduce(0) { $0 + columnNeed[$1] }
    for i in origins {
      for j in columnNeed.indices where !reach.columns[j] {
        available += problem.upper[problem.index(i, j)] - problem.lower[problem.index(i, j)]
      }
    }
    let noise = 1e-9 * problem.total
    throw .infeasible(
      BalancingError.Infeasibility(
        origins: origins, destinations: destinations,
        needed: origins.reduce(0) { $0 + rowNeed[$1] }, available: available,
        rowSlack: unsent.map { $0 > noise ? $0 : 0 },
        columnSlack: unfilled.map { $0 > noise ? $0 : 0 }))
  }

  /// Free cells that have one value in every table, with that value.
  func forcedCells() -> [(cell: Int, value: Double)] {
    let parts = network.components()
    var forced: [(cell: Int, value: Double)] = []
    for j in problem.columns.indices {
      for i in problem.rows.indices {
        let cell = problem.index(i, j)
        guard problem.lower[cell] < problem.upper[cell], parts.rows[i] != parts.columns[j] else {
          continue
        }
        let value = problem.lower[cell] + network.flow(i, j)
        let isFull = network.isFull(i, j)
        forced.append((cell, isFull ? problem.upper[cell] : value))
      }
    }
    return forced
  }
}
