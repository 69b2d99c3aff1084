extension LevelProjection {
  /// Whether three groupings hang together by chains, see `LevelGraph`.
  /// - Complexity: O(rows · log rows)
  public static func hangByChains(_ groupings: [Levels], rows: Int) -> Bool {
    chains(groupings, rows: rows) != nil
  }

  /// Where there are few rows by level, the grouping of three without which the graph of the others
  /// has the longest factor that is not too long: the more is solved exactly, the fewer steps.
  static func chains(
    _ groupings: [Levels], rows: Int
  ) -> (eliminated: Int, graph: LevelGraph)? {
    guard groupings.count == 3, groupings.allSatisfy({ $0.values == nil }),
      LevelGraph.isSparse(rows: rows, levels: groupings.map(\.count))
    else { return nil }
    let graphs = parallelMap(3) { eliminated -> LevelGraph? in
      let rest = [0, 1, 2].filter { $0 != eliminated }.map { groupings[$0] }
      let order = sorted(groupings[eliminated].level, groupings[eliminated].count).order
      return LevelGraph(
        codes: interleaved(rest, order, rows: rows), counts: rest.map(\.count))
    }
    var best: (eliminated: Int, graph: LevelGraph)?
    for (eliminated, graph) in graphs.enumerated() {
      if let graph, graph.length > best?.graph.length ?? -1 { best = (eliminated, graph) }
    }
    return best
  }

  /// Weights of places less what each has in the mean of its level of the eliminated grouping,
  /// `w (1 − w / Σ w)`.
  func unshared(_ weights: [Double], masses: [Double]) -> [Double] {
    slabRows { slab, first, block in
      let (starts, w) = (starts.span, weights.span)
      for group in slabs[slab] {
        for place in Int(starts[group])..<Int(starts[group + 1]) {
          let weight = w[unchecked: place]
          block[unchecked: place - first] = weight * max(0, masses[group] - weight) / masses[group]
        }
      }
    }
  }
}
