import Demography
import Words

/// The tables that stand beside the figures of a chapter.
struct SectionTables {
  let page: ChartPage

  private var naming: Naming { page.naming }
  private func words(_ key: String, _ arguments: [String: String] = [:]) -> String {
    htmlEscaped(naming.words(key, arguments))
  }

  func html(_ section: ReportSection) -> String {
    switch section {
    case .scenarios: comparison + levers + parameters
    case .flows: gravity
    case .data: failedRules + declaredBreaks + changes + sources
    case .answer, .regions, .labour, .quality: ""
    }
  }

  private func block(_ id: String, _ note: String, _ table: ReportTable, isOpen: Bool) -> String {
    guard !table.rows.isEmpty else { return "" }
    let shown = HTMLTable(naming, table)
    return """
      <div class="block" id="\(id)"><h3>\(words("report.\(id)"))</h3><p class="note">\(note)</p>
      \(isOpen ? shown.html : shown.disclosure(isOpen: false, key: "report.rows"))</div>
      """
  }

  /// Levels and differences of the question's variants, areas and years.
  private var comparison: String {
    guard let question = page.input.question, let rows = page.rows("differences") else { return "" }
    var levels: [String: TableRows.Row] = [:]
    func key(_ row: TableRows.Row) -> String {
      ["variant", "area", "period", "metric"].map { row.text($0) }.joined(separator: "|")
    }
    for row in page.rows("levels").map(Array.init) ?? []
    where row.text("scenario") == question.scenario {
      levels[key(row)] = row
    }
    let own = rows.filter {
      $0.text("scenario") == question.scenario && $0.text("against") == question.against
        && question.areas.contains($0.text("area"))
    }
    func said(_ row: TableRows.Row?, _ column: String, isSigned: Bool = false) -> String {
      row?.number(column).map { naming.numbers.significant($0, isSigned: isSigned) } ?? ""
    }
    func span(_ row: TableRows.Row?, isSigned: Bool = false) -> String {
      ["lower_80", "upper_80"].map { said(row, $0, isSigned: isSigned) }
        .joined(separator: "\u{A0}… ")
    }
    let sorted = question.metrics.flatMap { metric in
      question.areas.flatMap { area in
        own.filter { $0.text("metric") == metric && $0.text("area") == area }
      }
    }
    let names: [(String, Bool)] = [
      ("metric", false), ("area", false), ("variant", false), ("period", false), ("level", true),
      ("interval_80", true), ("difference", true), ("difference_interval_80", true),
      ("probability_above_zero", true),
    ]
    let table = ReportTable(
      headings: names.map { .init(title: naming.column($0.0), isNumber: $0.1) },
      rows: sorted.map { row in
        let level = levels[key(row)]
        return [
          naming.label("metric", row.text("metric")), naming.area(row.text("area")),
          naming.variant(row.text("variant"), in: question.scenario),
          String(row.text("period").prefix(4)), said(level, "median"), span(level),
          said(row, "median", isSigned: true), span(row, isSigned: true),
          row.number("probability_above_zero").map { naming.numbers.percent($0) } ?? "",
        ]
      })
    let base = ["base": naming.variant(question.against, in: question.scenario)]
    return block("comparison", words("report.comparison.note", base), table, isOpen: true)
  }

  private var levers: String {
    guard let rows = page.rows("levers") else { return "" }
    let own = "source_\(page.input.language.rawValue)"
    let headings = ["scenario", "lever", "quality", "source", "assumed"].map {
      ReportTable.Heading(title: naming.column($0), isNumber: false)
    }
    let table = ReportTable(
      headings: headings,
      rows: rows.map { row in
        [
          naming.label("scenario", row.text("scenario")),
          naming.lever(row.text("lever"), in: row.text("scenario")),
          naming.words["lever.quality.\(row.text("quality"))"] ?? row.text("quality"),
          row.text(own).isEmpty ? row.text("source") : row.text(own),
          naming.words(row.flag("assumed") ? "report.yes" : "report.no"),
        ]
      })
    return block("levers", words("report.levers.note"), table, isOpen: true)
  }

  /// The knobs of the scenario that the page explains.
  private var parameters: String {
    guard let question = page.input.question, let rows = page.rows("parameters") else { return "" }
    let own = "source_\(page.input.language.rawValue)"
    let headings = ["parameter", "low", "median", "high", "quality", "source"].map {
      ReportTable.Heading(
        title: naming.column($0), isNumber: ["low", "median", "high"].contains($0))
    }
    let table = ReportTable(
      headings: headings,
      rows: rows.filter { $0.text("scenario") == question.scenario }.map { row in
        func said(_ column: String) -> String {
          row.number(column).map { naming.numbers.significant($0) } ?? ""
        }
        return [
          naming.parameter(row.text("parameter"), in: question.scenario), said("low"),
          said("median"), said("high"),
          naming.words["lever.quality.\(row.text("quality"))"] ?? row.text("quality"),
          row.text(own).isEmpty ? row.text("source") : row.text(own),
        ]
      })
    return block("parameters", words("report.parameters.note"), table, isOpen: true)
  }

  private var gravity: String {
    guard let rows = page.rows("gravity") else { return "" }
    let shown = rows.filter { !$0.text("term").contains("::") }
    let table = ReportTable(
      naming, shown,
      [
        .code("model", list: "series"), .code("term", list: "term"), .number("estimate"),
        .number("std_error"),
        .number("conf_low"), .number("conf_high"),
      ])
    return block("gravity", words("report.gravity.note"), table, isOpen: shown.count <= 24)
  }

  /// The detail in the report's language where the run states it so, else as it stands.
  private var ruleColumns: [ReportTable.Column] {
    let own = "detail_\(page.input.language.rawValue)"
    let isStated = page.input.tables["conflicts"]?[own] != nil
    return [
      .text("rule"), .word("severity", prefix: "rule.severity"), .text("period"), .area("area"),
      .text("left"), .number("left_value"), .text("right"), .number("right_value"),
      .signed("difference"), .text(isStated ? own : "detail"),
    ]
  }

  private var failedRules: String {
    guard let rows = page.rows("conflicts") else { return "" }
    let failed = rows.filter { $0.text("outcome") == "failed" }
    let open = rows.filter { $0.text("outcome") == "not_evaluated" }
    let counts = [
      "failed": naming.numbers.whole(Double(failed.count)),
      "open": naming.numbers.whole(Double(open.count)),
    ]
    return block(
      "failed", words("report.failed.note", counts),
      ReportTable(naming, failed, ruleColumns), isOpen: failed.count <= 14)
  }

  /// Breaks that the workspace declares with their size, and that the figures show as declared.
  private var declaredBreaks: String {
    guard let rows = page.rows("conflicts") else { return "" }
    let declared = rows.filter { $0.text("outcome") == "declared_break" }
    return block(
      "declared", words("report.declared.note"),
      ReportTable(naming, declared, ruleColumns), isOpen: true)
  }

  private var changes: String {
    guard let rows = page.rows("changes") else { return "" }
    let table = ReportTable(
      naming, rows,
      [
        .code("measure", list: "measure"), .area("area"), .text("period"),
        .code("source", list: "source"), .text("previous_vintage"), .number("previous_value"),
        .text("vintage"), .number("value"), .signed("difference"),
        .word("reason", prefix: "report.reason"),
      ])
    return block("changes", words("report.changes.note"), table, isOpen: rows.count <= 14)
  }

  private var sources: String {
    guard let rows = page.rows("sources") else { return "" }
    let table = ReportTable(
      headings: [
        "source", "agency", "observations", "period", "latest_vintage", "licence", "may_export",
      ]
      .map { .init(title: naming.column($0), isNumber: $0 == "observations") },
      rows: rows.map { row in
        let title = row.text("title")
        let named = naming.label("source", row.text("id"))
        return [
          title.isEmpty || named != row.text("id") ? named : title,
          naming.label("agency", row.text("agency")),
          row.number("observations").map(naming.numbers.whole) ?? "",
          [row.text("first_period"), row.text("last_period")].filter { !$0.isEmpty }
            .joined(separator: "\u{A0}–\u{A0}"),
          String(row.text("latest_vintage").prefix(10)), row.text("licence"),
          naming.words(row.flag("may_export") ? "report.yes" : "report.no"),
        ]
      })
    return block("sources", words("report.sources.note"), table, isOpen: true)
  }
}
