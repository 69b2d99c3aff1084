import Demography

/// Makes observations of the texts of one row at a time, collecting what is wrong with them.
struct RowReader {
  /// A cell that feeds a column, with its place when it is needed.
  struct Cell {
    let column: Observation.Column
    let text: String
    /// Index of the cell in its row; `nil` for what is the same in every row.
    let index: Int?
    var list: String?

    init(_ column: Observation.Column, _ text: String, index: Int?, list: String? = nil) {
      self.column = column
      self.text = text
      self.index = index
      self.list = list
    }
  }

  let grid: TextGrid
  /// What every observation starts from.
  let template: Observation
  var resolver: CodeResolver
  var collector: FaultCollector
  /// Periods and release times read before: a file has few of them on many rows.
  private var periods: [String: Period] = [:]
  private var vintages: [String: Instant] = [:]

  init(
    grid: TextGrid, template: Observation, resolver: CodeResolver, collector: FaultCollector
  ) {
    self.grid = grid
    self.template = template
    self.resolver = resolver
    self.collector = collector
  }

  /// The observation of a row; `nil` when something in it is wrong.
  ///
  /// - Parameter cells: the columns that differ from the template, in any order.
  mutating func observation(_ cells: [Cell], row: Int) -> Observation? {
    var observation = template
    var isGood = true
    for cell in cells {
      do throws(FieldError) {
        try set(cell, in: &observation)
      } catch {
        isGood = false
        add(error, cell, row: row)
      }
    }
    guard isGood else { return nil }
    for cell in cells where cell.column == .frequency {
      do throws(FieldError) {
        try observation.check(frequency: cell.text)
      } catch {
        isGood = false
        add(error, cell, row: row)
      }
    }
    for cell in cells where cell.list != nil || isCoded(cell.column) {
      isGood = resolve(cell, in: &observation, row: row) && isGood
    }
    return checkValue(of: observation, cells, row: row) && isGood ? observation : nil
  }

  private mutating func set(_ cell: Cell, in observation: inout Observation) throws(FieldError) {
    if cell.column == .period, let period = periods[cell.text] {
      observation.period = period
    } else if cell.column == .vintage, let vintage = vintages[cell.text] {
      observation.vintage = vintage
    } else {
      try observation.set(cell.column, cell.text)
      if cell.column == .period { periods[cell.text] = observation.period }
      if cell.column == .vintage, !cell.text.isEmpty { vintages[cell.text] = observation.vintage }
    }
  }

  func isCoded(_ column: Observation.Column) -> Bool {
    column != .geoVintage && !resolver.codelists.lists(for: column).isEmpty
  }

  private mutating func resolve(
    _ cell: Cell, in observation: inout Observation, row: Int
  ) -> Bool {
    let isArea = [.referenceArea, .origin, .destination].contains(cell.column)
    let vintage = observation.geoVintage
    let day = isArea ? resolver.day(geoVintage: vintage, period: observation.period) : nil
    do {
      let code = try resolver.code(cell.text, column: cell.column, list: cell.list, day: day)
      if code != cell.text { try observation.set(cell.column, code) }
      return true
    } catch let error as CodelistError {
      collector.add(
        error, column: cell.column, day: day, vintage: vintage, resolver: resolver,
        at: place(cell, row: row))
    } catch {
      collector.add(
        "code.unknown",
        [
          "value": cell.text, "column": cell.column.rawValue, "list": cell.list ?? "",
          "nearest": "", "vintage": "",
        ], at: place(cell, row: row))
    }
    return false
  }

  /// A missing value needs a status that says why; a status that says so needs a missing value.
  private mutating func checkValue(of observation: Observation, _ cells: [Cell], row: Int) -> Bool {
    let status = observation.status
    let cell = cells.first { $0.column == .value }
    let valuePlace = grid.place(row: row, column: cell?.index ?? 0)
    if observation.value == nil, !status.explainsAbsence {
      collector.add("value.missing", ["status": status.rawValue], at: valuePlace)
      return false
    }
    if observation.value != nil, status == .missing || status == .cannotExist {
      collector.add(
        "value.unexpected", ["status": status.rawValue, "value": cell?.text ?? ""], at: valuePlace)
      return false
    }
    return true
  }

  private mutating func add(_ error: FieldError, _ cell: Cell, row: Int) {
    let place = place(cell, row: row)
    var arguments = ["value": cell.text, "column": cell.column.rawValue]
    switch error {
    case .blank: collector.add("cell.blank", ["column": cell.column.rawValue], at: place)
    case .badPeriod: collector.add("period.bad", arguments, at: place)
    case .badInstant: collector.add("vintage.bad", arguments, at: place)
    case .badNumber: collector.add("number.bad", arguments, at: place)
    case .badFlag: collector.add("flag.bad", arguments, at: place)
    case .badAge: collector.add("age.bad", arguments, at: place)
    case .unknownCode(let permitted):
      arguments["permitted"] = permitted.joined(separator: ", ")
      arguments["nearest"] = nearest(to: cell.text, in: permitted) ?? ""
      collector.add(
        cell.column == .status ? "status.unknown" : "code.not_permitted", arguments, at: place)
    case .wrongFrequency(let expected):
      arguments["expected"] = expected
      collector.add("frequency.mismatch", arguments, at: place)
    }
  }

  func place(_ cell: Cell, row: Int) -> Place { grid.place(row: row, column: cell.index ?? 0) }
}
