import Demography
import Export
import Foundation
import Testing
import Words

@Suite struct ReportTests {
  /// Where the reports of the mock run are put for `Tools/check_report.py` and for the eye:
  /// `AGYN_REPORT_OUT`, or a folder of the system's temporary directory.
  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["AGYN_REPORT_OUT"]
      ?? NSTemporaryDirectory() + "agyn-export-tests")

  /// The chart bundle, where set-up has made it.
  static let bundle: [UInt8]? = {
    let path =
      ProcessInfo.processInfo.environment["AGYN_VEGA_BUNDLE"]
      ?? Python.root.appending(path: "share/vega-bundle.js").path
    return FileManager.default.contents(atPath: path).map(Array.init)
  }()

  static func text(_ language: Language, bundle: [UInt8]? = Array("let a = 1;".utf8)) -> String {
    String(decoding: Report(Mock.input(language)).html(bundle: bundle), as: UTF8.self)
  }

  @Test(arguments: Language.allCases)
  func theReportOfAMockRunIsWrittenInEveryLanguageWithoutAHole(_ language: Language) throws {
    let html = Report(Mock.input(language)).html(bundle: Self.bundle)
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    try Data(html).write(to: Self.folder.appending(path: "report.\(language.rawValue).html"))
    for chart in charts(of: Mock.input(language)) {
      let folder = Self.folder.appending(path: "charts.\(language.rawValue)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(chart.bytes).write(to: folder.appending(path: chart.file))
    }
    let text = String(decoding: html, as: UTF8.self)
    #expect(!text.contains("⟨"), "a key without a text")
    #expect(text.contains("<html lang=\"\(language.rawValue)\">"))
  }

  @Test func theChaptersStandInTheOrderOfTheReport() {
    let html = Self.text(.en)
    let order = ["answer", "scenarios", "regions", "flows", "labour", "quality", "data", "methods"]
    let places = order.map { html.range(of: "<section id=\"\($0)\"")?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    let found = places.compactMap { $0 }
    #expect(found == found.sorted())
  }

  @Test func theFirstScreenHasTheQuestionTheAnswerItsIntervalAndWhatMoved() throws {
    let html = Self.text(.en)
    let end = try #require(html.range(of: "<section id=\"scenarios\"")).lowerBound
    let first = html[..<end]
    #expect(first.contains("Astana: how many people in 2035"))
    #expect(first.contains("80% interval"))
    #expect(first.contains("data-chart=\"headline\""))
    #expect(first.contains("Kazakhstan, 2022: net migration −6,946 → −6,722"))
    #expect(first.contains("Revised history, release of 2024-03-28"))
  }

  @Test func textsOfSourcesAreEscapedEverywhere() {
    for language in Language.allCases {
      let html = Self.text(language)
      #expect(!html.contains("<script>alert"))
      #expect(!html.contains("<img src=x"))
      #expect(!html.contains("<b>none</b>"))
      #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }
  }

  @Test func nothingInsideAScriptCanEndIt() throws {
    var tables = Mock.all
    let name = "</script><script>alert(2)</script>"
    let hostile = Names(kk: name, ru: name, en: name)
    tables["series"] = Mock.table(
      "series", ["series", "area", "unit", "period", "kind", "value"],
      [
        ["UNEMP", name, "PS", "2020", "observed", "5"],
        ["UNEMP", name, "PS", "2021", "observed", "6"],
      ])
    var input = Mock.input(.en, tables: tables)
    input.labels["series"] = ["UNEMP": hostile]
    input.title = hostile
    let bundle = Array("const close = '</script>'; const other = '</SCRIPT >'; '<!--';".utf8)
    let html = String(decoding: Report(input).html(bundle: bundle), as: UTF8.self)
    #expect(html.components(separatedBy: "<script").count - 1 == 3)
    #expect(html.lowercased().components(separatedBy: "</script").count - 1 == 3)
    #expect(!html.contains("alert(2)</script>"))
  }

  @Test func withoutTheBundleThereAreTablesAndTheWayToCharts() {
    for language in Language.allCases {
      let html = Self.text(language, bundle: nil)
      #expect(!html.contains("<script"))
      #expect(!html.contains("data-chart"))
      #expect(html.contains("<details open>"))
      #expect(html.contains("make bundle"))
      #expect(html.contains("<figure id=\"fig-gap_matrix\">"))
    }
  }

  @Test func everyFigureNamesSourceVintageRunAndTables() {
    let html = Self.text(.en)
    let figures = html.components(separatedBy: "<figure ").dropFirst()
    #expect(figures.count == ChartLawTests.expected.count)
    for figure in figures {
      let body = figure.components(separatedBy: "</figure>")[0]
      #expect(body.contains("Source: "))
      #expect(body.contains("as of 2025-10-15"))
      #expect(body.contains("run 7f3a9c41d0b2"))
      #expect(body.contains("tables/"))
      #expect(body.contains("<h3>"))
    }
  }

  @Test func theReportNeverAsksANetwork() {
    let html = Self.text(.en)
    #expect(!html.contains(" src="))
    #expect(!html.contains("@import") && !html.contains("url(http"))
  }

  @Test func aRunWithoutTablesStillGivesAReport() {
    for language in Language.allCases {
      let html = String(
        decoding: Report(Mock.input(language, tables: [:])).html(bundle: nil), as: UTF8.self)
      #expect(html.contains("<section id=\"methods\">") && !html.contains("⟨"))
    }
  }

  @Test func theSameRunGivesTheSameBytes() {
    #expect(
      Report(Mock.input(.ru)).html(bundle: nil) == Report(Mock.input(.ru)).html(bundle: nil))
  }

  @Test func assumedLeversGetABanner() {
    #expect(Self.text(.en).contains("<div class=\"assumed\">"))
    var tables = Mock.all
    tables["levers"] = nil
    let html = String(
      decoding: Report(Mock.input(.en, tables: tables)).html(bundle: nil), as: UTF8.self)
    #expect(!html.contains("<div class=\"assumed\">"))
  }

  @Test func chromiumShowsTheReportAtBothWidthsWithoutAComplaint() throws {
    let file = Self.folder.appending(path: "seen.html")
    guard let bundle = Self.bundle,
      FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")
    else {
      print("not run: no chart bundle or no Chromium")
      return
    }
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    try Data(Report(Mock.input(.kk)).html(bundle: bundle)).write(to: file)
    let tool = Python.root.appending(path: "Tools/check_report.py").path
    guard let result = try Python.run([tool, file.path], needs: "selenium") else { return }
    #expect(result.status == 0, "\(result.output)")
  }
}
