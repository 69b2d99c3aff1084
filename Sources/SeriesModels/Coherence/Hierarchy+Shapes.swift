import Kernel

/// Hierarchies from the names of series.
extension Hierarchy {
  /// Series whose ids are paths: `KZ/north/men` is a part of `KZ/north`, which is one of `KZ`.
  ///
  /// What stands before another id and the separator is an aggregate, whether it is among `ids` or not. Paths
  /// with several first parts are parts of `total`; with one, only where `total` is among `ids`.
  ///
  /// - Returns: aggregates from the top, then the ends of the paths, each level in the order of ids.
  /// - Throws: `.badPath` for an empty part; `.nothingAbove` where no series is a sum.
  public static func nested(
    _ ids: [String], separator: String, total: String
  ) throws(CoherenceError) -> Hierarchy {
    var all: [String: [String]] = [:]
    var above: Set<String> = []
    for id in ids where id != total {
      let parts = id.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
      guard parts.allSatisfy({ !$0.isEmpty }) else { throw .badPath(series: id) }
      for length in 1..<(parts.count + 1) {
        let name = parts.prefix(length).joined(separator: separator)
        all[name] = Array(parts.prefix(length))
        if length < parts.count { above.insert(name) }
      }
    }
    let roots = Set(all.values.map { $0[0] })
    let ends = all.keys.filter { !above.contains($0) }.sorted()
    var groups: [(name: String, members: [Int])] = []
    if roots.count > 1 || ids.contains(total) { groups.append((total, Array(ends.indices))) }
    let order = above.sorted { ((all[$0] ?? []).count, $0) < ((all[$1] ?? []).count, $1) }
    for name in order {
      groups.append((name, ends.indices.filter { ends[$0].hasPrefix(name + separator) }))
    }
    return try Hierarchy(groups, bottom: ends)
  }

  /// Crossed groups: bottom series with several attributes, summed by each choice of them.
  ///
  /// - Parameters:
  ///   - attributes: of each bottom series; no two have the same.
  ///   - levels: positions of the attributes that name the groups of a level; all of them together are the
  ///     bottom series themselves, the total is always there.
  ///   - separator: between the attributes in a name.
  /// - Throws: `.nameTwice` where two groups have one name; `.nothingAbove` without a bottom series.
  public static func grouped(
    _ attributes: [[String]], by levels: [[Int]], separator: String, total: String
  ) throws(CoherenceError) -> Hierarchy {
    let bottom = attributes.map { $0.joined(separator: separator) }
    var groups: [(name: String, members: [Int])] = [(total, Array(bottom.indices))]
    for level in levels where Set(level).count < (attributes.first?.count ?? 0) {
      let names = attributes.map { one in level.map { one[$0] }.joined(separator: separator) }
      for name in Set(names).sorted() {
        groups.append((name, names.indices.filter { names[$0] == name }))
      }
    }
    return try Hierarchy(groups, bottom: bottom)
  }

  /// Sums of bottom series, and these themselves after them.
  private init(
    _ groups: [(name: String, members: [Int])], bottom: [String]
  ) throws(CoherenceError) {
    var rows: [[Double]] = []
    for group in groups {
      var row = [Double](repeating: 0, count: bottom.count)
      for j in group.members { row[j] = 1 }
      rows.append(row)
    }
    try self.init(groups.map(\.name), rows, bottom: bottom)
  }

  /// Weighted sums of bottom series, and these themselves after them.
  init(
    _ aggregates: [String], _ weights: [[Double]], bottom: [String]
  ) throws(CoherenceError) {
    let names = aggregates + bottom
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .nameTwice(series: name) }
    guard !aggregates.isEmpty, !bottom.isEmpty else { throw .nothingAbove }
    let own = bottom.indices.map { j in bottom.indices.map { $0 == j ? 1.0 : 0 } }
    try self.init(names: names, summing: Matrix(weights + own))
  }
}
