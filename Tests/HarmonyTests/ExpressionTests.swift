import Demography
import Harmony
import Testing

@Suite struct ExpressionTests {
  @Test func termsKeepTheirNameOffsetAndSelector() throws {
    let expression = try Expression(
      parsing: "POP[t+1] - lag(POP, 2) == sum(NET{SCOPE == EXTERNAL}) * 1.5 / (2 - -3)")
    #expect(expression.terms.map(\.name) == ["POP", "POP", "NET"])
    #expect(expression.terms.map(\.offset) == [1, -2, 0])
    #expect(expression.terms.map(\.isSum) == [false, false, true])
    #expect(expression.terms[2].selector == .isOne(of: ["EXTERNAL"], .scope))
    #expect(expression.leftText == "POP[t+1] - lag(POP, 2)")
    #expect(expression.relation == .equal)
  }

  @Test(arguments: [
    ("", 1), ("POP", 4), ("POP ==", 7), ("POP == NET)", 11), ("POP == (NET", 12),
    ("1 == POP[x]", 10),
    ("POP = NET", 5), ("sum(POP == 1", 9), ("lag(POP) == 1", 8), ("lag(POP, x) == 1", 10),
    ("NET{SCOPE == } == 1", 14), ("3e == 1", 1), ("POP[t+1.5] == 2", 7),
  ])
  func whatCannotBeReadIsNamedWithItsPosition(_ text: String, _ position: Int) {
    let fault = #expect(throws: Fault.self) { try Expression(parsing: text) }
    #expect(fault?.kind == .badConfiguration)
    if fault?.code == "expression.syntax" { #expect(fault?.arguments["position"] == "\(position)") }
  }

  @Test func aColumnThatIsNotThereIsNamedWithTheNearest() {
    let fault = #expect(throws: Fault.self) { try Predicate(parsing: "REFAREA == KZ") }
    #expect(fault?.code == "predicate.column")
    #expect(fault?.arguments["nearest"] == "REF_AREA")
  }

  @Test func predicatesSpeakOfCodesPeriodsAndNumbers() throws {
    let population = row("POP", "KZ10@2022-06-08", "2022-01-01", 610)
    func holds(_ text: String) throws -> Bool {
      try Predicate(parsing: text).holds(for: population)
    }
    #expect(try holds("MEASURE == POP and REF_AREA != KZ"))
    #expect(try holds("REF_AREA in (KZ11, KZ10@2022-06-08)"))
    #expect(try holds("REF_AREA == KZ10* and not (SEX in (M, F))"))
    #expect(try holds("SEX not in (M, F) or MEASURE == NET"))
    #expect(try holds("TIME_PERIOD >= 2022 and TIME_PERIOD < 2023 and TIME_PERIOD <= 2022"))
    #expect(try !holds("TIME_PERIOD > 2022"))
    #expect(try !holds("TIME_PERIOD == 2022"))
    #expect(try holds("OBS_VALUE > 609.5 and OBS_VALUE <= 610"))
    #expect(try !holds("LO > 0"))
    #expect(throws: Fault.self) { try Predicate(parsing: "REF_AREA > 3") }
    #expect(throws: Fault.self) { try Predicate(parsing: "TIME_PERIOD == soon") }
  }

  /// Any text either reads or is refused; nothing crashes, and deep nesting is refused.
  @Test func noTextBreaksTheReaders() {
    let pieces = [
      "POP", "NET", "(", ")", "[t+1]", "{", "}", "SCOPE", "==", "in", "and", "not", "+", "-", "*",
      "/", "1", "0.5", ",", "sum(", "lag(", "\"", "'", "Σ", "\u{0}", "[", "]", "t", "<=", "ы",
    ]
    var state: UInt64 = 20_251_015
    func next(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(n))
    }
    var read = 0
    for _ in 0..<20_000 {
      let text = (0..<(1 + next(12))).map { _ in pieces[next(pieces.count)] }
        .joined(separator: next(2) == 0 ? " " : "")
      if (try? Expression(parsing: text)) != nil { read += 1 }
      if (try? Predicate(parsing: text)) != nil { read += 1 }
    }
    #expect(read > 0)
    let deep = String(repeating: "(", count: 1000) + "POP" + String(repeating: ")", count: 1000)
    #expect(throws: Fault.self) { try Expression(parsing: deep + " == 1") }
    #expect(throws: Fault.self) { try Predicate(parsing: deep) }
    #expect(throws: Fault.self) {
      try Expression(parsing: String(repeating: "-", count: 3999) + "1 == 1")
    }
    #expect(throws: Fault.self) {
      try Expression(parsing: String(repeating: "1+", count: 5000) + "1 == 1")
    }
  }
}
