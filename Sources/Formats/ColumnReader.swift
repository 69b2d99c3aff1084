public import Demography
import Glibc

/// Reads a delimited file column by column, a megabyte at a time.
///
/// Understands what `readDelimited` does, and makes the same cells: columns of texts, or of numbers with
/// few different values, become words; other columns of numbers become numbers.
/// - Parameter kind: what becomes of a column, by its name.
/// - Returns: `nil` when there is anything to find fault with, in the encoding, the quotes, the header or
///   the length of a row, a text in a column of `.numbers`, or no file: `readDelimited` then says what and
///   where.
/// - Complexity: O(bytes); the result takes 4 to 8 bytes a cell, the reading itself a few megabytes.
public func readColumns(
  path: String, dialect: Dialect = Dialect(), kind: (_ name: String) -> ColumnKind = { _ in .any }
) -> ColumnTable? {
  var words: Set<Int> = []
  while true {
    guard var reader = ColumnReader(path: path, dialect: dialect, words: words) else { return nil }
    switch reader.read(kind) {
    case .table(let table): return table
    case .again(let column): words.insert(column)
    case .fault: return nil
    }
  }
}

/// What a column of a delimited file is read as.
public enum ColumnKind: Hashable, Sendable {
  /// Words, or numbers where all are and many differ; `.`, `NA`, `NaN` and `NULL` are missing then.
  case any
  /// Words, whatever they look like.
  case words
  /// Numbers throughout; empty cells, `NA`, `NaN` and `null` in any case are missing.
  case numbers
}

/// One reading of a file.
private struct ColumnReader: ~Copyable {
  enum Outcome {
    case table(ColumnTable)
    /// A column that looked like numbers holds a text.
    case again(column: Int)
    case fault
  }

  private let path: String
  private let delimiter: UInt8
  private let wordColumns: Set<Int>
  private var source: BlockSource
  private var names: [String] = []
  private var builders: [ColumnBuilder] = []
  private var lines = LineNumbers()
  private var marks = RowMarks()
  private var row = 0

  init?(path: String, dialect: Dialect, words: Set<Int>) {
    guard var source = BlockSource(path: path) else { return nil }
    source.fill()
    let sample = Array(source.bytes[source.start..<min(source.end, 64 << 10)])
    delimiter =
      dialect.delimiter.byte
      ?? likelyDelimiter(of: sample, isWhole: source.isAtEnd && source.end <= 64 << 10)
    self.path = path
    self.source = source
    wordColumns = words
  }

  mutating func read(_ kind: (String) -> ColumnKind) -> Outcome {
    var cutter = RowCutter(delimiter: delimiter)
    var line = 1
    while true {
      switch cutter.cut(source.bytes, from: source.start, to: source.end, isLast: source.isAtEnd) {
      case .incomplete: source.fill()
      case .end: return source.hasFailed ? .fault : finished()
      case .fault: return .fault
      case .row(let next, let lineEnds):
        if let outcome = take(cutter.cells, line: line, kind) { return outcome }
        line += lineEnds
        source.advance(to: next)
      }
    }
  }

  private mutating func take(
    _ cells: [RowCutter.Cell], line: Int, _ kind: (String) -> ColumnKind
  ) -> Outcome? {
    if cells.count == 1, cells[0].isEmpty { return nil }
    guard !names.isEmpty else { return header(cells, kind) ? nil : .fault }
    guard cells.count == names.count else { return .fault }
    if cells[0].isEmpty, cells.allSatisfy({ $0.isBlank(source.bytes) }) { return nil }
    lines.note(row: row, line: line)
    marks.note(row: row, line: line, offset: source.offset)
    let bytes = source.bytes
    let failed = bytes.withUnsafeBufferPointer { bytes -> Int? in
      for column in cells.indices {
        do throws(ColumnBuilder.NotANumber) {
          try cells[column].append(from: bytes, to: &builders[column])
        } catch {
          return column
        }
      }
      return nil
    }
    if let failed { return kind(names[failed]) == .any ? .again(column: failed) : .fault }
    row += 1
    return nil
  }

  /// Takes the names of the columns; false when one is empty or stands there twice.
  private mutating func header(
    _ cells: [RowCutter.Cell], _ kind: (String) -> ColumnKind
  ) -> Bool {
    for cell in cells {
      guard let text = cell.text(source.bytes) else { return false }
      names.append(unescapedFormula(text).withoutSpacesAround)
    }
    builders = names.indices.map { column in
      ColumnBuilder(wordColumns.contains(column) ? .words : kind(names[column]))
    }
    return Set(names).count == names.count && !names.contains("")
  }

  private mutating func finished() -> Outcome {
    guard !names.isEmpty else { return .fault }
    var columns: [ColumnTable.Column] = []
    for (column, name) in names.enumerated() {
      guard let values = builders[column].values() else { return .fault }
      builders[column] = ColumnBuilder(.words)
      columns.append(ColumnTable.Column(name, values))
    }
    let (path, delimiter, marks) = (path, delimiter, marks)
    return .table(
      ColumnTable(file: path, columns: columns, lines: lines) { row, column in
        marks.place(path: path, delimiter: delimiter, row: row, column: column)
      })
  }
}

/// Where in the file every thousandth row begins, so that one row is found again quickly.
private struct RowMarks: Sendable {
  private static let step = 1024
  private var offsets: [Int] = []
  private var lines: [Int] = []

  mutating func note(row: Int, line: Int, offset: Int) {
    guard row == offsets.count * Self.step else { return }
    offsets.append(offset)
    lines.append(line)
  }

  /// The place of a cell, its line read again; `nil` when the file is no longer there.
  func place(path: String, delimiter: UInt8, row: Int, column: Int) -> Place? {
    let mark = row / Self.step
    guard offsets.indices.contains(mark), let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    let end = mark + 1 < offsets.count ? offsets[mark + 1] : nil
    fseek(file, 0, SEEK_END)
    let length = (end ?? ftell(file)) - offsets[mark]
    guard length > 0 else { return nil }
    fseek(file, offsets[mark], SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: length)
    let read = fread(&bytes, 1, length, file)
    bytes.removeLast(length - read)
    var scanner = DelimitedScanner(bytes, delimiter: delimiter, firstLine: lines[mark])
    var found = mark * Self.step
    while let next = scanner.next() {
      if next.cells.allSatisfy({ $0.withoutSpacesAround.isEmpty }) { continue }
      if found == row { return TextGrid(file: path, rows: [next]).place(row: 0, column: column) }
      found += 1
    }
    return nil
  }
}
