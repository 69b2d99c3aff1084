import Demography
import Formats
import Foundation
import Testing

/// The reader by column makes the cells of the reader by row, and leaves faults to it.
struct ColumnReaderTests {
  private func table(
    _ text: String, kind: (String) -> ColumnKind = { _ in .any }
  ) throws -> ColumnTable? {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return readColumns(path: path, kind: kind)
  }

  private func texts(_ table: ColumnTable, _ column: Int) -> [String] {
    switch table.columns[column].values {
    case .words(let codes, let words): codes.map { words[Int($0)] }
    case .numbers(let numbers): numbers.map { Demography.text($0) }
    }
  }

  @Test(arguments: [
    "o,d,flow\nA,B,12\nB,A,7\n",
    "\u{FEFF}o;d;flow\r\nA; B ;12,5\r\n\r\nB;\"A;\r\nC\";7\r\n",
    "o\td\tflow\nA\t\"say \"\"B\"\"\"\t1\n ,,\t \t\nB\tÅland\t'-7\nC\t\t",
    "o,d,flow\n,,\nA,B,NA\nA,C,007\n",
  ])
  func cellsAndLinesAreThoseOfTheReaderByRow(_ text: String) throws {
    let table = try #require(try table(text))
    let grid = try readDelimited(Array(text.utf8), file: "x")
    #expect(table.columns.map(\.name) == grid.rows[0].cells)
    let rows = grid.rows.dropFirst().filter { row in
      !row.cells.allSatisfy { $0.withoutSpacesAround.isEmpty }
    }
    let lines = (0..<table.count).map { table.lines.line(of: $0) }
    #expect(lines == rows.map(\.line))
    for column in table.columns.indices {
      let expected = rows.map { $0.cells[column].withoutSpacesAround }
      #expect(texts(table, column) == expected)
    }
  }

  @Test(arguments: [
    "", "a,a\n1,2\n", "a,\n1,2\n", "a,b\n1\n", "a,b\n1,\"2\n", "a,b\n1,\"2\"x\n",
  ])
  func whatIsAtFaultIsLeftToTheReaderByRow(_ text: String) throws {
    #expect(try table(text) == nil)
  }

  /// Identities stay texts however many there are, and numbers are numbers from the first row.
  @Test func columnsAreReadAsTheKindAskedFor() throws {
    let rows = (0..<5_000).map { "\($0),\(Double($0) / 8)\n" }.joined()
    let found = try table("id,y\n" + rows) { $0 == "y" ? .numbers : .words }
    let table = try #require(found)
    #expect(texts(table, 0) == (0..<5_000).map { "\($0)" })
    guard case .numbers(let y) = table.columns[1].values,
      case .words = table.columns[0].values
    else {
      Issue.record("y is no column of numbers, or id one")
      return
    }
    #expect(y == (0..<5_000).map { Double($0) / 8 })
  }

  @Test(
    arguments: [
      ("1", 1), ("-2.5e3", -2500), (" 007 ", 7), ("", .nan), ("na", .nan), ("NaN", .nan),
      ("Null", .nan), ("x", nil), (".", nil), ("inf", nil), ("none", nil), ("1,5", nil),
    ] as [(String, Double?)])
  func aColumnOfNumbersHasNumbersAndKnownWordsForNone(_ cell: String, _ expected: Double?) throws {
    let found = try table("id;y\na;3\nb;\(cell)\n") { $0 == "y" ? .numbers : .words }
    guard let expected else {
      #expect(found == nil)
      return
    }
    guard case .numbers(let y) = try #require(found).columns[1].values else {
      Issue.record("y is no column of numbers")
      return
    }
    #expect(y[0] == 3)
    #expect(expected.isNaN ? y[1].isNaN : y[1] == expected)
  }

  @Test func aFileThatIsNotThereOrNotUTF8IsLeftToo() throws {
    #expect(readColumns(path: "/nowhere/flows.csv") == nil)
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path
    try Data([0x61, 0x2C, 0x62, 0x0A, 0xFF, 0x2C, 0x31, 0x0A]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(readColumns(path: path) == nil)
  }

  /// Rows beyond a block of the reader, a column of numbers that turns out to be texts, and places.
  @Test func longFilesKeepNumbersTextsAndPlaces() throws {
    var text = "id,x,late,flow\n"
    for row in 0..<60_000 {
      let late = row == 59_999 ? "none" : "\(row * 3)"
      let cells = ["R\(row % 300)", "\(Double(row) / 7)", late, "\(row % 11)"]
      text += cells.joined(separator: ",") + "\n"
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let table = try #require(readColumns(path: path))
    #expect(table.count == 60_000)
    guard case .numbers(let x) = table.columns[1].values,
      case .words(_, let ids) = table.columns[0].values
    else {
      Issue.record("x is no column of numbers, or id one")
      return
    }
    let expected: [Double] = (0..<60_000).map { Double($0) / 7 }
    #expect(x == expected)
    #expect(ids.count == 300)
    #expect(texts(table, 2).last == "none")
    let place = table.place(row: 41_234, column: 1)
    let foundLine: Int = place.line
    #expect(foundLine == 41_236)
    #expect(place.column == 6)
    let line = text.split(separator: "\n")[41_235]
    #expect(place.text == String(line))
  }

  /// As many digits as a number may have, ties and subnormal ends: the bits of the library.
  @Test func numbersAreRoundedCorrectly() throws {
    var texts = [
      "0.1", "-2.5", "9007199254740993.0", "1.7976931348623157e308", "5e-324", "+3", "4.",
    ]
    var state: UInt64 = 7
    for k in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let digits = String(state >> 1)
      let cut = digits.index(digits.startIndex, offsetBy: k % digits.count)
      texts.append("1" + digits[..<cut] + "." + digits[cut...].prefix(17 - min(17, k % 18)))
    }
    let found = try #require(try table("x,y\n" + texts.map { "\($0),1\n" }.joined()))
    guard case .numbers(let numbers) = found.columns[0].values else {
      Issue.record("no column of numbers")
      return
    }
    for (number, text) in zip(numbers, texts) { #expect(number == Double(text), "\(text)") }
  }
}
