import Demography
import Formats
import Testing

@Suite struct DelimitedReaderTests {
  private func read(_ text: String, _ dialect: Dialect = Dialect()) throws(Faults) -> TextGrid {
    try readDelimited(Array(text.utf8), file: "a.csv", dialect: dialect)
  }

  @Test func quotesMayHoldDelimitersAndLineEnds() throws {
    let grid = try read("a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n3,4")
    #expect(grid.rows.map(\.cells) == [["a", "b"], ["x, \"y\"\nz", "2"], ["3", "4"]])
    #expect(grid.rows.map(\.line) == [1, 2, 4])
  }

  @Test func aTabSeparatedFileCalledCSVIsReadBehindItsMark() throws {
    let grid = try read("\u{FEFF}\"NAM\"\t\"VAL\"\n\"Население, всего\"\t\"24 876\"\n")
    #expect(grid.rows.map(\.cells) == [["NAM", "VAL"], ["Население, всего", "24 876"]])
  }

  @Test func semicolonsWinOverDecimalCommas() throws {
    let grid = try read("area;x;y\nA;1,5;2,5\nB;3,5;4,5\n")
    #expect(grid.rows[1].cells == ["A", "1,5", "2,5"])
  }

  @Test func columnsAreCountedInCharacters() throws {
    let grid = try read("имя,число\nӘл-Фараби,5\n")
    #expect(grid.rows[1].columns == [1, 11])
    #expect(grid.place(row: 1, column: 1).description == "a.csv:2:11")
  }

  @Test func aPlaceShowsTheLineWithTheCellAtItsColumn() throws {
    let grid = try read("a,b,c\n\"x y\",2,\"z\"\n")
    let place = grid.place(row: 1, column: 1)
    #expect(place.column == 7)
    #expect(place.text == "\"x y\",2,z")
    let sheet = TextGrid(
      file: "a.xlsx#S", rows: [TextGrid.Row(line: 4, cells: ["long", "5"], columns: [1, 2])])
    #expect(sheet.place(row: 0, column: 1).text == nil)
    #expect(sheet.place(row: 0, column: 1).description == "a.xlsx#S:4:2")
  }

  @Test func raggedRowsAreFaultsUnlessAllowed() throws {
    #expect(throws: Faults.self) { try read("a,b\n1\n2,3,4\n") }
    #expect(try read("a,b\n1\n2,3,4\n", Dialect(allowsRaggedRows: true)).rows.count == 3)
  }

  @Test func emptyLinesAreLeftOutButCounted() throws {
    #expect(try read("a,b\n\n\r\n1,2\n").rows.map(\.line) == [1, 4])
  }

  @Test(arguments: [
    ("a,b\n\"x,2\n", "csv.quote.open", "a.csv:2:1"),
    ("a,b\n\"x\"y,2\n", "csv.quote.after", "a.csv:2:4"),
    ("", "table.empty", "a.csv:1"),
  ])
  func aBrokenFileIsNamedWithItsPlace(text: String, code: String, place: String) {
    do {
      _ = try read(text)
      Issue.record("read")
    } catch {
      #expect(error.all[0].code == code)
      #expect(error.all[0].place?.description == place)
    }
  }

  @Test func aByteThatIsNotUTF8IsPlaced() {
    do {
      _ = try readDelimited(Array("a,b\nж,".utf8) + [0xE4, 0x0A], file: "a.csv")
      Issue.record("read")
    } catch {
      #expect(error.all[0].code == "file.encoding")
      #expect(error.all[0].place?.description == "a.csv:2:3")
    }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let table = Table(
      "t",
      [
        .text("name", ["=1+1", "'=x", "a,\"b\"\nc", nil, "Әлия", "-", "@x", "''+"]),
        .integer("n", [1, nil, -3, 4, 5, 6, 7, 8]),
        .real("x", [0.1, -6946.5, nil, 1e-300, 3, 5e17, 2, 1]),
        .boolean("flag", [true, false, nil, true, true, true, true, true]),
      ])
    let bytes = writeCSV(table)
    #expect(
      String(decoding: bytes, as: UTF8.self).hasPrefix("name,n,x,flag\n'=1+1,1,0.1,true\n''=x,,"))
    let back = try readTable(try readDelimited(bytes, file: "t.csv"), name: "t")
    #expect(back == table)
  }

  @Test func formulasAreDefusedAndNumbersAreNot() {
    let text = String(
      decoding: writeCSV(
        header: ["a"], rows: [["=x"], ["+x"], ["-6946"], ["@x"], ["\tx"], ["x"], [""]]),
      as: UTF8.self)
    #expect(text == "a\n'=x\n'+x\n-6946\n'@x\n'\tx\nx\n\"\"\n")
  }

  @Test func anyBytesGiveAValueOrFaults() {
    var state: UInt64 = 7
    let seeds = ["a,b\n\"x\",2\n", "a\tb\r\n1\t2", "a;b\n\"\"\"\";1,5\n"].map { Array($0.utf8) }
    for round in 0..<3000 {
      var bytes = seeds[round % 3]
      for _ in 0..<(1 + round % 5) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 50)
      }
      _ = try? readDelimited(bytes, file: "fuzz")
      _ = try? readYAML(bytes, file: "fuzz")
    }
  }
}
