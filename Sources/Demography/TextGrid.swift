/// The cells of a delimited file or a spreadsheet as text, with the place of each, before anything is
/// understood of them. CSV and XLSX readers make it, sources read it.
public struct TextGrid: Sendable, Hashable {
  /// One row; cells may be fewer than in other rows.
  public struct Row: Sendable, Hashable {
    /// Line of the file, or row of the sheet, from 1.
    public let line: Int
    public let cells: [String]
    /// Column (in characters, from 1) at which each cell starts in its line; for a sheet, its column
    /// number from 1.
    public let columns: [Int]

    public init(line: Int, cells: [String], columns: [Int]) {
      self.line = line
      self.cells = cells
      self.columns = columns
    }
  }

  /// File name for messages, with the sheet's name after `#` for a spreadsheet.
  public let file: String
  public let rows: [Row]
  /// Whether `file` is one that a person can open; else it names where the rows come from.
  public let isFile: Bool

  public init(file: String, rows: [Row], isFile: Bool = true) {
    self.file = file
    self.rows = rows
    self.isFile = isFile
  }

  /// The place of a cell, for a message; without a line where no file has one.
  public func place(row: Int, column: Int) -> Place {
    guard isFile else { return Place(file: file, line: 0) }
    let row = rows[row]
    let cell = column < row.cells.count ? row.cells[column] : ""
    return Place(
      file: file, line: row.line, column: column < row.columns.count ? row.columns[column] : nil,
      length: max(1, cell.count), text: row.shownLine)
  }
}

extension TextGrid.Row {
  /// The row as a line in which every cell starts at its column, quotes included where the file has
  /// them; `nil` where the columns are those of a sheet, or the row takes several lines.
  fileprivate var shownLine: String? {
    guard cells.count == columns.count else { return nil }
    var line = ""
    var length = 0
    for (index, cell) in cells.enumerated() {
      guard columns[index] == length + 1, !cell.contains("\n") else { return nil }
      let room = index + 1 < cells.count ? columns[index + 1] - columns[index] - 1 : cell.count
      switch room - cell.count {
      case 0: line += cell
      case 2...: line += "\"" + cell + "\"" + String(repeating: " ", count: room - cell.count - 2)
      default: return nil
      }
      line += index + 1 < cells.count ? "," : ""
      length += room + 1
    }
    return line
  }
}
