import Kernel

// Which regions last, where not all of them can be reached from each other.

extension MultiregionalLifeTable {
  /// Share below which a region that the growing part never reaches is taken as empty: what the steps towards
  /// the stable population and the rounding of eigenvectors leave of zero.
  private static let rounding = 1e-9

  /// Part of the people of a region that is none: what the solution of linear equations leaves of zero. Nobody moves
  /// at a rate of one in a billion years.
  private static let least = 1e-12

  /// Regions whose part of the leading vectors is zero, because the growth matrix does not connect all of them:
  /// nobody gets to the dying ones from where the population grows the most, and nobody gets there from the
  /// worthless ones.
  ///
  /// Both are zero by the zeros of the matrix, and computed only to rounding. Regions of a part of its own that
  /// grows just as much are neither.
  /// - Parameters:
  ///   - shares: of ages and regions in the long run, region fastest.
  ///   - values: spatial reproductive values, alike.
  func lasting(shares: [Double], values: [Double]) -> (dying: Set<Int>, worthless: Set<Int>) {
    func sums(_ cell: (Int) -> Double) -> [Double] {
      (0..<regions).map { r in (0..<ages).reduce(0) { $0 + cell($1 * regions + r) } }
    }
    let (people, worth) = (sums { shares[$0] }, sums { values[$0] })
    // Only the part that grows the most has both people and worth in the long run.
    let both = sums { shares[$0] * values[$0] }
    let growing = both.indices.max { both[$0] < both[$1] } ?? 0
    let ways = (0..<regions).map { from in
      (0..<regions).filter { to in to != from && isWay(from: from, to: to) }
    }
    let back = (0..<regions).map { to in (0..<regions).filter { ways[$0].contains(to) } }
    let (all, most) = (people.reduce(0, +), worth.max() ?? 0)
    let reached = Self.reached(from: growing, ways)
    let reaching = Self.reached(from: growing, back)
    return (
      Set((0..<regions).filter { !reached.contains($0) && people[$0] <= Self.rounding * all }),
      Set((0..<regions).filter { !reaching.contains($0) && worth[$0] <= Self.rounding * most })
    )
  }

  private func isWay(from: Int, to: Int) -> Bool {
    func isThere(_ part: Matrix) -> Bool { part[to, from] > Self.least }
    return survivorship.contains(where: isThere) || births.contains(where: isThere)
  }

  private static func reached(from start: Int, _ ways: [[Int]]) -> Set<Int> {
    var found: Set<Int> = [start]
    var next = [start]
    while let here = next.popLast() {
      for there in ways[here] where found.insert(there).inserted { next.append(there) }
    }
    return found
  }
}
