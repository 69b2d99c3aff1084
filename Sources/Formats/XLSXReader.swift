public import Demography

/// One sheet of a workbook.
public struct Sheet: Hashable, Sendable {
  public let name: String
  public let isHidden: Bool
  /// Cells as text: numbers with a decimal point, dates in ISO form, `true`/`false`, errors such as
  /// `#DIV/0!` as they are. `file` is `FILE#SHEET`; a row's line is its row in the sheet.
  public let grid: TextGrid
}

/// Reads the sheets of an XLSX workbook (ISO/IEC 29500): values as they were last computed, dates by
/// their number formats, shared and inline strings. Formulas are not computed; macros, links and
/// pictures are not touched.
///
/// - Parameter repeatsMergedCells: whether every cell of a merged range has the range's value, so that
///   headings over several columns stand over each of them.
/// - Throws: `xlsx.part`, `xlsx.broken`, `xlsx.cells` and the faults of `readZip`.
public func readXLSX(
  _ bytes: [UInt8], file: String, repeatsMergedCells: Bool = true,
  limits: ArchiveLimits = .standard
) throws(Faults) -> [Sheet] {
  let entries = try readZip(bytes, file: file, limits: limits) { name in
    name.hasSuffix(".xml") || name.hasSuffix(".rels")
  }
  let workbook = Workbook(
    parts: Dictionary(entries.map { ($0.name, $0.bytes) }) { first, _ in first }, file: file)
  let strings = try workbook.sharedStrings()
  let styles = try workbook.styles()
  return try workbook.sheets().map { info throws(Faults) in
    var reader = SheetReader(
      strings: strings, styles: styles, startsIn1904: info.startsIn1904, cellLimit: limits.cells)
    let part = try workbook.part(info.path)
    switch reader.read(part) {
    case .good: break
    case .broken: throw workbook.fault("xlsx.broken", ["part": info.path])
    case .tooLarge:
      throw workbook.fault("xlsx.cells", ["sheet": info.name, "limit": String(limits.cells)])
    }
    return Sheet(
      name: info.name, isHidden: info.isHidden,
      grid: TextGrid(
        file: file + "#" + info.name, rows: reader.rows(repeatsMergedCells: repeatsMergedCells)))
  }
}

/// The parts of a workbook by their names.
private struct Workbook {
  let parts: [String: [UInt8]]
  let file: String

  struct SheetInfo {
    let name: String
    let isHidden: Bool
    let path: String
    let startsIn1904: Bool
  }

  func fault(_ code: String, _ arguments: [String: String]) -> Faults {
    Faults(Fault(.badData, code, arguments, at: Place(file: file, line: 1)))
  }

  func part(_ name: String) throws(Faults) -> [UInt8] {
    guard let part = parts[name] else { throw fault("xlsx.part", ["part": name]) }
    return part
  }

  /// Targets of the workbook's relations by id, as names of parts.
  private func relations() throws(Faults) -> [String: String] {
    let name = "xl/_rels/workbook.xml.rels"
    var targets: [String: String] = [:]
    let isGood = XMLScanner.scan(
      try part(name),
      onStart: { element, attributes in
        if element == "Relationship", let id = attributes["Id"], let target = attributes["Target"] {
          targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
        }
        return true
      })
    guard isGood else { throw fault("xlsx.broken", ["part": name]) }
    return targets
  }

  /// The sheets in their order; chart sheets, which have no cells, are left out.
  func sheets() throws(Faults) -> [SheetInfo] {
    let name = "xl/workbook.xml"
    let targets = try relations()
    var sheets: [SheetInfo] = []
    var startsIn1904 = false
    let isGood = XMLScanner.scan(
      try part(name),
      onStart: { element, attributes in
        switch element {
        case "workbookPr": startsIn1904 = ["1", "true"].contains(attributes["date1904"])
        case "sheet":
          // The prefix of the relations' namespace is the file's choice.
          let id = attributes.first { $0.key.hasSuffix(":id") }?.value
          guard let name = attributes["name"], let path = id.flatMap({ targets[$0] }),
            !path.contains("chartsheets/")
          else { break }
          sheets.append(
            SheetInfo(
              name: name, isHidden: attributes["state"].map { $0 != "visible" } ?? false,
              path: path, startsIn1904: startsIn1904))
        default: break
        }
        return true
      })
    guard isGood, !sheets.isEmpty else { throw fault("xlsx.broken", ["part": name]) }
    return sheets
  }

  /// The shared strings without their phonetic guides; none when the workbook has no such part.
  func sharedStrings() throws(Faults) -> [String] {
    let name = "xl/sharedStrings.xml"
    guard let part = parts[name] else { return [] }
    var strings: [String] = []
    var current = ""
    var isText = false
    var isPhonetic = false
    let isGood = XMLScanner.scan(
      part,
      onStart: { element, _ in
        if element == "si" { current = "" }
        if element == "rPh" { isPhonetic = true }
        isText = element == "t" && !isPhonetic
        return true
      },
      onEnd: { element in
        if element == "si" { strings.append(current) }
        if element == "rPh" { isPhonetic = false }
        isText = false
        return true
      }, onText: { if isText { current += $0 } })
    guard isGood else { throw fault("xlsx.broken", ["part": name]) }
    return strings
  }

  /// What kind of date, if any, each cell format shows.
  func styles() throws(Faults) -> [DateStyle?] {
    let name = "xl/styles.xml"
    guard let part = parts[name] else { return [] }
    var formats: [Int: String] = [:]
    var styles: [DateStyle?] = []
    var isCellFormats = false
    let isGood = XMLScanner.scan(
      part,
      onStart: { element, attributes in
        switch element {
        case "numFmt":
          if let id = attributes["numFmtId"].flatMap({ Int($0) }) {
            formats[id] = attributes["formatCode"]
          }
        case "cellXfs": isCellFormats = true
        case "xf" where isCellFormats:
          let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
          styles.append(DateStyle(number: id, code: formats[id]))
        default: break
        }
        return true
      },
      onEnd: { element in
        if element == "cellXfs" { isCellFormats = false }
        return true
      })
    guard isGood else { throw fault("xlsx.broken", ["part": name]) }
    return styles
  }
}
