import Glibc

/// Breaks of a series' level by least squares over all partitions (Bai and Perron 1998, Econometrica 66;
/// 2003, JAE 18), as many as the Bayesian criterion asks for.
public struct LevelBreaks: Hashable, Sendable {
  /// Sum of squared residuals of the best partition with m = 0, 1, … breaks.
  public let sums: [Double]
  /// Bayesian criterion `n (ln(RSS / n) + 1 + ln 2π) + 2 (m + 1) ln n`, for each m.
  public let criterion: [Double]
  /// Places of the breaks for each m: the last value before each, from 0.
  public let places: [[Int]]
  /// Shortest stretch between breaks.
  public let shortest: Int

  /// The number of breaks with the least criterion.
  public var count: Int { criterion.indices.min { criterion[$0] < criterion[$1] } ?? 0 }
  /// Last values before the breaks chosen, from 0.
  public var chosen: [Int] { places[count] }

  /// - Parameters:
  ///   - values: none missing.
  ///   - trimming: shortest stretch as a share of the values; 0.15 is usual.
  ///   - limit: most breaks looked for; fewer where they do not fit.
  /// - Throws: `.tooShort` for fewer than two shortest stretches of two values; `.missing`.
  /// - Complexity: O(n² · limit)
  public init(_ values: [Double], trimming: Double = 0.15, limit: Int = 5) throws(BreakError) {
    precondition(trimming > 0 && trimming < 0.5 && limit >= 0, "trimming \(trimming)")
    try BreakError.check(values, least: 4)
    let n = values.count
    let h = max(2, Int((trimming * Double(n) + 1e-9).rounded(.down)))
    guard n >= 2 * h else { throw .tooShort(found: n, needed: 2 * h) }
    let cost = Self.costs(values, shortest: h)
    let most = min(limit, n / h - 1)
    // best[m][e]: least sum of values 0…e with m breaks; from[m][e]: the last value before the last break.
    var best = [cost[0]]
    var from = [[Int](repeating: -1, count: n)]
    for m in 0..<max(most, 0) {
      var row = [Double](repeating: .infinity, count: n)
      var back = [Int](repeating: -1, count: n)
      for end in ((m + 2) * h - 1)..<n {
        for last in ((m + 1) * h - 1)...(end - h) {
          let sum = best[m][last] + cost[last + 1][end - last - 1]
          if sum < row[end] {
            row[end] = sum
            back[end] = last
          }
        }
      }
      best.append(row)
      from.append(back)
    }
    shortest = h
    sums = best.map { $0[n - 1] }
    let size = Double(n)
    criterion = sums.enumerated().map { m, sum in
      size * (Glibc.log(sum / size) + 1 + Glibc.log(2 * Double.pi))
        + 2 * Double(m + 1) * Glibc.log(size)
    }
    places = best.indices.map { m in
      var end = n - 1
      var list: [Int] = []
      for k in stride(from: m, to: 0, by: -1) {
        end = from[k][end]
        list.append(end)
      }
      return list.reversed()
    }
  }

  /// `[start][k]`: squared residuals of values start…start + k about their mean (Welford 1962).
  private static func costs(_ x: [Double], shortest h: Int) -> [[Double]] {
    x.indices.map { start in
      var mean = 0.0
      var sum = 0.0
      return (start..<x.count).map { t in
        let gap = x[t] - mean
        mean += gap / Double(t - start + 1)
        sum += gap * (x[t] - mean)
        return sum
      }
    }
  }

  /// Means of the stretches between the chosen breaks, and where each begins, from 0.
  public func levels(_ values: [Double]) -> [(start: Int, mean: Double)] {
    let starts = [0] + chosen.map { $0 + 1 }
    let ends = chosen.map { $0 + 1 } + [values.count]
    return zip(starts, ends).map { start, end in
      (start, values[start..<end].reduce(0, +) / Double(end - start))
    }
  }
}
