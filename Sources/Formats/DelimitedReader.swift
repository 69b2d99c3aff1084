public import Demography

/// Reads a delimited text file (RFC 4180 and what agencies make of it) into cells with their places.
///
/// A byte order mark is skipped, lines may end with LF or CRLF, quoted cells may hold delimiters, line
/// ends and doubled quotes; a quote inside an unquoted cell is a character like any other. Empty
/// lines are left out. A leading apostrophe that `writeCSV` put before a formula sign is taken off.
/// - Complexity: O(bytes); one pass after the check of the encoding.
/// - Throws: `file.encoding`, `csv.quote.open`, `csv.quote.after`, `table.ragged`, `table.empty`.
public func readDelimited(
  _ bytes: [UInt8], file: String, dialect: Dialect = Dialect()
) throws(Faults) -> TextGrid {
  let content = try checkedUTF8(bytes, file: file, kind: .badData)
  let delimiter = dialect.delimiter.byte ?? likelyDelimiter(of: content)
  var scanner = DelimitedScanner(content, delimiter: delimiter)
  var rows: [TextGrid.Row] = []
  while let row = scanner.next() { rows.append(row) }
  var faults = scanner.problems.map { code, offset in
    Fault(.badData, code, at: Lines(content, file: file).place(offset: offset))
  }
  if rows.isEmpty, faults.isEmpty {
    faults.append(Fault(.badData, "table.empty", at: Place(file: file, line: 1)))
  }
  let grid = TextGrid(file: file, rows: rows)
  if !dialect.allowsRaggedRows, faults.isEmpty { faults = raggedRows(grid) }
  if !faults.isEmpty { throw Faults(faults) }
  return grid
}

/// A fault for each row, up to 100, that has not as many cells as the first.
private func raggedRows(_ grid: TextGrid) -> [Fault] {
  guard let expected = grid.rows.first?.cells.count else { return [] }
  let ragged = grid.rows.indices.lazy.filter { grid.rows[$0].cells.count != expected }
  return ragged.prefix(100).map { row in
    let found = grid.rows[row].cells.count
    return Fault(
      .badData, "table.ragged", ["expected": String(expected), "found": String(found)],
      at: grid.place(row: row, column: min(expected, found - 1)))
  }
}

/// The delimiter under which the first 20 lines have equally many cells, and most of them; with none
/// such, the one that parts the first line most. Tab, semicolon, comma, bar in case of a tie.
private func likelyDelimiter(of bytes: [UInt8]) -> UInt8 {
  likelyDelimiter(of: Array(bytes.prefix(64 << 10)), isWhole: bytes.count <= 64 << 10)
}

/// As above, from the beginning of a file.
func likelyDelimiter(of sample: [UInt8], isWhole: Bool) -> UInt8 {
  var best: (isEven: Bool, cells: Int, byte: UInt8) = (false, 1, UInt8(ascii: ","))
  for candidate in [Dialect.Delimiter.tab, .semicolon, .comma, .bar] {
    guard let byte = candidate.byte else { continue }
    var scanner = DelimitedScanner(sample, delimiter: byte)
    var counts: [Int] = []
    while counts.count < 20, let row = scanner.next() { counts.append(row.cells.count) }
    // The sample may end within a line.
    if !isWhole, counts.count > 1, counts.count < 20 { counts.removeLast() }
    let cells = counts.first ?? 1
    guard cells > 1 else { continue }
    let isEven = counts.allSatisfy { $0 == cells }
    if (isEven ? 1 : 0, cells) > (best.isEven ? 1 : 0, best.cells) { best = (isEven, cells, byte) }
  }
  return best.byte
}

/// Cuts bytes into rows of cells.
struct DelimitedScanner {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var position = 0
  private var line = 1
  private var lineStart = 0
  /// Fault code and offset; the scan ends at the first.
  private(set) var problems: [(String, Int)] = []

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: [UInt8], delimiter: UInt8, firstLine: Int = 1) {
    self.bytes = bytes
    line = firstLine
    self.delimiter = delimiter
  }

  /// The next row that is not empty; `nil` at the end or after a problem.
  mutating func next() -> TextGrid.Row? {
    while position < bytes.count, problems.isEmpty {
      let first = line
      var cells: [String] = []
      var columns: [Int] = []
      var column = 1
      var counted = position
      var isLast = false
      while !isLast {
        if counted < lineStart { (counted, column) = (lineStart, 1) }
        column += characters(from: counted, to: position)
        counted = position
        columns.append(column)
        guard let cell = cell(&isLast) else { return nil }
        cells.append(cell)
      }
      if cells.count > 1 || !cells[0].isEmpty {
        return TextGrid.Row(line: first, cells: cells, columns: columns)
      }
    }
    return nil
  }

  private func characters(from start: Int, to end: Int) -> Int {
    var count = 0
    for i in start..<max(start, end) where bytes[i] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// The cell at the position, which then stands behind its delimiter or line end.
  private mutating func cell(_ isLast: inout Bool) -> String? {
    if position < bytes.count, bytes[position] == Self.quote { return quotedCell(&isLast) }
    let start = position
    while position < bytes.count, bytes[position] != delimiter, bytes[position] != Self.newline {
      position += 1
    }
    var end = position
    isLast = position >= bytes.count || bytes[position] == Self.newline
    if isLast, end > start, bytes[end - 1] == Self.carriageReturn { end -= 1 }
    advance(overLineEnd: isLast)
    return unescapedFormula(String(decoding: bytes[start..<end], as: UTF8.self))
  }

  private mutating func quotedCell(_ isLast: inout Bool) -> String? {
    let opening = position
    position += 1
    var content: [UInt8] = []
    var start = position
    while true {
      guard position < bytes.count else {
        problems.append(("csv.quote.open", opening))
        return nil
      }
      if bytes[position] == Self.newline {
        line += 1
        lineStart = position + 1
      } else if bytes[position] == Self.quote {
        content += bytes[start..<position]
        guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
        position += 1
        start = position
      }
      position += 1
    }
    position += 1
    if position + 1 < bytes.count, bytes[position] == Self.carriageReturn,
      bytes[position + 1] == Self.newline
    {
      position += 1
    } else if position + 1 == bytes.count, bytes[position] == Self.carriageReturn {
      position += 1
    }
    isLast = position >= bytes.count || bytes[position] == Self.newline
    guard isLast || bytes[position] == delimiter else {
      problems.append(("csv.quote.after", position))
      return nil
    }
    advance(overLineEnd: isLast)
    return unescapedFormula(String(decoding: content, as: UTF8.self))
  }

  private mutating func advance(overLineEnd: Bool) {
    position += 1
    guard overLineEnd else { return }
    line += 1
    lineStart = position
  }
}
