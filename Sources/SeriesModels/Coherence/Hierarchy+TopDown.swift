public import Kernel

/// Splitting aggregates: top-down and middle-out.
extension Hierarchy {
  /// How history is turned into shares of the total.
  public enum Share: String, Hashable, Sendable, CaseIterable {
    /// Mean over time of each bottom series' share (Gross and Sohl 1990, method A).
    case averageOfShares = "average-proportions"
    /// Share of the means (method F).
    case shareOfAverages = "proportion-averages"
  }

  /// Splits the forecast of one series by historical shares.
  ///
  /// - Parameters:
  ///   - base: series by step.
  ///   - history: series by moment; moments at which the total or a bottom series is missing are left out.
  ///   - total: the series that is split; it has to hold all bottom series.
  /// - Throws: `.noProportions` for a history that sums to zero.
  public func topDown(
    _ base: Matrix, total: Int, history: Matrix, by share: Share
  ) throws(CoherenceError) -> Matrix {
    let known = (0..<history.columns).filter { t in
      !history[total, t].isNaN && bottom.allSatisfy { !history[$0, t].isNaN }
    }
    let shares = bottom.map { series in
      switch share {
      case .averageOfShares:
        Statistics.mean(known.map { history[series, $0] / history[total, $0] })
      case .shareOfAverages:
        Statistics.mean(known.map { history[series, $0] })
          / Statistics.mean(known.map { history[total, $0] })
      }
    }
    guard shares.allSatisfy(\.isFinite) else { throw .noProportions(series: names[total]) }
    let top = base.row(total)
    let parts = top.map { value in shares.map { $0 * value } }
    return sums(
      ofBottom: Matrix(rows: bottom.count, columns: top.count, values: parts.flatMap { $0 }))
  }

  /// Splits the series at `cut` level by level, each by its children's own base forecasts (Athanasopoulos, Ahmed
  /// and Hyndman 2009), and sums what stands above: top-down for a cut at the total, middle-out for one
  /// further down.
  ///
  /// - Parameter cut: series none of which holds another, together holding every bottom series.
  /// - Throws: `.notATree`; `.noProportions`.
  public func splitDown(_ base: Matrix, from cut: [Int]) throws(CoherenceError) -> Matrix {
    let children = try children()
    var values = base
    var pending = cut
    var reached: Set<Int> = []
    while let node = pending.popLast() {
      reached.insert(node)
      let parts = children[node]
      for step in 0..<base.columns where !parts.isEmpty {
        let total = parts.reduce(0) { $0 + base[$1, step] }
        guard total != 0 else { throw .noProportions(series: names[node]) }
        for part in parts { values[part, step] = values[node, step] * (base[part, step] / total) }
      }
      pending += parts
    }
    for series in bottom where !reached.contains(series) { throw .notATree(series: names[series]) }
    return bottomUp(values)
  }

  /// Parts of each series, one level down; empty for bottom series. Of two equal series the later one is
  /// the part.
  ///
  /// - Throws: `.notATree`.
  public func children() throws(CoherenceError) -> [[Int]] {
    let sizes = names.indices.map { i in summing.row(i).count { $0 != 0 } }
    var parent = [Int?](repeating: nil, count: names.count)
    var isTop = [Bool](repeating: false, count: names.count)
    for j in 0..<summing.columns {
      let chain = names.indices.filter { summing[$0, j] != 0 }
        .sorted { (sizes[$0], -$0) < (sizes[$1], -$1) }
      for (part, whole) in zip(chain, chain.dropFirst()) {
        guard parent[part] == nil || parent[part] == whole, !isTop[part] else {
          throw .notATree(series: names[part])
        }
        parent[part] = whole
      }
      if let top = chain.last {
        guard parent[top] == nil else { throw .notATree(series: names[top]) }
        isTop[top] = true
      }
    }
    var children = [[Int]](repeating: [], count: names.count)
    for (part, whole) in parent.enumerated() {
      if let whole { children[whole].append(part) }
    }
    return children
  }
}
