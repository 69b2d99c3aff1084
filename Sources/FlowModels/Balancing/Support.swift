/// Which cells of a table with positive entries on its support have one value in every table with the
/// same margins: those of rows and columns with total 0, and those that lie on no cycle of the graph
/// of rows, columns and positive cells, its bridges.
///
/// The bridges are sought in two spanning forests, of the graph and of what the first leaves (Nagamochi
/// & Ibaraki 1992): a cell of the first is a bridge of the graph exactly when it is one of the two
/// together. On a full table the forests are found in O(rows + columns) looks.
struct Support {
  private let seed: [Double]
  private let rows: [Double]
  private let columns: [Double]

  init(seed: [Double], rows: [Double], columns: [Double]) {
    self.seed = seed
    self.rows = rows
    self.columns = columns
  }

  /// In ascending order.
  func forcedCells() -> [Int] {
    let n = rows.count
    var forced: [Int] = []
    for j in columns.indices where columns[j] == 0 {
      forced.append(contentsOf: (j * n..<j * n + n).filter { seed[$0] > 0 })
    }
    for i in rows.indices where rows[i] == 0 {
      for j in columns.indices where columns[j] > 0 && seed[j * n + i] > 0 {
        forced.append(j * n + i)
      }
    }
    let first = forest(without: [])
    let second = forest(without: Set(first))
    return (forced + bridges(among: first + second)).sorted()
  }

  private func isOpen(_ cell: Int) -> Bool {
    seed[cell] > 0 && rows[cell % rows.count] > 0 && columns[cell / rows.count] > 0
  }

  /// A spanning forest by breadth, looking only at nodes not yet reached. Rows are nodes 0..<n.
  private func forest(without used: Set<Int>) -> [Int] {
    let n = rows.count
    var freeRows = (0..<n).reversed().filter { rows[$0] > 0 }
    var freeColumns = columns.indices.filter { columns[$0] > 0 }
    var cells: [Int] = []
    while let root = freeRows.popLast() {
      var queue = [root]
      var head = 0
      while head < queue.count, !(freeRows.isEmpty && freeColumns.isEmpty) {
        let node = queue[head]
        head += 1
        func reaches(_ other: Int) -> Bool {
          let cell = node < n ? other * n + node : (node - n) * n + other
          guard isOpen(cell), !used.contains(cell) else { return false }
          cells.append(cell)
          queue.append(node < n ? n + other : other)
          return true
        }
        if node < n {
          freeColumns.removeAll(where: reaches)
        } else {
          freeRows.removeAll(where: reaches)
        }
      }
    }
    return cells
  }

  /// Bridges by depth-first numbers (Tarjan 1974), with a stack of its own.
  private func bridges(among cells: [Int]) -> [Int] {
    let n = rows.count
    let count = n + columns.count
    var edges = [[(to: Int, cell: Int)]](repeating: [], count: count)
    for cell in cells {
      edges[cell % n].append((n + cell / n, cell))
      edges[n + cell / n].append((cell % n, cell))
    }
    var number = [Int](repeating: -1, count: count)
    var low = number
    var clock = 0
    var found: [Int] = []
    for root in 0..<count where number[root] < 0 {
      var stack = [(node: root, by: -1, next: 0)]
      number[root] = clock
      low[root] = clock
      clock += 1
      while let top = stack.last {
        if top.next < edges[top.node].count {
          stack[stack.count - 1].next += 1
          let edge = edges[top.node][top.next]
          if edge.cell == top.by { continue }
          if number[edge.to] < 0 {
            number[edge.to] = clock
            low[edge.to] = clock
            clock += 1
            stack.append((edge.to, edge.cell, 0))
          } else {
            low[top.node] = min(low[top.node], number[edge.to])
          }
        } else {
          stack.removeLast()
          guard let parent = stack.last?.node else { continue }
          low[parent] = min(low[parent], low[top.node])
          if low[top.node] > number[parent] { found.append(top.by) }
        }
      }
    }
    return found
  }
}
