import Export
import Foundation
import Testing
import Words

@Suite struct ChartLawTests {
  static let expected = [
    "headline", "scenario_comparison_quota_wide", "scenario_comparison_resettlement",
    "scenario_comparison_shock_return", "components", "tile_map", "fan_regions", "pyramid",
    "pyramid_regions", "od_heat", "corridors", "permit_stock", "permit_regions", "backtest",
    "coverage",
    "series_natinc", "series_unemp", "series_unemp_rest", "gap_matrix", "conflicts",
  ]

  @Test func everyChartOfAFullRunIsThereInTheOrderOfTheReport() {
    #expect(charts(of: Mock.input(.en)).map(\.id) == Self.expected)
  }

  @Test(arguments: Language.allCases)
  func everySpecificationIsValidJSONWithTitleSourceLineDataAndSchema(_ language: Language) throws {
    for chart in charts(of: Mock.input(language)) {
      let object = try JSONSerialization.jsonObject(with: Data(chart.bytes))
      let spec = try #require(object as? [String: Any], "\(chart.id)")
      let schema = try #require(spec["$schema"] as? String)
      #expect(schema.contains(chart.grammar == .vegaLite ? "/vega-lite/v6" : "/vega/v6"))
      let title = try #require(spec["title"] as? [String: Any], "\(chart.id)")
      #expect(title["text"] as? String == chart.title)
      #expect(!chart.title.isEmpty && !chart.title.contains("{") && !chart.title.contains("⟨"))
      #expect(!chart.note.contains("{") && !chart.note.contains("⟨"))
      let lines = try #require(title["subtitle"] as? [String]).joined(separator: " ")
      #expect(lines.contains(Mock.run.shortKey), "\(chart.id) does not name its run")
      #expect(lines.contains(Mock.run.asOf), "\(chart.id) does not name its vintage")
      for source in chart.sources { #expect(lines.contains(source), "\(chart.id)") }
      #expect(!chart.sources.isEmpty)
      #expect(spec["data"] != nil && spec["config"] != nil)
    }
  }

  @Test func theSameTablesGiveTheSameBytes() {
    for language in Language.allCases {
      let first = charts(of: Mock.input(language)).map(\.bytes)
      let second = charts(of: Mock.input(language)).map(\.bytes)
      #expect(first == second)
    }
  }

  @Test func coloursAreThoseOfThePaletteAndNoChartIsAPieOrHasTwoAxes() {
    for chart in charts(of: Mock.input(.en)) {
      let text = String(decoding: chart.bytes, as: UTF8.self)
      #expect(!text.contains("\"arc\""), "\(chart.id) is a pie")
      #expect(!text.contains("\"scheme\""), "\(chart.id) uses a scheme of the library")
      #expect(!text.contains("\"red\"") && !text.contains("\"green\""), "\(chart.id)")
      #expect(!text.contains("http://"), "\(chart.id) asks a network")
    }
  }

  @Test func barsBeginAtZero() {
    for chart in charts(of: Mock.input(.en)) {
      let text = String(decoding: chart.bytes, as: UTF8.self)
      guard text.contains("\"type\":\"bar\"") else { continue }
      #expect(!text.contains("\"zero\":false"), "\(chart.id) cuts its bars")
    }
  }

  @Test func numbersFollowTheLanguage() {
    for language in Language.allCases {
      let mark = language == .en ? "\"thousands\":\",\"" : "\"thousands\":\"\u{202F}\""
      for chart in charts(of: Mock.input(language)) {
        #expect(String(decoding: chart.bytes, as: UTF8.self).contains(mark), "\(chart.id)")
      }
    }
  }

  @Test func aChartWithoutItsTableIsLeftOut() {
    var tables = Mock.all
    tables["od_flows"] = nil
    let ids = charts(of: Mock.input(.en, tables: tables)).map(\.id)
    #expect(!ids.contains("od_heat") && !ids.contains("corridors"))
    #expect(ids.contains("fan_regions"))
    #expect(charts(of: Mock.input(.en, tables: [:])).isEmpty)
  }

  @Test func theOriginStandsDownTheSideOfTheFlowMap() throws {
    let chart = try #require(charts(of: Mock.input(.en)).first { $0.id == "od_heat" })
    let layers = try #require(chart.specification["layer"])
    guard case .array(let list) = layers else {
      Issue.record("no layers")
      return
    }
    let encoding = try #require(list[0]["encoding"])
    #expect(encoding["y"]?["field"] == .string("o"))
    #expect(encoding["x"]?["field"] == .string("d"))
  }

  @Test func everySpecificationCompilesInVegaLite() throws {
    let folder = ReportTests.folder.appending(path: "compile")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for chart in charts(of: Mock.input(.kk)) {
      try Data(chart.bytes).write(to: folder.appending(path: chart.file))
    }
    let tool = Python.root.appending(path: "Tools/render_charts.py").path
    guard
      let result = try Python.run(
        [tool, folder.path, folder.appending(path: "out").path, "--svg"], needs: "vl_convert")
    else { return }
    #expect(result.status == 0, "\(result.output)")
    let drawn = result.output.split(separator: "\n").filter { $0.hasPrefix("ok") }
    #expect(drawn.count == Self.expected.count)
  }
}
