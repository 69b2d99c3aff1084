public import Words

/// The history and the forecast of one pair.
public struct PairForecast: Sendable {
  /// One period ahead.
  public struct Step: Sendable {
    public let period: String
    public let median: Double
    public let interval80: ClosedRange<Double>?
    public let interval95: ClosedRange<Double>?
    /// Forecasts of the lines every forecast is read against, in one order.
    public let beside: [Double]

    public init(
      period: String, median: Double, interval80: ClosedRange<Double>?,
      interval95: ClosedRange<Double>?, beside: [Double]
    ) {
      self.period = period
      self.median = median
      self.interval80 = interval80
      self.interval95 = interval95
      self.beside = beside
    }
  }

  /// `KAZ → RUS`.
  public let name: String
  /// Flows by period; NaN where not known.
  public let history: [(period: String, flow: Double)]
  public let steps: [Step]

  public init(name: String, history: [(period: String, flow: Double)], steps: [Step]) {
    self.name = name
    self.history = history
    self.steps = steps
  }
}

extension FlowFigure {
  /// Fans of the largest pairs beside the lines they are read against.
  ///
  /// - Parameters:
  ///   - beside: ids of these lines.
  ///   - count: how many pairs there are in all.
  public static func forecast(
    _ pairs: [PairForecast], model: String, beside: [String], count: Int, source: String,
    language: Language
  ) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let periods =
      (pairs.first?.history.map(\.period) ?? []) + (pairs.first?.steps.map(\.period) ?? [])
    return page.figure(
      "forecast",
      [
        "model": model, "shown": "\(pairs.count)", "count": page.numbers.whole(Double(count)),
      ],
      data: [("rows", pairs.flatMap { ForecastLayers.rows($0, model, beside) })],
      body: [
        "data": ["name": "rows"],
        "facet": [
          "field": "p", "type": "nominal", "title": nil,
          "sort": .array(pairs.map { .string($0.name) }),
        ],
        "columns": 3, "spacing": 22,
        "spec": [
          "width": 230, "height": 150,
          "layer": .array(
            ForecastLayers(page, models: [model] + beside, column: "flow", hasZero: true)
              .layers(periods: periods)),
        ],
        "resolve": ["scale": ["y": "independent"]],
      ])
  }
}

/// What the panels of forecasts are made of.
struct ForecastLayers {
  private let page: FigurePage
  /// The forecaster, then the lines beside it.
  private let models: [String]
  /// What a panel is of, as a column is named.
  private let column: String
  private let hasZero: Bool

  init(_ page: FigurePage, models: [String], column: String, hasZero: Bool) {
    self.page = page
    self.models = models
    self.column = column
    self.hasZero = hasZero
  }

  static func rows(_ pair: PairForecast, _ model: String, _ beside: [String]) -> [JSON] {
    var rows: [JSON] = pair.history.filter { !$0.flow.isNaN }.map {
      ["p": .string(pair.name), "t": .string($0.period), "v": .number($0.flow), "k": "observed"]
    }
    // Every line begins at the last known flow, so that it does not hang in the air.
    let last = pair.history.last { !$0.flow.isNaN }
    for (m, name) in ([model] + beside).enumerated() {
      if let last {
        rows.append([
          "p": .string(pair.name), "t": .string(last.period), "v": .number(last.flow),
          "k": .string(name), "l": .number(last.flow), "u": .number(last.flow),
          "L": .number(last.flow), "U": .number(last.flow),
        ])
      }
      for step in pair.steps {
        var row: JSON = [
          "p": .string(pair.name), "t": .string(step.period),
          "v": .optional(m == 0 ? step.median : step.beside[m - 1]), "k": .string(name),
        ]
        if m == 0, let inner = step.interval80, let outer = step.interval95 {
          row = row.merged([
            "l": .number(inner.lowerBound), "u": .number(inner.upperBound),
            "L": .number(outer.lowerBound), "U": .number(outer.upperBound),
          ])
        }
        rows.append(row)
      }
    }
    return rows
  }

  /// - Parameter periods: of the axis, in order; `nil` where each panel has its own.
  func layers(periods: [String]?) -> [JSON] {
    let names = periods.map { JSON.array($0.map(JSON.string)) }
    let x: JSON = [
      "field": "t", "type": "ordinal", "sort": names ?? "ascending",
      "scale": names.map { ["domain": $0, "type": "point"] } ?? ["type": "point"],
      "axis": ["title": nil, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6],
    ]
    func y(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": .bool(hasZero)],
        "axis": ["title": nil, "format": ",f", "tickCount": 4],
      ]
    }
    func band(_ low: String, _ high: String, _ opacity: Double) -> JSON {
      [
        "transform": [["filter": .string("datum.k == '\(models[0])' && isValid(datum.\(low))")]],
        "mark": [
          "type": "area", "color": .string(ChartTheme.projected), "opacity": .number(opacity),
        ],
        "encoding": ["x": x, "y": y(low), "y2": ["field": .string(high)]],
      ]
    }
    let ranges =
      [ChartTheme.projected]
      + models.dropFirst().indices.map { [ChartTheme.against, "#009E73", "#CC79A7"][($0 - 1) % 3] }
    let lines: JSON = [
      "transform": [["filter": "datum.k != 'observed'"]],
      "mark": ["type": "line", "strokeWidth": 1.4],
      "encoding": [
        "x": x, "y": y("v"),
        "color": [
          "field": "k", "type": "nominal",
          "scale": [
            "domain": .array(models.map(JSON.string)), "range": .array(ranges.map(JSON.string)),
          ],
          "legend": ["title": nil, "orient": "top"],
        ],
        "strokeDash": [
          "condition": ["test": .string("datum.k == '\(models[0])'"), "value": [1, 0]],
          "value": [4, 3],
        ],
        "tooltip": [
          page.tip("p", column), page.tip("k", "model"), page.tip("t", "period"),
          page.tip("v", "value", format: ",.4~g"),
        ],
      ],
    ]
    let known: JSON = [
      "transform": [["filter": "datum.k == 'observed'"]],
      "mark": [
        "type": "line", "color": .string(ChartTheme.observed), "strokeWidth": 1.6,
        "point": ["color": .string(ChartTheme.observed), "size": 16],
      ],
      "encoding": [
        "x": x, "y": y("v"),
        "tooltip": [
          page.tip("p", column), page.tip("t", "period"), page.tip("v", "value", format: ",.4~g"),
        ],
      ],
    ]
    return [band("L", "U", 0.16), band("l", "u", 0.3), lines, known]
  }
}
