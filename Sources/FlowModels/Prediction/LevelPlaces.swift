import Demography

/// Where the level of each row of a file stands among the levels that were fitted.
struct LevelPlaces {
  /// A name is missing.
  static let empty = -1
  /// The level was not fitted.
  static let unseen = -2

  let places: [Int]

  /// - Parameters:
  ///   - known: place of each level by its name.
  ///   - rows: those asked for; a strange level elsewhere is no fault.
  ///   - namedAt: where a formula names the columns.
  /// - Throws: `Faults`: no such column; `flows.level-unseen` when `unseen` is `refuse`.
  init(
    of name: String, known: [String: Int], in data: FlowData, rows: [Int], unseen: UnseenLevels,
    namedAt place: Place? = nil
  ) throws {
    let cluster = ClusterName(name)
    let columns = try cluster.columns.map { try data.index(of: $0, namedAt: place) }
    let grouping = cluster.grouping(data, rows: Array(0..<data.count), columns: columns)
    let ofLevel = grouping.levels.map { known[$0] ?? Self.unseen }
    var isEmpty = [Bool](repeating: false, count: data.count)
    for column in columns { data.mark(emptyIn: column, &isEmpty) }
    let found = grouping.level.indices.map {
      isEmpty[$0] ? Self.empty : ofLevel[Int(grouping.level[$0])]
    }
    places = found
    guard unseen == .refuse, let row = rows.first(where: { found[$0] == Self.unseen }) else {
      return
    }
    throw Faults(
      Fault(
        .badData, "flows.level-unseen",
        [
          "effect": name, "level": grouping.name(Int(grouping.level[row])),
          "rows": "\(rows.count { found[$0] == Self.unseen })",
        ], at: data.place(row: row, column: columns[0])))
  }
}
