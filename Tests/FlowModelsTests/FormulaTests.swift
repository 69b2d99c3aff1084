import Demography
import FlowModels
import Testing

struct FormulaTests {
  @Test func aFormulaNamesResponseRegressorsAndEffects() throws {
    let formula = try Formula.parse(
      "flow ~ log(distance) + contig + a:b + I(x^2 - 1) + `my col` | orig + dest ^ year")
    #expect(formula.response.name == "flow")
    #expect(
      formula.terms.map(\.name) == ["log(distance)", "contig", "a:b", "I(x^2-1)", "`mycol`"])
    #expect(formula.effects.map(\.name) == ["orig", "dest^year"])
    #expect(formula.effects[1].columns == ["dest", "year"])
    #expect(!formula.hasIntercept)
    #expect(try Formula.parse("y ~ x").hasIntercept)
    #expect(try !Formula.parse("y ~ 0 + x").hasIntercept)
    #expect(try Formula.parse("y ~ 1 | a").terms.isEmpty)
  }

  @Test func factorsSlopesAndOffsetsAreRead() throws {
    let formula = try Formula.parse(
      "flow ~ a*b + a + i(year, log(d), ref = c(2012, '20 13')) + offset(log(pop)) | o[x, log(z)] + d[[x]]"
    )
    #expect(
      formula.terms.map(\.name) == ["a", "b", "a:b", "i(year,log(d),ref=c(2012,'2013'))"])
    #expect(
      formula.effects.map(\.name) == ["o", "o[[x]]", "o[[log(z)]]", "d[[x]]"])
    #expect(!formula.hasIntercept)
    #expect(try Formula.parse("y ~ a*b*c").terms.map(\.name).suffix(2) == ["b:c", "a:b:c"])
  }

  @Test(arguments: [
    ("flow ~ i(year, ref)", "formula.factor", 19), ("flow ~ i(year, a, b)", "formula.factor", 19),
    ("flow ~ a:i(year)", "formula.alone", 10), ("flow ~ x | o[t", "formula.bracket", 15),
    ("flow ~ x | o[[t]", "formula.bracket", 17), ("flow ~ x | o[2]", "formula.constant", 14),
    ("flow ~ offset(x", "formula.parenthesis", 16),
    ("flow log(d)", "formula.no-tilde", 6), ("flow ~ lg(d)", "formula.function", 8),
    ("flow ~ log(d", "formula.parenthesis", 13), ("flow ~ d +", "formula.name", 11),
    ("flow ~ d | orig +", "formula.name", 18), ("flow ~ d d", "formula.unexpected", 10),
    ("flow ~ d + d", "formula.twice", 12), ("flow ~ d + 7", "formula.constant", 12),
    ("flow ~ `d", "formula.quote", 8), ("", "formula.name", 1), ("~ d", "formula.name", 1),
  ])
  func aFaultStandsAtItsColumn(_ text: String, _ code: String, _ column: Int) throws {
    let faults = try #require(#expect(throws: Faults.self) { try Formula.parse(text) })
    #expect(faults.all.map(\.code) == [code])
    #expect(faults.all[0].place?.column == column, "\(text)")
    #expect(faults.exitCode == 64)
  }

  /// Whatever the bytes, a formula is read or refused.
  @Test func noTextBreaksTheParser() {
    let alphabet = Array("flow~log(x)+|^:I*-/`1.0 ,é\u{0}i[]=cref'")
    var state: UInt64 = 42
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<(Int(state >> 60) + 3) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      do { _ = try Formula.parse(text) } catch is Faults {} catch {
        Issue.record("\(text): \(error)")
      }
    }
    #expect(throws: Faults.self) {
      try Formula.parse("y ~ I(" + String(repeating: "(", count: 5_000) + "x")
    }
  }
}
