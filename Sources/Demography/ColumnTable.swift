/// The cells of a delimited file column by column: numbers as numbers, texts as codes of a dictionary.
///
/// Some 4 to 8 bytes a cell, so that tables of millions of rows fit where a grid of texts does not.
public struct ColumnTable: Sendable {
  public enum Values: Sendable {
    /// NaN where the cell is missing.
    case numbers([Double])
    /// `words[codes[row]]` is the text of a cell without white space around it; words are distinct and
    /// sorted.
    case words(codes: [Int32], words: [String])

    /// Encodes texts, white space around them taken off.
    public init(texts: [String]) {
      var codeOf: [String: Int32] = [:]
      var firstCodes: [Int32] = []
      firstCodes.reserveCapacity(texts.count)
      for text in texts {
        if let code = codeOf[text] {
          firstCodes.append(code)
        } else {
          let code = Int32(codeOf.count)
          codeOf[text] = code
          firstCodes.append(code)
        }
      }
      var distinct = [String](repeating: "", count: codeOf.count)
      for (text, code) in codeOf { distinct[Int(code)] = text }
      self.init(codes: firstCodes, unsorted: distinct)
    }

    /// Words in any order, with white space around them and perhaps repeated after it is taken off.
    public init(codes: [Int32], unsorted: [String]) {
      let trimmed = unsorted.map { $0.withoutSpacesAround }
      let words = Array(Set(trimmed)).sorted()
      let position = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, Int32($0)) })
      let newCode = trimmed.map { position[$0] ?? 0 }
      self = .words(codes: codes.map { newCode[Int($0)] }, words: words)
    }
  }

  public struct Column: Sendable {
    public let name: String
    public let values: Values

    public init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }

    public static func numbers(_ name: String, _ values: [Double]) -> Column {
      Column(name, .numbers(values))
    }

    public static func texts(_ name: String, _ values: [String]) -> Column {
      Column(name, Values(texts: values))
    }

    public var count: Int {
      switch values {
      case .numbers(let numbers): numbers.count
      case .words(let codes, _): codes.count
      }
    }
  }

  /// What messages call the table.
  public let file: String
  /// All of one length, names not empty and distinct.
  public let columns: [Column]
  /// Number of rows.
  public let count: Int
  public let lines: LineNumbers
  private let locate: (@Sendable (_ row: Int, _ column: Int) -> Place?)?

  /// - Parameters:
  ///   - lines: the line of each row; the header in line 1 and the rows behind it where absent.
  ///   - locate: finds the place of a cell again; it may be slow, messages alone ask for it.
  public init(
    file: String, columns: [Column], lines: LineNumbers = LineNumbers(),
    locate: (@Sendable (_ row: Int, _ column: Int) -> Place?)? = nil
  ) {
    precondition(Set(columns.map(\.count)).count <= 1, "columns of different lengths")
    precondition(Set(columns.map(\.name)).count == columns.count, "a column's name twice")
    self.file = file
    self.columns = columns
    self.lines = lines
    self.locate = locate
    count = columns.first?.count ?? 0
  }

  /// The place of a cell, for a message.
  public func place(row: Int, column: Int) -> Place {
    locate?(row, column) ?? Place(file: file, line: lines.line(of: row))
  }
}

/// The line of a file in which each row stands: consecutive numbers, interrupted where lines are empty or
/// a cell takes several.
public struct LineNumbers: Sendable {
  private var rows: [Int] = [0]
  private var lines: [Int] = [2]

  /// Row 0 in line 2 and so on.
  public init() {}

  /// Says in which line a row stands; rows come in order.
  public mutating func note(row: Int, line: Int) {
    let last = rows.count - 1
    guard lines[last] + (row - rows[last]) != line else { return }
    if rows[last] == row {
      lines[last] = line
    } else {
      rows.append(row)
      lines.append(line)
    }
  }

  /// - Complexity: O(log interruptions)
  public func line(of row: Int) -> Int {
    var (low, high) = (0, rows.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if rows[middle] <= row { low = middle } else { high = middle }
    }
    return lines[low] + (row - rows[low])
  }
}

extension String {
  /// Without white space at either end.
  public var withoutSpacesAround: String {
    guard let first = utf8.first, let last = utf8.last else { return self }
    // Letters and digits at both ends: nothing to take off.
    if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return self }
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }
}
