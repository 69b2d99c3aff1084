import Demography
import Export
import Foundation
import Testing
import Words

/// What the report makes of scenarios with several variants, of declared breaks and of sources.
@Suite struct VariantTests {
  private static let columns = [
    "scenario", "variant", "against", "area", "period", "metric", "median", "lower_95",
    "lower_80", "upper_80", "upper_95", "probability_above_zero",
  ]

  private static func row(_ variant: String, _ area: String, _ value: Double) -> [String] {
    let cells = [value, value * 1.5, value * 1.2, value * 0.8, value * 0.5].map { Mock.number($0) }
    return ["quota-wide", variant, "baseline", area, "2035-01-01", "population"] + cells + ["0"]
  }

  /// The mock run with a scenario whose first variant is the baseline itself.
  private static func input(_ language: Language = .en) -> ReportInput {
    var tables = Mock.all
    tables["differences"] = Mock.table(
      "differences", columns,
      ["KZ71", "KZ75", "north", "KZ"].flatMap {
        [row("keep", $0, 0), row("main", $0, -1500), row("cut", $0, -3000)]
      })
    return Mock.input(language, tables: tables)
  }

  private static func chart(_ id: String, _ input: ReportInput = Mock.input(.en)) throws -> Chart {
    try #require(charts(of: input).first { $0.id == id }, "\(id)")
  }

  @Test func theHeadlinePassesOverAVariantThatChangesNothing() throws {
    let headline = try #require(Headline(Self.input()))
    #expect(headline.answer.contains("−1,500"))
    #expect(!headline.answer.contains("by 0 "))
  }

  @Test func aVariantEqualToTheBaselineIsLeftOutAndNamed() throws {
    let chart = try Self.chart("scenario_comparison_quota_wide", Self.input())
    #expect(chart.note.contains("“keep”"))
    let text = String(decoding: chart.bytes, as: UTF8.self)
    #expect(!text.contains("\"g\":\"keep\"") && text.contains("\"g\":\"cut\""))
  }

  @Test func onlyRegionsStandAsRowsOfTheComparison() throws {
    let chart = try Self.chart("scenario_comparison_quota_wide", Self.input())
    let text = String(decoding: chart.bytes, as: UTF8.self)
    #expect(!text.contains("\"north\"") && text.contains("\"a\":\"Astana\""))
  }

  /// A comparison of ratios had "people more or fewer" below its axis.
  @Test func theAxisOfARatioNamesTheRatioAndThatOfPeoplePeople() throws {
    func text(_ metric: String) throws -> String {
      var tables = Mock.all
      let rows = ["KZ71", "KZ75"].map { area in
        var cells = Self.row("cut", area, -0.12)
        cells[5] = metric
        return cells
      }
      tables["differences"] = Mock.table("differences", Self.columns, rows)
      let chart = try Self.chart(
        "scenario_comparison_quota_wide", Mock.input(.en, tables: tables))
      return String(decoding: chart.bytes, as: UTF8.self)
    }
    let ratio = try text("dependency_ratio")
    #expect(ratio.contains("difference: dependants per 100 people aged 15–64"))
    #expect(!ratio.contains("people more or fewer") && ratio.contains("+,.3~r"))
    #expect(try text("workers_per_pensioner").contains("difference: workers_per_pensioner"))
    let people = try text("children_0_14")
    #expect(people.contains("people more or fewer") && !people.contains("difference: "))
  }

  @Test func aFigureNamesOnlyThoseWhoseFiguresItRestsOn() throws {
    let sources = try Self.chart("conflicts").sources
    #expect(sources.contains("UN WPP 2024"))
    #expect(try !Self.chart("fan_regions").sources.contains("UN DESA"))
    #expect(try !Self.chart("permit_stock").sources.contains("Bureau of National Statistics"))
  }

  @Test func aDeclaredBreakIsNeitherFailedNorUnchecked() {
    var tables = Mock.all
    let columns = [
      "rule", "type", "severity", "outcome", "period", "area", "left", "left_value", "right",
      "right_value", "difference", "detail",
    ]
    tables["conflicts"] = Mock.table(
      "conflicts", columns,
      [
        [
          "national_balance", "balance", "error", "declared_break", "2021", "KZ", "POP", "5", "NET",
          "3", "2", "census",
        ]
      ])
    let html = String(
      decoding: Report(Mock.input(.en, tables: tables)).html(bundle: nil), as: UTF8.self)
    #expect(html.contains("id=\"declared\""))
    #expect(!html.contains("id=\"failed\""))
  }

  @Test func aProjectedProgrammeStandsInThePanelOfTheObservedOne() throws {
    var tables = Mock.all
    tables["permit_stock"] = Mock.table(
      "permit_stock",
      ["area", "period", "programme", "value", "quota", "kind", "scenario", "variant"],
      [
        ["KZ", "2024-01-01", "ICT", "10", "", "observed", "", ""],
        ["KZ", "2026-01-01", "permit_ict", "12", "", "projected", "baseline", "main"],
      ])
    var input = Mock.input(.en, tables: tables)
    // A scenario file has a title of its own for its programme.
    for title in [nil, Names(kk: "ICT", ru: "ICT", en: "Transfers")] {
      input.labels["programme", default: [:]]["permit_ict"] = title
      let chart = try Self.chart("permit_stock", input)
      #expect(chart.specification["facet"]?["sort"] == .array(["Intra-company transfer"]))
    }
  }

  @Test func yearsStandOnceAndWholeOnTheAxesOfQuarters() throws {
    let text = String(decoding: try Self.chart("series_unemp").bytes, as: UTF8.self)
    #expect(
      text.contains("\"values\":[2010,2015,2020,2025]") || text.contains("\"values\":[2010,2020]"))
    #expect(!text.contains("\"tickMinStep\""))
  }

  @Test func theRegionsThatChangeLessAreBehindALineThatOpensThem() throws {
    let rest = try Self.chart("series_unemp_rest")
    #expect(rest.isFolded)
    #expect(try !Self.chart("series_unemp").isFolded)
    let html = ReportTests.text(.en)
    #expect(html.contains("<figure id=\"fig-series_unemp_rest\" class=\"folded\"><details"))
  }
}
