public import Words

/// Lines of one series over its periods.
public struct SeriesLines: Sendable {
  public let name: String
  public let periods: [String]
  /// By id; NaN where not known.
  public let lines: [(id: String, values: [Double])]

  public init(name: String, periods: [String], lines: [(id: String, values: [Double])]) {
    self.name = name
    self.periods = periods
    self.lines = lines
  }
}

/// Levels of one series, and values that stand out.
public struct SeriesLevels: Sendable {
  /// A level from a period to another, or a line.
  public struct Level: Sendable {
    let first: String
    let last: String
    let from: Double
    let to: Double

    public init(first: String, last: String, from: Double, to: Double) {
      self.first = first
      self.last = last
      self.from = from
      self.to = to
    }
  }

  public let name: String
  public let periods: [String]
  public let values: [Double]
  public let levels: [Level]
  /// Places of the values that stand out, from 0.
  public let outliers: [Int]

  public init(
    name: String, periods: [String], values: [Double],
    levels: [Level], outliers: [Int]
  ) {
    self.name = name
    self.periods = periods
    self.values = values
    self.levels = levels
    self.outliers = outliers
  }
}

extension FlowFigure {
  /// Series above, below each other their parts.
  ///
  /// - Parameter count: how many series there are in all.
  public static func decomposition(
    _ series: [SeriesLines], count: Int, source: String, language: Language
  ) -> FlowFigure {
    let panels = SeriesPanels(FigurePage(language, source: source), series.map(\.name))
    let ids = series.first?.lines.map(\.id) ?? []
    return panels.page.figure(
      "series_parts", panels.arguments(count),
      data: [("rows", SeriesPanels.rows(series))],
      body: panels.stacked(
        ids.map { id in panels.row(of: [id], title: panels.page.word("column.\(id)")) }))
  }

  /// What a model says one step ahead beside the values, what it leaves, and whether that remembers.
  ///
  /// - Parameters:
  ///   - autocorrelations: of the residuals from lag 1, by series, with the bound they seldom pass by chance.
  ///   - count: how many series there are in all.
  public static func diagnostics(
    _ series: [SeriesLines], autocorrelations: [(values: [Double], bound: Double)], count: Int,
    source: String, language: Language
  ) -> FlowFigure {
    let panels = SeriesPanels(FigurePage(language, source: source), series.map(\.name))
    let lags = zip(series, autocorrelations).flatMap { one, found in
      // A series without any keeps its panel, so that those below each other are of one series.
      (found.values.isEmpty ? [.nan] : found.values).enumerated().map { k, value -> JSON in
        [
          "p": .string(one.name), "t": .integer(k + 1),
          "v": .optional(value.isNaN ? nil : value),
          "b": .number(found.bound), "c": .number(-found.bound),
        ]
      }
    }
    return panels.page.figure(
      "series_diagnostics", panels.arguments(count),
      data: [("rows", SeriesPanels.rows(series)), ("lags", lags)],
      body: panels.stacked([
        panels.row(of: ["observed", "fitted"], title: panels.page.word("column.value")),
        panels.row(of: ["residual"], title: panels.page.word("figure.series_diagnostics.errors")),
        panels.lags(title: panels.page.word("figure.series_diagnostics.lags")),
      ]))
  }

  /// Levels between breaks, and values that stand out.
  ///
  /// - Parameter count: how many series there are in all.
  public static func levels(
    _ series: [SeriesLevels], count: Int, source: String, language: Language
  ) -> FlowFigure {
    let panels = SeriesPanels(FigurePage(language, source: source), series.map(\.name))
    let rows = series.flatMap { one -> [JSON] in
      zip(one.periods, one.values).enumerated().compactMap { place, point in
        guard !point.1.isNaN else { return nil }
        return [
          "p": .string(one.name), "t": .string(point.0), "v": .number(point.1),
          "k": .string(one.outliers.contains(place) ? "outlier" : "observed"),
        ]
      }
        + one.levels.map { level in
          [
            "p": .string(one.name), "t": .string(level.first), "e": .string(level.last),
            "v": .number(level.from), "w": .number(level.to), "k": "level",
          ]
        }
    }
    return panels.page.figure(
      "series_levels", panels.arguments(count), data: [("rows", rows)], body: panels.levels())
  }
}

/// Panels side by side, one a series.
private struct SeriesPanels {
  let page: FigurePage
  private let names: [String]

  init(_ page: FigurePage, _ names: [String]) {
    self.page = page
    self.names = names
  }

  func arguments(_ count: Int) -> [String: String] {
    ["shown": "\(names.count)", "count": page.numbers.whole(Double(count))]
  }

  static func rows(_ series: [SeriesLines]) -> [JSON] {
    series.flatMap { one in
      // What differs by rounding alone is drawn as equal, or axes would stretch over it.
      let size = one.lines.reduce(0.0) { $1.values.reduce($0) { max($0, $1.isNaN ? 0 : abs($1)) } }
      return one.lines.flatMap { line in
        let known = line.values.filter { !$0.isNaN }
        let least = known.min() ?? 0
        let isFlat = (known.max() ?? 0) - least < 1e-12 * size
        let level = abs(least) < 1e-12 * size ? 0 : known.first ?? 0
        // A missing value keeps its period on the axis, and breaks the line.
        return zip(one.periods, line.values.map { isFlat && !$0.isNaN ? level : $0 }).map {
          period, value -> JSON in
          [
            "p": .string(one.name), "t": .string(period), "k": .string(line.id),
            "v": .optional(value.isNaN ? nil : value),
          ]
        }
      }
    }
  }

  func stacked(_ rows: [JSON]) -> JSON { ["vconcat": .array(rows), "spacing": 14] }

  private var width: JSON { .integer(names.count == 1 ? 560 : 240) }

  private var x: JSON {
    [
      "field": "t", "type": "ordinal", "sort": "ascending", "scale": ["type": "point"],
      "axis": ["title": nil, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6],
    ]
  }

  private func y(_ title: JSON, hasZero: Bool) -> JSON {
    [
      "field": "v", "type": "quantitative", "scale": ["zero": .bool(hasZero)],
      "axis": ["title": title, "format": ",.10~g", "tickCount": 4],
    ]
  }

  /// - Parameter place: the column that x is.
  private func tips(_ place: String = "period") -> JSON {
    [
      page.tip("p", "series"), page.tip("t", place), page.tip("v", "value", format: ",.4~g"),
    ]
  }

  private func facet(_ spec: JSON, data: String, filter: JSON?) -> JSON {
    let base: JSON = [
      "data": ["name": .string(data)],
      "facet": [
        "field": "p", "type": "nominal", "title": nil, "sort": .array(names.map(JSON.string)),
      ],
      "columns": 3, "spacing": 18, "spec": spec,
      "resolve": ["scale": ["y": "independent", "x": "independent"]],
    ]
    return filter.map { base.merged(["transform": [["filter": $0]]]) } ?? base
  }

  /// One line, or the values and a line beside them.
  func row(of ids: [String], title: JSON) -> JSON {
    let colours = [ChartTheme.observed, ChartTheme.projected]
    let isBars = ids == ["residual"]
    let colour: JSON = [
      "color": [
        "field": "k", "type": "nominal",
        "scale": [
          "domain": .array(ids.map(JSON.string)),
          "range": .array(colours.prefix(ids.count).map(JSON.string)),
        ],
        "legend": [
          "title": nil, "orient": "top",
          "labelExpr": .string(
            ids.map { "datum.label == '\($0)' ? '\(page.words("column.\($0)"))' : " }.joined()
              + "datum.label"),
        ],
      ]
    ]
    let encoding: JSON = ["x": x, "y": y(title, hasZero: isBars), "tooltip": tips()]
    return facet(
      [
        "width": width, "height": ids.count > 1 ? 150 : 96,
        "mark": [
          "type": isBars ? "bar" : "line", "strokeWidth": isBars ? 0 : 1.4,
          "color": .string(ChartTheme.projected), "size": 3,
        ],
        "encoding": ids.count > 1 ? encoding.merged(colour) : encoding,
      ], data: "rows", filter: ["field": "k", "oneOf": .array(ids.map(JSON.string))])
  }

  func lags(title: JSON) -> JSON {
    let x: JSON = [
      "field": "t", "type": "ordinal",
      "axis": ["title": page.word("column.lag"), "labelAngle": 0, "labelOverlap": "greedy"],
    ]
    func bound(_ field: String) -> JSON {
      [
        "mark": ["type": "rule", "strokeDash": [4, 3], "color": .string(ChartTheme.against)],
        "encoding": ["y": ["field": .string(field), "type": "quantitative", "aggregate": "mean"]],
      ]
    }
    let bars: JSON = [
      "mark": ["type": "bar", "color": .string(ChartTheme.projected), "width": 3],
      "encoding": ["x": x, "y": y(title, hasZero: true), "tooltip": tips("lag")],
    ]
    return facet(
      ["width": width, "height": 96, "layer": [bars, bound("b"), bound("c")]], data: "lags",
      filter: nil)
  }

  func levels() -> JSON {
    func layer(_ kinds: [String], _ mark: JSON, _ more: JSON = [:]) -> JSON {
      let encoding: JSON = ["x": x, "y": y(nil, hasZero: false), "tooltip": tips()]
      return [
        "transform": [["filter": ["field": "k", "oneOf": .array(kinds.map(JSON.string))]]],
        "mark": mark, "encoding": encoding.merged(more),
      ]
    }
    return facet(
      [
        "width": width, "height": names.count == 1 ? 260 : 150,
        "layer": [
          layer(
            ["observed", "outlier"],
            ["type": "line", "color": .string(ChartTheme.observed), "strokeWidth": 1.4]),
          layer(
            ["level"], ["type": "rule", "color": .string(ChartTheme.projected), "strokeWidth": 3],
            ["x2": ["field": "e"], "y2": ["field": "w"]]),
          layer(
            ["outlier"],
            ["type": "point", "color": .string(ChartTheme.against), "size": 60, "filled": true]),
        ],
      ], data: "rows", filter: nil)
  }
}
