public import Demography
import Kernel

/// A table of any number of named axes, such as origin, destination, age and period.
public struct LabelledTable: Hashable, Sendable {
  /// Names of the columns that say which cell a row is.
  public let axes: [String]
  /// For each axis its levels in the order of the file.
  public let levels: [[String]]
  /// First axis fastest; 0 where the file has no row, a structural zero.
  public let values: [Double]
  /// The cells that have a row, in the order of the rows.
  public let cells: [Int]
  /// What messages call the table.
  public let file: String

  /// The cells beyond which a table of all combinations is refused.
  private static let largest = 50_000_000

  public init(
    axes: [String], levels: [[String]], values: [Double], cells: [Int], file: String = "table"
  ) {
    precondition(axes.count == levels.count, "\(axes.count) axes, \(levels.count) lists of levels")
    precondition(
      values.count == levels.reduce(1) { $0 * $1.count }, "\(values.count) values for other levels")
    self.axes = axes
    self.levels = levels
    self.values = values
    self.cells = cells
    self.file = file
  }

  /// Reads rows of a column for each axis and one with the value, which stands last.
  ///
  /// - Throws: `Faults`: fewer than two columns, no number, negative, missing, a cell twice, levels
  ///   whose combinations are too many.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count >= 2, data.count > 0 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    let axes = data.columnNames.indices.dropLast()
    var faults = LabelledMatrix.repeated(
      (0..<data.count).map { row in
        axes.map { data.text(row: row, column: $0) }.joined(separator: " → ")
      }
    ) { data.place(row: $0, column: 0) }
    let texts = axes.map { column in (0..<data.count).map { data.text(row: $0, column: column) } }
    let levels = texts.map { Self.firstSeen($0) }
    let count = levels.reduce(1.0) { $0 * Double($1.count) }
    guard count <= Double(Self.largest) else {
      throw Faults(
        Fault(
          .badData, "flows.too-many-cells",
          ["cells": text(count), "most": text(Double(Self.largest))]))
    }
    let places = levels.map { list in
      Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1, $0) })
    }
    var values = [Double](repeating: 0, count: Int(count))
    var cells: [Int] = []
    for row in 0..<data.count {
      var cell = 0
      for axis in axes.reversed() {
        cell = cell * levels[axis].count + (places[axis][texts[axis][row]] ?? 0)
      }
      values[cell] = LabelledMatrix.amount(data, row, axes.count, &faults)
      cells.append(cell)
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.init(
      axes: axes.map { data.columnNames[$0] }, levels: levels, values: values, cells: cells,
      file: grid.file)
  }

  /// A table of origins and destinations as one of two axes; pairs of a long one that had no row are those
  /// of value 0.
  public init(_ matrix: LabelledMatrix, file: String) {
    let n = matrix.origins.count
    let cells = matrix.values.indices.sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
    self.init(
      axes: ["origin", "destination"], levels: [matrix.origins, matrix.destinations],
      values: matrix.values, cells: cells, file: file)
  }

  /// Reads a table of flows in any shape: wide, or long with a column for each axis and the value last.
  ///
  /// - Throws: as the two readers.
  public init(anyShape grid: TextGrid) throws {
    if try LabelledMatrix.isLong(FlowData(grid: grid)) {
      self = try LabelledTable(grid: grid)
    } else {
      self.init(try LabelledMatrix(grid: grid), file: grid.file)
    }
  }

  public var shape: TableShape { TableShape(levels.map(\.count)) }

  /// The same cells with other values.
  public func replacing(_ values: [Double]) -> LabelledTable {
    LabelledTable(axes: axes, levels: levels, values: values, cells: cells, file: file)
  }

  /// Names of the levels of a cell.
  public func names(of cell: Int) -> [String] {
    zip(levels, shape.places(cell)).map { $0[$1] }
  }

  /// A row for each cell that the file had, in its order.
  public func table(named name: String, value: String = "value") -> Table {
    let shape = shape
    let places = cells.map { shape.places($0) }
    return Table(
      name,
      axes.indices.map { axis in .text(axes[axis], places.map { levels[axis][$0[axis]] }) }
        + [.real(value, cells.map { values[$0] })])
  }

  static func firstSeen(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
