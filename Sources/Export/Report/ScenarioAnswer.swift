import Demography
import Words

/// The first screen of a page that explains a scenario: its question, sentences to be copied, what rests
/// on assumptions and what should be known before.
struct ScenarioAnswer {
  let page: ChartPage
  let question: ScenarioQuestion
  let figures: String
  /// What is said where the charts are not there; may be empty.
  let notice: String

  private func words(_ key: String, _ arguments: [String: String] = [:]) -> String {
    htmlEscaped(page.naming.words(key, arguments))
  }

  var html: String {
    let text = DifferenceText(page)
    let first = text?.first.map(\.text) ?? []
    let rest = (text?.sentences.map(\.text) ?? []).filter { !first.contains($0) }
    let reply = first.isEmpty ? [page.naming.words("report.copy.none", names)] : first
    let title = question.title(page.input.language.rawValue)
    return """
      <section id="answer" class="answer">
      <p class="kicker">\(words("report.scenario.kicker"))</p>
      <h1>\(htmlEscaped(title))</h1>
      <div class="reply">\(paragraphs(reply))</div>
      \(notice)
      \(AssumptionBanner(page: page).html)
      \(warnings)
      \(rest.isEmpty ? "" : "<details><summary>\(words("report.copy.more", ["count": String(rest.count)]))</summary><div class=\"copy\">\(paragraphs(rest))</div></details>")
      \(figures)
      </section>
      """
  }

  private var names: [String: String] {
    [
      "year": String(question.year),
      "against": page.naming.variant(question.against, in: question.scenario),
    ]
  }

  private func paragraphs(_ sentences: [String]) -> String {
    sentences.map { "<p>\(htmlEscaped($0))</p>" }.joined(separator: "\n")
  }

  private var warnings: String {
    guard !page.input.warnings.isEmpty else { return "" }
    let items = page.input.warnings.map { "<li>\(htmlEscaped($0))</li>" }
    return """
      <div class="notice"><b>\(words("report.scenario.warnings"))</b><ul>\(items.joined())</ul></div>
      """
  }
}
