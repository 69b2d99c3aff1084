import Kernel

/// Whole numbers for the cells of a table that keep sums over any groups of cells, where such exist for certain.
///
/// Every cell becomes its floor or its ceiling, and so does every total; totals that are whole stay as they are.
/// The sets of totals are divided over two sides so that on each side the groups lie within one another or apart:
/// rows and their blocks on one, columns on the other. Cells are then arcs of a network from the groups of the one
/// side to those of the other, totals bound the arcs within the sides, and because the table itself is a flow
/// between the bounds there is a whole one (Hoffman 1960; Cox & Ernst, *Controlled rounding*, INFOR 20, 1982).
/// Three sets that cross one another allow no such network: whole numbers that keep them need not exist. Cells that
/// are whole already do not count in this.
///
/// Of all such numbers they are the nearest, by the sum of squared and of absolute changes alike, for with
/// remainder p a cell that goes up adds `(1 − p)² − p² = (1 − p) − p` to either: a circulation of least cost. Cells with
/// the largest remainders go up first, ties to the lower cell; where that leaves a total short, cells swap along
/// shortest paths; then cells change along cycles that lower the cost, until prices of the groups prove that none is
/// left (Klein 1967, Management Science 14; Ahuja, Magnanti & Orlin 1993, Network flows, chapter 9). Costs are whole
/// multiples of 2⁻⁴⁰, so that the proof is exact for remainders rounded to these. The same table always gives the
/// same numbers.
public enum MarginRounding {
  /// Why there are no whole numbers.
  public enum Failure: Error, Hashable, Sendable {
    /// Sets of totals, by name, that cannot be divided over two sides.
    case crossing([String])
    /// A group whose cells miss its total by so much that no floors and ceilings of theirs meet it.
    case outOfReach(set: String, group: String)
  }

  /// Whole numbers, and whether none that keep the totals are nearer.
  public struct Rounded: Hashable, Sendable {
    public let cells: [Double]
    /// False only where the proof would take more than the steps allowed: the numbers are near then.
    public let isNearest: Bool
  }

  /// - Parameters:
  ///   - values: of the cells, finite and not negative, that meet the totals but for rounding.
  ///   - margins: of as many cells; totals of NaN and cells in no group are free.
  ///   - steps: arcs looked at in search of cheaper cycles; seconds for as many as stand here.
  /// - Throws: `Failure`.
  /// - Complexity: O(cells · log cells), a search over the cells for each unit left over, and at most `steps`.
  public static func rounded(
    _ values: [Double], margins: [MarginSet], steps: Int = 1_000_000_000
  ) throws(Failure) -> Rounded {
    precondition(values.allSatisfy { $0 >= 0 && $0.isFinite }, "cells have to be amounts")
    precondition(margins.allSatisfy { $0.groups.count == values.count }, "a set of another shape")
    let floors = values.map { ($0 + 1e-9 * max(1, $0)).rounded(.down) }
    let parts = zip(values, floors).map { $0 - $1 > 1e-9 * max(1, $0) ? $0 - $1 : 0 }
    let open = parts.indices.filter { parts[$0] > 0 }
    let sides = try sides(of: margins, open)
    var network = RoundingNetwork(open: open, parts: parts)
    for (side, sets) in sides.enumerated() {
      network.add(sets.map { margins[$0] }, values: values, floors: floors, side: side)
    }
    network.add(total: Statistics.sum(values), floors: Statistics.sum(floors))
    if let arc = network.settle() { throw .outOfReach(set: arc.set, group: arc.group) }
    let isNearest = network.refine(steps: steps)
    var found = floors
    for cell in network.ups { found[cell] += 1 }
    return Rounded(cells: found, isNearest: isNearest)
  }

  /// Which sets are on which side; sets whose groups overlap without one holding the other are on different ones.
  private static func sides(
    of margins: [MarginSet], _ open: [Int]
  ) throws(Failure) -> [[Int]] {
    var side = [Int](repeating: -1, count: margins.count)
    let crossing = margins.indices.map { a in
      margins.indices.filter { $0 != a && cross(margins[a], margins[$0], open) }
    }
    for start in margins.indices where side[start] < 0 {
      side[start] = 0
      var queue = [start]
      var head = 0
      while head < queue.count {
        let set = queue[head]
        head += 1
        for other in crossing[set] {
          if side[other] == side[set] {
            let names = crossing.indices.filter { !crossing[$0].isEmpty }.map { margins[$0].name }
            throw .crossing(names)
          }
          if side[other] < 0 {
            side[other] = 1 - side[set]
            queue.append(other)
          }
        }
      }
    }
    return [0, 1].map { number in margins.indices.filter { side[$0] == number } }
  }

  /// Whether some groups of two sets overlap without one holding the other, in the cells to be decided.
  private static func cross(_ a: MarginSet, _ b: MarginSet, _ open: [Int]) -> Bool {
    var sizes = [a, b].map { [Int](repeating: 0, count: $0.totals.count) }
    var common: [Int: Int] = [:]
    for cell in open {
      let (g, h) = (a.known(cell), b.known(cell))
      if let g { sizes[0][g] += 1 }
      if let h { sizes[1][h] += 1 }
      if let g, let h { common[g * b.totals.count + h, default: 0] += 1 }
    }
    return common.contains { key, count in
      let (g, h) = (key / b.totals.count, key % b.totals.count)
      return count != sizes[0][g] && count != sizes[1][h]
    }
  }
}

extension MarginSet {
  /// The group of a cell, where it has one with a total.
  fileprivate func known(_ cell: Int) -> Int? {
    let group = groups[cell]
    return group >= 0 && !totals[group].isNaN ? group : nil
  }
}

/// A circulation through both sides, each a tree of groups, with the cells as arcs from the one to the other.
private struct RoundingNetwork {
  struct Arc {
    let from: Int
    let to: Int
    let least: Int
    let most: Int
    let set: String
    let group: String
    /// Of one more through it, in units of 2⁻⁴⁰.
    var cost = 0
    var flow = 0
  }

  private let open: [Int]
  private let parts: [Double]
  /// Nodes 0 and 1 hold all cells of a side.
  private var nodes = 2
  private var arcs: [Arc] = []
  /// For both sides the arcs of the groups that hold each open cell, and the smallest of them.
  private var within: [[[Int]]]
  private var leaf: [[Int]]
  private var cellArcs = 0

  init(open: [Int], parts: [Double]) {
    self.open = open
    self.parts = parts
    within = [0, 1].map { _ in open.map { _ in [] } }
    leaf = [0, 1].map { side in open.map { _ in side } }
  }

  /// Cells that go up.
  var ups: [Int] {
    open.indices.filter { arcs[cellArcs + $0].flow > 0 }.map { open[$0] }
  }

  /// The bounds of how many of a group go up; a total that is whole but for rounding has one number alone.
  private static func bounds(_ total: Double, _ floors: Double) -> (Int, Int) {
    let near = total.rounded()
    let isWhole = abs(total - near) <= 1e-9 * max(1, total)
    let (low, high) = isWhole ? (near, near) : (total.rounded(.down), total.rounded(.up))
    return (Int(low - floors), Int(high - floors))
  }

  /// - Parameter sets: whose groups lie within one another or apart.
  mutating func add(_ sets: [MarginSet], values: [Double], floors: [Double], side: Int) {
    // Larger groups first, so that each finds those around it.
    var groups: [(set: Int, group: Int, cells: [Int], floors: Double)] = []
    for (s, set) in sets.enumerated() {
      var members = set.totals.map { _ in [Int]() }
      for (k, cell) in open.enumerated() {
        if let group = set.known(cell) { members[group].append(k) }
      }
      var sums = set.totals.map { _ in 0.0 }
      for cell in values.indices {
        if let group = set.known(cell) { sums[group] += floors[cell] }
      }
      for group in members.indices where !set.totals[group].isNaN {
        groups.append((s, group, members[group], sums[group]))
      }
    }
    groups.sort { ($1.cells.count, $0.set, $0.group) < ($0.cells.count, $1.set, $1.group) }
    for (s, group, cells, sum) in groups {
      let bounds = Self.bounds(sets[s].totals[group], sum)
      let outer = cells.first.map { leaf[side][$0] } ?? side
      let own = nodes
      nodes += 1
      let arc = arcs.count
      arcs.append(
        Arc(
          from: side == 0 ? outer : own, to: side == 0 ? own : outer, least: bounds.0,
          most: bounds.1, set: sets[s].name, group: sets[s].labels[group]))
      for k in cells {
        leaf[side][k] = own
        within[side][k].append(arc)
      }
    }
  }

  /// The last arc of the sides, through which all cells go, and the cells.
  mutating func add(total: Double, floors: Double) {
    let bounds = Self.bounds(total, floors)
    let root = arcs.count
    // Free cells may leave the sum of all one off either way: it is no given total.
    arcs.append(
      Arc(from: 1, to: 0, least: max(0, bounds.0 - 1), most: bounds.1 + 1, set: "", group: ""))
    cellArcs = arcs.count
    for k in open.indices {
      within[0][k].append(root)
      arcs.append(
        Arc(
          from: leaf[0][k], to: leaf[1][k], least: 0, most: 1, set: "", group: "",
          cost: Int(((1 - 2 * parts[open[k]]) * 0x1p40).rounded())))
    }
  }

  /// - Returns: an arc that cannot get what it needs; `nil` where all have it.
  mutating func settle() -> Arc? {
    let order = open.indices.sorted {
      parts[open[$0]] != parts[open[$1]]
        ? parts[open[$0]] > parts[open[$1]] : open[$0] < open[$1]
    }
    if let arc = arcs.first(where: { $0.most < 0 || $0.least > $0.most }) { return arc }
    for k in order {
      let through = within[0][k] + within[1][k]
      guard through.allSatisfy({ arcs[$0].flow < arcs[$0].most }) else { continue }
      for arc in through { arcs[arc].flow += 1 }
      arcs[cellArcs + k].flow = 1
    }
    var incident = [[Int]](repeating: [], count: nodes)
    for (k, arc) in arcs.enumerated() {
      incident[arc.from].append(k)
      incident[arc.to].append(k)
    }
    for k in arcs.indices {
      while arcs[k].flow < arcs[k].least {
        guard augment(k, incident) else { return arcs[k] }
      }
    }
    return nil
  }

  /// Changes the flow along cycles that cost less than nothing until there is none (Bellman 1958, Ford 1956).
  ///
  /// - Returns: whether prices prove that there is none left.
  mutating func refine(steps: Int) -> Bool {
    var price = [Int](repeating: 0, count: nodes)
    var by = [Int](repeating: -1, count: nodes)
    var left = steps
    while true {
      guard left >= arcs.count else { return false }
      left -= arcs.count
      var hasMoved = false
      for (k, arc) in arcs.enumerated() {
        if arc.flow < arc.most, price[arc.from] + arc.cost < price[arc.to] {
          price[arc.to] = price[arc.from] + arc.cost
          by[arc.to] = k
          hasMoved = true
        }
        if arc.flow > max(0, arc.least), price[arc.to] - arc.cost < price[arc.from] {
          price[arc.from] = price[arc.to] - arc.cost
          by[arc.from] = k
          hasMoved = true
        }
      }
      guard hasMoved else { return true }
      // Every cycle of the arcs by which prices fell costs less than nothing; they have no node in common.
      let cycles = cycles(by)
      guard !cycles.isEmpty else { continue }
      for cycle in cycles {
        for node in cycle { arcs[by[node]].flow += arcs[by[node]].to == node ? 1 : -1 }
      }
      by = by.map { _ in -1 }
    }
  }

  /// Cycles among nodes that each point back along one arc.
  private func cycles(_ by: [Int]) -> [[Int]] {
    var state = [Int](repeating: 0, count: nodes)
    var found: [[Int]] = []
    for start in 0..<nodes where state[start] == 0 {
      var path: [Int] = []
      var node = start
      while state[node] == 0, by[node] >= 0 {
        state[node] = 1
        path.append(node)
        let arc = arcs[by[node]]
        node = arc.to == node ? arc.from : arc.to
      }
      if state[node] == 1, let first = path.firstIndex(of: node) {
        found.append(Array(path[first...]))
      }
      for node in path { state[node] = 2 }
    }
    return found
  }

  /// Sends one more through an arc along the shortest way back from its end to its beginning.
  private mutating func augment(_ needy: Int, _ incident: [[Int]]) -> Bool {
    let (start, end) = (arcs[needy].to, arcs[needy].from)
    var by = [Int](repeating: -1, count: nodes)
    var seen = [Bool](repeating: false, count: nodes)
    seen[start] = true
    var queue = [start]
    var head = 0
    while head < queue.count, !seen[end] {
      let node = queue[head]
      head += 1
      for k in incident[node] where k != needy {
        let arc = arcs[k]
        let isForward = arc.from == node
        let other = isForward ? arc.to : arc.from
        guard !seen[other], isForward ? arc.flow < arc.most : arc.flow > max(0, arc.least)
        else { continue }
        seen[other] = true
        by[other] = k
        queue.append(other)
      }
    }
    guard seen[end] else { return false }
    var node = end
    while node != start {
      let k = by[node]
      let isForward = arcs[k].to == node
      arcs[k].flow += isForward ? 1 : -1
      node = isForward ? arcs[k].from : arcs[k].to
    }
    arcs[needy].flow += 1
    return true
  }
}
