public import Words

/// How one metric changes when one parameter goes to its lower or its upper value.
public struct TornadoBar: Hashable, Sendable {
  /// The metric in the reader's words; bars of one metric share a panel.
  public let metric: String
  public let parameter: String
  /// Values of the parameter.
  public let low: Double
  public let high: Double
  /// Changes of the metric; NaN where it has no value.
  public let atLow: Double
  public let atHigh: Double

  public init(
    metric: String, parameter: String, low: Double, high: Double, atLow: Double, atHigh: Double
  ) {
    self.metric = metric
    self.parameter = parameter
    self.low = low
    self.high = high
    self.atLow = atLow
    self.atHigh = atHigh
  }

  /// From the least to the greatest of both changes and none; NaN where one has no value.
  var swing: Double {
    atLow.isNaN || atHigh.isNaN ? .nan : max(atLow, atHigh, 0) - min(atLow, atHigh, 0)
  }
}

extension FlowFigure {
  /// A tornado: a panel for each metric, a bar for each parameter, the largest swing on top.
  ///
  /// - Parameter stamp: vintage and run of the figures, said after the note.
  /// - Returns: `nil` when no parameter changes anything.
  public static func tornado(
    _ bars: [TornadoBar], variant: String, area: String, year: String, source: String,
    stamp: String = "", language: Language
  ) -> FlowFigure? {
    let page = FigurePage(language, source: source)
    let moving = bars.filter { $0.swing > 0 }
    guard !moving.isEmpty else { return nil }
    let panels = moving.map(\.metric).distinct().map { metric in
      tornado(
        page, metric,
        moving.filter { $0.metric == metric }.sorted {
          ($1.swing, $0.parameter) < ($0.swing, $1.parameter)
        })
    }
    return page.figure(
      "tornado", ["variant": variant, "area": area, "year": year], remark: stamp, data: [],
      body: ["concat": .array(panels), "columns": 2, "spacing": 28])
  }

  private static func tornado(_ page: FigurePage, _ metric: String, _ bars: [TornadoBar]) -> JSON {
    let ends = [page.words("column.low"), page.words("column.high")]
    let rows: [JSON] = bars.flatMap { bar in
      [(0, bar.low, bar.atLow), (1, bar.high, bar.atHigh)].map { end, value, change -> JSON in
        [
          "p": .string(bar.parameter), "e": .string(ends[end]), "v": .number(value),
          "c": .number(change),
        ]
      }
    }
    // Small numbers stand as they are; thousands are written out, because their prefix is a word of no language.
    let isLarge = bars.contains { max(abs($0.atLow), abs($0.atHigh)) >= 1000 }
    let color: JSON = [
      "field": "e", "type": "nominal",
      "scale": [
        "domain": .array(ends.map(JSON.string)),
        "range": [.string(ChartTheme.against), .string(ChartTheme.projected)],
      ],
      "legend": ["title": nil, "orient": "bottom"],
    ]
    let bar: JSON = [
      "mark": ["type": "bar", "height": 13, "opacity": 0.85],
      "encoding": [
        "y": [
          "field": "p", "type": "nominal", "sort": .array(bars.map { .string($0.parameter) }),
          "axis": ["title": nil, "domain": false, "labelLimit": 170],
        ],
        "x": [
          "field": "c", "type": "quantitative", "stack": nil,
          "axis": [
            "title": nil, "format": .string(isLarge ? "+," : "+~g"), "tickCount": 5,
            "labelOverlap": "greedy",
          ],
        ],
        "color": color,
        "tooltip": [
          page.tip("p", "parameter"), page.tip("v", "value", format: ",.4~g"),
          page.tip("c", "change", format: "+,.4~g"),
        ],
      ],
    ]
    let zero: JSON = [
      "data": ["values": [[:]]],
      "mark": ["type": "rule", "color": .string(ChartTheme.observed)],
      "encoding": ["x": ["datum": 0, "type": "quantitative"]],
    ]
    return [
      "title": ["text": .string(metric), "fontSize": 12, "fontWeight": 600, "offset": 6],
      "width": 270, "height": .integer(bars.count * 22), "data": ["values": .array(rows)],
      "layer": [bar, zero],
    ]
  }
}
