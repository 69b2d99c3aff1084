import Demography

/// Reads the cells of one sheet.
struct SheetReader {
  enum Outcome {
    case good, broken, tooLarge
  }

  private let strings: [String]
  private let styles: [DateStyle?]
  private let startsIn1904: Bool
  private let cellLimit: Int
  /// Cells by row and column, both from 0.
  private var cells: [Int: [Int: String]] = [:]
  private var merged: [(rows: ClosedRange<Int>, columns: ClosedRange<Int>)] = []

  init(strings: [String], styles: [DateStyle?], startsIn1904: Bool, cellLimit: Int) {
    self.strings = strings
    self.styles = styles
    self.startsIn1904 = startsIn1904
    self.cellLimit = cellLimit
  }

  mutating func read(_ part: [UInt8]) -> Outcome {
    let state = SheetState(limit: cellLimit)
    let isGood = XMLScanner.scan(
      part, onStart: state.start, onEnd: state.end, onText: state.text)
    if state.isTooLarge { return .tooLarge }
    guard isGood else { return .broken }
    for cell in state.cells {
      let text = text(of: cell)
      if !text.isEmpty { cells[cell.row, default: [:]][cell.column] = text }
    }
    merged = state.merged
    // A sheet of two cells may span a billion; what is laid out is counted before it is made.
    let laidOut = cells.values.reduce(0) { $0 + ($1.keys.max() ?? 0) + 1 }
    let filledUp = merged.reduce(0) { $0 + $1.rows.count * $1.columns.count }
    return laidOut + filledUp > cellLimit ? .tooLarge : .good
  }

  private func text(of cell: SheetState.Cell) -> String {
    switch cell.kind {
    case "s":
      guard let index = Int(cell.value), strings.indices.contains(index) else { return "" }
      return strings[index]
    case "inlineStr", "str", "e", "d": return cell.value
    case "b": return cell.value == "1" ? "true" : "false"
    default:
      guard let number = Double(cell.value), number.isFinite else { return cell.value }
      if let style = styles.indices.contains(cell.style) ? styles[cell.style] : nil,
        let date = isoDate(number, style: style, startsIn1904: startsIn1904)
      {
        return date
      }
      return Demography.text(number)
    }
  }

  /// The rows that have a cell, in order, each filled up to its last cell.
  func rows(repeatsMergedCells: Bool) -> [TextGrid.Row] {
    var cells = cells
    if repeatsMergedCells {
      for range in merged {
        guard let value = cells[range.rows.lowerBound]?[range.columns.lowerBound] else { continue }
        for row in range.rows {
          for column in range.columns { cells[row, default: [:]][column] = value }
        }
      }
    }
    return cells.keys.sorted().map { row in
      let found = cells[row] ?? [:]
      let width = (found.keys.max() ?? -1) + 1
      return TextGrid.Row(
        line: row + 1, cells: (0..<width).map { found[$0] ?? "" }, columns: Array(1..<(width + 1)))
    }
  }
}

/// What has been met of a sheet so far.
private final class SheetState {
  struct Cell {
    let row: Int
    let column: Int
    let kind: String
    let style: Int
    var value = ""
  }

  private(set) var cells: [Cell] = []
  private(set) var merged: [(rows: ClosedRange<Int>, columns: ClosedRange<Int>)] = []
  private(set) var isTooLarge = false
  private let limit: Int
  private var current: Cell?
  private var isValue = false
  private var isPhonetic = false
  private var row = -1
  private var column = -1

  init(limit: Int) { self.limit = limit }

  func start(_ element: String, _ attributes: [String: String]) -> Bool {
    isValue = false
    switch element {
    case "row":
      row = attributes["r"].flatMap { Int($0) }.map { $0 - 1 } ?? row + 1
      column = -1
      return (0..<1_048_576).contains(row)
    case "c":
      if let place = attributes["r"].flatMap(cellPlace) {
        (row, column) = place
      } else {
        column += 1
      }
      guard row >= 0, column < 16_384 else { return false }
      current = Cell(
        row: row, column: column, kind: attributes["t"] ?? "n",
        style: attributes["s"].flatMap { Int($0) } ?? 0)
    case "v": isValue = true
    case "t": isValue = !isPhonetic
    case "rPh": isPhonetic = true
    case "mergeCell":
      let ends = attributes["ref"]?.split(separator: ":").compactMap { cellPlace(String($0)) } ?? []
      if ends.count == 2, ends[0].row <= ends[1].row, ends[0].column <= ends[1].column {
        merged.append((ends[0].row...ends[1].row, ends[0].column...ends[1].column))
      }
    default: break
    }
    return true
  }

  func end(_ element: String) -> Bool {
    isValue = false
    if element == "rPh" { isPhonetic = false }
    guard element == "c", let cell = current else { return true }
    current = nil
    if !cell.value.isEmpty { cells.append(cell) }
    isTooLarge = cells.count > limit
    return !isTooLarge
  }

  func text(_ text: String) { if isValue { current?.value += text } }
}

/// Row and column, from 0, of a reference such as `AB12`; `nil` outside a sheet.
private func cellPlace(_ reference: String) -> (row: Int, column: Int)? {
  var column = 0
  var row = 0
  var digits = 0
  for byte in reference.utf8 where byte != UInt8(ascii: "$") {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z") where digits == 0:
      column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      row = row * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
    default: return nil
    }
    guard column <= 16_384, row <= 1_048_576 else { return nil }
  }
  guard column >= 1, row >= 1 else { return nil }
  return (row - 1, column - 1)
}
