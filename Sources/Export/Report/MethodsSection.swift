import Words

/// How the numbers were made, and what is needed to make them again.
struct MethodsSection {
  let page: ChartPage

  private func words(_ key: String, _ arguments: [String: String] = [:]) -> String {
    htmlEscaped(page.naming.words(key, arguments))
  }

  private static let topics = [
    "kinds", "harmony", "flows", "series", "projection", "scenarios", "limits",
  ]

  var html: String {
    let run = page.input.run
    let topics = Self.topics.map {
      "<div><h3>\(words("report.methods.\($0)"))</h3><p>\(words("report.methods.\($0).text"))</p></div>"
    }
    let facts: [(String, String)] = [
      ("run", run.id), ("key", run.key), ("quarter", run.quarter), ("vintage", run.asOf),
      ("seed", String(run.seed)), ("draws", page.naming.numbers.whole(Double(run.draws))),
      ("version", run.engineVersion),
    ]
    let card = facts.map {
      "<div><dt>\(words("report.run.\($0.0)"))</dt><dd>\(htmlEscaped($0.1))</dd></div>"
    }
    let inputs = ReportTable(
      headings: [
        .init(title: page.naming.words("report.run.input"), isNumber: false),
        .init(title: page.naming.words("report.run.digest"), isNumber: false),
      ], rows: run.digests.map { [$0.name, $0.digest] })
    return """
      <section id="methods"><h2>\(words("report.section.methods"))</h2>
      <p class="lead">\(words("report.section.methods.lead"))</p>
      <div class="kinds">\(kindLegend)</div>
      <div class="topics">\(topics.joined(separator: "\n"))</div>
      <h3>\(words("report.glossary"))</h3>
      <dl class="glossary">\(glossary)</dl>
      <h3>\(words("report.run"))</h3>
      <dl class="run">\(card.joined())</dl>
      \(HTMLTable(page.naming, inputs).disclosure(isOpen: false, key: "report.run.inputs"))
      </section>
      """
  }

  private static let terms = [
    "flow", "arrivals", "net", "origin", "region", "population", "labour", "permit", "scenario",
    "forecast", "uncertainty", "source", "gap", "kinds", "period", "age", "difference", "lever",
  ]

  /// The words of the page and what they mean here.
  private var glossary: String {
    Self.terms.map {
      "<div><dt>\(words("report.glossary.\($0)"))</dt><dd>\(words("report.glossary.\($0).text"))</dd></div>"
    }.joined()
  }

  /// How the kinds of numbers look in every chart.
  private var kindLegend: String {
    let line = "stroke=\"#1f2933\" stroke-width=\"2\""
    let dots = "<circle cx=\"14\" cy=\"12\" r=\"2.6\"/><circle cx=\"32\" cy=\"12\" r=\"2.6\"/>"
    let band =
      "<path d=\"M2 12 L44 2 V22 Z\" fill=\"#0072B2\" opacity=\".16\"/>"
      + "<path d=\"M2 12 L44 6 V18 Z\" fill=\"#0072B2\" opacity=\".3\"/>"
      + "<path d=\"M2 12 H44\" stroke=\"#0072B2\" stroke-width=\"2\"/>"
    let signs: [(String, String)] = [
      ("observed", "<path d=\"M2 12 H44\" \(line)/>" + dots),
      ("modelled", "<path d=\"M2 12 H44\" \(line) stroke-dasharray=\"5 3\"/>"),
      ("projected", band),
      (
        "simulated",
        "<path d=\"M2 12 L14 8 L28 14 L44 5 M2 12 L16 15 L30 9 L44 16\" fill=\"none\" stroke=\"#8a94a0\" stroke-width=\".6\"/>"
      ),
    ]
    return signs.map {
      "<p><svg viewBox=\"0 0 46 24\" width=\"46\" height=\"24\" aria-hidden=\"true\">\($0.1)</svg>"
        + "<span>\(words("report.look.\($0.0)"))</span></p>"
    }.joined()
  }
}
