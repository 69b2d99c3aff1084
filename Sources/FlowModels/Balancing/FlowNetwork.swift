/// Maximum flow from origins to destinations through cells of given capacity (Dinic 1970), on a dense
/// bipartite network with real capacities; amounts below `noise` count as nothing.
struct FlowNetwork {
  private let n: Int
  private let m: Int
  private let noise: Double
  private let capacity: [Double]
  private var flow: [Double]
  private var unsent: [Double]
  private var unfilled: [Double]
  private let supply: [Double]
  private let demand: [Double]

  init(rows: [Double], columns: [Double], noise: Double, capacity: (Int, Int) -> Double) {
    n = rows.count
    m = columns.count
    self.noise = noise
    supply = rows
    demand = columns
    unsent = rows
    unfilled = columns
    var cells: [Double] = []
    for j in 0..<m { for i in 0..<n { cells.append(capacity(i, j)) } }
    self.capacity = cells
    flow = [Double](repeating: 0, count: n * m)
  }

  func flow(_ i: Int, _ j: Int) -> Double { flow[j * n + i] }
  func sent(row i: Int) -> Double { supply[i] - unsent[i] }
  func received(column j: Int) -> Double { demand[j] - unfilled[j] }
  func isFull(_ i: Int, _ j: Int) -> Bool { capacity[j * n + i] - flow[j * n + i] <= noise }

  private func canSend(_ i: Int, _ j: Int) -> Bool { !isFull(i, j) }
  private func canReturn(_ i: Int, _ j: Int) -> Bool { flow[j * n + i] > noise }

  /// Nodes: rows are 0..<n, columns n..<n+m.
  private func neighbours(_ node: Int, _ visit: (Int) -> Void) {
    if node < n {
      for j in 0..<m where canSend(node, j) { visit(n + j) }
    } else {
      for i in 0..<n where canReturn(i, node - n) { visit(i) }
    }
  }

  mutating func maximise() {
    while let level = levels() {
      var next = [Int](repeating: 0, count: n + m)
      for i in 0..<n {
        while unsent[i] > noise {
          let pushed = push(i, unsent[i], level, &next)
          guard pushed > 0 else { break }
          unsent[i] -= pushed
        }
      }
    }
  }

  /// Distance of each node from an origin with something left; `nil` when no open destination is
  /// reached.
  private func levels() -> [Int]? {
    var level = [Int](repeating: -1, count: n + m)
    var queue = (0..<n).filter { unsent[$0] > noise }
    for i in queue { level[i] = 0 }
    var head = 0
    var reaches = false
    while head < queue.count {
      let node = queue[head]
      head += 1
      if node >= n, unfilled[node - n] > noise { reaches = true }
      var found: [Int] = []
      neighbours(node) { if level[$0] < 0 { found.append($0) } }
      for other in found {
        level[other] = level[node] + 1
        queue.append(other)
      }
    }
    return reaches ? level : nil
  }

  /// Depth of the recursion is at most the number of levels.
  private mutating func push(_ node: Int, _ amount: Double, _ level: [Int], _ next: inout [Int])
    -> Double
  {
    if node >= n, unfilled[node - n] > noise {
      let taken = min(amount, unfilled[node - n])
      unfilled[node - n] -= taken
      return taken
    }
    let width = node < n ? m : n
    while next[node] < width {
      let k = next[node]
      let other = node < n ? n + k : k
      let cell = node < n ? k * n + node : (node - n) * n + k
      let room = node < n ? capacity[cell] - flow[cell] : flow[cell]
      if room > noise, level[other] == level[node] + 1 {
        let pushed = push(other, min(amount, room), level, &next)
        if pushed > 0 {
          flow[cell] += node < n ? pushed : -pushed
          return pushed
        }
      }
      next[node] += 1
    }
    return 0
  }

  /// The origin side of the minimum cut.
  func reachable() -> (rows: [Bool], columns: [Bool]) {
    var seen = (0..<(n + m)).map { $0 < n && unsent[$0] > noise }
    var stack = seen.indices.filter { seen[$0] }
    while let node = stack.popLast() {
      var found: [Int] = []
      neighbours(node) { if !seen[$0] { found.append($0) } }
      for other in found {
        seen[other] = true
        stack.append(other)
      }
    }
    return (Array(seen[..<n]), Array(seen[n...]))
  }

  /// Strongly connected parts of the residual network (Tarjan 1972).
  func components() -> (rows: [Int], columns: [Int]) {
    var search = ComponentSearch(count: n + m)
    for node in 0..<(n + m) {
      search.run(from: node) { node in
        var found: [Int] = []
        neighbours(node) { found.append($0) }
        return found
      }
    }
    return (Array(search.component[..<n]), Array(search.component[n...]))
  }
}

/// Tarjan's search with a stack of its own.
private struct ComponentSearch {
  private(set) var component: [Int]
  private var index: [Int]
  private var low: [Int]
  private var stack: [Int] = []
  private var clock = 0
  private var found = 0

  init(count: Int) {
    component = [Int](repeating: -1, count: count)
    index = [Int](repeating: -1, count: count)
    low = [Int](repeating: 0, count: count)
  }

  mutating func run(from root: Int, _ neighbours: (Int) -> [Int]) {
    guard index[root] < 0 else { return }
    var calls = [(node: root, others: neighbours(root), next: 0)]
    open(root)
    while let call = calls.last {
      if call.next < call.others.count {
        calls[calls.count - 1].next += 1
        let other = call.others[call.next]
        if index[other] < 0 {
          open(other)
          calls.append((other, neighbours(other), 0))
        } else if component[other] < 0 {
          low[call.node] = min(low[call.node], index[other])
        }
      } else {
        calls.removeLast()
        if let parent = calls.last?.node { low[parent] = min(low[parent], low[call.node]) }
        if low[call.node] == index[call.node] { close(call.node) }
      }
    }
  }

  private mutating func open(_ node: Int) {
    index[node] = clock
    low[node] = clock
    clock += 1
    stack.append(node)
  }

  private mutating func close(_ node: Int) {
    while let other = stack.popLast() {
      component[other] = found
      if other == node { break }
    }
    found += 1
  }
}
