/// Finds the ends of the cells of one row in bytes that may go on beyond what has been read.
struct RowCutter {
  /// The bytes of a cell without its quotes.
  struct Cell {
    let start: Int
    let end: Int
    /// Whether it holds doubled quotes.
    let hasDoubled: Bool

    var isEmpty: Bool { start == end }

    func isBlank(_ bytes: [UInt8]) -> Bool {
      bytes[start..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// Appends the bytes, ASCII white space around them taken off and doubled quotes halved.
    func append(
      from bytes: UnsafeBufferPointer<UInt8>, to builder: inout ColumnBuilder
    ) throws(ColumnBuilder.NotANumber) {
      guard hasDoubled else {
        return try Self.append(bytes, start, end, to: &builder)
      }
      let content = halved(bytes)
      try content.withUnsafeBufferPointer { buffer throws(ColumnBuilder.NotANumber) in
        try Self.append(buffer, 0, buffer.count, to: &builder)
      }
    }

    private static func append(
      _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int,
      to builder: inout ColumnBuilder
    ) throws(ColumnBuilder.NotANumber) {
      var (low, high) = (start, end)
      while low < high, isSpace(bytes[low]) { low += 1 }
      while high > low, isSpace(bytes[high - 1]) { high -= 1 }
      try builder.append(UnsafeBufferPointer(rebasing: bytes[low..<high]))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }

    private func halved(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
      var result: [UInt8] = []
      var position = start
      while position < end {
        result.append(bytes[position])
        position += bytes[position] == RowCutter.quote ? 2 : 1
      }
      return result
    }

    /// `nil` for bytes that are not UTF-8.
    func text(_ bytes: [UInt8]) -> String? {
      let content =
        hasDoubled
        ? bytes.withUnsafeBufferPointer { halved($0) } : Array(bytes[start..<end])
      return String(validating: content, as: UTF8.self)
    }
  }

  enum Outcome {
    /// Where the next row begins, and how many lines this one took.
    case row(next: Int, lineEnds: Int)
    case incomplete
    case end
    /// A quote that is not closed, or that something follows.
    case fault
  }

  private let delimiter: UInt8
  private(set) var cells: [Cell] = []

  static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// Cuts the row that begins at `start`.
  /// - Parameter isLast: whether nothing comes behind `end`.
  mutating func cut(_ bytes: [UInt8], from start: Int, to end: Int, isLast: Bool) -> Outcome {
    guard start < end else { return isLast ? .end : .incomplete }
    cells.removeAll(keepingCapacity: true)
    return bytes.withUnsafeBufferPointer { bytes in
      var position = start
      var lineEnds = 1
      while true {
        if position < end, bytes[position] == Self.quote {
          guard let after = quoted(bytes, &position, end, isLast, &lineEnds) else {
            return isLast ? .fault : .incomplete
          }
          if after { return .row(next: position, lineEnds: lineEnds) }
          continue
        }
        let first = position
        while position < end, bytes[position] != delimiter, bytes[position] != Self.newline {
          position += 1
        }
        guard position < end || isLast else { return .incomplete }
        let isRowEnd = position >= end || bytes[position] == Self.newline
        var cellEnd = position
        if isRowEnd, cellEnd > first, bytes[cellEnd - 1] == Self.carriageReturn { cellEnd -= 1 }
        cells.append(Cell(start: first, end: cellEnd, hasDoubled: false))
        position = min(position + 1, end)
        if isRowEnd { return .row(next: position, lineEnds: lineEnds) }
      }
    }
  }

  /// Cuts a quoted cell and steps over what ends it.
  /// - Returns: whether the row ends with it; `nil` when its end is not there, or is wrong.
  private mutating func quoted(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ end: Int, _ isLast: Bool,
    _ lineEnds: inout Int
  ) -> Bool? {
    var k = position + 1
    let first = k
    var hasDoubled = false
    while true {
      guard k < end else { return nil }
      if bytes[k] == Self.newline { lineEnds += 1 }
      if bytes[k] == Self.quote {
        guard k + 1 < end || isLast else { return nil }
        guard k + 1 < end, bytes[k + 1] == Self.quote else { break }
        hasDoubled = true
        k += 1
      }
      k += 1
    }
    cells.append(Cell(start: first, end: k, hasDoubled: hasDoubled))
    k += 1
    if k < end, bytes[k] == Self.carriageReturn {
      guard k + 1 < end || isLast else { return nil }
      if k + 1 >= end || bytes[k + 1] == Self.newline { k += 1 }
    }
    guard k < end || isLast else { return nil }
    let isRowEnd = k >= end || bytes[k] == Self.newline
    guard isRowEnd || bytes[k] == delimiter else { return nil }
    position = min(k + 1, end)
    return isRowEnd
  }
}
