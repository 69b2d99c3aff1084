import Kernel

/// Seed, bounds and totals of a fit, checked; the cells of every group at hand.
struct ContingencyProblem {
  let seed: [Double]
  let margins: [MarginSet]
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  /// For each set the cells in order of their groups, and where each group starts.
  let members: [(cells: [Int], starts: [Int])]

  init(
    seed: [Double], margins: [MarginSet], lower: [Double]?, upper: [Double]?
  ) throws(ContingencyError) {
    self.seed = seed
    self.margins = margins
    self.lower = lower ?? [Double](repeating: 0, count: seed.count)
    self.upper = upper ?? [Double](repeating: .infinity, count: seed.count)
    precondition(self.lower.count == seed.count && self.upper.count == seed.count, "bounds")
    for cell in seed.indices {
      guard seed[cell] >= 0, seed[cell].isFinite else { throw .badCell(cell, seed[cell]) }
      if seed[cell] == 0 { self.upper[cell] = min(self.upper[cell], self.lower[cell]) }
      guard self.lower[cell] >= 0, self.lower[cell].isFinite,
        self.lower[cell] <= self.upper[cell]
      else { throw .badBounds(cell, lower: self.lower[cell], upper: self.upper[cell]) }
    }
    members = margins.map(Self.members)
    closeGroupsAtTheirBounds()
  }

  /// The size of the table, by which residuals are measured.
  var scale: Double {
    let known = margins.map { Statistics.sum($0.totals.filter { !$0.isNaN }) }.max() ?? 0
    return max(known, Double.leastNormalMagnitude)
  }

  func isFree(_ cell: Int) -> Bool { lower[cell] < upper[cell] }

  func cells(of set: Int, group: Int) -> ArraySlice<Int> {
    let (cells, starts) = members[set]
    return cells[starts[group]..<starts[group + 1]]
  }

  mutating func fix(_ cell: Int, at value: Double) {
    lower[cell] = value
    upper[cell] = value
  }

  private static func members(_ margin: MarginSet) -> (cells: [Int], starts: [Int]) {
    var starts = [Int](repeating: 0, count: margin.totals.count + 1)
    for group in margin.groups where group >= 0 { starts[group + 1] += 1 }
    for group in margin.totals.indices { starts[group + 1] += starts[group] }
    var next = starts
    var cells = [Int](repeating: 0, count: starts[margin.totals.count])
    for (cell, group) in margin.groups.enumerated() where group >= 0 {
      cells[next[group]] = cell
      next[group] += 1
    }
    return (cells, starts)
  }

  /// A group whose total is what its lower bounds add up to leaves its cells no choice; so total 0.
  private mutating func closeGroupsAtTheirBounds() {
    for (set, margin) in margins.enumerated() {
      for (group, total) in margin.totals.enumerated() where total >= 0 {
        let cells = cells(of: set, group: group)
        let least = cells.reduce(0) { $0 + lower[$1] }
        if total == least { for cell in cells { upper[cell] = lower[cell] } }
      }
    }
  }
}

extension ContingencyProblem {
  /// Negative totals, totals that bounds exclude, and totals of two sets for the same cells that
  /// differ by more than 10⁻⁹.
  func requireConsistentTotals() throws(ContingencyError) {
    var gaps: [ContingencyError.Gap] = []
    for (set, margin) in margins.enumerated() {
      for (group, total) in margin.totals.enumerated() where !total.isNaN {
        guard total.isFinite, total >= 0 else {
          gaps.append(.badTotal(set: margin.name, group: margin.labels[group], total))
          continue
        }
        let cells = cells(of: set, group: group)
        let least = cells.reduce(0) { $0 + lower[$1] }
        let most = cells.reduce(0) { $0 + upper[$1] }
        if total < least - 1e-9 * least || total > most + 1e-9 * total {
          gaps.append(
            .outOfReach(
              set: margin.name, group: margin.labels[group], total: total, least: least,
              most: most))
        }
      }
    }
    for first in margins.indices {
      for second in margins.indices where second > first { gaps += differences(first, second) }
    }
    guard gaps.isEmpty else { throw .inconsistent(gaps) }
  }

  /// Groups of two sets hang together by the cells with room that they share; within a connected part
  /// both sets count the same cells. For sums over axes these parts are the sums over the axes
  /// they have in common.
  private func differences(_ first: Int, _ second: Int) -> [ContingencyError.Gap] {
    let a = margins[first]
    let b = margins[second]
    let offset = a.totals.count
    // The last node stands for cells outside a set, which nothing is known of.
    let outside = offset + b.totals.count
    var parts = DisjointParts(count: outside + 1)
    for cell in seed.indices where upper[cell] > 0 {
      let left = a.groups[cell] < 0 ? outside : a.groups[cell]
      let right = b.groups[cell] < 0 ? outside : offset + b.groups[cell]
      parts.join(left, right)
    }
    for (group, total) in a.totals.enumerated() where total.isNaN { parts.join(group, outside) }
    for (group, total) in b.totals.enumerated() where total.isNaN {
      parts.join(offset + group, outside)
    }
    var members: [Int: (first: [Int], second: [Int])] = [:]
    for group in a.totals.indices {
      members[parts.root(group), default: ([], [])].first.append(group)
    }
    for group in b.totals.indices {
      members[parts.root(offset + group), default: ([], [])].second.append(group)
    }
    members[parts.root(outside)] = nil
    return members.sorted { $0.key < $1.key }.compactMap { _, part in
      let left = Statistics.sum(part.first.map { a.totals[$0] })
      let right = Statistics.sum(part.second.map { b.totals[$0] })
      guard !part.first.isEmpty, !part.second.isEmpty,
        abs(left - right) > 1e-9 * max(abs(left), abs(right))
      else { return nil }
      return .differ(
        first: a.name, firstGroups: part.first.map { a.labels[$0] }, left, second: b.name,
        secondGroups: part.second.map { b.labels[$0] }, right)
    }
  }
}

/// Union and find, with halving of paths.
struct DisjointParts {
  private var parent: [Int]

  init(count: Int) { parent = Array(0..<count) }

  mutating func root(_ node: Int) -> Int {
    var node = node
    while parent[node] != node {
      parent[node] = parent[parent[node]]
      node = parent[node]
    }
    return node
  }

  mutating func join(_ a: Int, _ b: Int) {
    let left = root(a)
    let right = root(b)
    parent[max(left, right)] = min(left, right)
  }
}
