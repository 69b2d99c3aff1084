public import Words

extension FlowFigure {
  /// Fans of series beside the lines they are read against.
  ///
  /// - Parameters:
  ///   - model: what was fitted; empty where it differs between the series.
  ///   - beside: ids of the lines.
  ///   - count: how many series there are in all.
  public static func series(
    _ series: [PairForecast], model: String, beside: [String], count: Int, source: String,
    language: Language
  ) -> FlowFigure {
    let page = FigurePage(language, source: source)
    let name = model.isEmpty ? page.words("figure.series.line") : model
    return page.figure(
      "series", ["shown": "\(series.count)", "count": page.numbers.whole(Double(count))],
      data: [("rows", series.flatMap { ForecastLayers.rows($0, name, beside) })],
      body: [
        "data": ["name": "rows"],
        "facet": [
          "field": "p", "type": "nominal", "title": nil,
          "sort": .array(series.map { .string($0.name) }),
        ],
        "columns": .integer(min(3, series.count)), "spacing": 22,
        "spec": [
          "width": .integer(series.count == 1 ? 560 : 230),
          "height": .integer(series.count == 1 ? 260 : 150),
          "layer": .array(
            ForecastLayers(page, models: [name] + beside, column: "series", hasZero: false)
              .layers(periods: nil)),
        ],
        "resolve": ["scale": ["y": "independent", "x": "independent"]],
      ])
  }

  /// Scores of models over all series against the best of the naive lines, coverage against what the interval
  /// promises.
  public static func seriesScores(
    _ models: [ForecasterScores], horizon: Int, origins: Int, source: String, language: Language
  ) -> FlowFigure {
    scores(
      models, of: ScoresFigure.seriesScores, text: "series_scores", horizon: horizon,
      origins: origins, source: source, language: language)
  }
}
