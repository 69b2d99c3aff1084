import Kernel

/// Whether each two margin sets can be met together, by maximum flows, and which cells they force to a
/// bound.
///
/// Between two sets the cells are edges from groups of the one to groups of the other. All known
/// totals can be met at once when a flow meets those of the first with room for the second, and
/// another those of the second with room for the first (Mendelsohn & Dulmage 1958, for flows). For
/// two sets that is also enough; for more it is a necessary condition.
enum PairFeasibility {
  /// Pairs of groups up to which a flow problem is set up; larger ones are left to the iteration.
  private static let largestNetwork = 4_000_000

  /// Fixes the cells that only one value fits, and returns them.
  static func check(_ problem: inout ContingencyProblem) throws(ContingencyError) -> [Int] {
    var forced: Set<Int> = []
    for first in problem.margins.indices {
      for second in problem.margins.indices where second > first {
        let size =
          (problem.margins[first].totals.count + 1) * (problem.margins[second].totals.count + 1)
        guard size <= largestNetwork else { continue }
        let pair = Pair(problem, first, second)
        let network = try pair.requireRoom()
        try Pair(problem, second, first).requireRoom()
        guard let network else { continue }
        for (cell, value) in pair.forcedCells(network) {
          problem.fix(cell, at: value)
          forced.insert(cell)
        }
      }
    }
    return forced.sorted()
  }

  private struct Pair {
    private let problem: ContingencyProblem
    private let a: MarginSet
    private let b: MarginSet
    private let needs: (a: [Double], b: [Double])
    private let capacity: [Double]
    private let cells: [[Int]]

    init(_ problem: ContingencyProblem, _ first: Int, _ second: Int) {
      self.problem = problem
      a = problem.margins[first]
      b = problem.margins[second]
      // One more group on each side for cells outside the set.
      let rows = a.totals.count + 1
      var capacity = [Double](repeating: 0, count: rows * (b.totals.count + 1))
      var cells = [[Int]](repeating: [], count: capacity.count)
      var left = a.totals + [.nan]
      var right = b.totals + [.nan]
      for cell in problem.seed.indices {
        let i = a.groups[cell] < 0 ? rows - 1 : a.groups[cell]
        let j = b.groups[cell] < 0 ? b.totals.count : b.groups[cell]
        left[i] -= problem.lower[cell]
        right[j] -= problem.lower[cell]
        guard problem.isFree(cell) else { continue }
        capacity[j * rows + i] += problem.upper[cell] - problem.lower[cell]
        cells[j * rows + i].append(cell)
      }
      needs = (left, right)
      self.capacity = capacity
      self.cells = cells
    }

    private var isComplete: Bool {
      !needs.a.dropLast().contains(where: \.isNaN) && !needs.b.dropLast().contains(where: \.isNaN)
        && !a.groups.contains(-1) && !b.groups.contains(-1)
    }

    /// Finds room for the known totals of the first set; the flow, where every total is known.
    @discardableResult func requireRoom() throws(ContingencyError) -> FlowNetwork? {
      let rows = needs.a.count
      let noise = 1e-12 * problem.scale
      let plenty = 2 * problem.scale
      let supply = needs.a.map { $0.isNaN || $0 < noise ? 0 : $0 }
      let demand = needs.b.map { $0.isNaN ? plenty : $0 < noise ? 0 : $0 }
      var network = FlowNetwork(rows: supply, columns: demand, noise: noise) { i, j in
        capacity[j * rows + i]
      }
      network.maximise()
      let missing = supply.indices.reduce(0) { $0 + supply[$1] - network.sent(row: $1) }
      if missing <= 1e-9 * problem.scale { return isComplete ? network : nil }
      let reach = network.reachable()
      let groups = supply.indices.filter { reach.rows[$0] }
      let others = demand.indices.filter { reach.columns[$0] }
      var available = others.reduce(0) { $0 + demand[$1] }
      for i in groups {
        for j in demand.indices where !reach.columns[j] { available += capacity[j * rows + i] }
      }
      throw .infeasible(
        ContingencyError.Cut(
          first: a.name, groups: groups.map { $0 < a.labels.count ? a.labels[$0] : "—" },
          second: b.name, others: others.map { $0 < b.labels.count ? b.labels[$0] : "—" },
          needed: groups.reduce(0) { $0 + supply[$1] }, available: available))
    }

    /// Free cells with one value in every table: those of a pair of groups that the residual network
    /// does not connect, where the pair is empty, full or a single cell.
    func forcedCells(_ network: FlowNetwork) -> [(cell: Int, value: Double)] {
      let rows = needs.a.count
      let noise = 1e-12 * problem.scale
      let parts = network.components()
      var forced: [(cell: Int, value: Double)] = []
      for (k, members) in cells.enumerated() where !members.isEmpty {
        let i = k % rows
        let j = k / rows
        guard parts.rows[i] != parts.columns[j] else { continue }
        if network.isFull(i, j) {
          forced += members.map { ($0, problem.upper[$0]) }
        } else if network.flow(i, j) <= noise {
          forced += members.map { ($0, problem.lower[$0]) }
        } else if members.count == 1 {
          forced.append((members[0], problem.lower[members[0]] + network.flow(i, j)))
        }
      }
      return forced
    }
  }
}
