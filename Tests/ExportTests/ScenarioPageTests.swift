import Demography
import Export
import Foundation
import Testing
import Words

/// The page that explains one scenario.
@Suite struct ScenarioPageTests {
  private static let parts: [(variant: String, part: String, mean: Double)] = [
    ("wide", "permit", 3000), ("wide", "$take", -500), ("wide", "interaction", 20),
    ("wide", "total", 2500), ("cut", "permit", -4000), ("cut", "total", -4000),
  ]

  private static var tables: [String: Table] {
    var tables = Mock.all
    let keys = ["scenario", "variant", "against", "area", "period", "metric"]
    let said = ["median", "lower_95", "lower_80", "upper_80", "upper_95"]
    var explained: [[String]] = []
    for part in parts {
      var row = ["quota-wide", part.variant, "keep", "KZ", "2035-01-01", "population", part.part]
      row += around(part.mean)
      row += [part.mean > 0 ? "1" : "0", Mock.number(part.mean)]
      explained.append(row)
    }
    tables["explanation"] = Mock.table(
      "explanation",
      keys + ["part", "mean", "lower_95", "lower_80", "upper_80", "upper_95"]
        + ["probability_above_zero", "one_at_a_time"], explained)
    var differences: [[String]] = []
    for (variant, median) in [("wide", 2512.0), ("cut", -4004.0)] {
      for area in ["KZ", "KZ71", "KZ75"] {
        var row = ["quota-wide", variant, "keep", area, "2035-01-01", "population"]
        row += around(median)
        row.append(median > 0 ? "1" : "0")
        differences.append(row)
      }
    }
    tables["differences"] = Mock.table(
      "differences", keys + said + ["probability_above_zero"], differences)
    let level = ["22345678", "22000000", "22100000", "22600000", "22900000"]
    tables["levels"] = Mock.table(
      "levels", ["scenario", "variant", "area", "period", "metric"] + said,
      ["wide", "cut"].map { variant -> [String] in
        ["quota-wide", variant, "KZ", "2035-01-01", "population"] + level
      })
    tables["sensitivity"] = Mock.table(
      "sensitivity",
      [
        "scenario", "variant", "area", "period", "metric", "parameter", "low", "high", "at_low",
        "at_high", "swing",
      ],
      [
        [
          "quota-wide", "wide", "KZ", "2035-01-01", "population", "take", "0.2", "0.5", "-900",
          "700", "1600",
        ],
        [
          "quota-wide", "wide", "KZ", "2035-01-01", "population", "idle", "0", "1", "0", "0", "0",
        ],
      ])
    var flows: [[String]] = []
    for (from, to, median) in [
      ("KZ71", "KZ75", 120.0), ("KZ75", "KZ71", -80.0), ("KZ11", "KZ71", 0.2),
    ] {
      flows.append([
        "quota-wide", "wide", "keep", from, to, "2035", Mock.number(median),
        Mock.number(median - 10), Mock.number(median + 10),
      ])
    }
    tables["od_differences"] = Mock.table(
      "od_differences",
      ["scenario", "variant", "against", "origin", "destination", "period"]
        + ["median", "lower_80", "upper_80"], flows)
    var terms: [[String]] = []
    for variant in ["keep", "wide", "cut"] {
      for period in ["2026-01-01", "2027-01-01"] {
        for (term, persons) in [("1", "9000"), ("2", "4500"), ("3", "3000"), ("4", "0")] {
          terms.append([
            "quota-wide", variant, "KZ", period, "EMPLOYER", "term", term, persons, "1", "2",
          ])
        }
      }
    }
    tables["permit_parts"] = Mock.table(
      "permit_parts",
      ["scenario", "variant", "area", "period", "programme", "part", "code"]
        + ["median", "lower_80", "upper_80"], terms)
    return tables
  }

  /// A value and intervals about it.
  private static func around(_ value: Double) -> [String] {
    [0, -200, -100, 100, 200].map { Mock.number(value + $0) }
  }

  static func input(_ language: Language) -> ReportInput {
    var input = Mock.input(language, tables: tables)
    func names(_ text: String) -> Names { Names(kk: text + "-қ", ru: text + "-ы", en: text + "-e") }
    input.labels["variant"] = [
      "quota-wide/wide": names("Wide"), "quota-wide/cut": names("Cut"),
      "quota-wide/keep": names("Keep"), "other/wide": names("Other"),
    ]
    input.labels["lever"] = ["quota-wide/permit": names("Permits")]
    input.labels["parameter"] = ["quota-wide/take": names("Take")]
    input.question = ScenarioQuestion(
      scenario: "quota-wide", title: names("Quota"), against: "keep", variants: ["wide", "cut"],
      metrics: ["population"], areas: ["KZ"], year: 2035)
    input.warnings = ["Mind <this>."]
    return input
  }

  private static func chart(_ id: String, _ language: Language = .en) throws -> Chart {
    try #require(charts(of: input(language)).first { $0.id == id }, "\(id)")
  }

  private static func rows(_ chart: Chart) -> [JSON] {
    guard case .array(let rows)? = chart.specification["data"]?["values"] else { return [] }
    return rows
  }

  /// Each bar begins where the one before ends, and the last is the whole from zero.
  @Test func aWaterfallGoesFromTheReferenceToTheVariant() throws {
    let bars = Self.rows(try Self.chart("waterfall_population_kz"))
    func told(_ bar: JSON) -> String {
      ["g", "p", "a", "b"].map { bar[$0]?.text() ?? "" }.joined(separator: " ")
    }
    let expected = [
      #""Wide-e" "Permits-e" 0 3000"#, #""Wide-e" "Take-e" 3000 2500"#,
      #""Wide-e" "all together" 0 2500"#, #""Cut-e" "Permits-e" 0 -4000"#,
      #""Cut-e" "all together" 0 -4000"#,
    ]
    #expect(bars.map(told) == expected)
    #expect(bars[1]["l"] == .number(2400) && bars[1]["u"] == .number(2600))
    #expect(bars[0]["tl"] == "+2,900" && bars[3]["tuu"] == "−3,800")
  }

  @Test func aTornadoLeavesOutWhatChangesNothing() throws {
    let bars = Self.rows(try Self.chart("tornado_wide_kz", .ru))
    #expect(bars.map { $0["p"] } == ["Take-ы", "Take-ы"])
    #expect(bars.map { $0["c"] } == [.number(-900), .number(700)])
    #expect(!charts(of: Self.input(.en)).contains { $0.id.hasPrefix("tornado_cut") })
  }

  /// Levels of Astana: of the reference 20 m, of the variants what their medians are.
  private static func withTiles(_ input: ReportInput) -> ReportInput {
    var input = input
    input.tables["levels"] = Mock.table(
      "levels", ["scenario", "variant", "area", "period", "metric", "median"],
      [("keep", "20000000"), ("wide", "22345678"), ("cut", "22345678")].map {
        ["quota-wide", $0.0, "KZ71", "2035-01-01", "population", $0.1]
      })
    input.question?.areas = ["KZ71"]
    return input
  }

  /// 2512 more than the 20 m of the reference, whatever the level of the variant is.
  @Test func aTileHasItsDifferenceInPerCentOfTheReference() throws {
    let chart = try #require(
      charts(of: Self.withTiles(Self.input(.en))).first { $0.id == "tile_differences" })
    let tiles = Self.rows(chart)
    #expect(tiles.map { $0["g"] } == ["Wide-e", "Cut-e"])
    #expect(tiles[0]["v"] == .number(0.00013) && tiles[1]["v"] == .number(-0.0002))
  }

  @Test func variantsOfOneTitleHaveAPanelEach() throws {
    var input = Self.withTiles(Self.input(.en))
    input.labels["variant"]?["quota-wide/cut"] = Names(kk: "Кең", ru: "Широко", en: "Wide-e")
    let chart = try #require(charts(of: input).first { $0.id == "tile_differences" })
    #expect(Self.rows(chart).map { $0["g"] } == ["Wide-e (wide)", "Wide-e (cut)"])
    #expect(chart.specification["facet"]?["sort"] == ["Wide-e (wide)", "Wide-e (cut)"])
  }

  @Test func flowsAreDrawnAsDifferencesWithTheirSign() throws {
    let heat = Self.rows(try Self.chart("od_difference_wide"))
    #expect(heat.map { $0["v"] } == [.number(120), .number(-80)])
    let map = try Self.chart("flow_map_wide")
    #expect(map.grammar == .vega)
    guard case .array(let sets)? = map.specification["data"],
      case .array(let arcs)? = sets[0]["values"]
    else {
      Issue.record("no arcs")
      return
    }
    // Small ones first, so that the large ones lie on top.
    #expect(arcs.map { $0["c"] } == ["#D55E00", "#0072B2"] && arcs[1]["w"] == .number(1))
    #expect(arcs[0]["t"] == "Almaty City → Astana City: −80 (80%: −90 to −70)")
    for id in ["od_difference_corridors_wide", "od_difference_chord_wide"] {
      let text = String(decoding: try Self.chart(id).bytes, as: UTF8.self)
      #expect(text.contains("#D55E00") && text.contains("#0072B2"))
    }
    #expect(
      !charts(of: Self.input(.en)).contains { $0.id.hasSuffix("_cut") && $0.id.hasPrefix("od") })
  }

  @Test func termsOfPermitsStandInAPanelForEachVariant() throws {
    let chart = try Self.chart("permit_terms_employer", .kk)
    let terms = Self.rows(chart)
    #expect(chart.specification["facet"]?["sort"] == ["Keep-қ", "Wide-қ", "Cut-қ"])
    #expect(terms.count == 18 && terms[0]["v"] == .number(9000))
    #expect(terms[0]["t"] == "бірінші мерзім")
  }

  /// A scenario that says something over its baseline stands beside a baseline of its own; that of all
  /// scenarios is then not stacked on it.
  @Test func termsOfPermitsBesideABaselineOfTheScenariosOwnAreStackedOnce() throws {
    func terms(_ scenarios: [String]) throws -> [JSON] {
      var input = Self.input(.en)
      input.question?.against = "baseline"
      let keys = ["scenario", "variant", "area", "period", "programme", "part", "code", "median"]
      let rows = (scenarios.map { ($0, "baseline") } + [("quota-wide", "wide")]).map {
        [$0.0, $0.1, "KZ", "2026-01-01", "EMPLOYER", "term", "1", "\(9000 + $0.0.count)"]
      }
      input.tables["permit_parts"] = Mock.table("permit_parts", keys, rows)
      let chart = try #require(charts(of: input).first { $0.id == "permit_terms_employer" })
      return Self.rows(chart).compactMap { $0["v"] }
    }
    #expect(try terms(["baseline", "quota-wide"]) == [.number(9010), .number(9010)])
    #expect(try terms(["baseline"]) == [.number(9008), .number(9010)])
  }

  @Test func everyFigureOfThePageNamesItsRunAndVintageAndKeepsItsBarsWhole() throws {
    for language in Language.allCases {
      for chart in charts(of: Self.input(language)) {
        let text = String(decoding: chart.bytes, as: UTF8.self)
        #expect(text.contains(Mock.run.shortKey) && text.contains(Mock.run.asOf), "\(chart.id)")
        #expect(!text.contains("⟨") && !text.contains("\"zero\":false,\"bar\""), "\(chart.id)")
      }
    }
  }

  @Test func sentencesSayTheLevelAndTheDifferenceInThreeDigits() throws {
    func first(_ language: Language) throws -> [String] {
      try #require(DifferenceText(Self.input(language))).first.map(\.text)
    }
    #expect(
      try first(.en)
        == [
          "By 2035 under “Wide-e”, population, Kazakhstan: 22.3 m (80%: 22.1 m to 22.6 m), which is "
            + "2,510 more than under “Keep-e” (80% on the same draws: +2,410 to +2,610).",
          "By 2035 under “Cut-e”, population, Kazakhstan: 22.3 m (80%: 22.1 m to 22.6 m), which is "
            + "4,000 fewer than under “Keep-e” (80% on the same draws: −4,100 to −3,900).",
        ].map { $0.replacing(" m ", with: "\u{A0}m ").replacing(" m)", with: "\u{A0}m)") })
    #expect(try first(.ru)[1].contains("это на 4\u{202F}000 меньше, чем в варианте «Keep-ы»"))
    #expect(try first(.kk)[0].contains("бұл «Keep-қ» нұсқасынан 2\u{202F}510 артық"))
    #expect(DifferenceText(Mock.input(.en)) == nil)
  }

  @Test func aFlowIsSaidOfItsYearAndAStockOfItsDay() throws {
    let starts = ["en": "In 2035 under", "ru": "В 2035 году в", "kk": "2035 жылы «"]
    for language in Language.allCases {
      var input = Self.input(language)
      input.question?.metrics = ["births"]
      for name in ["differences", "levels"] {
        let table = try #require(input.tables[name])
        input.tables[name] = Table(
          name,
          table.columns.map { column in
            switch column.name {
            case "period": .text("period", table.texts("period").map { _ in "2035" })
            case "metric": .text("metric", table.texts("metric").map { _ in "births" })
            default: column
            }
          })
      }
      let said = try #require(DifferenceText(input)?.first.first?.text)
      #expect(said.hasPrefix(try #require(starts[language.rawValue])), "\(said)")
      // Those in the country at the end of a year are a stock.
      for name in ["differences", "levels"] {
        let table = try #require(input.tables[name])
        input.tables[name] = Table(
          name,
          table.columns.map {
            $0.name == "metric"
              ? .text("metric", table.texts("metric").map { _ in "temporary_stock" }) : $0
          })
      }
      input.question?.metrics = ["temporary_stock"]
      let stock = try #require(DifferenceText(input)?.first.first?.text)
      #expect(!stock.hasPrefix(try #require(starts[language.rawValue])), "\(stock)")
    }
  }

  @Test func thePageAsksAnswersWarnsAndComparesInItsLanguage() throws {
    for language in Language.allCases {
      let html = String(
        decoding: Report(Self.input(language)).html(bundle: Array("let a = 1;".utf8)),
        as: UTF8.self)
      let end = ["kk": "-қ", "ru": "-ы", "en": "-e"][language.rawValue] ?? ""
      #expect(html.contains("<h1>Quota\(end)</h1>") && !html.contains("⟨"))
      #expect(html.contains("Mind &lt;this&gt;.") && !html.contains("class=\"moved\""))
      #expect(html.contains("id=\"comparison\"") && html.contains("<dl class=\"glossary\">"))
      #expect(!html.contains("Other\(end)"), "a variant of another scenario")
    }
  }

  @Test func threeDigitsAreAllThatIsSaid() {
    let format = NumberFormat(.en)
    let said = [0.41237, 4.1237, 41.237, 412.37, 4123.7, 41_237, 412_370, 4_123_700, 7, 0]
      .map { format.significant($0) }
    #expect(
      said == [
        "0.412", "4.12", "41.2", "412", "4,120", "41,200", "412,000", "4.12\u{A0}m", "7", "0",
      ])
    #expect(format.significant(-41_237, isSigned: true) == "−41,200")
    #expect(
      [0.0412, 0.00412, 0.0004, 0.000_099_97, 6.7e-13].map { format.significant($0) } == [
        "0.0412", "0.00412", "0.000400", "0.000100", "6.70e−13",
      ])
    #expect(format.significant(3e-7, isSigned: true) == "+3.00e−7")
    #expect(format.significant(999_700) == "1.00\u{A0}m" && format.significant(.nan) == "–")
  }

  @Test func codesBecomeNamesForPeople() {
    let names = CodeNames(Self.input(.ru))
    let table = names(
      Mock.table(
        "explanation", ["scenario", "variant", "area", "part", "metric", "mean"],
        [
          ["quota-wide", "wide", "KZ", "$take", "births", "1"],
          ["x", "wide", "north", "a", "b", "2"],
        ]
      ))
    func row(_ k: Int) -> [String?] { table.columns.map { table.texts($0.name)[k] } }
    #expect(row(0) == ["Широкая квота", "Wide-ы", "Казахстан", "Take-ы", "рождения", "1"])
    #expect(row(1) == ["x", "wide", "north", "a", "b", "2"])
  }
}
