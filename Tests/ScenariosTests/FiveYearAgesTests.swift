import Demography
import Glibc
import Projection
import Scenarios
import Testing

/// Baseline files with groups of five years and steps of five years.
@Suite struct FiveYearAgesTests {
  /// Golden case gc01 by way of a file: eight steps give the published cells of 2001. The published table
  /// lets nobody survive a step in the open group, where nothing of it is compared.
  @Test func fortyYearsThroughAFileGiveThePublishedCells() throws {
    let run = try Yugoslavia.run(Yugoslavia.text(immigration: 0))
    #expect(run.baseline.stepYears == 5 && run.baseline.steps == 8 && run.baseline.ages == 18)
    let path = run.medianPath()
    #expect(path.map(\.year) == [1961, 1966, 1971, 1976, 1981, 1986, 1991, 1996])
    let shape = run.inputs.cohort.shape
    var compared = 0
    for row in try Yugoslavia.rows() {
      let age = try #require(Int(row["age"] ?? ""))
      guard age < 85 else { continue }
      let cell = shape.index(sex: 1, age: age / 5, region: row["region"] == "Slovenia" ? 1 : 0)
      let published = try #require(Double(row["replicated_2001"] ?? ""))
      #expect(abs(path[7].population[cell] - published) <= 0.5, "\(row)")
      compared += 1
    }
    #expect(compared == 34)
    #expect(path.allSatisfy { $0.ledger.largestResidual < 1e-6 })
  }

  /// Golden case gc01 through the same file: years of life by region of birth and of residence, and the
  /// growth of both regions together (Willekens & Rogers 1978, reference run of the golden case).
  @Test func theAnalysisOfTheFileGivesThePublishedLives() throws {
    let run = try Yugoslavia.run(Yugoslavia.text(immigration: 0))
    let rates = try #require(run.inputs.deathRates)
    let analysis = CohortAnalysis(
      run.inputs.cohort, deathRates: rates, regions: run.baseline.areas)
    let life = try analysis.multiregional()
    let table = analysis.expectationTable(life)
    let found = (0..<4).map {
      "\(table.texts("origin")[$0] ?? "") \(table.texts("region")[$0] ?? "")"
    }
    let years = Dictionary(uniqueKeysWithValues: zip(found, table.numbers("years")))
    for (pair, wanted) in [
      ("RestYU RestYU", 65.43478695606463), ("RestYU Slovenia", 0.8107059540378441),
      ("Slovenia RestYU", 7.579216518504993), ("Slovenia Slovenia", 64.8988550847351),
    ] {
      let value = try #require(years[pair] ?? nil)
      #expect(abs(value / wanted - 1) < 1e-9, "\(pair)")
    }
    // Women of the whole country by the abridged life table are near both regions together, and daughters too.
    let stable = try analysis.stableTable()
    for row in 0..<2 {
      let women = try #require(stable.numbers("expectation_women")[row])
      let daughters = try #require(stable.numbers("net_reproduction")[row])
      let rate = try #require(stable.numbers("intrinsic_rate")[row])
      #expect((64...73).contains(women) && (0.9...1.3).contains(daughters))
      #expect(rate * (daughters - 1) > 0 && abs(rate) < 0.01)
    }
    #expect(try analysis.lifeTables().numbers("age").compactMap { $0 }.max() == 85)
  }

  /// A table of fives that says the same as one of single years leads to the same stable population.
  @Test func widthsOfGroupsHardlyChangeWhatRatesLeadTo() throws {
    func stable(width: Int) throws -> [Double] {
      let ages = 90 / width + 1
      let shape = CohortShape(regions: 1, ages: ages)
      func each(_ value: (Double) -> Double) -> [Double] {
        (0..<ages).map { value((Double($0) + 0.5) * Double(width)) }
      }
      let deaths = each { 0.0005 + 3e-5 * $0 + (exp(0.1 * $0) - 1) * 2e-5 }
      let people = [Double](repeating: Double(width), count: ages - 1) + [5]
      let inputs = CohortInputs(
        shape: shape, population: people + people,
        survival: [Double](repeating: 0.9, count: 2 * ages),
        fertility: each { $0 > 15 && $0 < 45 ? 0.08 : 0 }, sexRatioAtBirth: 1.05,
        internalRates: InternalRates.dense(
          shape: shape, rates: [Double](repeating: 0, count: 2 * ages)),
        emigration: [Double](repeating: 0, count: 2 * ages),
        immigration: [Double](repeating: 0, count: 2 * ages), timing: .end,
        stepYears: Double(width))
      let table = try CohortAnalysis(inputs, deathRates: deaths + deaths, regions: ["A"])
        .stableTable()
      return [
        "expectation_women", "net_reproduction", "mean_age_of_mothers", "birth_rate",
        "share_65_plus", "momentum",
      ].compactMap { table.numbers($0)[0] }
    }
    let (one, five) = try (stable(width: 1), stable(width: 5))
    #expect(one.count == 6 && five.count == 6)
    for (a, b) in zip(one, five) { #expect(abs(a / b - 1) < 0.015, "\(one) \(five)") }
  }

  @Test func tablesSayStepsOfFiveYears() throws {
    let found = try Yugoslavia.run(
      Yugoslavia.text(horizon: "1971-01-01"),
      """
      levers: [{id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {1961: 1.1}}}]
      compare: {years: [1961, 1966], metrics: [births, population], regions: [YU]}
      """
    ).results()
    let components = try #require(found["components"])
    #expect(Set(components.texts("period")) == ["1961-01-01/P60M", "1966-01-01/P60M"])
    let population = try #require(found["population"])
    #expect(Set(population.texts("period")) == ["1961-01-01", "1966-01-01", "1971-01-01"])
    let pyramid = try #require(found["pyramid"])
    #expect(Set(pyramid.texts("age")).count == 18 && pyramid.texts("age").contains("Y_GE85"))
    // 10 persons a year in each of 72 cells.
    let arrived = zip(
      zip(components.texts("component"), components.texts("area")), components.numbers("median"))
    let country = arrived.filter { $0.0 == ("immigration", "YU") }.map { $0.1 ?? 0 }
    #expect(country.count == 4 && country.allSatisfy { abs($0 - 3600) < 1e-9 })
    let differences = try #require(found["differences"])
    let rows: [String] = (0..<differences.rowCount).map { row in
      "\(differences.texts("metric")[row] ?? "") \(differences.texts("period")[row] ?? "")"
    }
    #expect(
      Set(rows) == [
        "births 1961-01-01/P60M", "births 1966-01-01/P60M", "population 1961-01-01",
        "population 1966-01-01",
      ])
  }

  private func path(_ levers: String, form: String = "movement") throws -> [ScenarioRun.YearResult]
  {
    let run = try Yugoslavia.run(
      Yugoslavia.text("ages: {to: 85, width: 5}, form: \(form)", horizon: "1971-01-01"), levers)
    return run.medianPath(run.scenarios[0])
  }

  /// Three of the five years of the first step come before the lever, two of them after.
  @Test func leversActYearByYearInsideAStep() throws {
    let late = try path(
      """
      levers:
        - {id: a, kind: rate, target: {component: mortality}, path: {op: multiply, points: {1964: 2}}}
        - {id: b, kind: programme, target: {component: immigration}, path: {op: add, unit: persons_per_year, points: {1964: 100}}, allocate: {to: {Slovenia: 1}, ages_like: immigrants}, net_of_baseline: 0}
      """)
    let mean = try path(
      """
      levers:
        - {id: a, kind: rate, target: {component: mortality}, path: {op: multiply, points: {1961: 1.4, 1966: 2}}}
        - {id: b, kind: programme, target: {component: immigration}, path: {op: add, unit: persons_per_year, points: {1961: 40, 1966: 100}}, allocate: {to: {Slovenia: 1}, ages_like: immigrants}, net_of_baseline: 0}
      """)
    for (a, b) in zip(late, mean) {
      #expect(worstRelative(a.population, b.population) <= 1e-12)
    }
    #expect(abs(late[0].ledger.immigration[1] - (1800 + 200)) < 1e-9)
    #expect(abs(late[1].ledger.immigration[1] - (1800 + 500)) < 1e-9)
  }

  /// Programmes go quarter by quarter whatever the step.
  @Test func permitsAreThoseOfSingleYears() throws {
    let permits = """
      temporary: [{id: work, stock: 800, term_quarters: 4, max_terms: 2, renewal: 0.5, demand_growth: 0.03, shares: {RestYU: 0.4, Slovenia: 0.6}}]
      """
    let baseline = try Yugoslavia.run(
      Yugoslavia.text(horizon: "1971-01-01", extra: permits)
    ).results()
    let single = try ToyCountry.baseline(
      extra: permits.replacing("RestYU", with: "City").replacing("Slovenia", with: "North"))
    let yearly = try ScenarioRun(
      baseline: single, inputs: ToyCountry.inputs(), scenarios: [], seed: 2, draws: 1
    ).results()
    func stock(_ results: ScenarioResults, _ area: String, _ year: Int) throws -> Double {
      let table = try #require(results["permit_stock"])
      let row = zip(table.texts("area"), table.texts("period")).enumerated().first {
        $0.element == (area, "\(year)-01-01")
      }
      let found = try #require(row)
      return try #require(table.numbers("value")[found.offset])
    }
    let five = try stock(baseline, "Slovenia", 1966)
    // Demand grows with the year, not with the step: 1.03^4 in the fifth year.
    #expect(five > 480 && five < 480 * 1.13)
    let three = try stock(yearly, "North", 2028)
    #expect(five > three)
  }

  @Test func zeroLeversAndThreadsChangeNoBit() throws {
    let text = Yugoslavia.text(
      "ages: {to: 85, width: 5}, timing: even", horizon: "1976-01-01",
      extra: """
        uncertainty:
          deviations:
            mortality: {sd: 0.03, persistence: 0.8, correlation: 0.5}
            internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
        constraint: {mode: hard, population: {1966: 10000000}, components: {births: {totals: {1961: 190000, 1975: 200000}}}}
        """)
    let levers = """
      levers:
        - {id: a, kind: driver, target: {component: internal, to: [Slovenia], ages: 15-64}, driver: wage, path: {op: multiply, unit: ratio, points: {1963: 1.2}}, response: {elasticity: 0.5, side: both}}
      variants: [{id: all}, {id: none, disable: [a]}]
      compare: {years: [1966, 1976]}
      """
    let one = try Yugoslavia.run(text, levers, draws: 5, threads: 1).results()
    let two = try Yugoslavia.run(text, levers, draws: 5, threads: 2).results()
    #expect(one.tables() == two.tables())
    let table = try #require(one["differences"])
    for (variant, upper) in zip(table.texts("variant"), table.numbers("upper_95")) {
      #expect(variant == "none" ? upper == 0 : upper != 0)
    }
    // Five years of births, from 190 000 growing to 200 000 a year.
    let components = try #require(one["components"])
    let births = (0..<components.rowCount).first {
      components.texts("area")[$0] == "YU" && components.texts("component")[$0] == "births"
        && components.texts("period")[$0] == "1966-01-01/P60M"
    }
    let place = try #require(births)
    let total = try #require(components.numbers("median")[place])
    var wanted = 0.0
    for year in 5..<10 { wanted += 190_000 + 10_000 * Double(year) / 14 }
    #expect(abs(total / wanted - 1) < 1e-9)
  }

  @Test func faultsOfGroupsAndStepsAreSaidAtTheirPlaces() throws {
    func faults(_ text: String) throws -> [String] {
      let found = try #require(#expect(throws: Faults.self) { try Yugoslavia.baseline(text) })
      return found.all.map { "\($0.place?.line ?? 0) \($0.code)" }
    }
    func population(_ text: String) throws -> [String] { try faults(Yugoslavia.text(text)) }
    #expect(try population("ages: {to: 84, width: 5}") == ["6 baseline.age-open"])
    #expect(try population("ages: {to: 85, width: 4}") == ["6 scenario.not-permitted"])
    #expect(try population("ages: {width: 5}") == ["6 scenario.key-missing"])
    #expect(
      try population("ages: {to: 85, width: 5}, form: prospective") == ["6 baseline.form-width"])
    #expect(
      try faults(Yugoslavia.text(horizon: "2000-01-01")) == ["5 baseline.horizon-step"])
    #expect(
      try faults(
        Yugoslavia.text("ages: {to: 85, width: 5}, form: transition")
          .replacing("measure: RATE_OUT, year: 1961, given: by_age", with: "year: 1961"))
        == ["11 baseline.form-given"])
    #expect(
      try faults(Yugoslavia.text(extra: "outputs: {pyramid_years: [1961, 1963]}"))
        == ["13 scenario.inside-step"])
    // Totals that no step would look at.
    #expect(
      try faults(
        Yugoslavia.text(
          extra:
            "constraint: {mode: hard, population: {1968: 9}, components: {births: {totals: {1966: 9, 1968: 9}}}}"
        )) == ["13 scenario.inside-step", "13 baseline.constraint-years"])
    #expect(
      try Yugoslavia.baseline(
        Yugoslavia.text(
          extra:
            "constraint: {mode: hard, components: {births: {by_region: {Slovenia: {1966: 9, 1970: 9}}}}}"
        )
      ).constraint != nil)
    let baseline = try Yugoslavia.baseline()
    let scenario = try #require(
      #expect(throws: Faults.self) {
        try Yugoslavia.scenario(
          """
          indicators: {later: "population[1964]", school: school_age_6_17}
          levers:
            - {id: a, kind: rate, target: {component: mortality, ages: 18-59}, path: {op: multiply, points: {1961: 2}}}
          compare: {years: [1961, 1968], metrics: [school_age_6_17]}
          """, baseline: baseline)
      })
    #expect(
      scenario.all.map { "\($0.place?.line ?? 0) \($0.code)" } == [
        "5 scenario.inside-step", "5 scenario.indicator-metric", "7 scenario.age-width",
        "8 scenario.not-permitted", "8 scenario.inside-step",
      ])
    #expect(scenario.all[0].arguments["before"] == "1961")
    #expect(scenario.all[0].arguments["after"] == "1966")
  }

  @Test func widthsOfAgesAreNotMixed() throws {
    func faults(_ baseline: Baseline, _ observations: [Observation]) throws -> [Fault] {
      try #require(
        #expect(throws: Faults.self) {
          try BaselineInputs(
            observations: observations, baseline: baseline, regions: Yugoslavia.regions)
        }
      ).all
    }
    let single = try Yugoslavia.observations { measure, age in
      measure == "MX" ? "Y\(age)" : age == 85 ? "Y_GE85" : "Y\(age)T\(age + 4)"
    }
    let found = try faults(try Yugoslavia.baseline(), single)
    #expect(found.map(\.code) == ["baseline.input-ages", "baseline.input-ages"])
    #expect(found[0].arguments["measure"] == "MX" && found[0].arguments["found"] == "Y0")
    #expect(found[0].arguments["first"] == "Y0T4" && found[0].arguments["last"] == "Y_GE85")
    #expect(found[0].arguments["count"] == "36")
    let years = try Yugoslavia.baseline(Yugoslavia.text("ages: {to: 85}"))
    let groups = try faults(years, try Yugoslavia.observations())
    #expect(groups.contains { $0.arguments["measure"] == "POP" && $0.arguments["found"] == "Y0T4" })
    #expect(groups.allSatisfy { $0.code == "baseline.input-ages" })
  }
}
