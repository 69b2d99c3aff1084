public import Demography
public import Words

/// A table for a terminal: columns in line whatever the alphabet, numbers to the right, too wide texts
/// cut with an ellipsis.
public struct TerminalTable: Hashable, Sendable {
  public enum Alignment: Hashable, Sendable {
    case left, right
  }

  public struct Column: Hashable, Sendable {
    public let title: String
    public let alignment: Alignment

    public init(_ title: String, alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  public let columns: [Column]
  public let rows: [[String]]

  /// - Precondition: every row has a cell for every column.
  public init(_ columns: [Column], rows: [[String]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count }, "rows without \(columns.count) cells")
    self.columns = columns
    self.rows = rows.map { $0.map(Self.line) }
  }

  /// A run's table in a language: headings by name, numbers formatted.
  /// - Parameter columns: which and in which order; all where `nil`. Unknown names are left out.
  /// - Parameter names: what to write for the code of a column, such as a region's name.
  public init(
    _ table: Table, columns: [String]? = nil, language: Language,
    names: (_ column: String, _ code: String) -> String? = { _, _ in nil }
  ) {
    let words = Wordbook(language)
    let format = NumberFormat(language)
    let shown = (columns ?? table.columns.map(\.name)).compactMap { table[$0] }
    let cells = shown.map { column -> [String] in
      switch column.values {
      case .real, .integer:
        table.numbers(column.name).map { $0.map(format.cell) ?? "" }
      case .boolean(let values):
        values.map { $0.map { words($0 ? "report.yes" : "report.no") } ?? "" }
      case .text(let values):
        values.map { $0.map { names(column.name, $0) ?? $0 } ?? "" }
      }
    }
    self.init(
      shown.map { column in
        Column(Self.title(column.name, words), alignment: Self.side(column.values))
      },
      rows: (0..<table.rowCount).map { row in cells.map { $0[row] } })
  }

  /// The heading of a column; bounds of any level are named like those of 80 and 95.
  private static func title(_ name: String, _ words: Wordbook) -> String {
    if let title = words["column.\(name)"] { return title }
    let level = String(name.dropFirst("lower_".count))
    guard Double(level) != nil else { return name }
    if name.hasPrefix("lower_") { return words("column.lower_at", ["level": level]) }
    return name.hasPrefix("upper_") ? words("column.upper_at", ["level": level]) : name
  }

  private static func side(_ values: Table.Values) -> Alignment {
    switch values {
    case .real, .integer: .right
    case .text, .boolean: .left
    }
  }

  /// Line ends and control characters would break the columns, and could command the terminal.
  private static func line(_ text: String) -> String {
    String(
      text.map { character in
        let value = character.unicodeScalars.first?.value ?? 0
        return value < 0x20 || (0x7F..<0xA0).contains(value) ? " " : character
      })
  }
}
