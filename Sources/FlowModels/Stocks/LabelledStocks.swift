import Demography

/// Stocks of two moments as files give them: places of birth down, areas of residence across.
public struct LabelledStocks: Sendable {
  public let tables: StockTables

  /// - Parameters:
  ///   - start: stocks at the start, square.
  ///   - end: stocks at the end, of the same areas in any order.
  ///   - births: by area of residence, between the two moments; `nil` where none are known, and then
  ///     none are taken away.
  ///   - deaths: alike.
  /// - Throws: `Faults`: tables that are not square, areas that only one file has.
  public init(
    start: LabelledMatrix, end: LabelledMatrix, births: LabelledMargin?, deaths: LabelledMargin?
  ) throws {
    let areas = start.origins
    tables = StockTables(
      areas: areas, start: try Self.square(start, areas, "start"),
      end: try Self.square(end, areas, "end"), births: try births?.ordered(as: areas),
      deaths: try deaths?.ordered(as: areas))
  }

  private static func square(
    _ table: LabelledMatrix, _ areas: [String], _ name: String
  ) throws -> [Double] {
    try table.square(areas: areas, named: name)
  }
}

extension LabelledMatrix {
  /// The values with both axes in the order of `areas`.
  /// - Throws: `Faults` `stocks.area` for areas that one of the axes lacks or has beyond them.
  public func square(areas: [String], named name: String) throws -> [Double] {
    let wanted = Set(areas)
    var faults: [Fault] = []
    for (axis, names) in [("origin", origins), ("destination", destinations)] {
      let known = Set(names)
      faults += areas.filter { !known.contains($0) }.map {
        Fault(.badData, "stocks.area", ["area": $0, "table": name, "axis": axis])
      }
      faults += names.filter { !wanted.contains($0) }.map {
        Fault(.badData, "stocks.area-unknown", ["area": $0, "table": name, "axis": axis])
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let row = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
    let column = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1, $0) })
    return areas.flatMap { j in
      areas.map { i in values[(column[j] ?? 0) * origins.count + (row[i] ?? 0)] }
    }
  }
}
