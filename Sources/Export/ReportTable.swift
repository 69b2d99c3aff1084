import Words

/// Rows of text as a person reads them: named in their language, numbers formatted.
struct ReportTable: Hashable {
  /// What to take of a row and how to write it.
  enum Column {
    case text(String)
    case area(String)
    case code(String, list: String)
    /// A variant, a lever, a parameter or a part of a difference of the row's scenario.
    case variant(String)
    case lever(String)
    case parameter(String)
    case part(String)
    case kind(String)
    case programme(String)
    case number(String)
    case signed(String)
    case percent(String)
    /// Three significant digits, as the uncertainty of what lies ahead allows.
    case significant(String)
    /// A text of the language files under `<prefix>.<value>`.
    case word(String, prefix: String)

    var name: String {
      switch self {
      case .text(let name), .area(let name), .code(let name, _), .kind(let name),
        .variant(let name), .lever(let name), .parameter(let name), .part(let name),
        .programme(let name),
        .number(let name),
        .signed(let name), .percent(let name), .significant(let name), .word(let name, _):
        name
      }
    }

    var isNumber: Bool {
      switch self {
      case .number, .signed, .percent, .significant: true
      default: false
      }
    }
  }

  struct Heading: Hashable {
    let title: String
    let isNumber: Bool
  }

  let headings: [Heading]
  let rows: [[String]]
  /// How many rows there were before the table was cut to what a page can hold.
  let total: Int

  static let limit = 420

  init(headings: [Heading], rows: [[String]]) {
    self.headings = headings
    total = rows.count
    self.rows = Array(rows.prefix(Self.limit))
  }

  init(_ naming: Naming, _ source: some Sequence<TableRows.Row>, _ columns: [Column]) {
    self.init(
      headings: columns.map { Heading(title: naming.column($0.name), isNumber: $0.isNumber) },
      rows: source.map { row in columns.map { Self.cell(row, $0, naming) } })
  }

  private static func cell(_ row: TableRows.Row, _ column: Column, _ naming: Naming) -> String {
    let text = row.text(column.name)
    switch column {
    case .text: return text
    case .area: return naming.area(text)
    case .code(_, let list): return text.isEmpty ? "" : naming.label(list, text)
    case .programme: return text.isEmpty ? "" : naming.programme(text)
    case .variant: return text.isEmpty ? "" : naming.variant(text, in: row.text("scenario"))
    case .lever: return text.isEmpty ? "" : naming.lever(text, in: row.text("scenario"))
    case .parameter: return text.isEmpty ? "" : naming.parameter(text, in: row.text("scenario"))
    case .part: return text.isEmpty ? "" : naming.part(text, in: row.text("scenario"))
    case .kind: return text.isEmpty ? "" : naming.kind(text)
    case .word(_, let prefix): return naming.words["\(prefix).\(text)"] ?? text
    case .number: return row.number(column.name).map(naming.numbers.cell) ?? ""
    case .significant: return row.number(column.name).map { naming.numbers.significant($0) } ?? ""
    case .signed:
      return row.number(column.name).map {
        $0 >= 0 ? naming.numbers.signed($0) : naming.numbers.cell($0)
      } ?? ""
    case .percent: return row.number(column.name).map { naming.numbers.percent($0, 1) } ?? ""
    }
  }
}
