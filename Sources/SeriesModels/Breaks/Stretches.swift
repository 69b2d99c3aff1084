import Kernel

/// What lies between breaks.
struct Stretches {
  let ranges: [Range<Int>]

  /// - Parameter places: last values before the breaks, ascending.
  init(_ places: [Int], count: Int) {
    let starts = [0] + places.map { $0 + 1 }
    ranges = zip(starts, places.map { $0 + 1 } + [count]).map { $0..<$1 }
  }

  func means(_ values: [Double]) -> [Double] {
    ranges.map { Statistics.mean(Array(values[$0])) }
  }

  func residuals(_ values: [Double]) -> [Double] {
    zip(ranges, means(values)).flatMap { range, mean in values[range].map { $0 - mean } }
  }

  /// The largest F statistic of one break more, in any stretch of at least eight values; 0 without any.
  func supremum(_ values: [Double]) -> Double {
    ranges.filter { $0.count >= 8 }.reduce(0) { most, range in
      let part = Array(values[range])
      // A stretch that does not vary has no break.
      guard part.contains(where: { $0 != part[0] }) else { return most }
      return max(
        most, SupremumTest.largest(part, first: SupremumTest.first(part.count)).statistic)
    }
  }

  /// Columns of a regression on the levels, and on a line through them.
  func columns(hasTrend: Bool) -> [[Double]] {
    let count = ranges.last?.upperBound ?? 0
    let levels = ranges.map { range in (0..<count).map { range.contains($0) ? 1.0 : 0 } }
    // About the middle, so that line and level are nearly orthogonal.
    return hasTrend ? levels + [(0..<count).map { Double($0) - Double(count - 1) / 2 }] : levels
  }
}
