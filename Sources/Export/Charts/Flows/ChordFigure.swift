public import Words

extension FlowFigure {
  /// Most areas whose ribbons can be told apart.
  public static let largestChord = 24

  /// Who sends how many to whom, as ribbons between arcs of a circle.
  /// - Precondition: origins and destinations are the same areas in the same order, at most 24.
  public static func chord(
    _ matrix: PairsMatrix, source: String, language: Language
  ) -> FlowFigure {
    let n = matrix.origins.count
    precondition(
      matrix.origins == matrix.destinations && n <= largestChord, "\(n) areas in a chord diagram")
    let page = FigurePage(language, source: source)
    let layout = ChordLayout(matrix.values, count: n)
    func colour(_ area: Int) -> JSON {
      .string(palette[area % palette.count])
    }
    func whole(_ value: Double) -> String { page.numbers.whole(value) }
    let arcs: [JSON] = layout.arcs.map { arc in
      let name = matrix.origins[arc.area]
      return [
        "a": .number(arc.start), "b": .number(arc.end), "c": colour(arc.area), "n": .string(name),
        "t": .string(
          page.words(
            "figure.chord.area",
            ["area": name, "out": whole(arc.departures), "in": whole(arc.arrivals)])),
      ]
    }
    let ribbons: [JSON] = layout.ribbons.map { ribbon in
      [
        "a": .number(ribbon.source.start), "b": .number(ribbon.source.end),
        "d": .number(ribbon.target.start), "e": .number(ribbon.target.end),
        "c": colour(ribbon.origin),
        "t": .string(
          "\(matrix.origins[ribbon.origin]) → \(matrix.origins[ribbon.destination]): "
            + whole(ribbon.value)),
      ]
    }
    return page.figure(
      "chord", grammar: .vega, data: [("arcs", arcs), ("ribbons", ribbons)],
      body: [
        "width": 720, "height": 640, "padding": 8,
        "marks": [
          [
            "type": "group",
            "encode": ["update": ["x": ["value": 360], "y": ["value": 320]]],
            "marks": .array(ChordMarks(radius: "230").all),
          ]
        ],
      ])
  }

  /// Okabe and Ito's colours, then the same darker, then lighter.
  private static let palette =
    ChartTheme.categories + ["#004a78", "#8a3d00", "#00654a", "#85466b", "#a06e00", "#23789f"]
    + ["#7db8dc", "#edab7c", "#73c9ae", "#e2b8cf", "#f2cf80", "#a8d9f3"]
    + ["#5b6570", "#8a94a0", "#3b4754", "#b3bac2", "#1f2933", "#cdd3d9"]
}
