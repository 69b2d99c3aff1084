public import Demography

extension LabelledMatrix {
  /// Whole flows that keep every total at its floor or ceiling (`IntegerBalancing`), and whether they are proved
  /// nearest.
  public func rounded() -> (matrix: LabelledMatrix, isNearest: Bool) {
    let found = IntegerBalancing.rounded(
      values, rows: origins.count, columns: destinations.count)
    return (
      LabelledMatrix(
        origins: origins, destinations: destinations, values: found.cells.map(Double.init),
        isLong: isLong), found.isNearest
    )
  }

  /// As `lumping`, for a threshold and a name that a user gives.
  /// - Throws: `reshape.name-taken` where an area is called so already.
  public func lumped(below threshold: Double, into name: String) throws -> LabelledMatrix {
    guard !(origins + destinations).contains(name) else {
      throw Fault(.usage, "reshape.name-taken", ["name": name])
    }
    return lumping(below: threshold, into: name)
  }

  /// As `expanded(to:fill:)`, over the areas that the first column of a file names.
  ///
  /// - Throws: `Faults`: an area twice, an area of the table that the file does not have.
  public func expanded(to grid: TextGrid, fill: Double) throws -> LabelledMatrix {
    let data = try FlowData(grid: grid)
    let areas = (0..<data.count).map { data.text(row: $0, column: 0) }
    let known = Set(areas)
    let lost = LabelledTable.firstSeen(origins + destinations).filter { !known.contains($0) }
    let faults =
      Self.repeated(areas) { data.place(row: $0, column: 0) }
      + lost.map {
        Fault(
          .badData, "reshape.area-lost",
          ["area": $0, "file": grid.file, "nearest": nearest(to: $0, in: areas) ?? ""])
      }
    guard faults.isEmpty else { throw Faults(faults) }
    guard !areas.isEmpty else { throw Faults(Fault(.badData, "flows.empty", ["file": grid.file])) }
    return expanded(to: areas, fill: fill)
  }

  /// Areas joined as a file says, `area,group`; areas it does not name stay as they are.
  /// - Throws: `Faults`: another number of columns, an area twice, an area that the table does not have.
  public func grouped(by grid: TextGrid) throws -> LabelledMatrix {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count == 2 else {
      throw Faults(
        Fault(
          .badData, "reshape.groups", ["found": "\(data.columnNames.count)"],
          at: grid.place(row: 0, column: 0)))
    }
    let areas = (0..<data.count).map { data.text(row: $0, column: 0) }
    let known = Set(origins + destinations)
    var faults = Self.repeated(areas) { data.place(row: $0, column: 0) }
    for (row, area) in areas.enumerated() where !known.contains(area) {
      faults.append(
        Fault(
          .badData, "balance.unknown-area",
          ["area": area, "nearest": nearest(to: area, in: known.sorted()) ?? ""],
          at: data.place(row: row, column: 0)))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let groups = Dictionary(
      uniqueKeysWithValues: areas.enumerated().map { ($1, data.text(row: $0, column: 1)) })
    return grouped { groups[$0] ?? $0 }
  }
}
