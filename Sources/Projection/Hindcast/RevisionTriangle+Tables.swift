public import Demography

extension RevisionTriangle {
  /// `revision_triangle`: one row a line, vintage, region and year.
  public func triangleTable() -> Table {
    let narrow = cells.map { $0.interval(0.8) }
    let wide = cells.map { $0.interval(0.95) }
    return Table(
      "revision_triangle",
      [
        .text("line", cells.map(\.line.name)), .text("vintage", cells.map { vintages[$0.vintage] }),
        .text("region", cells.map { regions[$0.region] }), .integer("year", cells.map(\.year)),
        .integer("horizon", cells.map(\.horizon)),
        .text("kind", cells.map { $0.isForecast ? "projected" : "observed" }),
        .real("median", unit: "PS", cells.map(\.value)),
        .real("lower_80", unit: "PS", narrow.map { $0?.lower }),
        .real("upper_80", unit: "PS", narrow.map { $0?.upper }),
        .real("lower_95", unit: "PS", wide.map { $0?.lower }),
        .real("upper_95", unit: "PS", wide.map { $0?.upper }),
        .real("revision_percent", unit: "PC", cells.map(\.revision)),
        .real("outcome", unit: "PS", cells.map(\.outcome)),
      ])
  }

  /// `revisions`: one row a line and horizon: how numbers and forecasts of the same year change from one
  /// vintage to the next, and how far they are from the last. Horizon 0 and below are numbers that were
  /// revised after they had been published.
  public func revisionTable() -> Table {
    var order: [[Int]] = []
    var members: [[Int]: [Cell]] = [:]
    let lines = cells.map(\.line).reduce(into: [TotalsLine]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    for cell in cells {
      let key = [lines.firstIndex(of: cell.line) ?? 0, cell.horizon]
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(cell)
    }
    let groups = order.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map {
      (key: $0, members[$0] ?? [])
    }
    func column(_ name: String, _ value: ([Cell]) -> Double?) -> Table.Column {
      .real(name, unit: "PC", groups.map { value($0.1) })
    }
    return Table(
      "revisions",
      [
        .text("line", groups.map { lines[$0.key[0]].name }),
        .integer("horizon", groups.map { $0.key[1] }),
        .integer("cases", groups.map { $0.1.count { $0.revision != nil } }),
        column("mean_revision") { Self.mean($0.compactMap(\.revision)) },
        column("sd_revision") { Self.deviation($0.compactMap(\.revision)) },
        column("mape") { Self.mean(Self.errors($0).map { abs($0) }) },
        column("bias") { Self.mean(Self.errors($0)) },
        column("coverage_80") { Self.share($0.compactMap { $0.isInside(0.8) }) },
        column("coverage_95") { Self.share($0.compactMap { $0.isInside(0.95) }) },
      ])
  }

  /// In per cent of the outcome.
  private static func errors(_ cells: [Cell]) -> [Double] {
    cells.compactMap { cell in cell.outcome.map { 100 * (cell.value / $0 - 1) } }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private static func deviation(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  private static func share(_ inside: [Bool]) -> Double? {
    mean(inside.map { $0 ? 100 : 0 })
  }
}
