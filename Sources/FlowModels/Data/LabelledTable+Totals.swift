public import Demography

/// Groups of levels under names of their own: blocks of areas, broad ages.
public struct LabelledGroups: Hashable, Sendable {
  fileprivate struct Member: Hashable {
    /// `nil` for every axis that has the level.
    let axis: String?
    let level: String
    let group: String
    let place: Place
  }

  fileprivate let members: [Member]

  /// Reads `level,group`, or `axis,level,group` where a name means different things on different axes.
  ///
  /// - Throws: `Faults`: another number of columns, the same row twice.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    let count = data.columnNames.count
    guard (2...3).contains(count) else {
      throw Faults(
        Fault(
          .badData, "balance.groups", ["found": "\(count)"], at: grid.place(row: 0, column: 0)))
    }
    members = (0..<data.count).map { row in
      Member(
        axis: count == 3 ? data.text(row: row, column: 0) : nil,
        level: data.text(row: row, column: count - 2),
        group: data.text(row: row, column: count - 1),
        place: data.place(row: row, column: count - 2))
    }
    let faults = LabelledMatrix.repeated(
      members.map { [$0.axis ?? "", $0.level, $0.group].joined(separator: "\u{1F}") }
    ) { data.place(row: $0, column: count - 2) }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}

/// Totals read from a file for the cells of a table.
public struct LabelledTotals: Hashable, Sendable {
  public let set: MarginSet
  /// Cells of the table with a value above 0 that no total holds.
  public let uncovered: Int
}

extension LabelledTable {
  /// Reads totals: a column for some of the axes, under their names, and the total in the last column. A
  /// row is the total of all cells under its names; a name is a level or a group of levels, so that
  /// sums over axes, blocks and stripes are all written alike. An empty total is not known, and its
  /// cells are left free, as are cells that no row holds.
  ///
  /// - Throws: `Faults`: a column that is no axis, an unknown name, no number, negative, a cell in two
  ///   rows of the file.
  public func totals(grid: TextGrid, groups: LabelledGroups? = nil) throws -> LabelledTotals {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count >= 1, data.count > 0 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    let axes = try data.columnNames.dropLast().enumerated().map { column, name in
      try axis(named: name, at: grid.place(row: 0, column: column))
    }
    let strange = (groups?.members ?? []).filter { member in
      member.axis.map { !self.axes.contains($0) } ?? false
    }
    guard strange.isEmpty else {
      throw Faults(
        strange.map {
          Fault(
            .badData, "balance.unknown-axis",
            [
              "axis": $0.axis ?? "", "known": self.axes.joined(separator: ", "),
              "nearest": nearest(to: $0.axis ?? "", in: self.axes) ?? "",
            ], at: $0.place)
        })
    }
    let members = try axes.map { try lookup(axis: $0, groups) }
    let extents = axes.map { levels[$0].count }
    var groupOf = [Int](repeating: -1, count: extents.reduce(1, *))
    var totals: [Double] = []
    var labels: [String] = []
    var faults: [Fault] = []
    for row in 0..<data.count {
      let names = axes.indices.map { data.text(row: row, column: $0) }
      let lists = axes.indices.map { k -> [Int] in
        if let found = members[k][names[k]] { return found }
        faults.append(
          Fault(
            .badData, "balance.unknown-level",
            [
              "axis": self.axes[axes[k]], "level": names[k],
              "nearest": nearest(to: names[k], in: members[k].keys.sorted()) ?? "",
            ], at: data.place(row: row, column: k)))
        return []
      }
      for cell in Self.cells(lists, extents) {
        if groupOf[cell] >= 0 {
          faults.append(
            Fault(
              .badData, "balance.in-two-rows",
              ["row": names.joined(separator: " × "), "other": labels[groupOf[cell]]],
              at: data.place(row: row, column: 0)))
          break
        }
        groupOf[cell] = row
      }
      labels.append(names.isEmpty ? "Σ" : names.joined(separator: " × "))
      if case .missing = data.cell(row: row, column: axes.count) {
        totals.append(.nan)
      } else {
        totals.append(LabelledMatrix.amount(data, row, axes.count, &faults))
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    let groups = shape.projection(on: axes).map { groupOf[$0] }
    return LabelledTotals(
      set: MarginSet(grid.file, groups: groups, totals: totals, labels: labels),
      uncovered: groups.indices.count { groups[$0] < 0 && values[$0] > 0 })
  }

  private func axis(named name: String, at place: Place) throws -> Int {
    if let axis = axes.firstIndex(of: name) { return axis }
    throw Faults(
      Fault(
        .badData, "balance.unknown-axis",
        [
          "axis": name, "nearest": nearest(to: name, in: axes) ?? "",
          "known": axes.joined(separator: ", "),
        ], at: place))
  }

  /// The levels under every name of an axis.
  private func lookup(axis: Int, _ groups: LabelledGroups?) throws -> [String: [Int]] {
    let place = Dictionary(uniqueKeysWithValues: levels[axis].enumerated().map { ($1, $0) })
    var lookup = place.mapValues { [$0] }
    var faults: [Fault] = []
    for member in groups?.members ?? [] where member.axis ?? axes[axis] == axes[axis] {
      guard let level = place[member.level] else {
        // Without an axis of its own a level may belong to another one.
        if member.axis != nil || !levels.contains(where: { $0.contains(member.level) }) {
          faults.append(
            Fault(
              .badData, "balance.unknown-level",
              [
                "axis": axes[axis], "level": member.level,
                "nearest": nearest(to: member.level, in: levels[axis]) ?? "",
              ], at: member.place))
        }
        continue
      }
      if place[member.group] != nil {
        faults.append(
          Fault(
            .badData, "balance.group-is-level", ["group": member.group, "axis": axes[axis]],
            at: member.place))
        continue
      }
      lookup[member.group, default: []].append(level)
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return lookup
  }

  /// Every combination of one member of each list, as a number, first list fastest.
  private static func cells(_ lists: [[Int]], _ extents: [Int]) -> [Int] {
    var cells = [0]
    for (list, extent) in zip(lists, extents).reversed() {
      cells = cells.flatMap { cell in list.map { cell * extent + $0 } }
    }
    return cells
  }

  /// Reads bounds of cells: a column for every axis, then `lower` and `upper`; an empty one is no bound, two
  /// equal ones fix the cell.
  ///
  /// - Throws: `Faults`: other columns, an unknown level, no number, negative, crossed, a cell twice.
  public func bounds(grid: TextGrid) throws -> (lower: [Double], upper: [Double]) {
    let data = try FlowData(grid: grid)
    let columns = try (axes + ["lower", "upper"]).map { try data.index(of: $0, namedAt: nil) }
    let places = levels.map { list in
      Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1, $0) })
    }
    var faults = LabelledMatrix.repeated(
      (0..<data.count).map { row in
        axes.indices.map { data.text(row: row, column: columns[$0]) }.joined(separator: " → ")
      }
    ) { data.place(row: $0, column: columns[0]) }
    var lower = [Double](repeating: 0, count: values.count)
    var upper = [Double](repeating: .infinity, count: values.count)
    func bound(_ row: Int, _ column: Int) -> Double? {
      if case .missing = data.cell(row: row, column: column) { return nil }
      return LabelledMatrix.amount(data, row, column, &faults)
    }
    for row in 0..<data.count {
      let names = axes.indices.map { data.text(row: row, column: columns[$0]) }
      var cell: Int? = 0
      for axis in axes.indices.reversed() {
        guard let level = places[axis][names[axis]] else {
          faults.append(
            Fault(
              .badData, "balance.unknown-level",
              [
                "axis": axes[axis], "level": names[axis],
                "nearest": nearest(to: names[axis], in: levels[axis]) ?? "",
              ], at: data.place(row: row, column: columns[axis])))
          cell = nil
          continue
        }
        cell = cell.map { $0 * levels[axis].count + level }
      }
      let (low, high) = (bound(row, columns[axes.count]), bound(row, columns[axes.count + 1]))
      if let low, let high, low > high {
        faults.append(
          Fault(
            .badData, "balance.cell-bounds",
            [
              "cell": names.joined(separator: " × "), "lower": text(low), "upper": text(high),
            ], at: data.place(row: row, column: columns[0])))
      }
      guard let cell else { continue }
      lower[cell] = low ?? 0
      upper[cell] = high ?? .infinity
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    return (lower, upper)
  }
}
