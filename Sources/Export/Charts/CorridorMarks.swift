import Words

/// The two-sided Sankey diagram of a layout.
struct CorridorMarks {
  let layout: CorridorLayout
  let naming: Naming
  /// Colour and tooltip of a link; where absent the colour of its destination and its value.
  var look: ((CorridorLayout.Link) -> (colour: String, tip: String))?

  private var colours: [String: String] {
    guard look == nil else { return [:] }
    let destinations = layout.nodes.filter { !$0.isOrigin }.map(\.code)
    return Dictionary(uniqueKeysWithValues: zip(destinations, ChartTheme.categories))
  }

  var links: [JSON] {
    let colour = colours
    return layout.links.map { link in
      let names = "\(naming.area(link.origin)) → \(naming.area(link.destination))"
      let own = look?(link)
      return [
        "a": .number(rounded(link.start)), "b": .number(rounded(link.end)),
        "w": .number(rounded(link.thickness)),
        "c": .string(own?.colour ?? colour[link.destination] ?? ChartTheme.muted),
        "t": .string(own?.tip ?? "\(names): \(naming.numbers.whole(link.value))"),
      ]
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

  var body: JSON {
    let colour = colours
    let nodes: [JSON] = layout.nodes.map { node in
      [
        "side": node.isOrigin ? "o" : "d", "top": .number(rounded(node.top)),
        "bottom": .number(rounded(node.bottom)),
        "c": .string(node.isOrigin ? ChartTheme.text : colour[node.code] ?? ChartTheme.muted),
        "s": .string(naming.shortArea(node.code)),
        "n": .string(
          look == nil
            ? "\(naming.shortArea(node.code))  \(naming.numbers.whole(node.value))"
            : naming.shortArea(node.code)),
      ]
    }
    let container = "isFinite(containerSize()[0]) ? containerSize()[0] : 720"
    return [
      "height": 460, "padding": 4, "autosize": ["type": "fit-x", "contains": "padding"],
      "signals": [
        [
          "name": "width", "init": .string(container),
          "on": [["update": .string(container), "events": "window:resize"]],
        ]
      ],
      "data": [
        ["name": "table", "values": .array(links)],
        ["name": "nodes", "values": .array(nodes)],
      ],
      "marks": [linkMarks, nodeMarks, label(halo: true), label(halo: false)],
    ]
  }

  private let linkMarks: JSON = [
    "type": "path", "clip": true, "from": ["data": "table"],
    "encode": [
      "update": [
        "path": [
          "signal":
            .string(
              "'M8,' + datum.a * height + ' C' + width * 0.5 + ',' + datum.a * height + ' '"
                + " + width * 0.5 + ',' + datum.b * height + ' ' + (width - 8) + ',' + datum.b * height"
            )
        ],
        "stroke": ["field": "c"], "strokeWidth": ["signal": "max(1, datum.w * height)"],
        "strokeOpacity": ["value": 0.42], "tooltip": ["field": "t"],
      ],
      "hover": ["strokeOpacity": ["value": 0.75]],
    ],
  ]

  private let nodeMarks: JSON = [
    "type": "rect", "from": ["data": "nodes"],
    "encode": [
      "update": [
        "x": ["signal": "datum.side == 'o' ? 0 : width - 8"], "width": ["value": 8],
        "y": ["signal": "datum.top * height"], "y2": ["signal": "datum.bottom * height"],
        "fill": ["field": "c"],
      ]
    ],
  ]

  /// The nodes' names over the links, first a white outline and then the letters.
  private func label(halo: Bool) -> JSON {
    let paint: JSON =
      halo
      ? [
        "stroke": ["value": "white"], "strokeWidth": ["value": 3.5],
        "strokeJoin": ["value": "round"],
      ]
      : ["fill": ["value": .string(ChartTheme.observed)]]
    let place: JSON = [
      "x": ["signal": "datum.side == 'o' ? 13 : width - 13"],
      "y": ["signal": "(datum.top + datum.bottom) / 2 * height"],
      "align": ["signal": "datum.side == 'o' ? 'left' : 'right'"],
      "baseline": ["value": "middle"],
      "text": ["signal": "width < 460 ? datum.s : datum.n"], "limit": ["signal": "width * 0.46"],
      "fontSize": ["signal": "width < 460 ? 9 : 11"],
      "font": ["value": .string(ChartTheme.font)],
    ]
    return [
      "type": "text", "from": ["data": "nodes"], "interactive": false,
      "encode": ["update": place.merged(paint)],
    ]
  }
}
