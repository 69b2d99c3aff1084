import Demography

/// One flow in two tables or more, pair by pair.
public struct MatchedFlows: Hashable, Sendable {
  /// Pairs, all origins of the first destination first.
  public let origins: [String]
  public let destinations: [String]
  /// One list for each table, in the order of the pairs.
  public let values: [[Double]]
}

extension LabelledMatrix {
  /// The flows of this table and of others between the same areas, in whatever order each file has them.
  ///
  /// - Parameters:
  ///   - others: with what messages call them, and what they have for pairs of areas that they do not
  ///     have; a fault where `nil`.
  ///   - fill: the same for this table.
  ///   - withDiagonal: whether flows within an area belong to it.
  /// - Throws: `Faults` for areas that only one of the tables has.
  public func matched(
    with others: [(name: String, table: LabelledMatrix, fill: Double?)], named own: String,
    fill: Double?,
    withDiagonal: Bool
  ) throws -> MatchedFlows {
    let tables = [(name: own, table: self, fill: fill)] + others
    let from = Self.union(tables.map(\.table.origins))
    let to = Self.union(tables.map(\.table.destinations))
    let faults = tables.filter { $0.fill == nil }.flatMap { entry in
      Self.absent(from, in: entry.table.origins, "origin", entry.name)
        + Self.absent(to, in: entry.table.destinations, "destination", entry.name)
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    let cells = to.indices.flatMap { j in from.indices.map { (i: $0, j: j) } }
      .filter { withDiagonal || from[$0.i] != to[$0.j] }
    return MatchedFlows(
      origins: cells.map { from[$0.i] }, destinations: cells.map { to[$0.j] },
      values: tables.map { entry in
        let row = Dictionary(
          uniqueKeysWithValues: entry.table.origins.enumerated().map { ($1, $0) })
        let column = Dictionary(
          uniqueKeysWithValues: entry.table.destinations.enumerated().map { ($1, $0) })
        return cells.map { cell in
          guard let i = row[from[cell.i]], let j = column[to[cell.j]] else {
            return entry.fill ?? .nan
          }
          return entry.table.values[j * entry.table.origins.count + i]
        }
      })
  }

  private static func union(_ lists: [[String]]) -> [String] {
    LabelledTable.firstSeen(lists.flatMap { $0 })
  }

  private static func absent(
    _ wanted: [String], in known: [String], _ side: String, _ file: String
  ) -> [Fault] {
    let names = Set(known)
    return wanted.filter { !names.contains($0) }.map {
      Fault(
        .badData, "score.no-area",
        ["area": $0, "side": side, "file": file, "nearest": nearest(to: $0, in: known) ?? ""])
    }
  }
}
