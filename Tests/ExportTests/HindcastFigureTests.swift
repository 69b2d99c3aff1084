import Demography
import Export
import Testing
import Words

/// Past forecasts of totals in the report of a run.
@Suite struct HindcastFigureTests {
  private static func input(_ language: Language, horizons: [Int]) -> ReportInput {
    var tables = Mock.all
    tables["hindcast_scores"] = Mock.table(
      "hindcast_scores",
      [
        "line", "horizon", "cases", "mape", "bias", "crps", "coverage_80", "coverage_95", "regions",
        "first_launch", "last_launch",
      ],
      [("no_change", 2.0), ("linear10", 1.0), ("components", 0.5)].flatMap { line, error in
        horizons.map { years in
          [
            line, "\(years)", "40", Mock.number(error * Double(years)), "0.1",
            line == "linear10" ? "" : "0.4", line == "linear10" ? "" : "72.8",
            line == "linear10" ? "" : "90", "20", "2010", "\(2025 - years)",
          ]
        }
      })
    return Mock.input(language, tables: tables)
  }

  private static func figure(_ language: Language, _ horizons: [Int]) throws -> Chart {
    try #require(
      charts(of: input(language, horizons: horizons)).first { $0.id == "hindcast" })
  }

  @Test func ourLineStandsFirstBesideThoseThatAnyoneCanDraw() throws {
    let chart = try Self.figure(.en, [1, 5])
    guard case .array(let rows)? = chart.specification["data"]?["values"] else {
      Issue.record("no rows")
      return
    }
    #expect(rows.count == 6)
    #expect(rows.map { $0["o"] } == [true, false, false, true, false, false].map { JSON.bool($0) })
    #expect(rows.map { $0["e"] } == [0.5, 2, 1, 2.5, 10, 5].map { JSON.number($0) })
    #expect(rows[3]["g"] == "Years ahead: 5" && rows[3]["i"] == "72.80" && rows[5]["i"] == "–")
    #expect(chart.note.contains("from 2010 to 2024, regions: 20"))
    #expect(
      chart.note.contains(
        "Years ahead 5: ours is off by 2.5% on average, the best of the others "
          + "(straight line, 10 years) by 5.0%; 73% of the outcomes"), "\(chart.note)")
  }

  @Test(arguments: Language.allCases)
  func linesAreNamedInEveryLanguage(language: Language) throws {
    let chart = try Self.figure(language, [1, 10])
    let text = String(decoding: chart.bytes, as: UTF8.self)
    for code in ["no_change", "linear10", "\"components\"", "⟨"] {
      #expect(!text.contains(code), "\(code)")
    }
    #expect(chart.note.contains("10"))
    let html = String(
      decoding: Report(Self.input(language, horizons: [1])).html(bundle: []), as: UTF8.self)
    #expect(html.contains("id=\"fig-hindcast\""))
  }

  @Test func withoutScoresThereIsNoFigure() {
    #expect(!charts(of: Mock.input(.en)).contains { $0.id == "hindcast" })
  }
}
