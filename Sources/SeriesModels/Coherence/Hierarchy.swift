public import Kernel

/// Which series are sums of which: a tree, crossed groups, or periods inside longer periods.
public struct Hierarchy: Hashable, Sendable {
  /// One a series.
  public let names: [String]
  /// Series by bottom series; row i holds how much of each bottom series is in series i.
  public let summing: Matrix
  /// The series that is bottom series j, for each column j.
  public let bottom: [Int]

  /// - Parameter summing: series by bottom series. A bottom series is the last row with a single 1 in its
  ///   column.
  /// - Throws: `.noBottomSeries`.
  public init(names: [String], summing: Matrix) throws(CoherenceError) {
    precondition(names.count == summing.rows, "\(names.count) names, \(summing.rows) rows")
    var bottom = [Int?](repeating: nil, count: summing.columns)
    for i in 0..<summing.rows {
      let members = (0..<summing.columns).filter { summing[i, $0] != 0 }
      if members.count == 1, summing[i, members[0]] == 1 { bottom[members[0]] = i }
    }
    var found: [Int] = []
    for (j, row) in bottom.enumerated() {
      guard let row else { throw .noBottomSeries(column: j) }
      found.append(row)
    }
    self.names = names
    self.summing = summing
    self.bottom = found
  }

  /// Periods inside longer ones: all spans of `factors` steps within one span of the longest
  /// (Athanasopoulos, Hyndman, Kourentzes and Petropoulos 2017, EJOR 262).
  ///
  /// - Parameter factors: lengths in steps, falling, each a divisor of the first, the last 1.
  public static func temporal(factors: [Int]) -> Hierarchy {
    precondition(
      factors.last == 1 && factors.allSatisfy { $0 > 0 && factors[0] % $0 == 0 }
        && zip(factors, factors.dropFirst()).allSatisfy { $0 > $1 }, "factors \(factors)")
    let season = factors[0]
    var rows: [[Double]] = []
    var names: [String] = []
    for length in factors {
      for part in 0..<season / length {
        names.append("\(length)/\(part + 1)")
        rows.append((0..<season).map { $0 / length == part ? 1 : 0 })
      }
    }
    let summing = Matrix(rows)
    return Hierarchy(
      names: names, summing: summing, bottom: Array(rows.count - season..<rows.count))
  }

  /// A series that is no sum and no part.
  public static func single(_ name: String) -> Hierarchy {
    Hierarchy(names: [name], summing: .identity(1), bottom: [0])
  }

  /// Both at once: every span of `time` of every series, the spans of one series together. A bottom series here is
  /// a step of a bottom series.
  public func across(_ time: Hierarchy) -> Hierarchy {
    let (rows, columns) = (time.names.count, time.summing.columns)
    var whole = Matrix(rows: names.count * rows, columns: summing.columns * columns)
    for i in names.indices {
      for j in 0..<summing.columns where summing[i, j] != 0 {
        for r in 0..<rows {
          for c in 0..<columns {
            whole[i * rows + r, j * columns + c] = summing[i, j] * time.summing[r, c]
          }
        }
      }
    }
    return Hierarchy(
      names: names.flatMap { name in time.names.map { "\(name) \($0)" } }, summing: whole,
      bottom: bottom.flatMap { series in time.bottom.map { series * rows + $0 } })
  }

  private init(names: [String], summing: Matrix, bottom: [Int]) {
    self.names = names
    self.summing = summing
    self.bottom = bottom
  }

  /// Every series from the bottom ones.
  ///
  /// - Parameter values: bottom series by step.
  /// - Returns: series by step, coherent.
  public func sums(ofBottom values: Matrix) -> Matrix { summing.times(values) }

  /// Bottom-up: the aggregates' own forecasts are dropped.
  ///
  /// - Parameter base: series by step.
  public func bottomUp(_ base: Matrix) -> Matrix { sums(ofBottom: base.selectingRows(bottom)) }

  /// Constraints `aggregate − Σ bottom = 0`, one an aggregate.
  public var constraints: LinearConstraints {
    let own = Set(bottom)
    let aggregates = names.indices.filter { !own.contains($0) }
    var rows = Matrix(rows: aggregates.count, columns: names.count)
    for (k, i) in aggregates.enumerated() {
      rows[k, i] = 1
      for (j, series) in bottom.enumerated() { rows[k, series] -= summing[i, j] }
    }
    return LinearConstraints(rows)
  }
}
