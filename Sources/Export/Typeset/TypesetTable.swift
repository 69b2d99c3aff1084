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

  /// A tidy table in a language: headings by name, numbers formatted, kinds in words.
  public init(_ table: Table, language: Language, notes: [String] = []) {
    let words = Wordbook(language)
    let shown = TerminalTable(table, language: language) { column, code in
      column == "kind" ? words["finding.\(code)"] ?? words["kind.\(code)"] : nil
    }
    self.init(shown.columns, groups: [shown.rows], notes: notes)
  }

  /// The table for a terminal or a message, and its notes. Rules divide its groups where it has room for all its
  /// columns beside each other.
  public func text(width: Int? = nil, isColoured: Bool = false) -> String {
    let rows = groups.flatMap { $0 }
    let text = TerminalTable(columns, rows: rows).text(width: width, isColoured: isColoured)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.removeLast()
    let rules = lines.indices.filter { lines[$0].contains("───") }
    guard rules.count == 1, lines.count == rules[0] + 1 + rows.count else {
      return text + notes.map { $0 + "\n" }.joined()
    }
    var result = Array(lines[...rules[0]])
    var next = rules[0] + 1
    for (k, group) in groups.enumerated() {
      if k > 0 { result.append(lines[rules[0]]) }
      result += lines[next..<next + group.count]
      next += group.count
    }
    return (result + notes).map { $0 + "\n" }.joined()
  }
}
