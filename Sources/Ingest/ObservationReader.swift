public import Demography

/// Reads a canonical observation table: a heading line of SDMX column names, one observation a row.
///
/// Columns the file does not have are filled from `constants`, then from the standard values of
/// `Observation`. The lead columns of SDMX-CSV 2.0 (`STRUCTURE`, `STRUCTURE_ID`, `ACTION`) are
/// accepted; an action other than append or information (`D`, `R`) is a fault.
/// - Parameters:
///   - codelists: lists by which coded columns are checked; area columns also take aliases.
///   - geoVintages: a day for each geography vintage, on which its area names are resolved.
/// - Complexity: O(cells)
public func readObservations(
  _ grid: TextGrid, constants: [Observation.Column: String] = [:],
  codelists: Codelists = Codelists(), geoVintages: [String: Day] = [:]
) -> IngestResult {
  var collector = FaultCollector()
  let columns = canonicalColumns(grid, constants: constants, faults: &collector)
  let template = template(constants, of: grid, faults: &collector)
  var reader = RowReader(
    grid: grid, template: template,
    resolver: CodeResolver(codelists: codelists, geoVintages: geoVintages), collector: collector)
  var result = IngestResult()
  // The vintage and period decide how areas are read, so headings alone can stop the reading.
  guard reader.collector.faults.isEmpty else {
    result.faults = reader.collector.faults
    return result
  }
  let constantCells = constants.filter { column, _ in !columns.contains { $0.column == column } }
    .sorted { $0.key.rawValue < $1.key.rawValue }
    .map { RowReader.Cell($0.key, $0.value, index: nil) }.filter { reader.isCoded($0.column) }
  let action = grid.rows.first?.cells.firstIndex(of: "ACTION")
  for row in min(1, grid.rows.count)..<grid.rows.count {
    let cells = grid.rows[row].cells
    if let action, action < cells.count, !["A", "I", "M"].contains(cells[action]) {
      reader.collector.add(
        "sdmx.action", ["value": cells[action]], at: grid.place(row: row, column: action))
      continue
    }
    var texts = columns.map { column, index in
      RowReader.Cell(column, index < cells.count ? cells[index].trimmed : "", index: index)
    }
    // A release day left blank is the one given for the whole file.
    texts.removeAll { $0.column == .vintage && $0.text.isEmpty && constants[.vintage] != nil }
    result.rowCount += 1
    guard let observation = reader.observation(texts + constantCells, row: row) else { continue }
    if result.observations.isEmpty {
      result.preview = preview(of: observation, texts, grid, constants)
    }
    result.observations.append(observation)
  }
  result.faults = reader.collector.faults
  return result
}

/// Lead columns of SDMX-CSV 2.0 that are no part of an observation.
let structureColumns = ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"]

/// The observation columns among the headings, with their positions.
private func canonicalColumns(
  _ grid: TextGrid, constants: [Observation.Column: String], faults: inout FaultCollector
) -> [(column: Observation.Column, index: Int)] {
  let known = Observation.Column.allCases.map(\.rawValue)
  var columns: [(column: Observation.Column, index: Int)] = []
  let headings = grid.rows.first?.cells.map(\.trimmed) ?? []
  for (index, heading) in headings.enumerated() where !structureColumns.contains(heading) {
    let place = grid.place(row: 0, column: index)
    guard let column = Observation.Column(rawValue: heading) else {
      faults.add(
        "column.unknown", ["column": heading, "nearest": nearest(to: heading, in: known) ?? ""],
        at: place)
      continue
    }
    if columns.contains(where: { $0.column == column }) {
      faults.add("column.twice", ["column": heading], at: place)
    } else {
      columns.append((column, index))
    }
  }
  for column in [Observation.Column.measure, .period, .value, .reporter, .source, .vintage]
  where constants[column] == nil && !columns.contains(where: { $0.column == column }) {
    faults.add(
      "column.missing",
      ["column": column.rawValue, "nearest": nearest(to: column.rawValue, in: headings) ?? ""],
      at: Place(
        file: grid.file, line: grid.rows.first?.line ?? 1,
        text: grid.rows.first?.cells.joined(separator: ",")))
  }
  return columns
}

/// An observation with the constants filled in. Measure, period and value stand open until a row
/// gives them.
func template(
  _ constants: [Observation.Column: String], of grid: TextGrid, faults: inout FaultCollector
) -> Observation {
  var template = Observation(
    measure: "", reporter: "", period: .year(0), vintage: Instant(seconds: 0), value: nil,
    source: "")
  for (column, text) in constants.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
    do throws(FieldError) {
      try template.set(column, text)
    } catch {
      faults.add(
        "constant.bad", ["column": column.rawValue, "value": text],
        at: Place(file: grid.file, line: 1), kind: .badConfiguration)
    }
  }
  return template
}

private func preview(
  of observation: Observation, _ cells: [RowReader.Cell], _ grid: TextGrid,
  _ constants: [Observation.Column: String]
) -> [PreviewRow] {
  cells.map { cell in
    PreviewRow(
      source: cell.index.map { grid.rows[0].cells[$0] } ?? "", dimension: cell.column,
      example: cell.text, meaning: observation[cell.column])
  } + constantPreview(constants, but: cells.map(\.column))
}

/// The preview of what the constants say.
func constantPreview(
  _ constants: [Observation.Column: String], but columns: [Observation.Column]
) -> [PreviewRow] {
  Observation.Column.allCases.compactMap { column in
    guard let text = constants[column], !columns.contains(column) else { return nil }
    return PreviewRow(source: "", dimension: column, example: "", meaning: text)
  }
}
