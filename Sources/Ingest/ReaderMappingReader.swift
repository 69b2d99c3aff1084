import Demography

private let readerKeys = [
  "format", "sheet", "delimiter", "decimal", "header_row", "header_rows", "last_row", "columns",
  "wide", "skip",
]

/// The `reader` of a source; `nil` when its format is missing or unknown.
func readMapping(_ document: Document, faults: inout [Fault]) -> ReaderMapping? {
  let fields = DocumentFields(document, known: readerKeys, faults: &faults)
  let ids = SourceFormat.all.map(\.card.id)
  guard fields.required("format", faults: &faults) != nil,
    let format = fields.value(
      "format", permitted: ids.joined(separator: ", "), faults: &faults,
      { ids.contains($0) ? $0 : nil })
  else { return nil }
  var mapping = ReaderMapping(format: format)
  mapping.sheet = fields.text("sheet", faults: &faults) ?? mapping.sheet
  let delimiters = ["auto", "comma", "semicolon", "tab", "bar"]
  mapping.delimiter =
    fields.value(
      "delimiter", permitted: delimiters.joined(separator: ", "), faults: &faults,
      { delimiters.contains($0) ? $0 : nil }) ?? mapping.delimiter
  let marks = ["auto", "point", "comma"]
  mapping.decimal =
    fields.value(
      "decimal", permitted: marks.joined(separator: ", "), faults: &faults,
      { marks.contains($0) ? DecimalMark(rawValue: $0) : nil }) ?? .automatic
  mapping.headerRow = fields.count("header_row", faults: &faults) ?? 1
  mapping.headerRows = fields.count("header_rows", faults: &faults) ?? 1
  mapping.lastRow = fields.count("last_row", faults: &faults)
  for entry in fields["columns"]?.entries ?? [] {
    let name = Document(.scalar(entry.key), at: entry.keyPlace)
    guard let column = observationColumn(name, faults: &faults) else { continue }
    mapping.columns[column] = readColumn(entry.value, column: column, faults: &faults)
  }
  mapping.wide = fields["wide"].flatMap { readWide($0, faults: &faults) }
  mapping.skip = (fields["skip"]?.items ?? []).compactMap { readSkip($0, faults: &faults) }
  checkColumns(of: mapping, fields, faults: &faults)
  return mapping
}

/// A mapped format needs to know where period and value stand.
private func checkColumns(
  of mapping: ReaderMapping, _ fields: DocumentFields, faults: inout [Fault]
) {
  let isMapped = ["csv", "xlsx"].contains(mapping.format)
  for key in ["columns", "wide", "skip"] where !isMapped {
    guard let node = fields[key] else { continue }
    faults.append(
      Fault(
        .badConfiguration, "key.conflict", ["key": key, "other": "format: \(mapping.format)"],
        at: node.place))
  }
  guard isMapped else { return }
  if mapping.columns.isEmpty, mapping.wide == nil { faults.append(fields.missing("columns")) }
  for (column, source) in mapping.columns where source.sources.isEmpty {
    guard column != .value || mapping.wide == nil, let node = fields["columns"]?[column.rawValue]
    else { continue }
    faults.append(
      Fault(.badConfiguration, "key.missing", ["key": "column"], at: node.place))
  }
}

private func readColumn(
  _ document: Document, column: Observation.Column, faults: inout [Fault]
) -> ColumnMapping {
  var mapping = ColumnMapping()
  if document.text != nil {
    mapping.sources = [columnReference(document)]
    return mapping
  }
  let fields = DocumentFields(
    document, known: ["column", "map", "codelist", "missing", "format", "span"], faults: &faults)
  mapping.sources = (fields["column"]?.items ?? []).map(columnReference)
  mapping.map = fields.texts("map", faults: &faults)
  mapping.codelist = fields.text("codelist", faults: &faults)
  mapping.period = readPeriodFormat(fields, column: column, faults: &faults)
  guard let missing = fields["missing"] else { return mapping }
  if case .map = missing.content {
    for entry in missing.entries {
      if let status = entry.value.text.flatMap(Observation.Status.init), status.explainsAbsence {
        mapping.missing[entry.key.trimmed] = status
      } else {
        faults.append(
          DocumentFields.bad(entry.value, key: entry.key, permitted: "O, M, Q"))
      }
    }
  } else {
    for item in missing.items { mapping.missing[(item.text ?? "").trimmed] = .missing }
  }
  return mapping
}

private func readPeriodFormat(
  _ fields: DocumentFields, column: Observation.Column, faults: inout [Fault]
) -> PeriodFormat {
  for key in ["format", "span"] where column != .period {
    guard let node = fields[key] else { continue }
    faults.append(
      Fault(
        .badConfiguration, "key.conflict", ["key": key, "other": column.rawValue], at: node.place))
  }
  return PeriodFormat(
    fields.code("format", faults: &faults) ?? .sdmx,
    span: fields.code("span", faults: &faults) ?? .period)
}

private func readWide(_ document: Document, faults: inout [Fault]) -> WideMapping? {
  let fields = DocumentFields(
    document, known: ["into", "columns", "map", "codelist", "format", "span"], faults: &faults)
  guard let into = fields["into"] else {
    faults.append(fields.missing("into"))
    return nil
  }
  guard let column = observationColumn(into, faults: &faults) else { return nil }
  guard let node = fields["columns"] else {
    faults.append(fields.missing("columns"))
    return nil
  }
  let columns: WideMapping.Columns
  if case .map = node.content {
    let range = DocumentFields(node, known: ["from", "to"], faults: &faults)
    guard let from = range["from"], let to = range["to"] else {
      faults.append(range.missing(range["from"] == nil ? "from" : "to"))
      return nil
    }
    columns = .range(from: columnReference(from), to: columnReference(to))
  } else {
    columns = .list(node.items.map(columnReference))
  }
  var wide = WideMapping(into: column, columns: columns)
  wide.map = fields.texts("map", faults: &faults)
  wide.codelist = fields.text("codelist", faults: &faults)
  wide.period = readPeriodFormat(fields, column: column, faults: &faults)
  return wide
}

private func readSkip(_ document: Document, faults: inout [Fault]) -> SkipRule? {
  let fields = DocumentFields(document, known: ["column", "values"], faults: &faults)
  guard let column = fields["column"], let values = fields["values"] else {
    faults.append(fields.missing(fields["column"] == nil ? "column" : "values"))
    return nil
  }
  return SkipRule(
    column: columnReference(column), values: Set(values.items.map { ($0.text ?? "").trimmed }))
}

/// A whole number is a column number, anything else a heading.
private func columnReference(_ document: Document) -> ColumnReference {
  if let number = document.integer, number >= 1 { return .number(number) }
  return .heading(document.text ?? "")
}
