import Demography
import Formats
import Foundation
import Testing

@Suite struct WorkbookTests {
  private let table = Table(
    "flows",
    [
      .text("area", ["KZ75", "Әлия & <co>", "=1+1", nil, "@x", "line\nbreak"]),
      .integer("count", [1, -6946, nil, 0, 5, 1 << 40]),
      .real("rate", [0.1, nil, -1e-9, 3, 2.5, 1e20]),
      .boolean("flag", [true, false, nil, true, true, false]),
    ])

  @Test func ourReaderReadsOurWriter() throws {
    let long = Table(String(repeating: "a", count: 40), [.integer("n", [1])])
    let sheets = try readXLSX(
      try writeXLSX([table, long, long], titles: ["flows": "Потоки: 2024/25"]), file: "a.xlsx")
    #expect(
      sheets.map(\.name) == [
        "Потоки  2024 25", String(repeating: "a", count: 31),
        String(repeating: "a", count: 27) + " 2",
      ])
    #expect(sheets[0].grid.file == "a.xlsx#Потоки  2024 25")
    #expect(
      sheets[0].grid.rows.map(\.cells) == [
        ["area", "count", "rate", "flag"], ["KZ75", "1", "0.1", "true"],
        ["Әлия & <co>", "-6946", "", "false"], ["=1+1", "", "-1e-09"], ["", "0", "3", "true"],
        ["@x", "5", "2.5", "true"], ["line\nbreak", "1099511627776", "1e+20", "false"],
      ])
  }

  /// The XML library refuses texts of ten megabytes when it gets them in one piece.
  @Test func aSheetOfManyMegabytesIsRead() throws {
    let rows = 120_000
    let long = Table(
      "long", [.integer("n", (0..<rows).map { $0 }), .real("x", (0..<rows).map { Double($0) / 7 })])
    let sheets = try readXLSX(try writeXLSX([long]), file: "a.xlsx")
    #expect(sheets[0].grid.rows.count == rows + 1)
    #expect(sheets[0].grid.rows.last?.cells[0] == "119999")
  }

  @Test func theSameTablesGiveTheSameBytes() throws {
    #expect(try writeXLSX([table]) == (try writeXLSX([table])))
  }

  @Test func formulasStayText() throws {
    let parts = try readZip(try writeXLSX([table]), file: "a.xlsx")
    for part in parts {
      #expect(!String(decoding: part.bytes, as: UTF8.self).contains("<f>"))
    }
  }

  @Test func anotherLibraryReadsWhatWasWritten() throws {
    guard Python.has("openpyxl") else { return }
    let script = """
      import sys, openpyxl
      sheet = openpyxl.load_workbook(sys.argv[1])["flows"]
      rows = [[c.value for c in row] for row in sheet.iter_rows()]
      assert rows[0] == ["area", "count", "rate", "flag"], rows
      assert rows[1] == ["KZ75", 1, 0.1, True], rows[1]
      assert rows[2] == ["Әлия & <co>", -6946, None, False], rows[2]
      assert rows[3][0] == "=1+1" and sheet["A4"].data_type == "s", (rows[3], sheet["A4"].data_type)
      assert rows[6][2] == 1e20
      assert sheet.freeze_panes == "A2", sheet.freeze_panes
      assert sheet["A1"].font.bold
      print("same")
      """
    try Python.withFile(try writeXLSX([table]), "a.xlsx") { path in
      let (status, output) = try Python.run(script, [path])
      #expect(status == 0 && output.contains("same"), "\(output)")
    }
  }

  /// Merged headings, dates in several formats, percent, shared and inline strings, a hidden sheet.
  @Test func whatAnotherLibraryWroteIsRead() throws {
    guard Python.has("openpyxl") else { return }
    let script = """
      import sys, openpyxl, datetime
      book = openpyxl.Workbook()
      sheet = book.active
      sheet.title = "Лист 1"
      sheet["B1"] = "2023"; sheet.merge_cells("B1:C1")
      sheet["B2"] = "in"; sheet["C2"] = "out"
      sheet["A4"] = datetime.date(2024, 2, 29); sheet["B4"] = 24876.5; sheet["C4"] = "24 876,5"
      sheet["A5"] = datetime.datetime(2024, 2, 29, 13, 5, 9); sheet["B5"] = 0.25
      sheet["B5"].number_format = "0.00%"
      sheet["A6"] = datetime.time(8, 30); sheet["B6"] = 7; sheet["B6"].number_format = '#,##0 "dmy"'
      sheet["C6"] = "=B6*2"
      book.create_sheet("hidden").sheet_state = "hidden"
      book.save(sys.argv[1])
      """
    try Python.withFile([], "b.xlsx") { path in
      let (status, output) = try Python.run(script, [path])
      #expect(status == 0, "\(output)")
      let sheets = try readXLSX(Array(try Data(contentsOf: URL(filePath: path))), file: "b.xlsx")
      #expect(sheets.map(\.isHidden) == [false, true])
      #expect(sheets[0].grid.rows.map(\.line) == [1, 2, 4, 5, 6])
      #expect(
        sheets[0].grid.rows.map(\.cells) == [
          ["", "2023", "2023"], ["", "in", "out"], ["2024-02-29", "24876.5", "24 876,5"],
          ["2024-02-29T13:05:09", "0.25"], ["08:30:00", "7"],
        ])
    }
  }

  private func workbook(sheet: String, strings: String = "<sst></sst>") throws -> [UInt8] {
    let parts = [
      "xl/workbook.xml":
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
      "xl/_rels/workbook.xml.rels":
        "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
      "xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet,
    ]
    return try ZipFixture.archive(
      parts.sorted { $0.key < $1.key }.map {
        ZipFixture.Entry(name: $0.key, content: Array($0.value.utf8))
      })
  }

  private func code(_ bytes: [UInt8]) -> String? {
    do {
      _ = try readXLSX(bytes, file: "a.xlsx")
      return nil
    } catch { return error.all[0].code }
  }

  @Test func entitiesAreNotExpanded() throws {
    let bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
      + "<worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>"
    #expect(try code(workbook(sheet: bomb)) == "xlsx.broken")
  }

  @Test func aSheetLargerThanItLooksIsRefused() throws {
    let far =
      "<worksheet><sheetData>"
      + (1...2000).map { "<row r=\"\($0)\"><c r=\"XFD\($0)\"><v>1</v></c></row>" }.joined()
      + "</sheetData></worksheet>"
    #expect(try code(workbook(sheet: far)) == "xlsx.cells")
    let merged =
      "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>"
      + "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells></worksheet>"
    #expect(try code(workbook(sheet: merged)) == "xlsx.cells")
  }

  @Test func brokenWorkbooksAreNamed() throws {
    #expect(code(try ZipFixture.archive([])) == "xlsx.part")
    #expect(try code(workbook(sheet: "<worksheet><row>")) == "xlsx.broken")
    #expect(code(Array("no workbook".utf8)) == "zip.broken")
  }

  /// A fixed bug: a part without an element, or cut inside its first tag, was taken for an empty sheet.
  @Test func aPartCutBeforeItsFirstElementIsBroken() throws {
    for sheet in ["", "  ", "<worksheet", "<?xml version=\"1.0\"?>"] {
      #expect(try code(workbook(sheet: sheet)) == "xlsx.broken", "\(sheet)")
    }
  }

  @Test func onlyWellFormedPartsAreRead() throws {
    let row = "<row><c t=\"str\"><v>1</v></c></row>"
    func sheet(_ inside: String, _ attribute: String = "") -> String {
      "<worksheet\(attribute)><sheetData>\(inside)</sheetData></worksheet>"
    }
    #expect(try code(workbook(sheet: sheet(row))) == nil)
    // Names with a namespace of their own, as some programs write them.
    let named =
      "<m:worksheet xmlns:m=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><m:sheetData>"
      + "<m:row><m:c t=\"str\"><m:v>&lt;&#1178;<![CDATA[&]]></m:v></m:c></m:row></m:sheetData></m:worksheet>"
    #expect(
      try readXLSX(workbook(sheet: named), file: "a.xlsx")[0].grid.rows.map(\.cells) == [["<Қ&"]])
    let deep = String(repeating: "<x>", count: 62) + String(repeating: "</x>", count: 62)
    #expect(try code(workbook(sheet: sheet(row + deep))) == nil)
    #expect(try code(workbook(sheet: sheet("<x>" + deep + "</x>"))) == "xlsx.broken")
    for bad in [
      sheet("&none;"), sheet("&#0;"), sheet("\u{1}"), sheet("]]>"), sheet("<m:row/>"),
      sheet("<row></c>"), sheet(row) + sheet(row), sheet(row) + "x", sheet(row, " a=\"1\" a=\"2\""),
      "<!DOCTYPE x SYSTEM \"file:///etc/hostname\">" + sheet(row),
    ] {
      #expect(try code(workbook(sheet: bad)) == "xlsx.broken", "\(bad)")
    }
  }

  @Test func anyBytesGiveSheetsOrFaults() throws {
    let seed = try writeXLSX([table])
    var state: UInt64 = 3
    for round in 0..<1500 {
      var bytes = seed
      for _ in 0..<(1 + round % 8) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 50)
      }
      _ = try? readXLSX(bytes, file: "fuzz")
      _ = try? gunzip(bytes, file: "fuzz")
    }
  }

  @Test func anySheetGivesCellsOrFaults() throws {
    let seed = Array(
      "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>45351.5</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>"
        .utf8)
    let alphabet = Array("0123456789ABZ<>/\"=:csrtv.e-&#;x".utf8)
    var state: UInt64 = 5
    for round in 0..<1500 {
      var bytes = seed
      for _ in 0..<(1 + round % 5) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = alphabet[Int(state >> 45) % alphabet.count]
      }
      let book = try workbook(
        sheet: String(decoding: bytes, as: UTF8.self), strings: "<sst><si><t>a</t></si></sst>")
      _ = try? readXLSX(
        book, file: "fuzz",
        limits: ArchiveLimits(totalBytes: 1 << 20, ratio: 200, entries: 16, cells: 100_000))
    }
  }
}
