public import Words

/// What the charts of a fit are drawn from.
public struct FitPoints: Sendable {
  /// How many flows of one size there are and how many are expected.
  public struct Bin: Sendable {
    public let lower: Int
    public let upper: Int?
    public let observed: Int
    public let expected: Double

    public init(lower: Int, upper: Int?, observed: Int, expected: Double) {
      self.lower = lower
      self.upper = upper
      self.observed = observed
      self.expected = expected
    }
  }

  /// Name of each row, such as `AT11 → AT12`.
  public let names: [String]
  public let observed: [Double]
  public let fitted: [Double]
  /// Pearson's residuals.
  public let residuals: [Double]
  /// `nil` for a family without a distribution of counts.
  public let bins: [Bin]?
  public let formula: String
  public let family: String

  public init(
    names: [String], observed: [Double], fitted: [Double], residuals: [Double], bins: [Bin]?,
    formula: String, family: String
  ) {
    precondition(
      names.count == observed.count && names.count == fitted.count
        && names.count == residuals.count, "columns of different lengths")
    self.names = names
    self.observed = observed
    self.fitted = fitted
    self.residuals = residuals
    self.bins = bins
    self.formula = formula
    self.family = family
  }

  /// Most points a figure carries; beyond, the rows with the largest residuals and every k-th of the
  /// others are drawn, and the figure says so.
  static let limit = 4000

  /// The rows that are drawn, ascending.
  var drawn: [Int] {
    guard names.count > Self.limit else { return Array(names.indices) }
    let bySize = names.indices.sorted { abs(residuals[$0]) > abs(residuals[$1]) }
    let rest = bySize.dropFirst(Self.limit / 4).sorted()
    let step = rest.count / (Self.limit * 3 / 4) + 1
    let some = stride(from: 0, to: rest.count, by: step).map { rest[$0] }
    return (bySize.prefix(Self.limit / 4) + some).sorted()
  }
}

extension FlowFigure {
  /// Residuals against fitted flows, observed against fitted, and a rootogram.
  public static func fit(_ points: FitPoints, source: String, language: Language) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let builder = FitPanels(page: page, points: points)
    let drawn = points.drawn
    let remark =
      drawn.count < points.names.count
      ? page.words(
        "figure.fit.some",
        [
          "drawn": page.numbers.whole(Double(drawn.count)),
          "all": page.numbers.whole(Double(points.names.count)),
        ]) : ""
    let rows: [JSON] = drawn.map { k in
      [
        "n": .string(points.names[k]), "y": .number(points.observed[k]),
        "f": .number(points.fitted[k]), "r": .number(points.residuals[k]),
        "z": .bool(points.observed[k] == 0),
      ]
    }
    let bins: [JSON] = (points.bins ?? []).map { bin in
      let top = bin.expected.squareRoot()
      let label =
        bin.upper.map { $0 == bin.lower ? "\($0)" : "\(bin.lower)–\($0)" } ?? "\(bin.lower)+"
      return [
        "b": .string(label), "o": .integer(bin.observed), "e": .number(bin.expected),
        "t": .number(top), "u": .number(top - Double(bin.observed).squareRoot()),
      ]
    }
    return page.figure(
      "fit", ["formula": points.formula, "family": points.family], remark: remark,
      data: [("rows", rows), ("bins", bins)],
      body: ["concat": .array(builder.panels), "columns": 2, "spacing": 34])
  }
}

/// The panels of a fit.
private struct FitPanels {
  let page: FigurePage
  let points: FitPoints

  var panels: [JSON] {
    [residuals, observed] + (points.bins == nil ? [] : [rootogram])
  }

  /// Flows from 0 on: linear below 1, logarithmic above, so that zeros have a place.
  private func axis(_ field: String, _ key: String) -> JSON {
    let most = max(points.observed.max() ?? 1, points.fitted.max() ?? 1)
    var ticks: [JSON] = [0, 1]
    var next = 10.0
    while next <= most * 1.2 {
      ticks.append(.number(next))
      next *= 10
    }
    return [
      "field": .string(field), "type": "quantitative",
      "scale": ["type": "symlog", "constant": 1, "nice": false],
      "axis": [
        "title": page.word(key), "values": .array(ticks), "format": ",~f", "labelOverlap": "greedy",
      ],
    ]
  }

  private var colour: JSON {
    [
      "field": "z", "type": "nominal",
      "scale": [
        "domain": [false, true],
        "range": [.string(ChartTheme.projected), .string(ChartTheme.against)],
      ],
      "legend": [
        "title": nil,
        "labelExpr":
          .string(
            "datum.value ? '\(quoted("figure.fit.zero"))' : '\(quoted("figure.fit.positive"))'"),
      ],
    ]
  }

  private func quoted(_ key: String) -> String { page.words(key).replacing("'", with: "’") }

  private var tips: JSON {
    [
      page.tip("n", "flow"), page.tip("y", "observed", format: ",.4~g"),
      page.tip("f", "fitted", format: ",.4~g"), page.tip("r", "residual", format: ".3~g"),
    ]
  }

  private func panel(_ key: String, _ layers: [JSON]) -> JSON {
    [
      "title": ["text": page.word(key), "fontSize": 12, "fontWeight": 600, "offset": 6],
      "width": 340, "height": 270, "layer": .array(layers),
    ]
  }

  private var residuals: JSON {
    let largest = points.residuals.map(abs).max() ?? 1
    let y: JSON = [
      "field": "r", "type": "quantitative",
      "scale": largest > 20 ? ["type": "symlog", "constant": 2] : ["zero": true],
      "axis": ["title": page.word("column.residual"), "format": ",~f", "labelOverlap": "greedy"],
    ]
    let dots: JSON = [
      "data": ["name": "rows"],
      "mark": ["type": "point", "size": 18, "opacity": 0.6],
      "encoding": ["x": axis("f", "column.fitted"), "y": y, "color": colour, "tooltip": tips],
    ]
    let zero: JSON = [
      "data": ["values": [[:]]],
      "mark": ["type": "rule", "color": .string(ChartTheme.observed), "strokeDash": [3, 3]],
      "encoding": ["y": ["datum": 0, "type": "quantitative"]],
    ]
    return panel("figure.fit.residuals", [zero, dots])
  }

  private var observed: JSON {
    let most = max(points.observed.max() ?? 1, points.fitted.max() ?? 1)
    let dots: JSON = [
      "data": ["name": "rows"],
      "mark": ["type": "point", "size": 18, "opacity": 0.6],
      "encoding": [
        "x": axis("f", "column.fitted"), "y": axis("y", "column.observed"), "color": colour,
        "tooltip": tips,
      ],
    ]
    // On the same scale on both axes the diagonal is straight.
    let line: JSON = [
      "data": ["values": [["f": 0, "y": 0], ["f": .number(most), "y": .number(most)]]],
      "mark": [
        "type": "line", "color": .string(ChartTheme.observed), "strokeDash": [3, 3],
        "strokeWidth": 1,
      ],
      "encoding": [
        "x": ["field": "f", "type": "quantitative"], "y": ["field": "y", "type": "quantitative"],
      ],
    ]
    return panel("figure.fit.observed", [line, dots])
  }

  private var rootogram: JSON {
    let x: JSON = [
      "field": "b", "type": "nominal", "sort": nil,
      "axis": [
        "title": page.word("figure.fit.size"), "labelAngle": -45, "labelOverlap": false,
      ],
    ]
    let tips: JSON = [
      page.tip("b", "flow"), page.tip("o", "observed", format: ",~g"),
      page.tip("e", "expected", format: ",.4~g"),
    ]
    let bars: JSON = [
      "data": ["name": "bins"],
      "mark": ["type": "bar", "color": "#9cc4e2", "width": ["band": 0.8]],
      "encoding": [
        "x": x,
        "y": [
          "field": "t", "type": "quantitative",
          "axis": ["title": page.word("figure.fit.root"), "format": ",~f"],
        ],
        "y2": ["field": "u"], "tooltip": tips,
      ],
    ]
    let line: JSON = [
      "data": ["name": "bins"],
      "mark": [
        "type": "line", "color": .string(ChartTheme.against), "point": ["size": 28],
      ],
      "encoding": ["x": x, "y": ["field": "t", "type": "quantitative"], "tooltip": tips],
    ]
    let zero: JSON = [
      "data": ["values": [[:]]],
      "mark": ["type": "rule", "color": .string(ChartTheme.observed), "strokeDash": [3, 3]],
      "encoding": ["y": ["datum": 0, "type": "quantitative"]],
    ]
    return panel("figure.fit.rootogram", [bars, line, zero])
  }
}
