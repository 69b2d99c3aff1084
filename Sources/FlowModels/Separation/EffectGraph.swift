/// The rows that two fixed effects separate by themselves, exactly.
///
/// Levels of both effects are nodes. A row of a positive flow ties its two levels together,
/// `a + b = 0`; a zero flow asks only for `a + b ≥ 0`. With `b` turned around this is an order: a
/// zero flow is an arrow from its level of the first effect to that of the second, a positive flow one
/// in both directions. Values that grow along no circle exist for every arrow between strongly
/// connected components, and for no arrow within one, so the separated rows are the arrows between
/// components (Correia, Guimarães & Zylkin 2019, section 3, for the condition; Tarjan 1972). A level
/// without positive flows is a component of its own. Rows that only three effects or a regressor
/// separate are not found.
struct EffectGraph {
  /// Separated rows, and the value of each level in the combination that shows it: `z` of a row is the
  /// sum of those of its two levels, and a whole number.
  struct Finding {
    let rows: [Int]
    let first: [Double]
    let second: [Double]
  }

  private let first: Grouping
  private let second: Grouping
  private let y: [Double]
  /// Arrows by level they leave: where they begin, and where they lead.
  private let starts: [Int32]
  private let heads: [Int32]

  /// - Precondition: neither effect has slopes.
  init(_ first: Grouping, _ second: Grouping, _ y: [Double]) {
    precondition(first.slope == nil && second.slope == nil, "slopes have no graph")
    (self.first, self.second, self.y) = (first, second, y)
    let offset = Int32(first.count)
    var starts = [Int32](repeating: 0, count: first.count + second.count + 1)
    for row in y.indices {
      starts[Int(first.level[row]) + 1] += 1
      if y[row] > 0 { starts[Int(offset + second.level[row]) + 1] += 1 }
    }
    for l in 1..<starts.count { starts[l] += starts[l - 1] }
    var next = starts
    var heads = [Int32](repeating: 0, count: Int(starts[starts.count - 1]))
    func add(_ tail: Int32, _ head: Int32) {
      heads[Int(next[Int(tail)])] = head
      next[Int(tail)] += 1
    }
    for row in y.indices {
      let (a, b) = (first.level[row], offset + second.level[row])
      add(a, b)
      if y[row] > 0 { add(b, a) }
    }
    (self.starts, self.heads) = (starts, heads)
  }

  /// - Returns: `nil` where nothing is separated.
  /// - Complexity: O(rows + levels)
  func finding() -> Finding? {
    let (component, count) = components()
    let offset = first.count
    let rows = y.indices.filter { row in
      component[Int(first.level[row])] != component[offset + Int(second.level[row])]
    }
    guard !rows.isEmpty else { return nil }
    let values = values(component, count)
    return Finding(
      rows: rows, first: Array(values[..<offset]), second: values[offset...].map { -$0 })
  }

  /// The longest way out of each component, 0 for the component of most levels.
  private func values(_ component: [Int32], _ count: Int) -> [Double] {
    // Components are numbered in the order in which they end: arrows lead to smaller numbers.
    var members = [Int](repeating: 0, count: count)
    for c in component { members[Int(c)] += 1 }
    var byComponent = [[Int32]](repeating: [], count: count)
    for level in 0..<(starts.count - 1) {
      for k in Int(starts[level])..<Int(starts[level + 1]) {
        let (from, to) = (component[level], component[Int(heads[k])])
        if from != to { byComponent[Int(from)].append(to) }
      }
    }
    var length = [Int](repeating: 0, count: count)
    for c in 0..<count {
      for to in byComponent[c] { length[c] = max(length[c], length[Int(to)] + 1) }
    }
    let largest = (0..<count).max { members[$0] < members[$1] } ?? 0
    return component.map { Double(length[Int($0)] - length[largest]) }
  }

  /// Strongly connected components, numbered such that arrows between two lead to the smaller number.
  private func components() -> (component: [Int32], count: Int) {
    let levels = starts.count - 1
    var component = [Int32](repeating: -1, count: levels)
    var count: Int32 = 0
    var order = [Int32](repeating: -1, count: levels)
    var lowest = [Int32](repeating: 0, count: levels)
    var next = starts
    var seen: Int32 = 0
    var open: [Int32] = []
    var path: [Int32] = []
    func enter(_ level: Int32) {
      order[Int(level)] = seen
      lowest[Int(level)] = seen
      seen += 1
      open.append(level)
      path.append(level)
    }
    for root in 0..<levels where order[root] < 0 {
      enter(Int32(root))
      while let top = path.last {
        let level = Int(top)
        if next[level] < starts[level + 1] {
          let head = heads[Int(next[level])]
          next[level] += 1
          if order[Int(head)] < 0 {
            enter(head)
          } else if component[Int(head)] < 0 {
            lowest[level] = min(lowest[level], order[Int(head)])
          }
          continue
        }
        path.removeLast()
        if let below = path.last {
          lowest[Int(below)] = min(lowest[Int(below)], lowest[level])
        }
        guard lowest[level] == order[level] else { continue }
        while let member = open.popLast() {
          component[Int(member)] = count
          if member == top { break }
        }
        count += 1
      }
    }
    return (component, Int(count))
  }
}
