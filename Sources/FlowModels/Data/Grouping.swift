/// Rows sorted into the levels of one fixed effect or cluster.
struct Grouping: Sendable {
  let names: LevelNames
  /// Level of each row.
  let level: [Int32]
  /// What the value of its level is multiplied by in each row; `nil` for 1.
  let slope: Slope?

  /// A column of which each level has a slope of its own, in units in which it is about 1 in size.
  struct Slope: Sendable {
    /// `(x − centre) / scale`.
    let values: [Double]
    let centre: Double
    let scale: Double

    /// - Parameter isCentred: where the levels have constants beside their slopes.
    init(_ x: [Double], isCentred: Bool) {
      let mean = x.isEmpty ? 0 : x.reduce(0, +) / Double(x.count)
      let centre = isCentred ? mean : 0
      let squares = x.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
      let size = x.isEmpty ? 0 : (squares / Double(x.count)).squareRoot()
      let scale = size > 0 ? size : 1
      self.init(values: x.map { ($0 - centre) / scale }, centre: centre, scale: scale)
    }

    init(values: [Double], centre: Double, scale: Double) {
      self.values = values
      self.centre = centre
      self.scale = scale
    }
  }

  private init(names: LevelNames, level: [Int32], slope: Slope? = nil) {
    self.names = names
    self.level = level
    self.slope = slope
  }

  /// The same levels with slopes.
  func with(_ slope: Slope) -> Grouping { Grouping(names: names, level: level, slope: slope) }

  /// What the value of its level is multiplied by in a row.
  func factor(_ row: Int) -> Double { slope?.values[row] ?? 1 }

  /// The same in units of the column.
  func plainFactor(_ row: Int) -> Double {
    slope.map { $0.values[row] * $0.scale + $0.centre } ?? 1
  }

  init(levels: [String], level: [Int32]) {
    self.init(names: LevelNames(parts: [levels], keys: nil), level: level)
  }

  /// One level that holds every row.
  static func constant(rows: Int) -> Grouping {
    Grouping(levels: [""], level: [Int32](repeating: 0, count: rows))
  }

  /// A level for every combination of the texts of some columns that occurs; sorted by column.
  init(_ data: FlowData, rows: [Int], columns: [Int]) {
    let coded = columns.map { data.coded($0) }
    var keys = rows.map { Int64(coded[0].codes[$0]) }
    var range = Int64(coded[0].words.count)
    for part in coded.dropFirst() {
      let width = Int64(part.words.count)
      for k in keys.indices { keys[k] = keys[k] * width + Int64(part.codes[rows[k]]) }
      range *= width
    }
    let dense = Self.dense(keys, below: range)
    self.init(
      names: LevelNames(parts: coded.map(\.words), keys: dense.distinct), level: dense.level)
  }

  /// Numbers keys from 0 in ascending order.
  private static func dense(
    _ keys: [Int64], below range: Int64
  ) -> (level: [Int32], distinct: [Int64]) {
    if range <= Int64(4 * keys.count + 65_536) {
      var position = [Int32](repeating: -1, count: Int(range))
      for key in keys { position[Int(key)] = 0 }
      var distinct: [Int64] = []
      for key in position.indices where position[key] == 0 {
        position[key] = Int32(distinct.count)
        distinct.append(Int64(key))
      }
      return (keys.map { position[Int($0)] }, distinct)
    }
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    var level = [Int32](repeating: 0, count: keys.count)
    var distinct: [Int64] = []
    for row in order {
      if distinct.last != keys[row] { distinct.append(keys[row]) }
      level[row] = Int32(distinct.count - 1)
    }
    return (level, distinct)
  }

  /// Names of the levels.
  /// - Complexity: O(levels)
  var levels: [String] { (0..<count).map { names[$0] } }

  /// The name of one level.
  func name(_ level: Int) -> String { names[level] }

  var count: Int { names.count }

  /// The grouping of some of the rows, without the levels that become empty.
  func keeping(_ rows: [Int]) -> Grouping {
    var newIndex = [Int32](repeating: -1, count: count)
    for row in rows { newIndex[Int(level[row])] = 0 }
    var kept: [Int] = []
    for old in newIndex.indices where newIndex[old] == 0 {
      newIndex[old] = Int32(kept.count)
      kept.append(old)
    }
    return Grouping(
      names: kept.count == count ? names : names.keeping(kept),
      level: rows.map { newIndex[Int(level[$0])] },
      slope: slope.map { own in
        Slope(values: rows.map { own.values[$0] }, centre: own.centre, scale: own.scale)
      })
  }

  /// Sum of a value over the rows of each level.
  func sums(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for row in level.indices { sums[Int(level[row])] += values[row] }
    return sums
  }

  /// Number of rows of each level.
  var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for level in level { sizes[Int(level)] += 1 }
    return sizes
  }

  /// Whether all rows of a level of this grouping lie in one level of the other.
  func isNested(in other: Grouping) -> Bool {
    var outer = [Int32](repeating: -1, count: count)
    for row in level.indices {
      let own = Int(level[row])
      if outer[own] < 0 {
        outer[own] = other.level[row]
      } else if outer[own] != other.level[row] {
        return false
      }
    }
    return true
  }

  /// The levels of both together.
  func crossed(with other: Grouping) -> Grouping {
    let width = Int64(other.count)
    let keys = level.indices.map { Int64(level[$0]) * width + Int64(other.level[$0]) }
    let dense = Self.dense(keys, below: Int64(count) * width)
    return Grouping(
      names: LevelNames(parts: [levels, other.levels], keys: dense.distinct), level: dense.level)
  }
}

/// Names of levels, made when asked for: a pair effect has as many as there are pairs.
struct LevelNames: Hashable, Sendable {
  /// Texts of each column.
  let parts: [[String]]
  /// For each level its index in the parts, the last column fastest; `nil` where part 0 is the names.
  let keys: [Int64]?

  var count: Int { keys?.count ?? parts[0].count }

  subscript(level: Int) -> String {
    guard let keys else { return parts[0][level] }
    var key = Int(keys[level])
    var names: [String] = []
    for part in parts.reversed() {
      names.append(part[key % part.count])
      key /= part.count
    }
    return names.reversed().joined(separator: "^")
  }

  func keeping(_ levels: [Int]) -> LevelNames {
    LevelNames(parts: parts, keys: levels.map { keys?[$0] ?? Int64($0) })
  }
}
