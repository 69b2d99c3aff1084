import Demography

extension Mock {
  static var regionTable: Table {
    table(
      "regions", ["code", "kato", "name_kk", "name_ru", "name_en", "tile_col", "tile_row"],
      regions.map {
        [
          $0.code, String($0.code.dropFirst(2).prefix(2)), $0.kk, $0.ru, $0.en, String($0.tile.0),
          String($0.tile.1),
        ]
      })
  }

  private static func size(_ people: Double, _ growth: Double, _ year: Int) -> Double {
    var value = people
    let step = growth + 0.006
    for _ in 0..<abs(year - 2025) { value *= year > 2025 ? 1 + step : 1 / (1 + step * 0.8) }
    return value
  }

  private static func effect(_ scenario: String, _ code: String, _ year: Int) -> Double {
    let years = Double(year - 2025)
    switch scenario {
    case "quota-wide": return (code == "KZ71" ? 3100 : code == "KZ75" ? 2200 : 240) * years
    case "resettlement":
      return (code == "KZ59" ? 2400 : code.hasPrefix("KZ61") ? -2900 : 80) * years
    case "shock-return": return (code == "KZ71" ? -900 : -150) * years * (years < 6 ? 1 : 0.3)
    default: return 0
    }
  }

  static var population: Table {
    var rows: [[String]] = []
    for year in 2010...2025 {
      for region in regions {
        let value = number(size(region.people, region.growth, year))
        rows.append([
          "baseline", "main", region.code, "\(year)-01-01", "observed", value, "", "", value, "",
          "",
        ])
      }
      let sum = number(regions.reduce(0) { $0 + size($1.people, $1.growth, year) })
      rows.append(["baseline", "main", "KZ", "\(year)-01-01", "observed", sum, "", "", sum, "", ""])
    }
    for scenario in scenarios {
      for year in 2026...2035 {
        var total = 0.0
        for region in regions {
          let value = size(region.people, region.growth, year) + effect(scenario, region.code, year)
          total += value
          rows.append(projected(scenario, region.code, year, value))
        }
        rows.append(projected(scenario, "KZ", year, total))
      }
    }
    return table(
      "population",
      [
        "scenario", "variant", "area", "period", "kind", "mean", "lower_95", "lower_80", "median",
        "upper_80", "upper_95",
      ],
      rows)
  }

  private static func projected(_ scenario: String, _ area: String, _ year: Int, _ value: Double)
    -> [String]
  {
    let spread = value * 0.011 * Double(year - 2025).squareRoot()
    return [
      scenario, "main", area, "\(year)-01-01", "projected", number(value),
      number(value - 1.5 * spread),
      number(value - spread), number(value), number(value + spread), number(value + 1.5 * spread),
    ]
  }

  static var pyramid: Table {
    var rows: [[String]] = []
    let ages = stride(from: 0, to: 100, by: 5).map { "Y\($0)T\($0 + 4)" } + ["Y_GE100"]
    let all = regions.map { ($0.code, $0.people) } + [("KZ", 20_280_000.0)]
    for (area, people) in all {
      for (year, kind) in [(2025, "modelled"), (2030, "projected"), (2035, "projected")] {
        for sex in ["M", "F"] {
          for (index, age) in ages.enumerated() {
            let x = Double(index) * 5 - Double(year - 2025) * 0.6
            let wave = 1 + 0.28 * (x / 9).sine
            let decline = 1 / (1 + (((x - 62) / (sex == "M" ? 8 : 10))).exponential)
            let value = people * 0.0385 * wave * decline * (1 + Double(year - 2025) * 0.012)
            let spread = kind == "projected" ? value * (index < 3 ? 0.09 : 0.02) : 0
            rows.append([
              "baseline", "main", area, "\(year)-01-01", sex, age, kind, number(value),
              kind == "projected" ? number(value - spread) : "",
              kind == "projected" ? number(value + spread) : "",
            ])
          }
        }
      }
    }
    return table(
      "pyramid",
      [
        "scenario", "variant", "area", "period", "sex", "age", "kind", "median", "lower_80",
        "upper_80",
      ], rows)
  }

  static var components: Table {
    var rows: [[String]] = []
    let parts: [(String, Double)] = [
      ("births", 0.019), ("deaths", 0.0066), ("internal_in", 0.045), ("internal_out", 0.031),
      ("immigration", 0.0022), ("emigration", 0.0012),
    ]
    for (area, people) in [("KZ71", 1_528_000.0), ("KZ", 20_280_000.0)] {
      for year in 2025...2034 {
        for (component, share) in parts {
          let value = people * share * (1 + Double(year - 2025) * 0.01)
          rows.append([
            "baseline", "main", area, String(year), component, number(value), number(value * 0.9),
            number(value * 1.1),
          ])
        }
      }
    }
    return table(
      "components",
      ["scenario", "variant", "area", "period", "component", "median", "lower_80", "upper_80"], rows
    )
  }

  static var differences: Table {
    var rows: [[String]] = []
    for scenario in scenarios.dropFirst() {
      for year in [2030, 2035] {
        var total = 0.0
        for region in regions {
          let value = effect(scenario, region.code, year)
          total += value
          rows.append(difference(scenario, region.code, year, value))
        }
        rows.append(difference(scenario, "KZ", year, total))
      }
    }
    return table(
      "differences",
      [
        "scenario", "variant", "against", "area", "period", "metric", "median", "lower_95",
        "lower_80", "upper_80", "upper_95", "probability_above_zero",
      ],
      rows)
  }

  private static func difference(_ scenario: String, _ area: String, _ year: Int, _ value: Double)
    -> [String]
  {
    let spread = abs(value) * 0.35 + 120
    return [
      scenario, "main", "baseline", area, "\(year)-01-01", "population", number(value),
      number(value - 1.5 * spread), number(value - spread), number(value + spread),
      number(value + 1.5 * spread),
      value > 500 ? "0.98" : value < -500 ? "0.03" : "0.55",
    ]
  }

  static var levers: Table {
    table(
      "levers", ["scenario", "lever", "kind", "quality", "source", "assumed"],
      [
        ["quota-wide", "permit_quota", "stock", "assumed", "draft order", "true"],
        [
          "resettlement", "assisted_move", "flow", "official", "programme of resettlement", "false",
        ],
        ["shock-return", "flow_shock", "flow", "assumed", "<b>none</b>", "true"],
      ])
  }
}

extension Double {
  /// Rough curves are enough for a mock, so no library of functions is needed.
  var sine: Double {
    let turn = (self / (2 * .pi)).rounded()
    let x = self - turn * 2 * .pi
    return x - x * x * x / 6 + x * x * x * x * x / 120 - x * x * x * x * x * x * x / 5040
  }

  var exponential: Double {
    var term = 1.0
    var sum = 1.0
    let x = Swift.max(-20, Swift.min(20, self))
    for k in 1..<80 {
      term *= x / Double(k)
      sum += term
    }
    return Swift.max(sum, 0)
  }
}
