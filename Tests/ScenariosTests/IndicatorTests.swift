import Demography
import Projection
import Scenarios
import Testing

/// Named expressions over metrics, draw by draw.
@Suite struct IndicatorTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        fertility: {sd: 0.1, persistence: 0.7, correlation: 0.3}
        immigration: {sd: 0.3, persistence: 0.7, correlation: 0.3}
    """

  private func run(
    _ indicators: String, metrics: String = "", draws: Int = 21, uncertainty: String = uncertain
  ) throws -> (run: ScenarioRun, scenario: Scenario) {
    let baseline = try ToyCountry.baseline(extra: uncertainty)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: named
        title: {en: Named}
        baseline: {ref: toy}
        indicators:
        \(indicators)
        parameters: {arrivals: {value: 500, bounds: [0, 2000]}}
        levers:
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: $arrivals}}}
        compare: {regions: [City, North, TOY], years: [2026, 2028]\(metrics)}
        """), baseline: baseline, regions: ToyCountry.regions)
    return (
      ScenarioRun(
        baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 3,
        draws: draws), scenario
    )
  }

  private func value(
    _ table: Table, _ keys: [String: String], _ column: String
  ) throws -> Double {
    let found = table.filter { row in keys.allSatisfy { table.texts($0)[row] == $1 } }
    try #require(found.rowCount == 1, "\(keys): \(found.rowCount) rows")
    return try #require(found.numbers(column)[0])
  }

  @Test func arrivalsAndDeparturesMakeTheNets() throws {
    let found = try run(
      """
        inside: moves_in - moves_out - net_internal
        abroad: immigration - emigration - net_international
        effectiveness: 100 * (moves_in - moves_out) / (moves_in + moves_out)
        leaving: moves_out
      """, draws: 1, uncertainty: ""
    ).run.results()
    let table = try #require(found["indicators"])
    func value(_ indicator: String, _ area: String) throws -> Double {
      try self.value(
        table, ["indicator": indicator, "area": area, "period": "2026", "variant": "main"],
        "median")
    }
    for area in ["City", "North", "TOY"] {
      #expect(try abs(value("inside", area)) < 1e-9 && abs(value("abroad", area)) < 1e-9)
    }
    let components = try #require(found["components"])
    let out = try self.value(
      components,
      [
        "scenario": "named", "variant": "main", "area": "North", "period": "2026",
        "component": "internal_out",
      ], "median")
    #expect(try abs(value("leaving", "North") - out) < 1e-9 && out > 100)
    #expect(try value("effectiveness", "City") > 1 && abs(value("effectiveness", "TOY")) < 1e-9)
  }

  /// One draw without deviations, so that every number is a plain function of others in the tables.
  @Test func anExpressionHasTheValueOfItsPartsInThatRegionAndYear() throws {
    let found = try run(
      """
        twice: 2 * population - population / 2
        grown: population / population[2025] - 1
        share: population / population[TOY]
        upward: (population[City, 2028] - -population[North, 2026]) * 2 / 4
      """, draws: 1, uncertainty: ""
    ).run.results()
    let people = try #require(found["population"])
    let table = try #require(found["indicators"])
    func population(_ area: String, _ year: Int, _ variant: String = "main") throws -> Double {
      try value(
        people, ["variant": variant, "area": area, "period": "\(year)-01-01"], "median")
    }
    func indicator(_ name: String, _ area: String, _ year: Int) throws -> Double {
      try value(
        table,
        ["variant": "main", "area": area, "period": "\(year)-01-01", "indicator": name], "median")
    }
    for (area, year) in [("City", 2026), ("North", 2028), ("TOY", 2028)] {
      let now = try population(area, year)
      // The order of operations is that of the expression, so the numbers are the same bits.
      #expect(try indicator("twice", area, year) == 2 * now - now / 2)
      #expect(try indicator("grown", area, year) == now / population(area, 2025) - 1)
      #expect(try indicator("share", area, year) == now / population("TOY", year))
      #expect(
        try indicator("upward", area, year)
          == (population("City", 2028) + population("North", 2026)) * 2 / 4)
    }
  }

  @Test func aRateOfAYearTakesThePeopleAtItsBeginning() throws {
    let found = try run("  rate: 1000 * births / population", draws: 1, uncertainty: "").run
      .results()
    let table = try #require(found["indicators"])
    let components = try #require(found["components"])
    let births = try value(
      components,
      ["variant": "main", "area": "City", "period": "2026", "component": "births"], "median")
    let people = try value(
      #require(found["population"]),
      ["variant": "main", "area": "City", "period": "2026-01-01"], "median")
    let keys = ["variant": "main", "area": "City", "period": "2026", "indicator": "rate"]
    #expect(try value(table, keys, "median") == 1000 * births / people)
    // The year 2028 begins at the horizon and has no births.
    #expect(!table.texts("period").contains("2028"))
  }

  /// The ratio of medians is another number than the median of ratios; that draws are divided one by
  /// one shows in an indicator that is 1 in each of them.
  @Test func quotientsAreTakenInEveryDraw() throws {
    let found = try run(
      """
        one: population[City] / population[City]
        ratio: population[City] / population[North]
      """
    ).run.results()
    let table = try #require(found["indicators"])
    let ones = table.filter { table.texts("indicator")[$0] == "one" }
    #expect(ones.rowCount == 2 * 3 * 2)
    for column in ["mean", "lower_95", "lower_80", "median", "upper_80", "upper_95"] {
      #expect(ones.numbers(column).allSatisfy { $0 == 1 })
    }
    let ratio = ["variant": "main", "area": "TOY", "period": "2028-01-01", "indicator": "ratio"]
    #expect(try value(table, ratio, "lower_80") < value(table, ratio, "median"))
    let people = try #require(found["population"])
    func edge(_ area: String, _ column: String) throws -> Double {
      try value(people, ["variant": "main", "area": area, "period": "2028-01-01"], column)
    }
    // Correlated regions: the ratio is surer than the quotient of the ends of both intervals.
    let widest = try edge("City", "upper_80") / edge("North", "lower_80")
    #expect(try value(table, ratio, "upper_80") < widest)
  }

  @Test func aCopyOfAMetricIsComparedExplainedAndSweptLikeTheMetric() throws {
    let (run, scenario) = try run(
      "  copy: population", metrics: ", metrics: [population, copy]")
    let differences = try #require(try run.results()["differences"])
    let explained = try run.explanation(scenario, variant: scenario.variants[0]).parts
    let swept = try run.sweep(
      scenario, variant: scenario.variants[0], axes: [("arrivals", [0, 100])])
    let swing = try run.sensitivity(scenario, variant: scenario.variants[0])
    for table in [differences, explained, swept, swing] {
      let metric = table.filter { table.texts("metric")[$0] == "population" }
      let copy = table.filter { table.texts("metric")[$0] == "copy" }
      #expect(metric.rowCount > 0 && metric.rowCount == copy.rowCount)
      for column in table.columns.map(\.name) where column != "metric" {
        #expect(metric.texts(column) == copy.texts(column))
        #expect(metric.numbers(column) == copy.numbers(column))
      }
    }
  }

  /// The country's moves inside cancel up to rounding, which must not look like a difference.
  @Test func roundingIsNoDifferenceOfAnIndicator() throws {
    let (run, _) = try run("  inside: net_internal / population")
    let table = try #require(try run.results()["differences"])
    func row(_ area: String) -> [String: String] {
      ["area": area, "period": "2026", "metric": "inside"]
    }
    #expect(try value(table, row("TOY"), "median") == 0)
    #expect(try value(table, row("TOY"), "probability_above_zero") == 0)
    // A share is small, and its difference all the same is kept.
    let city = try value(table, row("City"), "median")
    #expect(city != 0 && abs(city) < 0.1)
  }

  /// A draw next to a division by zero knows little of its quotient; the others know theirs.
  @Test func aDrawNearADivisionByZeroHidesNoDifferenceOfTheOthers() throws {
    let people = try #require(
      try run("  copy: population", draws: 3).run.results()["population"])
    let middle = try value(
      people, ["variant": "main", "area": "TOY", "period": "2028-01-01"], "median")
    let (run, _) = try run("  edge: 1 / (population[TOY, 2028] - \(middle - 0.001))", draws: 3)
    let table = try #require(try run.results()["differences"])
    let row = ["area": "TOY", "period": "2028-01-01", "metric": "edge"]
    let reach = max(
      abs(try value(table, row, "lower_95")), abs(try value(table, row, "upper_95")))
    #expect(reach > 100)
    let median = try value(table, row, "median")
    #expect(median != 0 && abs(median) < 0.01)
  }

  /// What is always of an early year needs no later one, but the people who are explained beside it do.
  @Test func anIndicatorOfAnEarlyYearIsExplainedInALaterOne() throws {
    let (run, scenario) = try run(
      "  early: births[City, 2025]", metrics: ", metrics: [early]")
    let found = try run.explanation(scenario, variant: scenario.variants[0])
    #expect(found.parts.texts("period").contains("2028-01-01"))
    // The lever brings people in 2025, half of whom are there for half a year of births.
    #expect(found.parts.numbers("mean").compactMap { $0 }.contains { $0 > 0 })
    let swept = try run.sweep(scenario, variant: scenario.variants[0], axes: [("arrivals", [0])])
    #expect(swept.numbers("difference").allSatisfy { $0 == 0 })
  }

  @Test func withoutAListAllIndicatorsAreCompared() throws {
    let (_, scenario) = try run("  fewer: births - deaths\n  twice: 2 * births")
    #expect(scenario.comparison.metrics.map(\.name) == ["population", "fewer", "twice"])
    #expect(scenario.comparison.metrics.map(\.isStock) == [true, false, false])
  }

  @Test func whereADivisorIsZeroNothingIsFilledIn() throws {
    let (run, _) = try run("  bad: births / temporary_stock")
    let found = try run.results()
    let table = try #require(found["indicators"])
    #expect(table.rowCount == 6)
    for column in ["mean", "lower_95", "median", "upper_95"] {
      #expect(table.numbers(column).allSatisfy { $0 == nil })
    }
    let warnings = found.warnings.filter { $0.code == "scenario.indicator-undefined" }
    #expect(warnings.count == 1)
    #expect(warnings[0].arguments["indicator"] == "named.bad")
    #expect(warnings[0].arguments["count"] == "6")
  }

  @Test func anIndicatorCanBeAGoal() throws {
    let baseline = try ToyCountry.baseline(extra: Self.uncertain)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: goal
        title: {en: Goal}
        baseline: {ref: toy}
        indicators: {share: {expression: "population / population[TOY]", title: {en: Share}}}
        parameters: {arrivals: {value: 5, bounds: [0, 5000]}}
        levers:
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: $arrivals}}}
        compare: {regions: [City], years: [2028]}
        goal_seek: {vary: arrivals, reach: {metric: share, region: City, year: 2028, value: 0.5}}
        """), baseline: baseline, regions: ToyCountry.regions)
    #expect(scenario.indicators[0].title?("en") == "Share")
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 3, draws: 9)
    let found = try run.seek(scenario, try #require(scenario.goal))
    let outcomes = found.tried.map(\.outcome)
    #expect(outcomes.allSatisfy { $0 > 0 && $0 < 1 })
    if let value = found.value {
      let reached = try #require(found.tried.first { $0.parameter == value })
      #expect(abs(reached.outcome - 0.5) < 1e-3)
    } else {
      #expect(try #require(outcomes.max()) < 0.5 || #require(outcomes.min()) > 0.5)
    }
  }
}
