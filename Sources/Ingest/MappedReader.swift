import Demography

/// Reads an agency's table by the mapping of its registry entry.
func readMapped(
  _ input: SourceInput, in context: SourceContext, decimal: DecimalMark
) -> IngestResult {
  do throws(Faults) {
    let grid = try input.grid(context.entry.reader.sheet, file: context.entry.place)
    var reader = MappedReader(grid, context: context, decimal: decimal)
    return reader.result()
  } catch {
    return IngestResult(faults: error.all)
  }
}

/// The work of `readMapped`.
private struct MappedReader {
  private let context: SourceContext
  private let mapping: ReaderMapping
  private let decimal: DecimalMark
  private let grid: TextGrid
  private let headings: Headings
  private var rows: RowReader
  /// Positions of the cells of each mapped column, in the order of the columns of an observation.
  private var columns: [(column: Observation.Column, mapping: ColumnMapping, indices: [Int])] = []
  private var wide: [Int] = []
  private var skip: [(index: Int, values: Set<String>)] = []
  private let constantCells: [RowReader.Cell]

  init(_ grid: TextGrid, context: SourceContext, decimal: DecimalMark) {
    self.grid = grid
    self.context = context
    self.decimal = decimal
    mapping = context.entry.reader
    let headings = Headings(grid, firstLine: mapping.headerRow, count: mapping.headerRows)
    self.headings = headings
    var faults = FaultCollector()
    for column in Observation.Column.allCases {
      guard let source = mapping.columns[column] else { continue }
      columns.append(
        (column, source, source.sources.compactMap { headings.index($0, faults: &faults) }))
    }
    if let columns = mapping.wide?.columns { wide = Self.wide(columns, headings, &faults) }
    for rule in mapping.skip {
      if let index = headings.index(rule.column, faults: &faults) {
        skip.append((index, rule.values))
      }
    }
    let template = template(context.constants, of: grid, faults: &faults)
    let mapped = Set(mapping.columns.keys).union(mapping.wide.map { [$0.into] } ?? [])
    for column in [Observation.Column.measure, .period, .value, .vintage]
    where !mapped.contains(column) && context.constants[column] == nil
      && !(column == .value && mapping.wide != nil)
    {
      faults.add("column.missing", ["column": column.rawValue, "nearest": ""], at: headings.place)
    }
    let rows = RowReader(
      grid: grid, template: template,
      resolver: CodeResolver(codelists: context.codelists, geoVintages: context.geoVintages),
      collector: faults)
    self.rows = rows
    constantCells = context.constants.filter { !mapped.contains($0.key) }
      .sorted { $0.key.rawValue < $1.key.rawValue }
      .map { RowReader.Cell($0.key, $0.value, index: nil) }.filter { rows.isCoded($0.column) }
  }

  private static func wide(
    _ columns: WideMapping.Columns, _ headings: Headings, _ faults: inout FaultCollector
  ) -> [Int] {
    switch columns {
    case .list(let references): return references.compactMap { headings.index($0, faults: &faults) }
    case .range(let from, let to):
      guard let first = headings.index(from, faults: &faults),
        let last = headings.index(to, faults: &faults)
      else { return [] }
      return Array(min(first, last)...max(first, last))
    }
  }

  mutating func result() -> IngestResult {
    var result = IngestResult(faults: rows.collector.faults)
    guard result.faults.isEmpty else { return result }
    let firstLine = mapping.headerRow + mapping.headerRows
    let lines = firstLine..<(mapping.lastRow.map { max(firstLine, $0 + 1) } ?? Int.max)
    for row in grid.rows.indices where lines.contains(grid.rows[row].line) {
      let cells = grid.rows[row].cells
      if cells.allSatisfy({ $0.trimmed.isEmpty }) { continue }
      if skip.contains(where: {
        $0.index < cells.count && $0.values.contains(cells[$0.index].trimmed)
      }) {
        result.skippedCount += 1
        continue
      }
      result.rowCount += 1
      for index in wide.isEmpty ? [nil] : wide.map(Optional.some) {
        guard let texts = texts(row: row, wide: index),
          let observation = rows.observation(texts + constantCells, row: row)
        else { continue }
        if result.observations.isEmpty {
          result.preview = preview(observation, row: row, wide: index)
        }
        result.observations.append(observation)
      }
    }
    result.faults = rows.collector.faults
    return result
  }

  /// The texts of an observation as our own files would have them; `nil` when a cell has no meaning.
  private mutating func texts(row: Int, wide index: Int?) -> [RowReader.Cell]? {
    var texts: [RowReader.Cell] = []
    var isGood = true
    for (column, source, indices) in columns {
      let at = column == .value && indices.isEmpty ? index : indices.first
      let raw =
        indices.isEmpty
        ? index.map { cell(row, $0) } ?? ""
        : indices.map { cell(row, $0) }.joined(separator: "-")
      let meant = meaning(
        of: raw, column, map: source.map, list: source.codelist, period: source.period,
        missing: source.missing, row: row, index: at)
      if let meant { texts += meant } else { isGood = false }
    }
    if let wide = mapping.wide, let index {
      let meant = meaning(
        of: headings.names[index], wide.into, map: wide.map, list: wide.codelist,
        period: wide.period, missing: [:], row: row, index: index)
      if let meant { texts += meant } else { isGood = false }
      if mapping.columns[.value] == nil {
        let value = meaning(
          of: cell(row, index), .value, map: [:], list: nil, period: PeriodFormat(), missing: [:],
          row: row, index: index)
        if let value { texts += value } else { isGood = false }
      }
    }
    guard isGood else { return nil }
    addGeoVintage(to: &texts)
    return texts
  }

  private func cell(_ row: Int, _ index: Int) -> String {
    let cells = grid.rows[row].cells
    return index < cells.count ? cells[index].trimmed : ""
  }

  /// The boundaries of the period, for a source whose boundaries changed over time.
  private func addGeoVintage(to texts: inout [RowReader.Cell]) {
    guard !context.entry.geoVintageByDate.isEmpty, context.constants[.geoVintage] == nil,
      !texts.contains(where: { $0.column == .geoVintage }),
      let text = texts.first(where: { $0.column == .period })?.text ?? context.constants[.period],
      let period = Period(text), let vintage = context.entry.geoVintage(of: period)
    else { return }
    texts.append(RowReader.Cell(.geoVintage, vintage, index: nil))
  }

  /// What a cell means; `nil`, with a fault, when it means nothing.
  private mutating func meaning(
    of raw: String, _ column: Observation.Column, map: [String: String], list: String?,
    period: PeriodFormat, missing: [String: Observation.Status], row: Int, index: Int?
  ) -> [RowReader.Cell]? {
    let place = grid.place(row: row, column: index ?? 0)
    if [.value, .lower, .upper, .level, .roundBase].contains(column) {
      return number(raw, column, missing: missing, index: index, at: place)
    }
    let mapped = map[raw] ?? map[Headings.folded(raw)]
    if column == .period {
      guard let read = period.period(mapped ?? raw) ?? mapped.flatMap({ Period($0) }) else {
        rows.collector.add(
          "period.format",
          [
            "value": raw, "format": period.spelling.rawValue, "span": period.span.rawValue,
          ], at: place)
        return nil
      }
      let cells = [RowReader.Cell(.period, read.description, index: index)]
      return period.span == .yearToDate
        ? cells + [RowReader.Cell(.cumulative, "1", index: index)] : cells
    }
    if let mapped { return [RowReader.Cell(column, mapped, index: index)] }
    if !map.isEmpty, list == nil {
      rows.collector.add(
        "code.unmapped",
        [
          "value": raw, "column": column.rawValue,
          "nearest": nearest(to: raw, in: map.keys.sorted()) ?? "",
        ], at: place)
      return nil
    }
    return [RowReader.Cell(column, raw, index: index, list: list)]
  }

  private mutating func number(
    _ raw: String, _ column: Observation.Column, missing: [String: Observation.Status],
    index: Int?, at place: Place
  ) -> [RowReader.Cell]? {
    if let status = missing[raw] {
      let value = RowReader.Cell(column, "", index: index)
      return column == .value
        ? [value, RowReader.Cell(.status, status.rawValue, index: index)] : [value]
    }
    if raw.isEmpty, column != .value { return [RowReader.Cell(column, "", index: index)] }
    do throws(NumberError) {
      let value = try readNumber(raw, decimal: decimal)
      return [RowReader.Cell(column, Demography.text(value), index: index)]
    } catch {
      let arguments = ["value": raw, "column": column.rawValue]
      switch error {
      case .ambiguous: rows.collector.add("number.ambiguous", arguments, at: place)
      case .notANumber where missingMarks.contains(raw.lowercased()):
        rows.collector.add("number.mark", arguments, at: place)
      case .notANumber: rows.collector.add("number.bad", arguments, at: place)
      }
      return nil
    }
  }

  private func preview(_ observation: Observation, row: Int, wide index: Int?) -> [PreviewRow] {
    var preview: [PreviewRow] = columns.map { column, _, indices in
      let indices = indices.isEmpty ? index.map { [$0] } ?? [] : indices
      return PreviewRow(
        source: indices.map { headings.names[$0] }.joined(separator: " - "), dimension: column,
        example: indices.map { cell(row, $0) }.joined(separator: "-"),
        meaning: observation[column])
    }
    if let wide = mapping.wide, let index {
      preview.append(
        PreviewRow(
          source: headings.names[index], dimension: wide.into, example: headings.names[index],
          meaning: observation[wide.into]))
    }
    return preview + constantPreview(context.constants, but: preview.map(\.dimension))
  }
}

/// What tables commonly put where there is no number; a source has to declare what it means by them.
private let missingMarks: Set<String> = [
  "", "…", "...", "-", "–", "—", "x", "х", "н/д", "нд", "n/a", "na", ":", "..", "*",
]
