import Demography
import Export
import Foundation
import Testing
import Words

@Suite struct TerminalTests {
  @Test func cyrillicTakesOneColumnALetterAndCombiningMarksNone() {
    #expect(displayWidth("Қазақстан") == 9)
    #expect(displayWidth("область Ұлытау") == 14)
    #expect(displayWidth("e\u{301}") == 1)
    #expect(displayWidth("한국") == 4)
  }

  @Test func columnsStandInLineWhateverTheAlphabet() {
    let table = TerminalTable(
      [.init("өңір"), .init("человек", alignment: .right)],
      rows: [["Ақмола облысы", "787 000"], ["Astana", "1 528 000"]])
    let lines = table.text().split(separator: "\n").map(String.init)
    #expect(lines[0] == "өңір             человек")
    #expect(lines[2] == "Ақмола облысы    787 000")
    #expect(lines[3] == "Astana         1 528 000")
    #expect(Set(lines.map(displayWidth)).count == 1)
  }

  @Test func wideTextsAreCutAndNumbersNever() {
    let table = TerminalTable(
      [.init("a"), .init("n", alignment: .right)],
      rows: [[String(repeating: "ы", count: 60), "123456789"]])
    for width in [20, 30, 40] {
      let lines = table.text(width: width).split(separator: "\n")
      #expect(lines.allSatisfy { displayWidth(String($0)) <= width })
      #expect(lines[2].hasSuffix("123456789") && lines[2].contains("…"))
    }
  }

  /// A table of parts as `scenario explain` shows it.
  private static var parts: TerminalTable {
    let rows = ["Казахстан", "Астана"].flatMap { area in
      ["2030-01-01", "2035-01-01"].flatMap { year in
        ["Переселение с юга на север", "Приём кандасов"].enumerated().map { k, part in
          [
            "Как удержать население севера", area, year, part, "1 23\(k)", "−45\(k)", "678,\(k)",
            "да",
          ]
        }
      }
    }
    return TerminalTable(
      [
        .init("сценарий"), .init("регион"), .init("период"), .init("часть"),
        .init("среднее", alignment: .right), .init("нижняя граница интервала", alignment: .right),
        .init("верхняя граница интервала", alignment: .right), .init("допущение"),
      ], rows: rows)
  }

  private static func lines(_ width: Int?) -> [String] {
    parts.text(width: width).split(separator: "\n").map(String.init)
  }

  @Test func whatFitsOrGoesToAFileIsLeftAsItIs() {
    #expect(Self.lines(nil).count == 10)
    #expect(Self.lines(400) == Self.lines(nil))
  }

  @Test func aTableThatIsTooWideSaysOnceWhatIsAlwaysTheSame() {
    // Headings over several lines are enough here.
    let broken = Self.lines(130)
    #expect(broken.count == 12 && broken[0].hasSuffix("нижняя    верхняя"))
    #expect(broken.allSatisfy { displayWidth($0) <= 130 })
    let lifted = Self.lines(90)
    #expect(lifted[0] == "сценарий: Как удержать население севера" && lifted[1] == "допущение: да")
    #expect(lifted.allSatisfy { displayWidth($0) <= 90 })
    let first = "Казахстан  2030-01-01  Переселение с юга на север"
    #expect(lifted.count { $0.hasPrefix(first) } == 1)
  }

  @Test func whatChangesSeldomHeadsItsRows() {
    let lines = Self.lines(70)
    #expect(lines.allSatisfy { displayWidth($0) <= 70 })
    #expect(lines.contains("Казахстан") && lines.contains("Астана"))
    #expect(lines.count { $0.contains("Переселение с юга на север") } == 4)
  }

  @Test func aColumnOfNothingButZeroIsSaidOnceAndPerCentStaysWithItsNumber() {
    let table = TerminalTable(
      [
        .init("часть"), .init("верхняя граница интервала 80 %", alignment: .right),
        .init("ошибка выборки", alignment: .right), .init("шаг", alignment: .right),
      ], rows: [["Приём кандасов", "12", "0", "5"], ["взаимодействие", "−3", "", "5"]])
    let lines = table.text(width: 36).split(separator: "\n").map(String.init)
    #expect(lines[0] == "ошибка выборки: 0")
    #expect(lines.allSatisfy { displayWidth($0) <= 36 && $0 != "%" })
    #expect(lines.contains { $0.contains("80\u{00A0}%") })
    // A number that is the same by chance is one all the same.
    #expect(lines.count { $0.hasSuffix(" 5") } == 2)
  }

  @Test func numbersWithoutRoomStandInAFurtherTable() {
    for width in [40, 46] {
      let text = Self.parts.text(width: width)
      let lines = text.split(separator: "\n").map(String.init)
      #expect(lines.allSatisfy { displayWidth($0) <= width }, "\(text)")
      for number in ["1 230", "−451", "678,1"] {
        #expect(lines.count { $0.contains(number) } == 4, "\(number) \(text)")
      }
      #expect(text.contains("\n\n"))
    }
  }

  @Test func colourIsOnlyThereWhenAskedForAndControlCharactersNever() {
    let table = TerminalTable([.init("a")], rows: [["\u{1B}[31mred\nnext"]])
    #expect(!table.text().contains("\u{1B}"))
    #expect(table.text().split(separator: "\n").count == 3)
    #expect(table.text(isColoured: true).hasPrefix("\u{1B}[1m"))
  }

  @Test func aRunsTableIsNamedInTheLanguage() {
    let text = TerminalTable(
      Mock.regionTable, columns: ["code", "tile_col", "no_such"], language: .ru,
      names: { column, code in column == "code" && code == "KZ71" ? "Астана" : nil }
    ).text()
    #expect(text.contains("столбец сетки") && text.contains("Астана"))
  }

  /// A table of an answer in a narrow terminal has all its rows under however many lines of headings.
  @Test func everyRowStandsUnderWrappedHeadings() {
    let columns: [TerminalTable.Column] = [
      .init("region of origin"), .init("mean absolute error", alignment: .right),
      .init("in interval of 80 %", alignment: .right),
    ]
    let names = ["Astana", "Shymkent", "Almaty"]
    for groups in [[names], [Array(names.prefix(1)), Array(names.suffix(2))]] {
      let table = TypesetTable(
        columns, groups: groups.map { $0.map { [$0, "1.25", "0.8"] } }, notes: ["note"])
      let lines = table.text(width: 32).split(separator: "\n").map(String.init)
      #expect(lines.allSatisfy { $0.count <= 32 } && lines.last == "note", "\(lines)")
      #expect(names.allSatisfy { name in lines.contains { $0.hasPrefix(name) } }, "\(lines)")
      #expect(lines.count { $0.hasPrefix("───") } == groups.count, "\(lines)")
    }
  }

  @Test func boundsOfAnyLevelHaveAHeading() {
    let table = Table(
      "t", [.real("lower_90", [1]), .real("upper_99.5", [2]), .real("lower_x", [3])])
    let text = TerminalTable(table, language: .en).text()
    #expect(text.contains("lower 90%") && text.contains("upper 99.5%") && text.contains("lower_x"))
    #expect(TerminalTable(table, language: .kk).text().contains("төменгі 90 %"))
  }

  @Test func rowsOfJSONKeepColumnsNumbersAndHoles() throws {
    let table = Table(
      "t",
      [
        .text("name", ["a\"<", nil]), .integer("n", [1, nil]), .real("x", [0.1, .nan]),
        .boolean("b", [true, nil]),
      ])
    let bytes = jsonRows(table)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(#"{"name":"a\"<","n":1,"x":0.1,"b":true}"#))
    #expect(text.contains(#"{"name":null,"n":null,"x":null,"b":null}"#))
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    #expect(object?["schema"] as? Int == 1)
    #expect((object?["rows"] as? [Any])?.count == 2)
  }
}
