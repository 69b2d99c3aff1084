import Ingest
import Testing

@Suite struct NumberReaderTests {
  @Test(arguments: [
    ("24 876", 24876), ("24\u{A0}876", 24876), ("1\u{202F}234\u{2009}567,5", 1_234_567.5),
    ("−6 946", -6946), ("–3,5", -3.5), ("1,234.5", 1234.5), ("1.234,56", 1234.56),
    ("1,234,567", 1_234_567), ("0,125", 0.125), ("12,5", 12.5), ("1234,567", 1234.567),
    ("24 876,125", 24876.125), ("1e-3", 0.001), (" 7 ", 7), ("+5", 5), ("- 5", -5),
  ])
  func aNumberIsReadAsAgenciesWriteIt(text: String, value: Double) throws {
    #expect(try readNumber(text) == value)
  }

  @Test func aNumberOfTwoReadingsIsAnErrorUntilTheMarkIsDeclared() throws {
    #expect(throws: NumberError.ambiguous("1,234")) { try readNumber("1,234") }
    #expect(throws: NumberError.ambiguous("1.234")) { try readNumber("1.234") }
    #expect(try readNumber("1,234", decimal: .comma) == 1.234)
    #expect(try readNumber("1,234", decimal: .point) == 1234)
    #expect(try readNumber("1.234", decimal: .spreadsheet) == 1.234)
  }

  @Test(arguments: [
    "…", "-", "x", "н/д", "", " ", "1 2", "12 34", "1,,2", "1.2.3,4,5", "nan", "inf", "0x10", "5 %",
    "1e999", "--1",
  ])
  func whatIsNoNumberIsNotGuessed(text: String) {
    #expect(throws: NumberError.self) { try readNumber(text) }
  }
}
