extension BrokenFile {
  /// Faults of what a scenario says over its baseline, of checks and thresholds.
  static let ofSettings: [BrokenFile] = [
    BrokenFile(
      "a horizon after the baseline's", after: "time: {horizon: 2031}\n",
      "7:17 the scenario ends in 2031, which is not after 2025 and not later than 2028, the horizon of the baseline | choose a year in between, or give the baseline a later horizon"
    ),
    BrokenFile(
      "a launch of its own", after: "time: {launch: 2026, horizon: 2027}\n",
      "7:8 'launch' is not a key this file knows | known keys: horizon"),
    BrokenFile(
      "no draws", after: "uncertainty: {draws: 0}\n",
      "7:22 draws is 0 | it must lie between 1 and 100000"),
    BrokenFile(
      "a pyramid after the horizon",
      after: "time: {horizon: 2027}\noutputs: {pyramid_years: [2025, 2028]}\n",
      "8:33 pyramid_years is 2028 | it must lie between 2025 and 2027"),
    BrokenFile(
      "a constraint without a total", after: "constraint: {mode: hard}\n",
      "7:13 the key 'population' is missing | add 'population:' here"),
    BrokenFile(
      "a check of no kind", after: "checks:\n  - {assret: births > 0}\n",
      "8:6 'assret' is not a key this file knows | did you mean 'assert'? known keys: assert, warn_if",
      "8:5 a check needs either assert or warn_if | write - {assert: \"population > 0\"} or - {warn_if: \"births < deaths\"}"
    ),
    BrokenFile(
      "a check that compares nothing", after: "checks:\n  - {assert: births + deaths}\n",
      "8:29 check 'assert': a comparison is expected where '' stands | compare two sides by one of >=, <=, ==, !=, >, <"
    ),
    BrokenFile(
      "a check of an unknown metric", after: "checks:\n  - {warn_if: birhts > deaths}\n",
      "8:15 indicator 'warn_if': no metric 'birhts' | did you mean 'births'? metrics: \(metrics)"
    ),
    BrokenFile(
      "a probability that is not closed",
      after: "checks:\n  - {warn_if: \"p(births > deaths > 0.5\"}\n",
      "8:17 indicator 'warn_if': this ( is not closed | close it, or remove it"),
    BrokenFile(
      "births of an age", after: "indicators:\n  x: births[15-19]\n",
      "8:13 '15-19' does not narrow births | ages and sexes narrow population and median_age, programmes narrow temporary_stock, unmet_permits, wanted_permits, temporary_present",
      "8:13 '15-19' is no age of the projection | write 18-59, 63+ or a single age"),
    BrokenFile(
      "a threshold of no metric", after: "compare: {thresholds: {births_in: {City: 5}}}\n",
      "7:24 'births_in' is not permitted for thresholds | permitted: \(metrics)"
    ),
    BrokenFile(
      "a threshold that is no number", after: "compare: {thresholds: {births: {City: many}}}\n",
      "7:39 'many' is no number for City | write a figure such as 0.25, or $name for a parameter"),
  ]
}
