public import Words

/// A table of flows as figures draw it.
public struct PairsMatrix: Sendable {
  public let origins: [String]
  public let destinations: [String]
  /// `origins · destinations`, origin fastest.
  public let values: [Double]

  public init(origins: [String], destinations: [String], values: [Double]) {
    precondition(values.count == origins.count * destinations.count, "\(values.count) cells")
    self.origins = origins
    self.destinations = destinations
    self.values = values
  }

  /// Most cells a heat map carries.
  public static let limit = 40_000

  /// The cells of a heat map; those within an area are left out, for they dwarf all others.
  fileprivate var cells: [JSON] {
    let n = origins.count
    return values.indices.compactMap { k in
      let (from, to) = (origins[k % n], destinations[k / n])
      guard from != to else { return nil }
      return ["o": .string(from), "d": .string(to), "v": .number(values[k])]
    }
  }
}

extension FlowFigure {
  /// Origins down, destinations across, the size of the flow as colour.
  public static func heatMap(
    _ matrix: PairsMatrix, source: String, language: Language
  ) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let panel = HeatPanel(page: page, matrix: matrix)
    return page.figure(
      "heatmap", data: [("cells", matrix.cells)],
      body: panel.json(data: "cells", title: nil, hasOrigins: true, size: 620))
  }

  /// The table before and after it was balanced, on one scale of colour.
  public static func balance(
    before: PairsMatrix, after: PairsMatrix, source: String, language: Language
  ) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let panels: [JSON] = [("before", before, true), ("after", after, false)].map {
      HeatPanel(page: page, matrix: $0.1).json(
        data: $0.0, title: page.word("figure.balance.\($0.0)"), hasOrigins: $0.2, size: 360)
    }
    return page.figure(
      "balance", data: [("before", before.cells), ("after", after.cells)],
      body: [
        "hconcat": .array(panels), "spacing": 24, "resolve": ["scale": ["color": "shared"]],
      ])
  }
}

/// One heat map.
private struct HeatPanel {
  let page: FigurePage
  let matrix: PairsMatrix

  func json(data: String, title: JSON?, hasOrigins: Bool, size: Int) -> JSON {
    func axis(_ field: String, _ key: String, _ names: [String], angle: Int, isShown: Bool) -> JSON
    {
      let hasLabels = isShown && names.count <= 80
      return [
        "field": .string(field), "type": "nominal", "sort": .array(names.map(JSON.string)),
        "scale": ["domain": .array(names.map(JSON.string)), "paddingInner": 0.03],
        "axis": [
          "title": isShown ? page.word("column.\(key)") : nil, "labels": .bool(hasLabels),
          "labelAngle": .integer(angle), "labelLimit": 110, "domain": false, "ticks": false,
          "labelFontSize": names.count > 40 ? 7 : 10, "labelOverlap": false,
        ],
      ]
    }
    let body: JSON = [
      "data": ["name": .string(data)], "width": .integer(size),
      "height": .integer(max(120, size * matrix.origins.count / max(1, matrix.destinations.count))),
      "mark": ["type": "rect"],
      "encoding": [
        "x": axis("d", "destination", matrix.destinations, angle: -90, isShown: true),
        "y": axis("o", "origin", matrix.origins, angle: 0, isShown: hasOrigins),
        "color": [
          "field": "v", "type": "quantitative",
          "scale": ["type": "symlog", "constant": 1, "range": ChartTheme.ramp],
          "legend": [
            "title": page.word("chart.axis.people"), "gradientLength": 220, "format": ",",
            "tickCount": 4, "labelOverlap": "greedy",
          ],
        ],
        "tooltip": [
          page.tip("o", "origin"), page.tip("d", "destination"),
          page.tip("v", "value", format: ",.4~g"),
        ],
      ],
    ]
    guard let title else { return body }
    return body.merged([
      "title": ["text": title, "fontSize": 12, "fontWeight": 600, "offset": 6]
    ])
  }
}
