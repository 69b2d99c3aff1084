public import Words

/// A figure of one answer: a complete specification, in the look of the report.
public struct FlowFigure: Hashable, Sendable {
  public let grammar: Chart.Grammar
  public let title: String
  public let language: Language
  public let specification: JSON

  /// A page that draws the figure without a network.
  /// - Parameter bundle: JavaScript that sets `window.vegaEmbed`.
  public func html(bundle: [UInt8]) -> [UInt8] {
    let options = "{actions:{export:true,source:false,compiled:false,editor:false},renderer:'svg'}"
    return Array(
      """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(htmlEscaped(title))</title>
      <link rel="icon" href="data:,">
      </head>
      <body>
      <div id="figure"></div>
      <script type="application/json" id="specification">\(scriptSafe(specification))</script>
      <script type="module">\(scriptSafe(program: String(decoding: bundle, as: UTF8.self)))</script>
      <script type="module">
      const text = document.getElementById('specification').textContent;
      await window.vegaEmbed('#figure', JSON.parse(text), \(options));
      document.documentElement.dataset.charts = 'drawn';
      </script>
      </body>
      </html>

      """.utf8)
  }
}

/// What the builders of figures share: words, numbers, and the file the figures come from.
struct FigurePage {
  let words: Wordbook
  let numbers: NumberFormat
  /// The file, as the user named it.
  let source: String

  init(_ language: Language, source: String) {
    words = Wordbook(language)
    numbers = NumberFormat(language)
    self.source = source
  }

  /// Completes a specification with title, note, source and look.
  ///
  /// - Parameters:
  ///   - id: its texts are `figure.<id>.title` and `figure.<id>.note`.
  ///   - remark: what is to be said after the note.
  ///   - data: rows by the name under which the specification reads them.
  func figure(
    _ id: String, _ arguments: [String: String] = [:], remark: String = "",
    grammar: Chart.Grammar = .vegaLite, data: [(name: String, rows: [JSON])], body: JSON
  ) -> FlowFigure {
    let title = words("figure.\(id).title", arguments)
    let note = [words("figure.\(id).note", arguments), remark].filter { !$0.isEmpty }
      .joined(separator: " ")
    let footer = words("figure.source", ["file": source])
    let head: JSON = [
      "$schema": .string(grammar.schema), "description": .string("\(title). \(note)"),
      "title": [
        "text": .string(title),
        "subtitle": .array((wrapped(note, at: 110) + wrapped(footer, at: 110)).map(JSON.string)),
      ],
    ]
    let sets: JSON =
      grammar == .vegaLite
      ? ["datasets": .object(data.map { .init($0.name, .array($0.rows)) })]
      : ["data": .array(data.map { ["name": .string($0.name), "values": .array($0.rows)] })]
    let look: JSON = [
      "config": grammar == .vegaLite
        ? ChartTheme.configuration(numbers) : ChartTheme.vegaFigure(numbers)
    ]
    return FlowFigure(
      grammar: grammar, title: title, language: words.language,
      specification: head.merged(sets).merged(body).merged(look))
  }

  func word(_ key: String, _ arguments: [String: String] = [:]) -> JSON {
    .string(words(key, arguments))
  }

  /// A field of a tooltip.
  func tip(_ field: String, _ key: String, format: String? = nil) -> JSON {
    let base: JSON = [
      "field": .string(field), "type": format == nil ? "nominal" : "quantitative",
      "title": word("column.\(key)"),
    ]
    return format.map { base.merged(["format": .string($0)]) } ?? base
  }
}

extension ChartTheme {
  /// Of a Vega figure that stands alone, with its title in the look of the others.
  static func vegaFigure(_ format: NumberFormat) -> JSON {
    guard case .object(let members) = configuration(format) else {
      return vegaConfiguration(format)
    }
    return vegaConfiguration(format).merged(
      .object(members.filter { ["title", "background"].contains($0.name) }))
  }
}
