/// Rows sorted into the levels of one fixed effect or cluster.
struct Grouping {
  /// Names of the levels, sorted.
  let levels: [String]
  /// Level of each row.
  let level: [Int]

  init(levels: [String], level: [Int]) {
    self.levels = levels
    self.level = level
  }

  /// A level for every combination of the texts of some columns.
  init(_ data: FlowData, rows: [Int], columns: [Int]) {
    let names = rows.map { row in
      columns.map { data.text(row: row, column: $0) }.joined(separator: "^")
    }
    self.init(names: names)
  }

  init(names: [String]) {
    levels = Array(Set(names)).sorted()
    let index = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
    level = names.map { index[$0] ?? 0 }
  }

  var count: Int { levels.count }

  /// The grouping of some of the rows, without the levels that become empty.
  func keeping(_ rows: [Int]) -> Grouping {
    var isUsed = [Bool](repeating: false, count: levels.count)
    for row in rows { isUsed[level[row]] = true }
    var newIndex = [Int](repeating: 0, count: levels.count)
    var kept: [String] = []
    for old in levels.indices where isUsed[old] {
      newIndex[old] = kept.count
      kept.append(levels[old])
    }
    return Grouping(levels: kept, level: rows.map { newIndex[level[$0]] })
  }

  /// Sum of a value over the rows of each level.
  func sums(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: levels.count)
    for row in level.indices { sums[level[row]] += values[row] }
    return sums
  }

  /// Whether all rows of a level of this grouping lie in one level of the other.
  func isNested(in other: Grouping) -> Bool {
    var outer = [Int](repeating: -1, count: levels.count)
    for row in level.indices {
      if outer[level[row]] < 0 {
        outer[level[row]] = other.level[row]
      } else if outer[level[row]] != other.level[row] {
        return false
      }
    }
    return true
  }

  /// The levels of both together.
  func crossed(with other: Grouping) -> Grouping {
    let pairs = level.indices.map { level[$0] * other.count + other.level[$0] }
    let distinct = Array(Set(pairs)).sorted()
    let index = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    return Grouping(
      levels: distinct.map { levels[$0 / other.count] + "^" + other.levels[$0 % other.count] },
      level: pairs.map { index[$0] ?? 0 })
  }
}
