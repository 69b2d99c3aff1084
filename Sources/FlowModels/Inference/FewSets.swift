import Demography

/// The few clusters or areas a jackknife leaves out one by one.
struct FewSets {
  let sets: RowSets
  /// The cluster column, or the columns of both ends.
  let column: String
  let unit: FewClusters.Unit

  /// - Parameter column: `a^b` for joined columns, `pair(a,b)` for pairs without direction, `areas(a,b)` for
  ///   the areas at both ends.
  /// - Throws: `Faults` of the column; `fit.one-cluster`.
  init(_ column: String, _ data: FlowData, rows: [Int]) throws {
    if let ends = ClusterName.areas(column) {
      try self.init(origin: ends.0, destination: ends.1, data, rows: rows)
    } else {
      try self.init(
        RowSets(ClusterName(column).grouping(data, rows: rows)), column, .clusters)
    }
  }

  private init(origin: String, destination: String, _ data: FlowData, rows: [Int]) throws {
    let sets = RowSets(
      origin: try ClusterName(origin).grouping(data, rows: rows),
      destination: try ClusterName(destination).grouping(data, rows: rows))
    try self.init(sets, "\(origin), \(destination)", .areas)
  }

  private init(_ sets: RowSets, _ column: String, _ unit: FewClusters.Unit) throws {
    guard sets.count > 1 else { throw Fault(.usage, "fit.one-cluster", ["column": column]) }
    self.sets = sets
    self.column = column
    self.unit = unit
  }

  /// What a covariance rests on, where that is fewer than 30 clusters or areas; otherwise `nil`.
  ///
  /// Of several cluster columns that with the fewest clusters, of those with as many the first by name, in
  /// whatever order they were asked for. Areas are those of a dyadic covariance, for `hetero` and White's
  /// those of two columns that name the same areas, among the columns of the effects and then among all
  /// columns of names.
  /// - Throws: as `init(_:_:rows:)`; `fit.few-areas-unclear` where columns of different areas fit as well.
  static func behind(
    _ covariance: Covariance, effects: [Formula.Effect], _ data: FlowData, rows: [Int]
  ) throws -> FewSets? {
    switch covariance {
    case .cluster(let columns):
      let found = try columns.map { name in
        (name, try ClusterName(name).grouping(data, rows: rows).count)
      }
      guard let fewest = found.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }),
        fewest.1 < CovarianceEstimate.fewClusters
      else { return nil }
      return try FewSets(fewest.0, data, rows: rows)
    case .dyadic, .hetero, .white:
      var ends: (origin: String, destination: String)?
      if case .dyadic(let origin, let destination) = covariance {
        ends = (origin, destination)
      } else {
        ends = try data.ends(among: effects.flatMap(\.columns)) ?? data.ends(among: nil)
      }
      // Columns that nobody named may have empty cells; then the areas are not known.
      guard let ends,
        let found = try? FewSets(
          origin: ends.origin, destination: ends.destination, data, rows: rows),
        found.sets.count > 2, found.sets.count < CovarianceEstimate.fewClusters
      else { return nil }
      return found
    case .iid, .conley, .driscollKraay, .neweyWest: return nil
    }
  }

  /// - Parameter limit: of rows times sets.
  /// - Throws: `fit.few-clusters-too-large`.
  func require(limit: Int, rows: Int) throws {
    guard sets.count * rows <= limit else {
      throw Fault(
        .incomplete, "fit.few-clusters-too-large",
        ["rows": "\(rows)", "clusters": "\(sets.count)", "limit": "\(limit)"])
    }
  }
}
