/// Ribbons, arcs and names of a chord diagram round the origin, from the data sets `ribbons` and `arcs` of
/// `ChordLayout`.
struct ChordMarks {
  /// Of the ribbons, an expression.
  let radius: String

  var all: [JSON] { [ribbons, arcs, labels] }

  /// A point of the circle, the angle clockwise from the top.
  private func point(_ field: String, _ r: String) -> String {
    "(\(r)) * sin(datum.\(field)) + ',' + -(\(r)) * cos(datum.\(field))"
  }

  /// Along the circle from one angle to another.
  private func along(_ from: String, _ to: String, _ r: String) -> String {
    "\(point(from, r)) + 'A' + (\(r)) + ',' + (\(r)) + ' 0 '"
      + " + (datum.\(to) - datum.\(from) > PI ? 1 : 0) + ' 1 ' + \(point(to, r))"
  }

  /// From the outer edge of the origin through the middle to a little short of the destination.
  private var ribbons: JSON {
    let path =
      "'M' + \(along("a", "b", radius)) + 'Q0,0 ' + \(along("d", "e", "0.94 * (\(radius))"))"
      + " + 'Q0,0 ' + \(point("a", radius)) + 'Z'"
    return [
      "type": "path", "from": ["data": "ribbons"],
      "encode": [
        "update": [
          "path": ["signal": .string(path)], "fill": ["field": "c"],
          "fillOpacity": ["value": 0.62], "stroke": ["value": "white"],
          "strokeWidth": ["value": 0.5], "tooltip": ["field": "t"],
        ],
        "hover": ["fillOpacity": ["value": 0.95]],
      ],
    ]
  }

  private var arcs: JSON {
    [
      "type": "arc", "from": ["data": "arcs"],
      "encode": [
        "update": [
          "startAngle": ["field": "a"], "endAngle": ["field": "b"],
          "innerRadius": ["signal": .string("\(radius) + 4")],
          "outerRadius": ["signal": .string("\(radius) + 16")], "fill": ["field": "c"],
          "tooltip": ["field": "t"],
        ]
      ],
    ]
  }

  private var labels: JSON {
    [
      "type": "text", "from": ["data": "arcs"], "interactive": false,
      "encode": [
        "update": [
          "x": ["signal": .string("(\(radius) + 22) * sin((datum.a + datum.b) / 2)")],
          "y": ["signal": .string("-(\(radius) + 22) * cos((datum.a + datum.b) / 2)")],
          "angle": [
            "signal":
              "(datum.a + datum.b) * 90 / PI - 90 + (datum.a + datum.b > 2 * PI ? 180 : 0)"
          ],
          "align": ["signal": "datum.a + datum.b > 2 * PI ? 'right' : 'left'"],
          "baseline": ["value": "middle"],
          "text": ["field": "n"], "fontSize": ["value": 11],
          "font": ["value": .string(ChartTheme.font)], "fill": ["value": .string(ChartTheme.text)],
          "limit": ["value": 96],
        ]
      ],
    ]
  }
}
