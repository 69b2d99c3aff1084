public import Demography
import Kernel

/// Components with the names of their axes and levels, as a file has them.
public struct LabelledComponents: Hashable, Sendable {
  public let axes: [String]
  public let levels: [[String]]
  public let components: MultiplicativeComponents

  /// What the rows of the total, and those of the ratios of single cells, are called.
  public static let total = "total"
  public static let ratio = "ratio"

  /// - Throws: `Faults`: a table without flows, an axis called like a component.
  public init(_ table: LabelledTable) throws {
    if let taken = table.axes.first(where: {
      [Self.total, Self.ratio, "component", "value"].contains($0)
    }) {
      throw Faults(Fault(.badData, "components.axis-name", ["axis": taken]))
    }
    guard table.values.contains(where: { $0 > 0 }) else {
      throw Faults(
        Fault(.badData, "flows.all-zero", ["column": "value", "file": table.file]))
    }
    axes = table.axes
    levels = table.levels
    components = MultiplicativeComponents(table.values, shape: table.shape)
  }

  private var shape: TableShape { TableShape(levels.map(\.count)) }

  /// Everything the table can be put together from again: rows of the total, of the share of each level and
  /// of the ratio of each cell; columns `component`, one for each axis, `value`.
  public var table: Table {
    let shape = shape
    var names = [Self.total]
    var cells: [[String?]] = [axes.map { _ in nil }]
    var values: [Double] = [components.total]
    for axis in axes.indices {
      for (level, share) in components.shares[axis].enumerated() {
        names.append(axes[axis])
        cells.append(axes.indices.map { $0 == axis ? levels[axis][level] : nil })
        values.append(share)
      }
    }
    for cell in order(shape) {
      names.append(Self.ratio)
      let places = shape.places(cell)
      cells.append(axes.indices.map { levels[$0][places[$0]] })
      values.append(components.ratios[cell])
    }
    return Table(
      "components",
      [.text("component", names)]
        + axes.indices.map { axis in .text(axes[axis], cells.map { $0[axis] }) }
        + [.real("value", values)])
  }

  /// For three axes and more: every pair of axes by its ratio to independence, sums over the others.
  public var pairs: Table {
    var names: [String] = []
    var cells: [[String]] = []
    var values: [Double] = []
    for a in axes.indices {
      for b in axes.indices where b > a {
        let ratios = components.ratios(on: [a, b])
        for (cell, ratio) in ratios.enumerated() {
          names.append("\(axes[a]) × \(axes[b])")
          cells.append([
            levels[a][cell % levels[a].count], levels[b][cell / levels[a].count],
          ])
          values.append(ratio)
        }
      }
    }
    return Table(
      "two_way",
      [
        .text("component", names), .text("level", cells.map { $0[0] }),
        .text("other", cells.map { $0[1] }), .real("value", values),
      ])
  }

  /// Cells by the first axis, then the second, as people read a long table.
  private func order(_ shape: TableShape) -> [Int] {
    (0..<shape.count).map { (cell: $0, places: shape.places($0)) }
      .sorted { $0.places.lexicographicallyPrecedes($1.places) }.map(\.cell)
  }

  /// Reads a file with the columns of `table`.
  ///
  /// - Throws: `Faults`: other columns, no total or two, shares that are missing or do not add up to 1 within
  ///   10⁻⁹, a level without a share, a ratio twice, a cell that should have flows without a ratio.
  public init(grid: TextGrid) throws {
    var reader = try ComponentReader(grid)
    try reader.readRows()
    let (total, shares, ratios) = try reader.parts()
    axes = reader.axes
    levels = reader.levels
    components = MultiplicativeComponents(
      shape: TableShape(reader.levels.map(\.count)), total: total, shares: shares, ratios: ratios)
  }

  /// The flows that the components make.
  public struct Rebuilt: Hashable, Sendable {
    public let table: LabelledTable
    /// The fit to the shares where the ratios alone do not keep them; `nil` where they do, as those of a
    /// table do.
    public let fit: ContingencyFit?
  }

  /// Puts the table together again: exactly, where the components are those of a table; where they were
  /// changed, the product of total, shares and ratios fitted to total and shares.
  ///
  /// - Throws: `Faults` where no table has these shares and zeros.
  public func rebuilt() throws -> Rebuilt {
    let shape = shape
    let values = components.values
    let gap = axes.indices.reduce(0.0) { worst, axis in
      zip(shape.margin(of: values, on: [axis]), components.shares[axis]).reduce(worst) {
        max($0, abs($1.0 / components.total - $1.1))
      }
    }
    var fit: ContingencyFit?
    if gap > 1e-9 {
      do throws(ContingencyError) {
        fit = try Contingency.fit(
          seed: values,
          margins: axes.indices.map { axis in
            .axes(
              [axis], of: shape, totals: components.shares[axis].map { $0 * components.total },
              name: axes[axis], labels: levels[axis])
          })
      } catch {
        throw Faults(error.faults)
      }
    }
    return Rebuilt(
      table: LabelledTable(
        axes: axes, levels: levels, values: fit?.values ?? values, cells: order(shape)),
      fit: fit)
  }
}

/// The rows of a file of components, sorted out.
private struct ComponentReader {
  let axes: [String]
  private(set) var levels: [[String]] = []
  private let data: FlowData
  private var total: Double?
  private var shares: [[String: Double]]
  private var ratioRows: [(row: Int, value: Double)] = []
  private var faults: [Fault] = []

  init(_ grid: TextGrid) throws {
    data = try FlowData(grid: grid)
    let names = data.columnNames
    guard names.count >= 3, names.first == "component", names.last == "value" else {
      throw Faults(
        Fault(
          .badData, "components.columns", ["found": names.joined(separator: ", ")],
          at: grid.place(row: 0, column: 0)))
    }
    axes = Array(names.dropFirst().dropLast())
    shares = axes.map { _ in [:] }
    levels = axes.map { _ in [] }
  }

  mutating func readRows() throws {
    for row in 0..<data.count {
      let name = data.text(row: row, column: 0)
      let value = value(row)
      if name == LabelledComponents.total {
        if total != nil { fault("components.total-twice", row, [:]) }
        total = value
      } else if name == LabelledComponents.ratio {
        ratioRows.append((row, value))
      } else if let axis = axes.firstIndex(of: name) {
        let level = data.text(row: row, column: axis + 1)
        if shares[axis].updateValue(value, forKey: level) != nil {
          fault("flows.name-twice", row, ["name": level])
        } else {
          levels[axis].append(level)
        }
      } else {
        let known = [LabelledComponents.total, LabelledComponents.ratio] + axes
        fault(
          "components.unknown", row,
          [
            "found": name, "nearest": nearest(to: name, in: known) ?? "",
            "known": known.joined(separator: ", "),
          ])
      }
    }
  }

  /// A missing ratio is NaN, for a cell that independence leaves without flows; everything else is an amount.
  private mutating func value(_ row: Int) -> Double {
    let column = axes.count + 1
    if case .missing = data.cell(row: row, column: column),
      data.text(row: row, column: 0) == LabelledComponents.ratio
    {
      return .nan
    }
    return LabelledMatrix.amount(data, row, column, &faults)
  }

  private mutating func fault(_ code: String, _ row: Int, _ arguments: [String: String]) {
    faults.append(Fault(.badData, code, arguments, at: data.place(row: row, column: 0)))
  }

  mutating func parts() throws -> (total: Double, shares: [[Double]], ratios: [Double]) {
    if total == nil { faults.append(Fault(.badData, "components.no-total", ["file": data.file])) }
    for (axis, name) in axes.enumerated() {
      let sum = Statistics.sum(levels[axis].map { shares[axis][$0] ?? 0 })
      if abs(sum - 1) > 1e-9 {
        faults.append(
          Fault(.badData, "components.shares-sum", ["axis": name, "sum": text(sum)]))
      }
    }
    let places = levels.map { list in
      Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1, $0) })
    }
    let shape = levels.allSatisfy { !$0.isEmpty } ? TableShape(levels.map(\.count)) : nil
    var ratios = [Double](repeating: .nan, count: shape?.count ?? 0)
    var isThere = [Bool](repeating: false, count: ratios.count)
    for (row, value) in ratioRows {
      var cell: Int? = 0
      for axis in axes.indices.reversed() {
        let level = data.text(row: row, column: axis + 1)
        if let place = places[axis][level] {
          cell = cell.map { $0 * levels[axis].count + place }
        } else {
          fault("components.no-share", row, ["axis": axes[axis], "level": level])
          cell = nil
        }
      }
      guard let cell, !ratios.isEmpty else { continue }
      if isThere[cell] { fault("flows.name-twice", row, ["name": name(of: row)]) }
      isThere[cell] = true
      ratios[cell] = value
    }
    if faults.isEmpty, let shape {
      for cell in 0..<shape.count where ratios[cell].isNaN {
        let names = shape.places(cell).enumerated().map { levels[$0][$1] }
        guard names.indices.allSatisfy({ (shares[$0][names[$0]] ?? 0) > 0 }) else { continue }
        faults.append(
          Fault(.badData, "components.no-ratio", ["cell": names.joined(separator: " × ")]))
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    return (
      total ?? .nan, axes.indices.map { axis in levels[axis].map { shares[axis][$0] ?? 0 } }, ratios
    )
  }

  private func name(of row: Int) -> String {
    axes.indices.map { data.text(row: row, column: $0 + 1) }.joined(separator: " × ")
  }
}
