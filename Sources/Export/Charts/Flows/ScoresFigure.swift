public import Words

/// Scores of one forecaster of a backtest.
public struct ForecasterScores: Sendable {
  public let model: String
  /// Whether it is one of the lines every forecast is read against.
  public let isMandatory: Bool
  /// Values by score, in the order of the figure's scores; `nil` where there is none.
  public let values: [Double?]

  public init(model: String, isMandatory: Bool, values: [Double?]) {
    self.model = model
    self.isMandatory = isMandatory
    self.values = values
  }
}

/// The panels of a figure of scores.
public enum ScoresFigure {
  /// Names of columns, in the order of the panels.
  public static let scores = ["mae", "ranked_probability", "cpc", "coverage_80", "coverage_95"]
  /// Of series, which have no unit in common.
  public static let seriesScores = [
    "mase", "relative_ranked_probability", "smape", "coverage_80", "coverage_95",
  ]

  /// Where a coverage should lie.
  static func nominal(_ score: String) -> Double? {
    ["coverage_80": 0.8, "coverage_95": 0.95][score]
  }

  static func isBetter(_ score: String, _ value: Double, than other: Double) -> Bool {
    score == "cpc" ? value > other : value < other
  }
}

extension FlowFigure {
  /// Every score of every forecaster against the best of the mandatory lines, coverage against what
  /// the interval promises.
  public static func scores(
    _ models: [ForecasterScores], horizon: Int, origins: Int, source: String, language: Language
  ) -> FlowFigure {
    scores(
      models, of: ScoresFigure.scores, text: "scores", horizon: horizon, origins: origins,
      source: source, language: language)
  }

  /// - Parameters:
  ///   - names: columns, one a panel, in the order of the values.
  ///   - text: of title and note.
  static func scores(
    _ models: [ForecasterScores], of names: [String], text: String, horizon: Int, origins: Int,
    source: String, language: Language
  ) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let sorted = models.sorted {
      ($0.values[0] ?? .infinity, $0.model) < ($1.values[0] ?? .infinity, $1.model)
    }
    let panels = names.indices.compactMap { panel(page, names[$0], at: $0, sorted) }
    return page.figure(
      text, ["horizon": "\(horizon)", "origins": "\(origins)"], data: [],
      body: ["concat": .array(panels), "columns": 3, "spacing": 24])
  }

  private static func panel(
    _ page: FigurePage, _ score: String, at k: Int, _ models: [ForecasterScores]
  ) -> JSON? {
    guard models.contains(where: { $0.values[k] != nil }) else { return nil }
    let nominal = ScoresFigure.nominal(score)
    let naive = models.filter(\.isMandatory).compactMap { $0.values[k] }
    let mark = nominal ?? (score == "cpc" ? naive.max() : naive.min())
    let rows: [JSON] = models.compactMap { model in
      guard let value = model.values[k] else { return nil }
      let kind: String =
        if model.isMandatory {
          "naive"
        } else if let mark, nominal == nil {
          ScoresFigure.isBetter(score, value, than: mark) ? "better" : "worse"
        } else {
          "better"
        }
      return ["m": .string(model.model), "v": .number(value), "k": .string(kind)]
    }
    let largest = models.compactMap { $0.values[k] }.map { abs($0) }.max() ?? 0
    let format = score == "cpc" ? ".3~f" : largest >= 1000 ? "," : "~g"
    let x: JSON =
      nominal == nil
      ? [
        "field": "v", "type": "quantitative", "scale": ["zero": false, "nice": true],
        "axis": [
          "title": nil, "format": .string(format), "tickCount": 4,
          "labelOverlap": "greedy",
        ],
      ] : shares(from: models.compactMap { $0.values[k] }.min() ?? 0.5)
    let y: JSON = [
      "field": "m", "type": "nominal", "sort": .array(models.map { .string($0.model) }),
      "axis": ["title": nil, "domain": false, "grid": true, "labelLimit": 150],
    ]
    let points: JSON = [
      "mark": ["type": "point", "size": 80, "opacity": 1],
      "encoding": [
        "x": x, "y": y,
        "color": [
          "field": "k", "type": "nominal",
          "scale": [
            "domain": ["better", "worse", "naive"],
            "range": [
              .string(ChartTheme.projected), .string(ChartTheme.against),
              .string(ChartTheme.muted),
            ],
          ],
          "legend": nil,
        ],
        "tooltip": [page.tip("m", "model"), page.tip("v", score, format: ",.4~g")],
      ],
    ]
    let rule: [JSON] =
      mark.map { mark in
        [
          [
            "data": ["values": [[:]]],
            "mark": ["type": "rule", "color": .string(ChartTheme.observed), "strokeDash": [3, 3]],
            "encoding": ["x": ["datum": .number(mark), "type": "quantitative"]],
          ]
        ]
      } ?? []
    return [
      "title": [
        "text": page.word("column.\(score)"), "fontSize": 12, "fontWeight": 600, "offset": 6,
      ],
      "width": 170, "height": .integer(models.count * 22), "data": ["values": .array(rows)],
      "layer": .array(rule + [points]),
    ]
  }

  /// An axis of shares from a half, or from the least where that is less, to the whole: a label at every fifth.
  private static func shares(from least: Double) -> JSON {
    let first = min(0.5, least)
    let fifths = (0...5).map { Double($0) / 5 }.filter { $0 >= first }
    return [
      "field": "v", "type": "quantitative",
      "scale": ["domain": [.number(first), 1], "zero": false, "nice": false],
      "axis": [
        "title": nil, "format": ".0%", "values": .array(fifths.map { .number($0) }),
        "labelOverlap": false,
      ],
    ]
  }
}
