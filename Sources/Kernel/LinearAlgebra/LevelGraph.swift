/// The graph of two groupings, rows its edges, ordered for elimination: where every stretch of it is
/// narrow, its weighted normal equations have a triangular factor that is hardly longer than the rows.
///
/// Levels of one side (*outer*) meet no other of their side and are eliminated one by one; what is
/// left between levels of the *inner* side is kept row by row from the first neighbour on (an envelope;
/// George & Liu 1981, chapter 4), in the order of a breadth-first search from an end of the graph
/// (Cuthill & McKee 1969). Panels whose flows reach a few areas each make such graphs, one for each
/// year, as long chains; conjugate gradients need a step for every link of them.
struct LevelGraph: Sendable {
  /// Levels of the outer side and of the inner one, as columns of the reduced system, by position.
  let outer: [Int32]
  let inner: [Int32]
  /// Where the edges of each outer level begin, and the end.
  let edgeStarts: [Int32]
  /// Place of each edge and the position of its inner level.
  let edgePlaces: [Int32]
  let edgeInner: [Int32]
  /// Position of the first neighbour of each inner level, itself if there is none before.
  let first: [Int32]
  /// Where the envelope of each inner level begins, and the end.
  let envelope: [Int]
  /// Connected parts, several at a time: positions of outer and of inner levels.
  let parts: [(outer: Range<Int>, inner: Range<Int>)]

  /// Numbers a factor has for every row, at most; more would cost more than steps saved are worth.
  private static let budget = 16
  /// Distances from an end that levels of some part have, at least; a table of all pairs has three, and is
  /// brought to its answer by a few steps without a factor.
  private static let leastDepth = 6

  /// - Parameters:
  ///   - codes: for each place the levels of both sides, counted through.
  ///   - counts: of levels.
  /// - Returns: `nil` where no part is a chain, or the factor would be long.
  /// - Complexity: O(rows · log rows)
  init?(codes: [Int32], counts: [Int]) {
    let rows = codes.count / 2
    let levels = counts[0] + counts[1]
    let neighbours = Neighbours(codes, levels: levels)
    let outerLevels = counts[0] >= counts[1] ? 0..<counts[0] : counts[0]..<levels
    let (order, ends, depth) = neighbours.order()
    guard depth >= Self.leastDepth else { return nil }
    var (outer, inner): ([Int32], [Int32]) = ([], [])
    var position = [Int32](repeating: 0, count: levels)
    var bounds: [(outer: Int, inner: Int)] = [(0, 0)]
    var end = ends.makeIterator()
    var next = end.next()
    for (k, level) in order.enumerated() {
      if outerLevels.contains(Int(level)) {
        position[Int(level)] = Int32(outer.count)
        outer.append(level)
      } else {
        position[Int(level)] = Int32(inner.count)
        inner.append(level)
      }
      if k + 1 == next {
        bounds.append((outer.count, inner.count))
        next = end.next()
      }
    }
    var starts: [Int32] = [0]
    var (places, ofEdges): ([Int32], [Int32]) = ([], [])
    var first = inner.indices.map { Int32($0) }
    var products = 0
    for level in outer {
      let own = neighbours.range(level)
      var least = Int32.max
      for k in own {
        let place = neighbours.places[k]
        let other = position[Int(neighbours.other(place, level))]
        places.append(place)
        ofEdges.append(other)
        least = min(least, other)
      }
      for k in Int(starts.last!)..<ofEdges.count {
        first[Int(ofEdges[k])] = min(first[Int(ofEdges[k])], least)
      }
      products += own.count * own.count
      starts.append(Int32(places.count))
    }
    var envelope = [0]
    for k in inner.indices { envelope.append(envelope[k] + k - Int(first[k])) }
    guard envelope[inner.count] <= Self.budget * rows, products <= 4 * Self.budget * rows else {
      return nil
    }
    (self.outer, self.inner, self.first, self.envelope) = (outer, inner, first, envelope)
    (edgeStarts, edgePlaces, edgeInner) = (starts, places, ofEdges)
    parts = Self.parts(bounds, envelope)
  }

  /// Whether levels, those of the largest grouping apart, have so few rows that a factor may be worth
  /// its while; where they have many, few steps suffice.
  static func isSparse(rows: Int, levels: [Int]) -> Bool {
    rows <= budget * (levels.reduce(0, +) - (levels.max() ?? 0))
  }

  /// Numbers of a factor beside those of the edges.
  var length: Int { envelope[inner.count] }

  /// Some sixteen of about the same length.
  private static func parts(
    _ bounds: [(outer: Int, inner: Int)], _ envelope: [Int]
  ) -> [(outer: Range<Int>, inner: Range<Int>)] {
    let goal = (envelope[envelope.count - 1] + envelope.count) / 16
    var parts: [(outer: Range<Int>, inner: Range<Int>)] = []
    var begin = bounds[0]
    for bound in bounds.dropFirst() {
      let length = envelope[bound.inner] - envelope[begin.inner] + bound.inner - begin.inner
      guard length >= goal || bound == bounds[bounds.count - 1] else { continue }
      parts.append((begin.outer..<bound.outer, begin.inner..<bound.inner))
      begin = bound
    }
    return parts
  }

  /// Places by level of either side.
  private struct Neighbours {
    let codes: [Int32]
    let starts: [Int32]
    let places: [Int32]

    init(_ codes: [Int32], levels: Int) {
      self.codes = codes
      var starts = [Int32](repeating: 0, count: levels + 1)
      for code in codes { starts[Int(code) + 1] += 1 }
      for l in 0..<levels { starts[l + 1] += starts[l] }
      var next = starts
      var places = [Int32](repeating: 0, count: codes.count)
      for k in codes.indices {
        let level = Int(codes[k])
        places[Int(next[level])] = Int32(k / 2)
        next[level] += 1
      }
      (self.starts, self.places) = (starts, places)
    }

    func range(_ level: Int32) -> Range<Int> {
      Int(starts[Int(level)])..<Int(starts[Int(level) + 1])
    }

    /// The level at the other end of the edge of a place.
    func other(_ place: Int32, _ level: Int32) -> Int32 {
      let (a, b) = (codes[Int(place) * 2], codes[Int(place) * 2 + 1])
      return a == level ? b : a
    }

    /// All levels, connected part after connected part, where each part ends, and the most distances
    /// from an end that one has.
    func order() -> (order: [Int32], ends: [Int], depth: Int) {
      let levels = starts.count - 1
      var order: [Int32] = []
      order.reserveCapacity(levels)
      var ends: [Int] = []
      var seen = [Int32](repeating: -1, count: levels)
      var round: Int32 = 0
      var depth = 0
      for level in 0..<levels where seen[level] < 0 {
        let begin = order.count
        var start = Int32(level)
        // The last level of a search lies at an end of the graph.
        for _ in 0..<3 {
          order.removeSubrange(begin...)
          depth = max(depth, search(from: start, round, &seen, &order))
          round += 1
          start = order[order.count - 1]
        }
        ends.append(order.count)
      }
      return (order, ends, depth)
    }

    /// Levels by distance, those with few edges first.
    /// - Returns: how many distances there are.
    private func search(
      from start: Int32, _ round: Int32, _ seen: inout [Int32], _ order: inout [Int32]
    ) -> Int {
      var head = order.count
      var depth = 0
      var layer = head
      order.append(start)
      seen[Int(start)] = round
      while head < order.count {
        if head == layer {
          depth += 1
          layer = order.count
        }
        let level = order[head]
        head += 1
        let begin = order.count
        for k in range(level) {
          let other = other(places[k], level)
          guard seen[Int(other)] != round else { continue }
          seen[Int(other)] = round
          order.append(other)
        }
        order[begin...].sort { a, b in
          let (m, n) = (range(a).count, range(b).count)
          return m == n ? a < b : m < n
        }
      }
      return depth
    }
  }
}
