/// Projections off the dummies of several groupings of rows, none of which is ever stored.
///
/// Goals: 1. residuals correct to rounding, for any number of groupings and any connectedness;
/// 2. nothing as long as the rows inside the iteration; 3. fast on origin-by-destination panels.
///
/// The grouping with most levels is eliminated exactly by its means, or that without which the two
/// others hang together by chains alone, see `LevelGraph`. The weighted normal equations of
/// the others, `S b = D'W M v` with `S = D'W M D`, are solved by preconditioned conjugate gradients;
/// rows stand in the order of the eliminated grouping, their *places*, so that one sweep over weights
/// and levels applies `S`. `S` is singular as often as groupings overlap; the system is consistent, so
/// the residual is unique even where the levels' values are not.
///
/// Sweeps go over a number of slabs of places that depends on the shape alone and are added in their
/// order: the same bits for any number of threads.
public struct LevelProjection: Sendable {
  let rows: Int
  let groupCount: Int
  /// Row of each place; empty where the rows have that order already.
  let order: [Int32]
  /// Where each level of the eliminated grouping begins, and the end. Without any grouping stretches
  /// of rows stand for its levels and no mean is taken away.
  let starts: [Int32]
  /// For each place the levels of the other groupings, counted through.
  let codes: [Int32]
  /// For each place what the value of the level is multiplied by, in the order of `codes`; empty
  /// where that is 1 throughout.
  let slopes: [Double]
  let others: Int
  let reducedCount: Int
  /// Rows of the largest level of the eliminated grouping.
  let largestGroup: Int
  /// Levels of the eliminated grouping in each slab.
  let slabs: [Range<Int>]
  let isFree: Bool
  /// Of the two groupings that were not eliminated, where a factor of it is short.
  let graph: LevelGraph?
  /// Whether it has such a graph: some means may then be known far worse than others.
  public var hangsByChains: Bool { graph != nil }
  /// Where the levels of the eliminated grouping, and of the others in turn, begin in a solution.
  private let firstOffset: Int
  private let otherOffsets: [Int]
  private let otherCounts: [Int]
  /// Values of all levels of all groupings in the order in which they were given.
  public let levelCount: Int

  /// Threads at once; as many as there are processors where absent.
  let threads: Int?

  /// A grouping of the rows.
  public struct Levels: Sendable {
    /// Level of each row, from 0 and none empty.
    public let level: [Int32]
    public let count: Int
    /// For slopes that differ by level, what the value of the level is multiplied by in each row;
    /// `nil` for 1.
    public let values: [Double]?

    public init(level: [Int32], count: Int, values: [Double]? = nil) {
      self.level = level
      self.count = count
      self.values = values
    }
  }

  /// - Parameters:
  ///   - groupings: without any nothing is taken away.
  ///   - threads: at most so many at once; they change no bit.
  public init(
    _ groupings: [Levels], rows: Int, threads: Int? = nil
  ) {
    self.rows = rows
    self.threads = threads
    // Slopes have no means that would eliminate them.
    let largest = groupings.indices.filter { groupings[$0].values == nil }.max {
      groupings[$0].count < groupings[$1].count
    }
    let chains = Self.chains(groupings, rows: rows)
    let first = chains?.eliminated ?? largest
    graph = chains?.graph
    var offsets: [Int] = []
    var total = 0
    for grouping in groupings {
      precondition(grouping.level.count == rows, "\(grouping.level.count) levels of \(rows) rows")
      offsets.append(total)
      total += grouping.count
    }
    levelCount = total
    isFree = first == nil
    firstOffset = first.map { offsets[$0] } ?? 0
    let rest = groupings.indices.filter { $0 != first }
    others = rest.count
    otherOffsets = rest.map { offsets[$0] }
    otherCounts = rest.map { groupings[$0].count }
    reducedCount = otherCounts.reduce(0, +)
    if let first {
      groupCount = groupings[first].count
      (order, starts) = Self.sorted(groupings[first].level, groupings[first].count)
    } else {
      let stretch = 4096
      groupCount = (rows + stretch - 1) / stretch
      order = []
      starts = (0...groupCount).map { Int32(min(rows, $0 * stretch)) }
    }
    codes = Self.interleaved(rest.map { groupings[$0] }, order, rows: rows)
    slopes = Self.slopes(rest.map { groupings[$0] }, order, rows: rows)
    let starts = starts
    largestGroup = (0..<groupCount).reduce(0) { max($0, Int(starts[$1 + 1] - starts[$1])) }
    slabs = Self.slabs(starts, levels: reducedCount, atLeast: graph == nil ? 1 : 4)
  }

  /// Places by level, stable; no order where the levels ascend already.
  static func sorted(_ level: [Int32], _ count: Int) -> (order: [Int32], starts: [Int32]) {
    var starts = [Int32](repeating: 0, count: count + 1)
    var isSorted = true
    var previous: Int32 = 0
    for l in level {
      starts[Int(l) + 1] += 1
      if l < previous { isSorted = false }
      previous = l
    }
    for l in 0..<count { starts[l + 1] += starts[l] }
    guard !isSorted else { return ([], starts) }
    var next = starts
    var order = [Int32](repeating: 0, count: level.count)
    for row in level.indices {
      let l = Int(level[row])
      order[Int(next[l])] = Int32(row)
      next[l] += 1
    }
    return (order, starts)
  }

  static func interleaved(
    _ groupings: [Levels], _ order: [Int32], rows: Int
  ) -> [Int32] {
    let width = groupings.count
    var codes = [Int32](repeating: 0, count: rows * width)
    var before: Int32 = 0
    for (q, grouping) in groupings.enumerated() {
      let level = grouping.level
      if order.isEmpty {
        for place in 0..<rows { codes[place * width + q] = before + level[place] }
      } else {
        for place in 0..<rows { codes[place * width + q] = before + level[Int(order[place])] }
      }
      before += Int32(grouping.count)
    }
    return codes
  }

  private static func slopes(
    _ groupings: [Levels], _ order: [Int32], rows: Int
  ) -> [Double] {
    guard groupings.contains(where: { $0.values != nil }) else { return [] }
    let width = groupings.count
    var slopes = [Double](repeating: 1, count: rows * width)
    for (q, grouping) in groupings.enumerated() {
      guard let values = grouping.values else { continue }
      for place in 0..<rows {
        slopes[place * width + q] = values[order.isEmpty ? place : Int(order[place])]
      }
    }
    return slopes
  }

  /// At most eight, of 16,384 places or more, and few enough that adding them is little work.
  /// - Parameter least: number that is worth that work all the same.
  private static func slabs(
    _ starts: [Int32], levels: Int, atLeast least: Int
  ) -> [Range<Int>] {
    let groups = starts.count - 1
    let rows = Int(starts[groups])
    let count = max(1, min(8, rows / 16_384, max(least, rows / (4 * max(1, levels)))))
    var slabs: [Range<Int>] = []
    var begin = 0
    for k in 1...count {
      var end = begin
      let goal = rows * k / count
      while end < groups, Int(starts[end + 1]) <= goal || k == count { end += 1 }
      slabs.append(begin..<end)
      begin = end
    }
    return slabs
  }

  // MARK: Order

  /// Values of rows in the order of places.
  public func placed(_ v: [Double]) -> [Double] {
    precondition(v.count == rows, "\(v.count) values of \(rows) rows")
    guard !order.isEmpty else { return v }
    return parallelRows(rows, threads: threads) { places, block in
      let (v, order) = (v.span, order.span)
      for place in places {
        block[unchecked: place - places.lowerBound] = v[unchecked: Int(order[unchecked: place])]
      }
    }
  }

  /// Values of places in the order of rows.
  public func inRows(_ v: [Double]) -> [Double] {
    precondition(v.count == rows, "\(v.count) values of \(rows) places")
    guard !order.isEmpty else { return v }
    return [Double](unsafeUninitializedCapacity: rows) { target, count in
      for place in 0..<rows { target[Int(order[place])] = v[place] }
      count = rows
    }
  }

  // MARK: Solutions

  /// The levels of the groupings that were not eliminated.
  func reduced(_ solution: [Double]) -> [Double] {
    var b: [Double] = []
    b.reserveCapacity(reducedCount)
    for q in 0..<others { b += solution[otherOffsets[q]..<(otherOffsets[q] + otherCounts[q])] }
    return b
  }

  /// The value of a level of the eliminated grouping in a solution.
  func eliminated(_ solution: [Double], _ group: Int) -> Double {
    isFree ? 0 : solution[firstOffset + group]
  }

  /// All levels in the order in which they were given.
  func assembled(eliminated: [Double], reduced: [Double]) -> [Double] {
    var solution = [Double](repeating: 0, count: levelCount)
    if !isFree { for g in 0..<groupCount { solution[firstOffset + g] = eliminated[g] } }
    var position = 0
    for q in 0..<others {
      for l in 0..<otherCounts[q] { solution[otherOffsets[q] + l] = reduced[position + l] }
      position += otherCounts[q]
    }
    return solution
  }

  // MARK: Weights

  /// Weights by place, with what their sums by level say.
  public struct Weights: Sendable {
    let values: [Double]
    /// 1 / sum, by level of the eliminated grouping; 0 where there is none.
    let inverseMass: [Double]
    /// 1 / sum, by level of the others, of squares of slopes where they have some; 0 for a level
    /// whose slope is never seen.
    let inverseDiagonal: [Double]
    let total: Double
    /// Where the projection has a graph.
    let factor: LevelFactor?
  }

  /// - Parameter weights: positive, one for each place.
  public func prepared(places weights: [Double]) -> Weights {
    let sums = sums(weights, slopes: .squared)
    let inverseDiagonal = sums.reduced.map { $0 > 0 ? 1 / $0 : 0 }
    return Weights(
      values: weights,
      inverseMass: isFree ? sums.eliminated.map { _ in 0 } : sums.eliminated.map { 1 / $0 },
      inverseDiagonal: inverseDiagonal, total: sums.eliminated.reduce(0, +),
      factor: graph.map { graph in
        LevelFactor(
          graph, weights: unshared(weights, masses: sums.eliminated),
          inverseDiagonal: inverseDiagonal, threads: threads)
      })
  }

  /// - Parameter weights: positive, one for each row.
  public func prepared(_ weights: [Double]) -> Weights { prepared(places: placed(weights)) }

  /// Sum of values of places, times slopes where there are, over every level of every grouping, in the
  /// order of a solution.
  /// - Parameter absolute: whether slopes come in by their size.
  public func levelSums(_ v: [Double], absolute: Bool = false) -> [Double] {
    let sums = sums(v, slopes: absolute ? .absolute : .asGiven)
    return assembled(eliminated: sums.eliminated, reduced: sums.reduced)
  }
}
