import Words

/// Colours and the look that all charts share.
enum ChartTheme {
  /// Okabe & Ito (2008), without black and yellow, in the order in which categories take them.
  static let categories = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
  static let observed = "#1f2933"
  static let projected = "#0072B2"
  static let against = "#D55E00"
  static let muted = "#8a94a0"
  static let grid = "#e8ebee"
  static let text = "#3b4754"
  /// A single hue for magnitudes.
  static let ramp: JSON = ["#f2f7fb", "#cfe2f1", "#9cc4e2", "#5b9dcb", "#0072B2", "#004a78"]
  /// Diverging, its middle at zero.
  static let diverging: JSON = [
    "#b34700", "#e08a4a", "#f6d9c0", "#f4f4f2", "#c5ddef", "#5b9dcb", "#005a8e",
  ]

  static let font = "'Segoe UI', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"

  /// The `config` of a specification: type, axes, grid, number format.
  static func configuration(_ format: NumberFormat) -> JSON {
    [
      "font": .string(font),
      "background": "white",
      "view": [
        "stroke": nil, "continuousWidth": 720, "continuousHeight": 320, "discreteWidth": 720,
      ],
      "axis": axis,
      "axisBand": ["grid": false, "ticks": false],
      "header": [
        "title": nil, "labelColor": .string(observed), "labelFontSize": 12, "labelFontWeight": 600,
        "labelAnchor": "start", "labelPadding": 4, "labelLimit": 200,
      ],
      "legend": [
        "titleColor": .string(text), "labelColor": .string(text), "labelFontSize": 11,
        "titleFontSize": 11, "titleFontWeight": "normal", "orient": "top",
        "direction": "horizontal",
        "labelLimit": 260, "symbolStrokeWidth": 2,
      ],
      "title": [
        "anchor": "start", "font": .string(font), "fontSize": 15, "fontWeight": 600,
        "color": .string(observed), "subtitleFont": .string(font), "subtitleFontSize": 11,
        "subtitleColor": "#65717e", "subtitlePadding": 4, "offset": 12,
      ],
      "line": ["strokeWidth": 1.8, "strokeCap": "round", "strokeJoin": "round"],
      "point": ["filled": true, "size": 22],
      "text": ["font": .string(font), "fontSize": 11, "color": .string(text)],
      "locale": locale(format),
    ]
  }

  /// The `config` of a Vega specification, which has no marks of its own to style.
  static func vegaConfiguration(_ format: NumberFormat) -> JSON {
    [
      "background": "white",
      "text": ["font": .string(font)], "title": ["font": .string(font)], "locale": locale(format),
    ]
  }

  private static let axis: JSON = [
    "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
    "labelColor": .string(text), "titleColor": .string(text), "domainColor": "#c5ccd3",
    "domainWidth": 0.7, "tickColor": "#c5ccd3", "tickWidth": 0.7, "tickSize": 4,
    "gridColor": .string(grid), "gridWidth": 0.8, "labelPadding": 4, "titlePadding": 8,
    "labelLimit": 190,
  ]

  private static func locale(_ format: NumberFormat) -> JSON {
    let percent: JSON = format.language == .en ? "%" : "\u{202F}%"
    return [
      "number": [
        "decimal": .string(format.decimalMark), "thousands": .string(format.groupMark),
        "grouping": [3], "currency": ["", ""], "minus": "\u{2212}", "percent": percent,
      ]
    ]
  }
}

/// Axis labels with their sign; a zero has none.
let signedLabel = "datum.value == 0 ? '0' : format(datum.value, '+,~f')"
