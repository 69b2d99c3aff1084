extension TypesetTable {
  /// The table in LaTeX with the rules of the package booktabs, to be read into a document.
  ///
  /// Texts are escaped. Right-aligned cells that are numbers stand in mathematics, with their stars as a
  /// superscript and powers of ten written out.
  public func latex() -> String {
    let alignment = columns.map { $0.alignment == .left ? "l" : "r" }.joined()
    func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\" }
    var lines = [
      "% \\usepackage{booktabs}", "\\begin{table}[htbp]", "\\centering",
      "\\begin{tabular}{\(alignment)}", "\\toprule", line(columns.map { latexEscaped($0.title) }),
    ]
    for group in groups {
      lines.append("\\midrule")
      lines += group.map { cells in
        line(
          cells.indices.map {
            columns[$0].alignment == .right ? LaTeXNumber.cell(cells[$0]) : latexEscaped(cells[$0])
          })
      }
    }
    lines += ["\\bottomrule", "\\end{tabular}"]
    lines += notes.map { "\\par\\smallskip\\footnotesize \(latexEscaped($0))" }
    return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
  }
}

/// Text made safe to stand in the body of a LaTeX document in UTF-8.
///
/// Letters of every alphabet stay; signs that need a package of their own become commands.
public func latexEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if let command = commands[scalar] {
      result += command
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private let commands: [Unicode.Scalar: String] = [
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%",
  "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}",
  ">": "\\textgreater{}", "|": "\\textbar{}", "\"": "\\textquotedbl{}", "–": "--", "—": "---",
  "−": "$-$", "²": "\\textsuperscript{2}", "³": "\\textsuperscript{3}", "·": "$\\cdot$",
  "×": "$\\times$", "→": "$\\to$", "≤": "$\\le$", "≥": "$\\ge$", "≠": "$\\ne$", "∞": "$\\infty$",
  "…": "\\ldots{}", "\u{A0}": "~", "\u{202F}": "\\,", "₀": "\\textsubscript{0}", "η": "$\\eta$",
  "θ": "$\\theta$", "δ": "$\\delta$", "χ": "$\\chi$", "μ": "$\\mu$", "№": "\\textnumero{}",
]

/// A number as text turned into mathematics.
enum LaTeXNumber {
  /// `−0.83***` becomes `$-0.83^{***}$`, `(6.7e−13)` becomes `$(6.7\times 10^{-13})$`; what is no number
  /// is escaped.
  static func cell(_ text: String) -> String {
    let pattern =
      #/(\()?([+−\-]?)([0-9][0-9.,\u{202F}]*)(?:e([+−\-]?)([0-9]+))?(\))?(\*{0,3})( ?%)?/#
    guard let found = text.wholeMatch(of: pattern) else { return latexEscaped(text) }
    let sign = found.2 == "−" ? "-" : String(found.2)
    // A comma in mathematics would have a space after it.
    let digits = found.3.replacing(",", with: "{,}").replacing("\u{202F}", with: "\\,")
    let power =
      found.5.map { "\\times 10^{\(found.4 == "−" || found.4 == "-" ? "-" : "")\($0)}" } ?? ""
    let stars = found.7.isEmpty ? "" : "^{\(found.7)}"
    let unit = found.8.map { _ in "\\,\\%" } ?? ""
    return "$\(found.1 ?? "")\(sign)\(digits)\(power)\(found.6 ?? "")\(stars)\(unit)$"
  }
}
