import Demography
import Export
import Testing
import Words

/// Tables of articles: what LaTeX reads must be what the terminal shows.
struct TypesetTableTests {
  private let models = ModelTable(
    [
      .init(
        name: "poisson",
        terms: [
          .init(name: "(Intercept)", estimate: 12.5, standardError: 0.25, pValue: 0),
          .init(name: "log(pop_d)", estimate: -1234.56, standardError: 0.0471, pValue: 0.03),
        ],
        lines: [
          .init("effects", .none), .init("observations", .count(1_234_567)),
          .init("aic", .number(-10.25, places: 1)),
        ]),
      .init(
        name: "negbin2",
        terms: [.init(name: "log(pop_d)", estimate: 0.00002, standardError: 0.1, pValue: 0.2)],
        lines: [
          .init("effects", .text("orig + dest^year")), .init("observations", .count(7)),
          .init("aic", .number(3, places: 1)),
        ]),
    ], hasStars: true)

  @Test func signsOfLaTeXAreEscapedAndLettersStay() {
    #expect(
      latexEscaped(##"a_b & 50% #1 {x} \ ^ ~ $ <|>"##)
        == ##"a\_b \& 50\% \#1 \{x\} \textbackslash{} \textasciicircum{} \textasciitilde{} \$ "##
        + ##"\textless{}\textbar{}\textgreater{}"##)
    #expect(latexEscaped("Ақмола → Шығыс R²") == "Ақмола $\\to$ Шығыс R\\textsuperscript{2}")
  }

  @Test func modelsStandSideBySideWithErrorsUnderCoefficients() {
    let text = models.typeset(.en, notes: ["(1) a note"]).text()
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0].contains("(1)") && lines[0].contains("(2)"))
    let row = lines.firstIndex { $0.hasPrefix("log(pop_d)") } ?? 0
    #expect(lines[row].contains("−1,234.6**") && lines[row].hasSuffix("2.00e−5"))
    #expect(lines[row + 1].contains("(0.0471)") && lines[row + 1].contains("(0.1000)"))
    // A term that a model does not have leaves its cell empty.
    let intercept = lines.first { $0.hasPrefix("(Intercept)") } ?? ""
    #expect(intercept.contains("12.5000***"))
    #expect(lines.last == "(1) a note")
    #expect(lines.count { $0.hasPrefix("──") } == 3)
  }

  @Test func laTeXHasTheSameFiguresInMathematics() {
    let latex = models.typeset(.en).latex()
    #expect(latex.contains("$-1{,}234.6^{**}$"))
    #expect(latex.contains("$2.00\\times 10^{-5}$"))
    #expect(latex.contains("$(0.0471)$"))
    #expect(latex.contains("log(pop\\_d)"))
    #expect(latex.contains("orig + dest\\textasciicircum{}year"))
    #expect(latex.contains("$1{,}234{,}567$"))
  }

  /// What a compiler of LaTeX would stumble over: ends that do not match, rows of other lengths,
  /// mathematics that is not closed.
  @Test func laTeXIsWellFormed() {
    for language in Language.allCases {
      let latex = models.typeset(language, notes: ["50 % of a_b & c"]).latex()
      var open: [Substring] = []
      for match in latex.matches(of: #/\\(begin|end)\{([a-z]+)\}/#) {
        if match.1 == "begin" { open.append(match.2) } else { #expect(open.popLast() == match.2) }
      }
      #expect(open.isEmpty)
      let plain = latex.replacing("\\\\", with: "\n").replacing(#/\\[&%$#_{}]/#, with: "")
      #expect(plain.count { $0 == "$" }.isMultiple(of: 2))
      #expect(plain.count { $0 == "{" } == plain.count { $0 == "}" })
      let rows = latex.split(separator: "\n").filter { $0.hasSuffix("\\\\") }
      #expect(rows.count == 9)
      for row in rows { #expect(row.replacing("\\&", with: "").count { $0 == "&" } == 2, "\(row)") }
    }
  }

  @Test func aTidyTableIsShownAsInTheTerminal() {
    let table = Table("t", [.text("term", ["a_1"]), .real("estimate", [-0.5])])
    let shown = TypesetTable(table, language: .en)
    #expect(shown.text() == TerminalTable(table, language: .en).text())
    #expect(shown.latex().contains("a\\_1 & $-0.500$ \\\\"))
  }
}
