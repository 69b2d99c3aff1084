import Demography
import Words

/// Everything between `<body>` and the scripts.
struct ReportBody {
  let page: ChartPage
  let charts: [(section: ReportSection, charts: [Chart])]
  let hasCharts: Bool

  private var input: ReportInput { page.input }
  private func words(_ key: String, _ arguments: [String: String] = [:]) -> String {
    htmlEscaped(page.naming.words(key, arguments))
  }

  var html: String {
    let sections = ReportSection.allCases.filter { $0 != .answer }.compactMap(section)
    return """
      <header class="top"><div class="wrap">
      <p class="brand"><b>Agyn</b> <span>\(htmlEscaped(input.title(input.language.rawValue)))</span></p>
      <p class="edition">\(words(input.question == nil ? "report.edition" : "report.scenario.edition", ["quarter": input.run.quarter, "vintage": input.run.asOf, "run": input.run.shortKey]))</p>
      </div></header>
      <main class="wrap">
      \(answer)
      \(navigation(sections.map(\.id)))
      \(sections.map(\.html).joined(separator: "\n"))
      \(MethodsSection(page: page).html)
      </main>
      \(footer)
      """
  }

  private func navigation(_ ids: [String]) -> String {
    let links = (ids + ["methods"]).map {
      "<a href=\"#\($0)\">\(words("report.section.\($0)"))</a>"
    }
    return "<nav aria-label=\"\(words("report.contents"))\">\(links.joined())</nav>"
  }

  // MARK: the first screen

  private var answer: String {
    let notice = hasCharts ? "" : "<p class=\"notice\">\(words("report.charts.absent"))</p>"
    if let question = input.question {
      return ScenarioAnswer(
        page: page, question: question, figures: figures(.answer), notice: notice
      ).html
    }
    let headline = Headline(input)
    let facts = (headline?.facts ?? []).map {
      """
      <div class="fact"><dt>\(htmlEscaped($0.label))</dt><dd><b>\(htmlEscaped($0.value))</b>\
      <span>\(htmlEscaped($0.detail))</span></dd></div>
      """
    }
    let question = headline?.question ?? page.naming.words("report.question.none")
    let reply = headline?.answer ?? page.naming.words("report.answer.none")
    return """
      <section id="answer" class="answer">
      <p class="kicker">\(words("report.question"))</p>
      <h1>\(htmlEscaped(question))</h1>
      <p class="reply">\(htmlEscaped(reply))</p>
      \(facts.isEmpty ? "" : "<dl class=\"facts\">\(facts.joined())</dl>")
      \(notice)
      \(AssumptionBanner(page: page).html)
      <div class="split"><div>\(figures(.answer))</div>\(moved)</div>
      </section>
      """
  }

  private var moved: String {
    let movements = Movements(input)
    let items = movements.items.map {
      "<li>\(htmlEscaped($0.text))<small>\(htmlEscaped($0.reason))</small></li>"
    }
    let since =
      input.run.previous.map { words("report.moved.since", ["run": $0]) }
      ?? words("report.moved.first")
    let more =
      movements.total > items.count
      ? "<p class=\"more\"><a href=\"#changes\">"
        + words("report.moved.more", ["count": String(movements.total)]) + "</a></p>" : ""
    let list =
      items.isEmpty
      ? "<p>\(words("report.moved.nothing"))</p>" : "<ul>\(items.joined())</ul>"
    return """
      <aside class="moved"><h2>\(words("report.moved"))</h2><p class="since">\(since)</p>\(list)\(more)</aside>
      """
  }

  // MARK: the chapters

  private func section(_ section: ReportSection) -> (id: String, html: String)? {
    let id = section.rawValue
    let content = figures(section) + SectionTables(page: page).html(section)
    guard !content.isEmpty else { return nil }
    let html = """
      <section id="\(id)"><h2>\(words("report.section.\(id)"))</h2>
      <p class="lead">\(words("report.section.\(id).lead"))</p>
      \(content)
      </section>
      """
    return (id, html)
  }

  private func figures(_ section: ReportSection) -> String {
    charts.filter { $0.section == section }.flatMap(\.charts).map(figure).joined(separator: "\n")
  }

  private func figure(_ chart: Chart) -> String {
    let frame =
      hasCharts
      ? "<div class=\"chart\" data-chart=\"\(chart.id)\" role=\"img\" aria-label=\"\(htmlEscaped(chart.title))\"></div>"
      : ""
    let folder = input.question == nil ? "tables/" : ""
    let tables = chart.tables.map { "\(folder)\($0).csv" }.joined(separator: ", ")
    let inside = """
      <p class="note">\(htmlEscaped(chart.note))</p>
      \(frame)
      <p class="source">\(htmlEscaped(page.footer(chart.sources))) · \(htmlEscaped(tables))</p>
      \(HTMLTable(page.naming, chart.fallback).disclosure(isOpen: !hasCharts))
      """
    guard chart.isFolded else {
      return """
        <figure id="fig-\(chart.id)"><figcaption><h3>\(htmlEscaped(chart.title))</h3></figcaption>
        \(inside)
        </figure>
        """
    }
    return """
      <figure id="fig-\(chart.id)" class="folded"><details class="fold"><summary><h3>\(htmlEscaped(chart.title))</h3></summary>
      \(inside)
      </details></figure>
      """
  }

  private var footer: String {
    """
    <footer class="bottom"><div class="wrap"><p>\(words("report.foot", ["version": input.run.engineVersion, "run": input.run.id]))</p>
    <p class="key">\(words("report.key")) <code>\(htmlEscaped(input.run.key))</code></p></div></footer>
    """
  }
}

/// Names the levers that rest on assumptions, hatched so that nobody overlooks them.
struct AssumptionBanner {
  let page: ChartPage

  var html: String {
    let levers = (page.rows("levers").map(Array.init) ?? []).filter { $0.flag("assumed") }
    let parameters = (page.rows("parameters").map(Array.init) ?? [])
      .filter { $0.flag("assumed") }
    let assumed = levers + parameters
    guard !assumed.isEmpty else { return "" }
    let naming = page.naming
    let names = assumed.map { $0.text("scenario") }.distinct().map { scenario in
      let levers = assumed.filter { $0.text("scenario") == scenario }
        .map { row in
          row.text("lever").isEmpty
            ? naming.parameter(row.text("parameter"), in: scenario)
            : naming.lever(row.text("lever"), in: scenario)
        }.distinct()
      return "\(naming.label("scenario", scenario)): \(levers.joined(separator: ", "))"
    }
    let text = naming.words("report.assumed", ["levers": names.joined(separator: "; ")])
    return """
      <div class="assumed"><p><b>\(htmlEscaped(naming.words("report.assumed.title")))</b> \(htmlEscaped(text))</p></div>
      """
  }
}
