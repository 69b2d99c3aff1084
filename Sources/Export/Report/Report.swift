import Demography
import Words

/// The report of a run in one language: one HTML file that opens without a network.
public struct Report: Sendable {
  private let input: ReportInput

  public init(_ input: ReportInput) { self.input = input }

  /// The file's bytes.
  /// - Parameter bundle: JavaScript that sets `window.vegaEmbed` (Tools/make_chart_bundle.py makes
  ///   it); without it the figures are tables, and the report says how to get charts.
  public func html(bundle: [UInt8]?) -> [UInt8] {
    let page = ChartPage(input)
    let words = page.naming.words
    let drawn = ChartCatalogue.all.map { ($0.section, $0.charts(page)) }
    let body = ReportBody(page: page, charts: drawn, hasCharts: bundle != nil)
    let title = "\(input.title(input.language.rawValue)) · \(input.run.quarter)"
    var html = """
      <!DOCTYPE html>
      <html lang="\(input.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="agyn \(htmlEscaped(input.run.engineVersion))">
      <meta name="agyn-run" content="\(htmlEscaped(input.run.key))">
      <title>\(htmlEscaped(title))</title>
      <link rel="icon" href="data:,">
      <style>\(ReportStyle.sheet)</style>
      </head>
      <body>
      <a class="skip" href="#answer">\(htmlEscaped(words("report.skip")))</a>
      \(body.html)

      """
    if let bundle {
      let charts = drawn.flatMap(\.1)
      let specifications = JSON.object(charts.map { .init($0.id, $0.specification) })
      html += """
        <script type="application/json" id="agyn-charts">\(scriptSafe(specifications))</script>
        <script type="module">\(scriptSafe(program: String(decoding: bundle, as: UTF8.self)))</script>
        <script type="module">\(ReportScript.text)</script>

        """
    }
    html += "</body>\n</html>\n"
    return Array(html.utf8)
  }
}
