import Export
import Testing
import Words

/// Figures of one-shot commands: data inside, no holes in the words, the figures they were given.
struct FlowFigureTests {
  private let matrix = PairsMatrix(
    origins: ["A", "B", "C"], destinations: ["A", "B", "C"], values: [9, 2, 4, 1, 9, 0, 3, 5, 9])

  private func figures(_ language: Language) -> [FlowFigure] {
    let points = FitPoints(
      names: ["A → B", "B → A"], observed: [0, 12], fitted: [1.5, 10.5], residuals: [-1.2, 0.46],
      bins: [.init(lower: 0, upper: 0, observed: 1, expected: 0.3)], formula: "flow ~ d",
      family: "poisson")
    let step = PairForecast.Step(
      period: "2010", median: 5, interval80: 4...6, interval95: 3...7, beside: [4, 4.5])
    let all: [FlowFigure?] = [
      .fit(points, source: "f.csv", language: language),
      .heatMap(matrix, source: "f.csv", language: language),
      .chord(matrix, source: "f.csv", language: language),
      .balance(before: matrix, after: matrix, source: "f.csv", language: language),
      .forecast(
        [PairForecast(name: "A → B", history: [("2005", 3), ("2008", .nan)], steps: [step])],
        model: "reversion", beside: ["persistence", "mean"], count: 6, source: "f.csv",
        language: language),
      .scores(
        [
          ForecasterScores(model: "reversion", isMandatory: false, values: [3, 2, 0.9, 0.8, nil]),
          ForecasterScores(model: "persistence", isMandatory: true, values: [4, 3, 0.8, 0.7, nil]),
        ], horizon: 1, origins: 3, source: "f.csv", language: language),
      .tornado(
        [
          TornadoBar(metric: "births", parameter: "a", low: 0, high: 1, atLow: -3, atHigh: 2),
          TornadoBar(metric: "births", parameter: "b", low: 0, high: 1, atLow: 9, atHigh: -4),
          TornadoBar(metric: "deaths", parameter: "a", low: 0, high: 1, atLow: 0, atHigh: 0),
        ], variant: "wide", area: "KZ", year: "2035", source: "f.csv", language: language),
    ]
    return all.compactMap { $0 }
  }

  @Test func everyFigureSpeaksEveryLanguageAndNamesItsFile() {
    for language in Language.allCases {
      for figure in figures(language) {
        let text = figure.specification.text()
        #expect(!text.contains("⟨"), "\(figure.title)")
        #expect(!text.contains("{file}") && text.contains("f.csv"))
        #expect(text.contains("https://vega.github.io/schema/vega"))
        // «20k» is no Kazakh and no Russian.
        #expect(!text.contains("~s"), "\(figure.title)")
      }
    }
  }

  /// The largest swing stands on top, and what changes nothing has neither bar nor panel.
  @Test func aTornadoIsSortedBySwingAndLeavesOutWhatChangesNothing() throws {
    func bar(_ metric: String, _ name: String, _ low: Double, _ high: Double) -> TornadoBar {
      TornadoBar(metric: metric, parameter: name, low: 0, high: 1, atLow: low, atHigh: high)
    }
    func figure(_ bars: [TornadoBar]) -> FlowFigure? {
      .tornado(bars, variant: "v", area: "KZ", year: "2035", source: "f", language: .en)
    }
    let found = try #require(
      figure([
        bar("births", "small", -1, 1), bar("births", "large", 4, -3), bar("births", "none", 0, 0),
        bar("births", "unknown", .nan, 2), bar("deaths", "none", 0, 0),
      ]))
    guard case .array(let panels)? = found.specification["concat"] else {
      Issue.record("no panels")
      return
    }
    #expect(panels.count == 1)
    let text = panels[0].text()
    #expect(text.contains(#""sort":["large","small"]"#))
    #expect(!text.contains("none") && !text.contains("unknown"))
    let large = try #require(figure([bar("births", "large", -3000, 4000)])).specification.text()
    #expect(large.contains(#""format":"+,""#))
    #expect(figure([bar("births", "none", 0, 0)]) == nil)
  }

  @Test func movesWithinAnAreaAreNotDrawn() {
    let heat = FlowFigure.heatMap(matrix, source: "f", language: .en).specification
    guard case .array(let cells)? = heat["datasets"]?["cells"] else {
      Issue.record("no cells")
      return
    }
    #expect(cells.count == 6)
  }

  /// Arcs go once round the circle, each as long as its departures and arrivals.
  @Test func aChordDiagramSharesTheCircleByTurnover() throws {
    let chord = FlowFigure.chord(matrix, source: "f", language: .en).specification
    guard case .array(let data)? = chord["data"], case .array(let arcs)? = data[0]["values"],
      case .array(let ribbons)? = data[1]["values"]
    else {
      Issue.record("no data")
      return
    }
    func number(_ row: JSON, _ name: String) -> Double {
      guard case .number(let value)? = row[name] else { return .nan }
      return value
    }
    let lengths = arcs.map { number($0, "b") - number($0, "a") }
    // Turnovers: A 2+4+1+3 = 10, B 1+5+2+0 … from origin-fastest cells.
    let turnover = [10.0, 8, 12]
    for k in 0..<3 { #expect(abs(lengths[k] / lengths[0] - turnover[k] / turnover[0]) < 1e-12) }
    #expect(abs(lengths.reduce(0, +) + 3 * 0.03 - 2 * Double.pi) < 1e-12)
    // Five flows are above 0 between areas; the ends of each are equally wide.
    #expect(ribbons.count == 5)
    for ribbon in ribbons {
      #expect(
        abs(number(ribbon, "b") - number(ribbon, "a") - number(ribbon, "e") + number(ribbon, "d"))
          < 1e-12)
    }
  }

  @Test func aPageHoldsTheFigureAndTheBundle() {
    let page = String(
      decoding: FlowFigure.heatMap(matrix, source: "a</script>b.csv", language: .ru)
        .html(bundle: Array("window.vegaEmbed = 1".utf8)), as: UTF8.self)
    #expect(page.contains("lang=\"ru\"") && page.contains("window.vegaEmbed = 1"))
    #expect(!page.contains("a</script>"))
  }
}
