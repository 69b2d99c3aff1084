extension BrokenFile {
  static let metrics =
    "population, workforce_15_64, children_0_14, elderly_65_plus, school_age_6_17, dependency_ratio, births, deaths, net_internal, net_international, assisted_moves, temporary_stock, unmet_permits, wanted_permits, temporary_present, displaced_stock, moves_in, moves_out, immigration, emigration, median_age, retained_5y, retention_5y, programme_cost, cost_per_retained_mover"

  /// Faults of named expressions.
  static let ofIndicators: [BrokenFile] = [
    BrokenFile(
      "an indicator of an unknown metric", after: "indicators: {x: births / populaton}\n",
      "7:26 indicator 'x': no metric 'populaton' | did you mean 'population'? metrics: \(metrics)"),
    BrokenFile(
      "an indicator of the beginnings of two metrics",
      after: "indicators:\n  x: \"(children + elderly) / workforce_15_64\"\n",
      "8:8 indicator 'x': no metric 'children' | did you mean 'children_0_14'? metrics: \(metrics)",
      "8:19 indicator 'x': no metric 'elderly' | did you mean 'elderly_65_plus'? metrics: \(metrics)"
    ),
    BrokenFile(
      "an indicator named as a metric", after: "indicators: {births: deaths}\n",
      "7:14 the indicator 'births' has the name of a metric | give the indicator another name"),
    BrokenFile(
      "an indicator in capitals", after: "indicators: {Fewer: deaths}\n",
      "7:14 'Fewer' is no identifier | use lower-case Latin letters, digits and hyphens, at most 64"
    ),
    BrokenFile(
      "an expression that ends too early", after: "indicators: {x: births -}\n",
      "7:25 indicator 'x': the expression ends where a value is expected | write a metric, a number or a sum in ( )"
    ),
    BrokenFile(
      "an expression without a value", after: "indicators: {x: births / * deaths}\n",
      "7:26 indicator 'x': '*' stands where a value is expected | write a metric, a number or a sum in ( )"
    ),
    BrokenFile(
      "two values without a sign", after: "indicators: {x: births deaths}\n",
      "7:24 indicator 'x': 'd' stands after a value | join values by + - * /, and close every (; names are those of metrics"
    ),
    BrokenFile(
      "a bracket that is not closed", after: "indicators: {x: births / (deaths + 1}\n",
      "7:26 indicator 'x': this ( is not closed | close it, or remove it"),
    BrokenFile(
      "a bracket too many", after: "indicators: {x: births) / deaths}\n",
      "7:23 indicator 'x': ')' stands after a value | join values by + - * /, and close every (; names are those of metrics"
    ),
    BrokenFile(
      "a number with a tail", after: "indicators: {x: 1000births / deaths}\n",
      "7:17 indicator 'x': '1000births' is no number | write figures such as 1000 or 0.25; * stands between a number and a metric"
    ),
    BrokenFile(
      "a call", after: "indicators: {x: log(births)}\n",
      "7:17 indicator 'x': no metric 'log' | metrics: \(metrics)",
      "7:20 indicator 'x': '(' stands after a value | join values by + - * /, and close every (; names are those of metrics"
    ),
    BrokenFile(
      "a metric of an unknown region", after: "indicators:\n  x: births / births[Nort]\n",
      "8:22 no region or set 'Nort' at the launch | did you mean 'North'? name a region of the launch or a set of the baseline file"
    ),
    BrokenFile(
      "a metric of a year that does not end",
      after: "indicators:\n  x: population - births[2028]\n",
      "8:26 births is 2028 | it must lie between 2025 and 2027"),
    BrokenFile(
      "a metric of two years", after: "indicators:\n  x: births[2025, 2026]\n",
      "8:19 indicator 'x': '2026' is a second region or year of one metric | name one region and one year at most: population[KZ, 2025]"
    ),
    BrokenFile(
      "a metric in every region", after: "indicators:\n  x: births[all]\n",
      "8:13 indicator 'x': 'all' is more than one region | name one region, one set of geography_sets, or TOY for the country"
    ),
    BrokenFile(
      "a metric of an open bracket", after: "indicators:\n  x: births[2025\n",
      "8:12 indicator 'x': this [ is not closed | close it, or remove it"),
    BrokenFile(
      "an expression over several lines",
      after: "indicators:\n  x: >\n    births +\n    deths\n",
      "8:6 indicator 'x': no metric 'deths' | did you mean 'deaths'? metrics: \(metrics)"),
    BrokenFile(
      "an expression without end",
      after: "indicators:\n  x: 1\(String(repeating: " + 1", count: 100))\n",
      "8:6 the expression of the indicator 'x' is longer than 400 characters | divide it into several indicators"
    ),
    BrokenFile(
      "an indicator with another key", after: "indicators: {x: {formula: births}}\n",
      "7:18 'formula' is not a key this file knows | known keys: expression, title",
      "7:17 the key 'expression' is missing | add 'expression:' here"),
    BrokenFile(
      "a comparison of an indicator that is not there",
      after: "indicators: {fewer: births - deaths}\ncompare: {metrics: [fewr]}\n",
      "8:21 'fewr' is not permitted for metrics | permitted: \(metrics), fewer"),
  ]
}
