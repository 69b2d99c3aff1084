import Demography

/// Takes the cells of one column as bytes and keeps them as codes of words, or as numbers once there are
/// too many different ones.
struct ColumnBuilder {
  /// The cell could not be kept as a number in a column that has become one of numbers.
  struct NotANumber: Error {}

  private let kind: ColumnKind
  private(set) var count = 0
  private var codes: [Int32] = []
  private var numbers: [Double] = []
  private var isNumeric = false

  // Words one after the other in one array, found by a table of open addresses.
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var table = [Int32](repeating: -1, count: 64)
  private var previous: Int32 = -1
  /// Number of each word, NaN where it is missing; only while every word is one.
  private var wordNumbers: [Double] = []
  private var isEveryWordANumber = true

  init(_ kind: ColumnKind) {
    self.kind = kind
    isNumeric = kind == .numbers
  }

  private var wordCount: Int { ends.count - 1 }

  mutating func append(_ cell: UnsafeBufferPointer<UInt8>) throws(NotANumber) {
    count += 1
    if isNumeric {
      let number = kind == .numbers ? Self.plainNumber(cell) : Self.number(cell)
      guard let number else { throw NotANumber() }
      numbers.append(number)
      return
    }
    if previous >= 0, isWord(Int(previous), cell) {
      codes.append(previous)
      return
    }
    previous = code(of: cell)
    codes.append(previous)
    if wordCount > 2048, wordCount > count / 8, isEveryWordANumber, kind == .any { turnToNumbers() }
  }

  private mutating func turnToNumbers() {
    isNumeric = true
    numbers = codes.map { wordNumbers[Int($0)] }
    codes = []
    bytes = []
    ends = [0]
    table = []
    wordNumbers = []
  }

  private func isWord(_ word: Int, _ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = ends[word]
    guard ends[word + 1] - start == cell.count else { return false }
    for k in 0..<cell.count where bytes[start + k] != cell[k] { return false }
    return true
  }

  private mutating func code(of cell: UnsafeBufferPointer<UInt8>) -> Int32 {
    var slot = Self.hash(cell) & (table.count - 1)
    while table[slot] >= 0 {
      if isWord(Int(table[slot]), cell) { return table[slot] }
      slot = (slot + 1) & (table.count - 1)
    }
    let code = Int32(wordCount)
    table[slot] = code
    bytes.append(contentsOf: cell)
    ends.append(bytes.count)
    if isEveryWordANumber, kind == .any {
      if let number = Self.number(cell) {
        wordNumbers.append(number)
      } else {
        isEveryWordANumber = false
        wordNumbers = []
      }
    }
    if wordCount * 2 > table.count { growTable() }
    return code
  }

  private mutating func growTable() {
    table = [Int32](repeating: -1, count: table.count * 2)
    bytes.withUnsafeBufferPointer { all in
      for word in 0..<wordCount {
        let cell = UnsafeBufferPointer(rebasing: all[ends[word]..<ends[word + 1]])
        var slot = Self.hash(cell) & (table.count - 1)
        while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
        table[slot] = Int32(word)
      }
    }
  }

  private static func hash(_ cell: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in cell { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 29))
  }

  /// NaN for a missing cell; `nil` for texts, and for digits that name rather than count, `007`.
  private static func number(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let first = cell.first else { return .nan }
    if first == UInt8(ascii: "0"), cell.count > 1, cell[1] &- UInt8(ascii: "0") <= 9 { return nil }
    if first &- UInt8(ascii: "0") > 9, missing.contains(where: { $0.elementsEqual(cell) }) {
      return .nan
    }
    return decimalNumber(cell)
  }

  /// NaN for an empty cell, NA, NaN and null in any case; `nil` for other texts.
  private static func plainNumber(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let first = cell.first else { return .nan }
    if first | 0x20 == UInt8(ascii: "n") {
      let isMissing = absent.contains { word in
        word.count == cell.count && zip(word, cell).allSatisfy { $0 == $1 | 0x20 }
      }
      return isMissing ? .nan : nil
    }
    return decimalNumber(cell)
  }

  private static let absent = ["na", "nan", "null"].map { Array($0.utf8) }
  private static let missing = ["NA", "NaN", "nan", ".", "..", "null", "NULL"].map { $0.utf8 }

  /// The column; `nil` when a word is not well-formed UTF-8.
  func values() -> ColumnTable.Values? {
    if isNumeric { return .numbers(numbers) }
    var words: [String] = []
    words.reserveCapacity(wordCount)
    for word in 0..<wordCount {
      guard let text = String(validating: bytes[ends[word]..<ends[word + 1]], as: UTF8.self) else {
        return nil
      }
      words.append(unescapedFormula(text))
    }
    return ColumnTable.Values(codes: codes, unsorted: words)
  }
}
