public import Demography
import Kernel

/// A table of flows with the names of its origins (rows) and destinations (columns).
public struct LabelledMatrix: Hashable, Sendable {
  /// In the order of the file.
  public let origins: [String]
  public let destinations: [String]
  /// `origins · destinations`, origin fastest.
  public let values: [Double]
  /// Whether the file had one row for each pair, `origin,destination,value`.
  public let isLong: Bool

  public init(origins: [String], destinations: [String], values: [Double], isLong: Bool = false) {
    precondition(
      values.count == origins.count * destinations.count,
      "\(values.count) values for \(origins.count) origins and \(destinations.count) destinations")
    self.origins = origins
    self.destinations = destinations
    self.values = values
    self.isLong = isLong
  }

  /// Reads a table: either one row for each origin and one column for each destination, or three
  /// columns origin, destination, value with a header.
  ///
  /// Long tables may leave pairs out, which are then 0, a structural zero.
  /// - Throws: `Faults`: neither shape, no number, negative, missing, a name twice.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count >= 2, data.count > 0 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    let isLong = data.columnNames.count == 3 && !Self.isNumeric(data, column: 1)
    if !isLong, Self.isOfNames(data, column: 1) {
      throw Faults(
        Fault(
          .badData, "flows.no-shape",
          ["columns": "\(data.columnNames.count)", "second": data.columnNames[1]],
          at: grid.place(row: 0, column: 1)))
    }
    self = try isLong ? Self.long(data) : Self.wide(data)
  }

  /// Whether the second column names levels of an axis, as that of a long table of two axes or more does.
  static func isLong(_ data: FlowData) -> Bool {
    guard data.columnNames.count >= 3, data.count > 0 else { return false }
    return data.columnNames.count == 3 ? !isNumeric(data, column: 1) : isOfNames(data, column: 1)
  }

  private static func isNumeric(_ data: FlowData, column: Int) -> Bool {
    (0..<data.count).allSatisfy { data.cell(row: $0, column: column) != .notANumber }
  }

  /// Whether a column has names and not a single number.
  private static func isOfNames(_ data: FlowData, column: Int) -> Bool {
    var hasName = false
    for row in 0..<data.count {
      switch data.cell(row: row, column: column) {
      case .number: return false
      case .notANumber: hasName = true
      case .missing: continue
      }
    }
    return hasName
  }

  private static func wide(_ data: FlowData) throws -> LabelledMatrix {
    let origins = (0..<data.count).map { data.text(row: $0, column: 0) }
    var faults = repeated(origins) { data.place(row: $0, column: 0) }
    var values: [Double] = []
    for column in 1..<data.columnNames.count {
      for row in 0..<data.count { values.append(amount(data, row, column, &faults)) }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return LabelledMatrix(
      origins: origins, destinations: Array(data.columnNames.dropFirst()), values: values)
  }

  private static func long(_ data: FlowData) throws -> LabelledMatrix {
    let from = (0..<data.count).map { data.text(row: $0, column: 0) }
    let to = (0..<data.count).map { data.text(row: $0, column: 1) }
    let origins = firstSeen(from)
    let destinations = firstSeen(to)
    let rowOf = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
    let columnOf = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1, $0) })
    var values = [Double](repeating: 0, count: origins.count * destinations.count)
    var faults = repeated(zip(from, to).map { "\($0) → \($1)" }) { data.place(row: $0, column: 0) }
    for row in 0..<data.count {
      let value = amount(data, row, 2, &faults)
      values[(columnOf[to[row]] ?? 0) * origins.count + (rowOf[from[row]] ?? 0)] = value
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return LabelledMatrix(
      origins: origins, destinations: destinations, values: values, isLong: true)
  }

  private static func firstSeen(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  static func repeated(_ names: [String], place: (Int) -> Place) -> [Fault] {
    var seen: Set<String> = []
    return names.indices.filter { !seen.insert(names[$0]).inserted }.map {
      Fault(.badData, "flows.name-twice", ["name": names[$0]], at: place($0))
    }
  }

  /// A cell as an amount that is not negative; 0 and a fault where it is none.
  static func amount(_ data: FlowData, _ row: Int, _ column: Int, _ faults: inout [Fault]) -> Double
  {
    let code: String
    switch data.cell(row: row, column: column) {
    case .number(let number) where number >= 0: return number
    case .number: code = "flows.negative"
    case .missing: code = "flows.missing-cell"
    case .notANumber: code = "flows.not-a-number"
    }
    let arguments = [
      "found": data.text(row: row, column: column), "column": data.columnNames[column],
    ]
    // The place shows the whole line, so it is made for faults alone.
    faults.append(Fault(.badData, code, arguments, at: data.place(row: row, column: column)))
    return 0
  }

  /// The table in the shape it was read in.
  public func table(named name: String) -> Table {
    let n = origins.count
    if isLong {
      let pairs = origins.indices.flatMap { i in destinations.indices.map { (i, $0) } }
      return Table(
        name,
        [
          .text("origin", pairs.map { origins[$0.0] }),
          .text("destination", pairs.map { destinations[$0.1] }),
          .real("value", pairs.map { values[$0.1 * n + $0.0] }),
        ])
    }
    return Table(
      name,
      [.text("origin", origins)]
        + destinations.indices.map { j in
          .real(destinations[j], Array(values[(j * n)..<(j * n + n)]))
        })
  }
}

/// Totals by area.
public struct LabelledMargin: Hashable, Sendable {
  public let names: [String]
  public let values: [Double]
  let places: [Place]
  let file: String

  /// Reads two columns, name and total, with a header.
  /// - Parameter allowsNegative: for net migration, whose totals have a sign.
  /// - Throws: `Faults`: no number, negative, missing, a name twice, another number of columns.
  public init(grid: TextGrid, allowsNegative: Bool = false) throws {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count == 2 else {
      throw Faults(
        Fault(
          .badData, "flows.margin-columns", ["found": "\(data.columnNames.count)"],
          at: grid.place(row: 0, column: 0)))
    }
    names = (0..<data.count).map { data.text(row: $0, column: 0) }
    places = (0..<data.count).map { data.place(row: $0, column: 0) }
    file = grid.file
    var faults = LabelledMatrix.repeated(names) { data.place(row: $0, column: 0) }
    var values: [Double] = []
    for row in 0..<data.count {
      if allowsNegative, case .number(let number) = data.cell(row: row, column: 1) {
        values.append(number)
      } else {
        values.append(LabelledMatrix.amount(data, row, 1, &faults))
      }
    }
    self.values = values
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// The totals in the order of the names asked for.
  /// - Throws: `Faults` for names that only one of the two has.
  public func ordered(as wanted: [String]) throws -> [Double] {
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var faults = wanted.filter { index[$0] == nil }.map {
      Fault(.badData, "balance.no-margin", ["area": $0, "file": file])
    }
    let known = Set(wanted)
    for (k, name) in names.enumerated() where !known.contains(name) {
      faults.append(
        Fault(
          .badData, "balance.unknown-area",
          ["area": name, "nearest": nearest(to: name, in: wanted) ?? ""], at: places[k]))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return wanted.map { values[index[$0] ?? 0] }
  }
}

/// Balances a seed with names to totals with names, in any order.
///
/// - Throws: `Faults`: a name that only one of the files has, or why no table exists.
public func balance(
  seed: LabelledMatrix, rows: LabelledMargin, columns: LabelledMargin,
  bounds: LabelledBounds? = nil, tolerance: Double = 1e-11
) throws -> (table: LabelledMatrix, result: Balanced) {
  let rowTotals = try rows.ordered(as: seed.origins)
  let columnTotals = try columns.ordered(as: seed.destinations)
  let limits = try bounds?.ordered(as: seed)
  do {
    let result = try Balancing.fit(
      seed: seed.values, rows: rowTotals, columns: columnTotals, lower: limits?.lower,
      upper: limits?.upper, tolerance: tolerance)
    let table = LabelledMatrix(
      origins: seed.origins, destinations: seed.destinations, values: result.values,
      isLong: seed.isLong)
    return (table, result)
  } catch {
    throw Faults(error.fault(origins: seed.origins, destinations: seed.destinations))
  }
}
