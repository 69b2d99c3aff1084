import Demography

extension Mock {
  static var flows: Table {
    var steps = Steps(state: 7)
    var rows: [[String]] = []
    for origin in regions {
      for destination in regions where origin.code != destination.code {
        let pull = destination.growth > 0.015 ? 5.0 : 1
        let value =
          (origin.people * destination.people).squareRoot() / 1000 * pull * (0.2 + steps.next())
        let isPinned = steps.next() > 0.97
        rows.append([
          origin.code, destination.code, "2024", number(value), isPinned ? "" : number(value * 0.6),
          isPinned ? "" : number(value * 1.5), isPinned ? "observed" : "modelled",
          isPinned ? "true" : "false", "PS",
        ])
      }
    }
    return table(
      "od_flows",
      ["origin", "destination", "period", "value", "lower", "upper", "kind", "pinned", "unit"], rows
    )
  }

  static var permits: Table {
    var rows: [[String]] = []
    for (index, period) in [
      "2021-07-01", "2022-01-01", "2022-07-01", "2023-01-01", "2023-07-01", "2024-01-01",
      "2024-07-01", "2025-01-01",
    ].enumerated() {
      let step = Double(index)
      rows.append([
        "KZ", period, "PERMIT", number(12_400 + step * 260), number(step < 3 ? 23_600 : 22_200),
        "observed", "A", "",
      ])
      rows.append([
        "KZ", period, "ICT", number(2_300 + step * 90), "", index < 6 ? "observed" : "modelled",
        "A", "",
      ])
    }
    for region in regions {
      let value = region.people / 20_280_000 * 14_200
      rows.append([
        region.code, "2025-01-01", "PERMIT", number(value), number(value * 1.5), "modelled", "E",
        "national stock shared by quota",
      ])
    }
    return table(
      "permit_stock", ["area", "period", "programme", "value", "quota", "kind", "status", "note"],
      rows)
  }

  static var series: Table {
    var steps = Steps(state: 3)
    var rows: [[String]] = []
    for region in regions.prefix(20) {
      var value = region.people * 0.02
      for quarter in 0..<61 {
        value *= 0.985 + 0.03 * steps.next()
        rows.append([
          "UNEMP", region.code, "PS", period(quarter), "observed", number(value), "", "", "", "",
          "", "",
        ])
      }
      for ahead in 1...8 {
        let spread = value * 0.02 * Double(ahead).squareRoot()
        rows.append([
          "UNEMP", region.code, "PS", period(60 + ahead), "projected", number(value),
          number(value - spread),
          number(value + spread), number(value - 1.5 * spread), number(value + 1.5 * spread),
          "auto-ets", "",
        ])
      }
    }
    for year in 2000...2024 {
      rows.append([
        "NATINC", "KZ", "PS", String(year), "observed", number(70_000 + Double(year - 2000) * 9000),
        "", "", "", "", "", "",
      ])
    }
    for year in 2025...2028 {
      let value = 286_000 - Double(year - 2024) * 3000
      rows.append([
        "NATINC", "KZ", "PS", String(year), "projected", number(value), number(value * 0.93),
        number(value * 1.07), number(value * 0.9), number(value * 1.1), "auto-arima", "",
      ])
    }
    return table(
      "series",
      [
        "series", "area", "unit", "period", "kind", "value", "lower_80", "upper_80", "lower_95",
        "upper_95", "model", "note",
      ],
      rows)
  }

  private static func period(_ quarter: Int) -> String {
    "\(2010 + quarter / 4)-Q\(quarter % 4 + 1)"
  }

  static var backtest: Table {
    var steps = Steps(state: 11)
    var rows: [[String]] = []
    for series in ["UNEMP", "INCOME", "NATINC"] {
      for region in regions {
        for (model, level) in [
          ("naive", 1.0), ("drift", 0.86), ("linear", 1.4), ("auto-ets", 0.74),
          ("auto-arima", 0.78),
        ] {
          let relative = model == "naive" ? 1 : level * (0.7 + 0.7 * steps.next())
          rows.append([
            series, region.code, model, "12", "4", number(relative * 900), number(relative * 1200),
            Demography.text(relative * 0.9), Demography.text(relative), "0.78", "0.93",
            model == "auto-ets" ? "true" : "false", "",
          ])
        }
      }
    }
    return table(
      "backtest",
      [
        "series", "area", "model", "origins", "horizon", "mae", "rmse", "mase", "relative_to_naive",
        "coverage_80", "coverage_95", "chosen", "reason",
      ],
      rows)
  }

  static var gaps: Table {
    let duties: [(String, [(String, String)])] = [
      (
        "KZ:BNS",
        [
          ("POP", "GGGGGGGG"), ("FLOW_IN", "RRRRGGGG"), ("FLOW_OUT", "RRRRGGGG"),
          ("FLOW_OD", "RRRAARRR"),
        ]
      ),
      ("KZ:MLSPP", [("PERMIT_STOCK", "–RRAAAGG"), ("QUOTA", "GGGGGGGG")]),
      ("KZ:MIA", [("PERMIT_ISSUED", "????RRRR")]),
      ("KZ:BORDER", [("CROSS_IN", "????????")]),
    ]
    var rows: [[String]] = []
    for (agency, indicators) in duties {
      for (indicator, states) in indicators {
        for (index, state) in states.enumerated() {
          rows.append([
            agency, indicator, String(2018 + index), String(state),
            state == "R" ? "availability" : state == "A" ? "granularity" : "",
            state == "R" ? "missing" : "", "", "", "", "", "", "", "", "",
          ])
        }
      }
    }
    return table(
      "gaps",
      [
        "agency", "indicator", "period", "state", "worst_axis", "gap_type", "availability",
        "timeliness_days", "completeness", "granularity", "definition", "consistency", "revision",
        "openness",
      ],
      rows)
  }

  static var observations: Table {
    var steps = Steps(state: 5)
    var rows: [[String]] = []
    for year in 2000...2024 {
      for (source, kind, size) in [
        ("bns-net", "OBSERVED", 40_000.0), ("wpp2024", "MODELLED", 20_000),
        ("gaskin-abel", "MODELLED", 55_000),
      ] {
        let value = (steps.next() - 0.6) * size
        rows.append([
          "NET", "KZ", String(year), "EXTERNAL", source, kind, "2025-03-28T00:00:00Z",
          number(value),
        ])
      }
    }
    rows.append([
      "NET", "KZ", "2022", "EXTERNAL", "bns-net", "OBSERVED", "2023-03-28T00:00:00Z", "-6946",
    ])
    return table(
      "observations",
      [
        "MEASURE", "REF_AREA", "TIME_PERIOD", "SCOPE", "SOURCE_ID", "ESTIMATE_KIND", "VINTAGE",
        "OBS_VALUE",
      ], rows)
  }

  static var conflicts: Table {
    table(
      "conflicts",
      [
        "rule", "type", "severity", "outcome", "period", "area", "left", "left_value", "right",
        "right_value", "difference", "detail",
      ],
      [
        [
          "balance-population", "balance", "error", "failed", "2021", "KZ", "POP change", "486000",
          "NATINC + NET", "105264", "380736", "census 2021",
        ],
        [
          "worker-sum", "sum", "warning", "failed", "2021-05", "KZ", "sum of categories", "13200",
          "total", "14200", "-1000", "<script>alert(1)</script>",
        ],
        [
          "net-sign", "sign_conflict", "warning", "not_evaluated", "2024", "KZ", "", "", "", "", "",
          "",
        ],
      ])
  }

  static var changes: Table {
    table(
      "changes",
      [
        "measure", "area", "period", "source", "previous_vintage", "previous_value", "vintage",
        "value", "difference", "relative", "reason",
      ],
      [
        [
          "NET", "KZ", "2022", "bns-net", "2023-03-28", "-6946", "2024-03-28", "-6722", "224",
          "-0.032", "revised",
        ],
        [
          "NET", "KZ", "2024", "bns-net", "2025-02-20", "17164", "2025-04-29", "16550", "-614",
          "-0.036", "revised",
        ],
        ["FLOW_IN", "KZ71", "2024", "bns-net", "", "", "2025-03-28", "68214", "", "", "new"],
      ])
  }

  static var rules: Table {
    table(
      "rules",
      ["id", "type", "severity", "evaluated", "passed", "failed", "not_evaluated", "quarantined"],
      [
        ["balance-population", "balance", "error", "20", "19", "1", "0", "0"],
        ["worker-sum", "sum", "warning", "10", "5", "5", "0", "0"],
        ["net-sign", "sign_conflict", "warning", "0", "0", "0", "3", "0"],
        ["unique", "unique", "fatal", "38214", "38214", "0", "0", "0"],
      ])
  }

  static var sources: Table {
    table(
      "sources",
      [
        "id", "agency", "title", "licence", "may_export", "observations", "first_period",
        "last_period", "latest_vintage", "url",
      ],
      [
        [
          "bns-net", "KZ:BNS", "Net migration", "KZ-BNS-REF", "true", "1240", "2000", "2024",
          "2025-04-29T00:00:00Z", "https://stat.gov.kz",
        ],
        [
          "wpp2024", "UN:DESA", "World Population Prospects 2024", "CC BY 3.0 IGO", "true", "25",
          "2000", "2024", "2024-07-11T00:00:00Z", "https://population.un.org",
        ],
        [
          "gaskin-abel", "ACADEMIC", "<img src=x onerror=alert(1)>", "CC BY 4.0", "true", "25",
          "2000", "2024", "2026-01-01T00:00:00Z", "",
        ],
        [
          "permits", "KZ:MLSPP", "=HYPERLINK(\"x\")", "KZ-MLSPP-REF", "true", "84", "2019", "2025",
          "2025-08-01T00:00:00Z", "",
        ],
      ])
  }

  static var gravity: Table {
    table(
      "gravity",
      ["model", "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"],
      [
        ["ppml", "log(distance)", "-1.084", "0.0812", "-13.3", "0", "-1.243", "-0.925"],
        ["ppml", "contiguity", "0.412", "0.101", "4.08", "0.00005", "0.214", "0.61"],
      ])
  }
}
