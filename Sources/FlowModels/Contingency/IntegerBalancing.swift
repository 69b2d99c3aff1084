import Kernel

/// Whole numbers for the cells of a table that keep its margins.
///
/// Every cell becomes its floor or its ceiling, every row and column total likewise, totals that are
/// whole stay as they are (controlled rounding: Bacharach, Management Science 13, 1966; Cox, JASA 82,
/// 1987). Cells with the largest remainders go up first, ties to the lower cell; where that leaves
/// a total short, cells swap along alternating paths. The same table always gives the same numbers.
public enum IntegerBalancing {
  /// - Parameters:
  ///   - values: `rows · columns`, origin fastest, finite and not negative.
  /// - Complexity: O(cells · log cells), and a search over the cells for each unit left over.
  public static func rounded(_ values: [Double], rows: Int, columns: Int) -> [Int] {
    precondition(values.count == rows * columns, "\(values.count) cells, \(rows) × \(columns)")
    precondition(values.allSatisfy { $0 >= 0 && $0.isFinite }, "cells have to be amounts")
    // A row and a column of complements make all sums whole.
    let n = rows + 1
    let m = columns + 1
    var table = [Double](repeating: 0, count: n * m)
    for j in 0..<columns { for i in 0..<rows { table[j * n + i] = values[j * rows + i] } }
    for i in 0..<rows {
      let sum = Statistics.sum((0..<columns).map { values[$0 * rows + i] })
      table[columns * n + i] = ceiling(sum) - sum
    }
    for j in 0..<m {
      let sum = Statistics.sum((0..<rows).map { table[j * n + $0] })
      table[j * n + rows] = ceiling(sum) - sum
    }
    var rounding = ControlledRounding(table, rows: n, columns: m)
    rounding.settle()
    return (0..<columns).flatMap { j in (0..<rows).map { rounding.cells[j * n + $0] } }
  }

  private static func ceiling(_ x: Double) -> Double {
    let near = x.rounded()
    return abs(x - near) <= 1e-9 * max(1, x) ? near : x.rounded(.up)
  }
}

/// Rounds a table whose row and column sums are whole.
private struct ControlledRounding {
  private let n: Int
  private let m: Int
  private(set) var cells: [Int]
  private let parts: [Double]
  private var isUp: [Bool]
  private var rowNeed: [Int]
  private var columnNeed: [Int]

  init(_ table: [Double], rows: Int, columns: Int) {
    n = rows
    m = columns
    let floors = table.map { max(0, ($0 + 1e-9 * max(1, $0)).rounded(.down)) }
    cells = floors.map { Int($0) }
    let least = 1e-9
    parts = zip(table, floors).map {
      let part = $0 - $1
      return part > least * max(1, $0) ? part : 0
    }
    isUp = parts.map { _ in false }
    var rowSums = [Double](repeating: 0, count: rows)
    var columnSums = [Double](repeating: 0, count: columns)
    for (k, part) in zip(table, floors).map({ $0 - $1 }).enumerated() {
      rowSums[k % rows] += part
      columnSums[k / rows] += part
    }
    rowNeed = rowSums.map { Int($0.rounded()) }
    columnNeed = columnSums.map { Int($0.rounded()) }
  }

  mutating func settle() {
    let order = parts.indices.filter { parts[$0] > 0 }.sorted {
      parts[$0] != parts[$1] ? parts[$0] > parts[$1] : $0 < $1
    }
    for cell in order where rowNeed[cell % n] > 0 && columnNeed[cell / n] > 0 {
      isUp[cell] = true
      rowNeed[cell % n] -= 1
      columnNeed[cell / n] -= 1
    }
    for i in 0..<n { while rowNeed[i] > 0, augment(from: i) { rowNeed[i] -= 1 } }
    precondition(rowNeed.allSatisfy { $0 == 0 }, "a table without whole sums")
    for cell in cells.indices where isUp[cell] { cells[cell] += 1 }
  }

  /// Finds the shortest alternating path from a row that lacks a unit to a column that does.
  private mutating func augment(from start: Int) -> Bool {
    var by = [Int](repeating: -1, count: n + m)
    var seen = [Bool](repeating: false, count: n + m)
    seen[start] = true
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      if node >= n, columnNeed[node - n] > 0 {
        columnNeed[node - n] -= 1
        var at = node
        while at != start {
          let cell = by[at]
          isUp[cell].toggle()
          at = at >= n ? cell % n : n + cell / n
        }
        return true
      }
      let others = node < n ? n..<n + m : 0..<n
      for other in others where !seen[other] {
        let cell = node < n ? (other - n) * n + node : (node - n) * n + other
        guard parts[cell] > 0, isUp[cell] == (node >= n) else { continue }
        seen[other] = true
        by[other] = cell
        queue.append(other)
      }
    }
    return false
  }
}
