extension TerminalTable {
  /// The table as lines that end in a line feed; headings, a rule, rows.
  ///
  /// - Parameter width: of the terminal. Where the table is wider, headings go over several lines; then columns of
  ///   text that say the same in every row stand once above it; then those before the first number become
  ///   headings of stretches of rows; then texts are cut; then numbers that have no room left stand in further
  ///   tables with the same rows. No text is cut under 8 columns and no number ever. Nothing is changed where
  ///   `nil`.
  /// - Parameter isColoured: headings and rule in the terminal's dim and bold.
  public func text(width: Int? = nil, isColoured: Bool = false) -> String {
    let all = Array(columns.indices)
    guard let width else {
      return lines(Sheet(shown: all, widths: all.map { whole($0) }), isColoured)
    }
    let natural = all.map { whole($0) }
    if total(natural) <= width { return lines(Sheet(shown: all, widths: natural), isColoured) }
    let sheet = broken(all, width)
    guard total(sheet.widths) > width else { return lines(sheet, isColoured) }
    let numbers = sheet.shown.filter { columns[$0].alignment == .right }
    guard numbers.count > 1 else { return lines(cut(sheet, width, least: 8), isColoured) }
    let narrow = cut(sheet, width, least: 16)
    guard total(narrow.widths) > width else { return lines(narrow, isColoured) }
    // Where numbers go on below anyway, texts may have their room.
    var roomy = sheet
    for (k, column) in sheet.shown.enumerated() where columns[column].alignment == .left {
      roomy.widths[k] = min(sheet.widths[k], max(16, min(32, width / 3)))
    }
    let parts = folded(roomy, numbers, width).map { cut($0, width, least: 8) }
    return lifted(sheet.lifted) + parts.map { lines($0, isColoured) }.joined(separator: "\n")
  }

  /// Columns that stand beside each other, and what stands above them.
  private struct Sheet {
    var lifted: [Int] = []
    /// Columns whose cells are headings of stretches of rows.
    var blocks: [Int] = []
    var shown: [Int]
    var widths: [Int]
  }

  private func cells(_ column: Int) -> Int {
    rows.reduce(0) { max($0, displayWidth($1[column])) }
  }

  /// Width of a column with its heading on one line.
  private func whole(_ column: Int) -> Int {
    max(cells(column), displayWidth(columns[column].title))
  }

  /// Width of a column with every word of its heading on a line of its own.
  private func least(_ column: Int) -> Int {
    Self.words(columns[column].title).reduce(cells(column)) { max($0, displayWidth($1)) }
  }

  /// Words of a heading; a sign of per cent stays with its number.
  private static func words(_ title: String) -> [String] {
    title.split(separator: " ").reduce(into: []) { words, word in
      if word == "%", let last = words.popLast() {
        words.append(last + "\u{00A0}%")
      } else {
        words.append(String(word))
      }
    }
  }

  private func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + 2 * max(0, widths.count - 1)
  }

  /// As few changes to a table that is too wide as let it fit, if any do.
  private func broken(_ all: [Int], _ width: Int) -> Sheet {
    var sheet = Sheet(shown: all, widths: all.map { least($0) })
    func isWide() -> Bool { total(sheet.widths) > width }
    func keep(_ shown: [Int]) {
      sheet.shown = shown
      sheet.widths = shown.map { least($0) }
    }
    guard isWide(), rows.count > 1 else { return sheet }
    let same = all.filter { isSame($0) }
    if same.count < all.count {
      sheet.lifted = same.filter { said($0) != nil }
      keep(all.filter { !same.contains($0) })
    }
    let leading = Array(sheet.shown.prefix { columns[$0].alignment == .left }.dropLast())
    for count in leading.indices.map({ $0 + 1 }) where isWide() {
      let blocks = Array(leading.prefix(count))
      // Stretches of single rows would only make the table longer.
      guard 2 * starts(blocks).count <= rows.count else { break }
      sheet.blocks = blocks
      keep(sheet.shown.filter { !blocks.contains($0) })
    }
    return sheet
  }

  /// Whether a column says the same in every row: a text, or of numbers nothing but 0.
  private func isSame(_ column: Int) -> Bool {
    columns[column].alignment == .left
      ? rows.allSatisfy { $0[column] == rows[0][column] }
      : rows.allSatisfy { $0[column] == "0" || $0[column].isEmpty }
  }

  /// What a column says in the first row in which it says something.
  private func said(_ column: Int) -> String? {
    rows.lazy.map { $0[column] }.first { !$0.isEmpty }
  }

  /// Rows at which some of these columns change.
  private func starts(_ blocks: [Int]) -> [Int] {
    rows.indices.filter { row in
      row == 0 || blocks.contains { rows[row][$0] != rows[row - 1][$0] }
    }
  }

  /// Cuts the widest columns of text until the table fits, if it can.
  private func cut(_ sheet: Sheet, _ limit: Int, least: Int) -> Sheet {
    var sheet = sheet
    while total(sheet.widths) > limit {
      let cuttable = sheet.widths.indices.filter {
        columns[sheet.shown[$0]].alignment == .left && sheet.widths[$0] > least
      }
      guard let widest = cuttable.max(by: { sheet.widths[$0] < sheet.widths[$1] }) else { break }
      sheet.widths[widest] -= 1
    }
    return sheet
  }

  /// Tables of the same rows, each with the columns of text and as many numbers as have room.
  private func folded(_ sheet: Sheet, _ numbers: [Int], _ limit: Int) -> [Sheet] {
    let width = Dictionary(uniqueKeysWithValues: zip(sheet.shown, sheet.widths))
    func part(_ some: [Int]) -> Sheet {
      let shown = sheet.shown.filter { columns[$0].alignment == .left || some.contains($0) }
      return Sheet(blocks: sheet.blocks, shown: shown, widths: shown.map { width[$0] ?? 0 })
    }
    var parts: [[Int]] = []
    for number in numbers {
      if let last = parts.last, total(part(last + [number]).widths) <= limit {
        parts[parts.count - 1].append(number)
      } else {
        parts.append([number])
      }
    }
    return parts.map { part($0) }
  }

  private func lifted(_ columns: [Int]) -> String {
    columns.map { "\(self.columns[$0].title): \(said($0) ?? "")\n" }.joined()
  }

  private func lines(_ sheet: Sheet, _ isColoured: Bool) -> String {
    func line(_ cells: [String]) -> String {
      let written = sheet.shown.indices.map { k in
        fitted(
          cells[k], to: sheet.widths[k], isRight: columns[sheet.shown[k]].alignment == .right)
      }
      return String(written.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
    let heads = zip(sheet.shown, sheet.widths).map { broken(columns[$0].title, to: $1) }
    let height = heads.reduce(1) { max($0, $1.count) }
    // Headings of fewer lines stand on the rule.
    let head = (0..<height).map { row in
      line(heads.map { $0.count > height - 1 - row ? $0[$0.count - height + row] : "" })
    }
    let rule = String(repeating: "─", count: total(sheet.widths))
    func strong(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    var text = lifted(sheet.lifted)
    text += head.map { strong($0) + "\n" }.joined()
    text += (isColoured ? "\u{1B}[2m\(rule)\u{1B}[0m" : rule) + "\n"
    let starts = Set(sheet.blocks.isEmpty ? [] : self.starts(sheet.blocks))
    for (k, row) in rows.enumerated() {
      if starts.contains(k) {
        text += strong(sheet.blocks.map { row[$0] }.joined(separator: " · ")) + "\n"
      }
      text += line(sheet.shown.map { row[$0] }) + "\n"
    }
    return text
  }

  /// A heading in lines of a width, broken between words; a longer word is cut where it is written.
  private func broken(_ title: String, to width: Int) -> [String] {
    guard displayWidth(title) > width else { return [title] }
    var lines: [String] = []
    for word in Self.words(title) {
      if let last = lines.last, displayWidth(last) + 1 + displayWidth(word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }
}
