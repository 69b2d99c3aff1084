import Words

/// A table of a report as HTML; every text in it is escaped.
struct HTMLTable {
  private let naming: Naming
  private let table: ReportTable

  init(_ naming: Naming, _ table: ReportTable) {
    self.naming = naming
    self.table = table
  }

  var html: String {
    let head = table.headings.map {
      "<th scope=\"col\"\($0.isNumber ? " class=\"n\"" : "")>\(htmlEscaped($0.title))</th>"
    }
    let rows = table.rows.map { cells in
      let written = zip(cells, table.headings).map { cell, heading in
        let isShort = cell.count <= 11 && !cell.contains(" ")
        let style = heading.isNumber ? " class=\"n\"" : isShort ? " class=\"k\"" : ""
        return "<td\(style)>\(htmlEscaped(cell))</td>"
      }
      return "<tr>\(written.joined())</tr>"
    }
    return """
      <div class="scroll" tabindex="0"><table><thead><tr>\(head.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\(cut)
      """
  }

  /// The table behind a line that opens it.
  /// - Parameter key: of the line's text, with `{count}` for the number of rows.
  func disclosure(isOpen: Bool, key: String = "report.table") -> String {
    guard !table.rows.isEmpty else { return "" }
    let count = naming.numbers.whole(Double(table.total))
    return """
      <details\(isOpen ? " open" : "")><summary>\
      \(htmlEscaped(naming.words(key, ["count": count])))</summary>\(html)</details>
      """
  }

  private var cut: String {
    guard table.total > table.rows.count else { return "" }
    let arguments = [
      "shown": naming.numbers.whole(Double(table.rows.count)),
      "count": naming.numbers.whole(Double(table.total)),
    ]
    return "<p class=\"note\">\(htmlEscaped(naming.words("report.table.cut", arguments)))</p>"
  }
}
