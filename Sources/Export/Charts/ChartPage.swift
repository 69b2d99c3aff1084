import Demography
import Words

/// What every chart builder is given: the tables, the names, and what the run is asked about.
struct ChartPage {
  let input: ReportInput
  let naming: Naming
  let focus: ChosenFocus?
  private let figureSources: FigureSources

  init(_ input: ReportInput) {
    self.input = input
    naming = Naming(input)
    focus = ChosenFocus(input)
    figureSources = FigureSources(input.tables)
  }

  /// The rows of a table; `nil` where it is absent or has none.
  func rows(_ table: String) -> TableRows? {
    guard let table = input.tables[table], table.rowCount > 0 else { return nil }
    return TableRows(table)
  }

  func words(_ key: String, _ arguments: [String: String] = [:]) -> JSON {
    .string(naming.words(key, arguments))
  }

  /// Completes a specification with its title, note, source line, data, look and language.
  ///
  /// - Parameters:
  ///   - id: of the chart; its texts are `chart.<text>.title` and `chart.<text>.note`.
  ///   - text: `id` where not given.
  ///   - sources: names of those who state the figures; found by `tables` where not given.
  ///   - remark: what is to be said after the note.
  ///   - isFolded: whether the report shows it behind a line that opens it.
  ///   - values: rows of the data set, named `table` in the specification.
  ///   - layout: how the page fits it to its width, for the script of the report:
  ///     `fit` stretches, `facet` chooses columns of at least `cell` pixels.
  func chart(
    _ id: String, text: String? = nil, _ arguments: [String: String] = [:],
    grammar: Chart.Grammar = .vegaLite, tables: [String], sources: [String] = [],
    remark: String = "", isFolded: Bool = false, values: [JSON], layout: ChartLayout = .fit,
    body: JSON, fallback: ReportTable
  ) -> Chart {
    let title = naming.words("chart.\(text ?? id).title", arguments)
    let note = [naming.words("chart.\(text ?? id).note", arguments), remark]
      .filter { !$0.isEmpty }.joined(separator: " ")
    let named = sources.isEmpty ? statedBy(tables) : sources
    let head: JSON = [
      "$schema": .string(grammar.schema),
      "description": .string("\(title). \(note)"),
      "title": [
        "text": .string(title),
        "subtitle": .array(
          (wrapped(note, at: 110) + wrapped(footer(named), at: 110)).map(JSON.string)),
      ],
      "usermeta": ["agyn": layout.json.merged(["run": .string(input.run.id)])],
    ]
    let data: JSON =
      grammar == .vegaLite
      ? ["data": ["name": "table", "values": .array(values)]]
      : ["data": [["name": "table", "values": .array(values)]]]
    let size: JSON =
      grammar == .vegaLite && layout == .fit
      ? ["autosize": ["type": "fit-x", "contains": "padding"]] : [:]
    let look: JSON = [
      "config": grammar == .vegaLite
        ? ChartTheme.configuration(naming.numbers) : ChartTheme.vegaConfiguration(naming.numbers)
    ]
    return Chart(
      id: id, grammar: grammar, title: title, note: note, tables: tables, sources: named,
      isFolded: isFolded,
      specification: head.merged(data).merged(size).merged(body).merged(look), fallback: fallback)
  }

  /// The line under every figure: who states it, when it was read, which run computed it.
  func footer(_ sources: [String]) -> String {
    naming.words(
      "report.figure.footer",
      [
        "sources": sources.joined(separator: "; "), "vintage": input.run.asOf,
        "run": input.run.shortKey,
      ])
  }

  /// Agencies whose figures computed tables rest on, and who computed.
  private func statedBy(_ tables: [String]) -> [String] {
    agencies(figureSources.agencies(of: tables))
  }

  /// Agencies whose figures a series or what is made of it rests on, and who computed.
  func stated(bySeries rows: [TableRows.Row]) -> [String] {
    agencies(figureSources.agencies(ofSeries: rows))
  }

  /// Names of the codes of agencies, and who computed.
  func agencies(_ codes: [String]) -> [String] {
    codes.map { naming.label("agency", $0) } + [naming.words("report.figure.computed")]
  }
}

/// A text in lines of at most `width` characters, but never less than a word.
func wrapped(_ text: String, at width: Int) -> [String] {
  var lines: [String] = [""]
  for word in text.split(separator: " ") {
    let last = lines[lines.count - 1]
    if last.isEmpty {
      lines[lines.count - 1] = String(word)
    } else if last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

/// How the page fits a chart to its width.
enum ChartLayout: Hashable, Sendable {
  case fit
  /// Small multiples of at least `cell` pixels each, with `margin` for each one's own axis, or for
  /// all of a row where the axis is shared.
  case facet(cell: Int, margin: Int, isShared: Bool = false)

  var json: JSON {
    switch self {
    case .fit: ["layout": "fit"]
    case .facet(let cell, let margin, let isShared):
      [
        "layout": "facet", "cell": .integer(cell), "margin": .integer(margin),
        "shared": .bool(isShared),
      ]
    }
  }
}

extension Chart.Grammar {
  var schema: String {
    switch self {
    case .vegaLite: "https://vega.github.io/schema/vega-lite/v6.json"
    case .vega: "https://vega.github.io/schema/vega/v6.json"
    }
  }
}
