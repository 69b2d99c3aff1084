public import Demography
public import Words

/// A table as it stands in an article: groups of rows between rules, notes under it.
///
/// One source for the terminal and for LaTeX, so that both say the same.
public struct TypesetTable: Hashable, Sendable {
  public let columns: [TerminalTable.Column]
  /// Rows of texts, in groups that a rule divides.
  public let groups: [[[String]]]
  /// Sentences under the table.
  public var notes: [String]

  /// - Precondition: every row has a cell for every column.
  public init(_ columns: [TerminalTable.Column], groups: [[[String]]], notes: [String] = []) {
    precondition(
      groups.allSatisfy { $0.allSatisfy { $0.count == columns.count } },
      "rows without \(columns.count) cells")
    self.columns = columns
    self.groups = groups.filter { !$0.isEmpty }
    self.notes = notes
  }

  /// A tidy table in a language: headings by name, numbers formatted.
  public init(_ table: Table, language: Language, notes: [String] = []) {
    let shown = TerminalTable(table, language: language)
    self.init(shown.columns, groups: [shown.rows], notes: notes)
  }

  /// The table for a terminal or a message, and its notes.
  public func text(width: Int? = nil, isColoured: Bool = false) -> String {
    let lines = TerminalTable(columns, rows: groups.flatMap { $0 })
      .text(width: width, isColoured: isColoured).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map(String.init)
    guard lines.count > 1 else { return "" }
    var result = Array(lines.prefix(2))
    var next = 2
    for (k, group) in groups.enumerated() {
      if k > 0 { result.append(lines[1]) }
      result += lines[next..<next + group.count]
      next += group.count
    }
    return (result + notes).joined(separator: "\n") + "\n"
  }
}
