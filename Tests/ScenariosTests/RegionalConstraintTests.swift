import Demography
import Projection
import Scenarios
import Testing

/// Totals of regions, and of moves by origin, destination and pair.
@Suite struct RegionalConstraintTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        fertility: {sd: 0.05, persistence: 0.8, correlation: 0.5}
        internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
        immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
    """
  private static let areas = ["City", "North", "South"]

  func run(
    _ constraint: String, levers: [String] = [], draws: Int = 7, threads: Int? = nil,
    change: (inout CohortInputs) -> Void = { _ in }
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: Self.uncertain + "\n" + constraint)
    let scenarios =
      levers.isEmpty ? [] : [try ToyCountry.scenario(levers, baseline: baseline)]
    var cohort = try ToyCountry.inputs().cohort
    change(&cohort)
    return ScenarioRun(
      baseline: baseline, inputs: BaselineInputs(areas: Self.areas, cohort: cohort),
      scenarios: scenarios, seed: 4, draws: draws, threads: threads)
  }

  func ledger2026(_ run: ScenarioRun) -> StepLedger { run.medianPath()[1].ledger }

  /// The value of a table in the baseline's row of an area.
  func values(
    _ table: Table, _ wanted: [String: String], columns: [String]
  ) throws -> [Double] {
    let row = try #require(
      (0..<table.rowCount).first { row in
        wanted.allSatisfy { table.texts($0.key)[row] == $0.value }
      })
    return columns.compactMap { table.numbers($0)[row] }
  }

  func row(_ area: String, _ component: String) -> [String: String] {
    ["scenario": "baseline", "area": area, "period": "2026", "component": component]
  }

  private func closesNorthToCity(_ cohort: inout CohortInputs) {
    for g in 0..<cohort.internalRates.classCount { cohort.internalRates.level[g * 9 + 1] = 0 }
  }

  @Test func totalsOfRegionsAreMetInEveryDrawAndTheOthersShareTheRest() throws {
    let free = ledger2026(try run(""))
    let city = (free.births[0] * 1.04).rounded()
    let country = (free.births.reduce(0, +) * 1.03).rounded()
    let south = (free.deaths[2] * 0.97).rounded()
    let run = try run(
      """
      constraint:
        mode: hard
        components:
          births: {totals: {2026: \(country)}, by_region: {City: {2026: \(city)}}}
          deaths: {by_region: {South: {2026: \(south)}}}
          immigration: {by_region: {North: {2026: 333}, City: {2026: 1111}}}
      """)
    let components = try #require(run.results()["components"])
    for (area, component, total) in [
      ("City", "births", city), ("TOY", "births", country), ("South", "deaths", south),
      ("North", "immigration", 333), ("City", "immigration", 1111),
    ] {
      let found = try values(
        components,
        ["scenario": "baseline", "area": area, "period": "2026", "component": component],
        columns: ["median", "lower_80", "upper_80"])
      for value in found { #expect(abs(value / total - 1) <= 1e-9, "\(area) \(component)") }
    }
    let met = ledger2026(run)
    // North and South are scaled alike: both by what the total leaves them.
    let (north, rest) = (met.births[1] / free.births[1], met.births[2] / free.births[2])
    #expect(abs(north / rest - 1) < 1e-3)
    #expect(abs(met.deaths[0] / free.deaths[0] - 1) < 1e-3)
    #expect(abs(met.immigration[2] / free.immigration[2] - 1) < 1e-12)
  }

  @Test func originsDestinationsAndPairsAreMetTogetherAndClosedPairsStayClosed() throws {
    let free = ledger2026(try run("", change: closesNorthToCity))
    #expect(free.flow(from: 1, to: 0) == 0)
    let (south, city) = (free.internalOut[2] * 1.1, free.internalIn[0] * 1.05)
    let pair = free.flow(from: 0, to: 1) * 0.8
    let all = free.internalOut.reduce(0, +) * 1.02
    let run = try run(
      """
      constraint:
        mode: hard
        components:
          internal:
            totals: {2026: \(all)}
            by_origin: {South: {2026: \(south)}}
            by_destination: {City: {2026: \(city)}}
            by_pair: {City: {North: {2026: \(pair)}}}
      """, change: closesNorthToCity)
    let met = ledger2026(run)
    #expect(abs(met.internalOut[2] / south - 1) <= 1e-9)
    #expect(abs(met.internalIn[0] / city - 1) <= 1e-9)
    #expect(abs(met.flow(from: 0, to: 1) / pair - 1) <= 1e-9)
    #expect(abs(met.internalOut.reduce(0, +) / all - 1) <= 1e-9)
    #expect(met.flow(from: 1, to: 0) == 0 && met.largestResidual < 1e-8)
    let results = try run.results()
    let components = try #require(results["components"])
    let found = try values(
      components,
      ["scenario": "baseline", "area": "City", "period": "2026", "component": "internal_in"],
      columns: ["lower_80", "upper_80"])
    for value in found { #expect(abs(value / city - 1) <= 1e-9) }
  }

  /// Fitted moves keep the odds ratios of the free ones: that is what proportional fitting does.
  @Test func movesKeepTheirOddsRatios() throws {
    let free = ledger2026(try run(""))
    let met = ledger2026(
      try run(
        """
        constraint:
          mode: hard
          components:
            internal: {by_origin: {South: {2026: \(free.internalOut[2] * 1.2)}}, by_destination: {City: {2026: \(free.internalIn[0] * 0.9)}}}
        """))
    func odds(_ ledger: StepLedger) -> Double {
      // Of a cycle of pairs, because nobody moves to the region they are in.
      ledger.flow(from: 0, to: 1) * ledger.flow(from: 1, to: 2) * ledger.flow(from: 2, to: 0)
        / (ledger.flow(from: 1, to: 0) * ledger.flow(from: 2, to: 1) * ledger.flow(from: 0, to: 2))
    }
    // People at risk differ a little by where they moved within the year.
    #expect(abs(odds(met) / odds(free) - 1) < 1e-3)
    #expect(abs(met.internalOut[2] / free.internalOut[2] / 1.2 - 1) <= 1e-9)
  }

  @Test func whatFactorsAddStandsInTheLedger() throws {
    let free = ledger2026(try run(""))
    let found = try run(
      """
      constraint:
        mode: soft
        weight: 0.5
        components:
          births: {by_region: {City: {2026: \(free.births[0] * 1.21)}}}
          internal: {by_origin: {South: {2026: \(free.internalOut[2] * 1.44)}}, by_pair: {City: {North: {2026: \(free.flow(from: 0, to: 1) * 1.21)}}}}
      """
    ).results()
    let ledger = try #require(found["ledger"])
    func entry(_ name: String, _ area: String) throws -> Double {
      try values(
        ledger, ["scenario": "baseline", "area": area, "period": "2026", "entry": name],
        columns: ["amount"])[0]
    }
    // A tenth of the births that come about, a fifth of the moves.
    #expect(abs(try entry("constraint_births", "City") / (free.births[0] * 0.1) - 1) < 0.1)
    #expect(
      abs(try entry("constraint_births_left", "City") / (free.births[0] * 0.11) - 1) < 0.6)
    #expect(
      abs(try entry("constraint_internal", "South") / (free.internalOut[2] * 0.2) - 1) < 0.1)
    #expect(
      abs(try entry("constraint_internal", "City") / (free.flow(from: 0, to: 1) * 0.1) - 1) < 0.1)
    #expect(try entry("constraint_internal_left", "South>*") > 0)
    #expect(try entry("constraint_internal_left", "City>North") > 0)
    let far = found.warnings.filter { $0.code == "scenario.constraint-far" }
    #expect(
      Set(far.map { $0.arguments["component"] ?? "" }) == ["births City", "internal South>*"])
  }

  @Test func scenariosTakeTheFactorsOfTheBaselineUnlessTheyAreToMeetTheTotals() throws {
    let free = ledger2026(try run(""))
    let margins =
      "by_origin: {North: {2025: \(free.internalOut[1]), 2027: \(free.internalOut[1])}}"
    func moves(_ reconstrains: Bool) throws -> Double {
      let results = try run(
        "constraint: {mode: hard, reconstrain: \(reconstrains), components: {internal: {\(margins)}}}",
        levers: ["close", "resettle"]
      ).results()
      return try values(
        try #require(results["components"]),
        [
          "scenario": "toy-levers", "area": "North", "period": "2026",
          "component": "internal_out",
        ],
        columns: ["median"])[0]
    }
    // With North closed to the city most who would leave stay, or all leave for the South.
    #expect(try moves(false) < 0.5 * free.internalOut[1])
    #expect(abs(try moves(true) / free.internalOut[1] - 1) <= 1e-9)
  }

  @Test func populationsOfRegionsAreMetAndTheRestOfTheCountryIsShared() throws {
    let free = try run("").medianPath()[0].population
    let shape = try ToyCountry.inputs().cohort.shape
    let totals = shape.totals(free)
    let (city, all) = ((totals[0] * 1.03).rounded(), totals.reduce(0, +).rounded())
    let run = try run(
      "constraint: {mode: hard, population: {2026: \(all)}, population_by_region: {City: {2026: \(city)}}}"
    )
    let met = shape.totals(run.medianPath()[0].population)
    #expect(abs(met[0] / city - 1) < 1e-12 && abs(met.reduce(0, +) / all - 1) < 1e-12)
    #expect(abs((met[1] / totals[1]) / (met[2] / totals[2]) - 1) < 1e-12)
    let found = try run.results()
    let jump = try #require(found.warnings.first { $0.code == "scenario.constraint-jump" })
    #expect(jump.arguments["component"] == "population City")
    let ledger = try #require(found["ledger"])
    let added = try values(
      ledger, ["scenario": "baseline", "area": "City", "period": "2025", "entry": "constraint"],
      columns: ["amount"])
    #expect(abs(added[0] / (city - totals[0]) - 1) < 0.5)
  }

  @Test func threadsAndZeroLeversChangeNoBit() throws {
    let constraint = """
      constraint:
        mode: hard
        population_by_region: {South: {2026: 40000}}
        components:
          births: {by_region: {City: {2026: 900}}}
          internal: {by_destination: {City: {2025: 2500, 2027: 2600}}, by_pair: {South: {North: {2026: 300}}}}
      """
    let one = try run(constraint, levers: ["kandas"], threads: 1).results()
    let two = try run(constraint, levers: ["kandas"], threads: 2).results()
    #expect(one.tables() == two.tables())
  }

  func fault(
    _ constraint: String, change: (inout CohortInputs) -> Void = { _ in }
  ) throws -> Fault {
    let run = try run(constraint, change: change)
    return try #require(#expect(throws: Faults.self) { try run.results() }).all[0]
  }

  @Test func totalsThatCannotBeMetSayWhichAndWhy() throws {
    let closed = try fault(
      "constraint: {mode: hard, components: {internal: {by_pair: {North: {City: {2026: 50}}}}}}",
      change: closesNorthToCity)
    #expect(closed.code == "scenario.constraint-unmet")
    #expect(closed.arguments["component"] == "internal North>City")
    #expect(closed.arguments["wanted"] == "50" && closed.arguments["found"] == "0")
    #expect(closed.arguments["year"] == "2026")
    let against = try fault(
      """
      constraint:
        mode: hard
        components:
          internal: {by_origin: {North: {2026: 400}}, by_pair: {North: {City: {2026: 500}}}}
      """)
    #expect(against.code == "scenario.constraint-contradiction")
    #expect(against.arguments["component"] == "internal North>*")
    #expect(against.arguments["wanted"] == "400" && against.arguments["found"] == "500")
    let people = try fault(
      "constraint: {mode: hard, population_by_region: {City: {2026: 5000000000}}}")
    #expect(people.code == "scenario.constraint-unmet")
    #expect(people.arguments["component"] == "population City")
    #expect(people.arguments["year"] == "2026" && people.arguments["wanted"] == "5000000000")
  }

  /// A fixed bug: totals of billions ended as a fault of the engine.
  @Test func totalsOfBillionsAreSaidOfTheConstraint() throws {
    let found = try fault("constraint: {mode: hard, population: {2026: 60000000000}}") { cohort in
      for k in cohort.population.indices { cohort.population[k] *= 10_000 }
    }
    #expect(found.code == "scenario.constraint-size")
    #expect(found.arguments["scenario"] == "baseline")
    #expect((found.arguments["persons"].flatMap { Double($0) } ?? 0) > 1e9)
    let births = try fault(
      "constraint: {mode: hard, components: {births: {totals: {2026: 5000000000}}}}")
    #expect(births.code == "scenario.constraint-unmet")
  }

  /// A fixed bug: an empty list was accepted and did nothing.
  @Test func listsWithoutATotalAreRefused() throws {
    let faults = try ToyCountry.baselineFaults(
      extra: """
        constraint:
          mode: hard
          population: {}
          population_by_region: {}
          components:
            births: {by_region: {}, totals: {}}
            internal: {by_pair: {City: {}}, by_net: {North: {}}, by_origin: {}}
        """)
    #expect(
      faults.all.filter { $0.code == "baseline.constraint-empty" }.map {
        "\($0.place?.line ?? 0) \($0.arguments["key"] ?? "")"
      } == [
        "9 population", "10 population_by_region", "12 totals", "12 by_region", "13 by_origin",
        "13 City", "13 by_net",
      ])
  }

  /// A fixed bug: with totals of all regions the factor of the first one stood for the country.
  @Test func theFactorOfTheCountryIsThatOfAllRegionsTogether() throws {
    let free = ledger2026(try run(""))
    let wanted = [free.births[0] * 1.5, free.births[1], free.births[2]].map { $0.rounded() }
    let results = try run(
      """
      constraint:
        mode: hard
        components:
          births:
            by_region: {City: {2026: \(wanted[0])}, North: {2026: \(wanted[1])}, South: {2026: \(wanted[2])}}
            totals: {2026: \(wanted.reduce(0, +))}
      """
    ).results()
    let far = try #require(results.warnings.first { $0.code == "scenario.constraint-far" })
    // The country is not half as far from the baseline as the city.
    #expect(far.arguments["component"] == "births City")
    let country = wanted.reduce(0, +) / free.births.reduce(0, +)
    #expect(country < 1.3)
  }

  @Test func faultsOfMarginsAreSaidAtTheirPlaces() throws {
    let extra = """
      constraint:
        mode: soft
        weight: 0.5
        population: {2026: 1000}
        population_by_region: {City: {2026: 1500}, Nrth: {2026: 5}}
        components:
          births: {by_region: {City: {2026: 5}, North: {2026: 6}, South: {2026: 7}}, totals: {2026: 20}}
          deaths: {by_origin: {City: {2026: 5}}}
          internal: {max_factor: 2, by_pair: {City: {City: {2026: 5}, North: {2026: 9}}}}
          emigration: {mode: soft}
      """
    let faults = try #require(
      #expect(throws: Faults.self) { try ToyCountry.baseline(extra: extra) })
    #expect(
      faults.all.map { "\($0.place?.line ?? 0) \($0.code)" } == [
        "11 scenario.region-unknown", "11 baseline.constraint-sum", "13 baseline.constraint-sum",
        "14 key.unknown", "14 scenario.key-missing", "15 baseline.constraint-own",
        "15 baseline.constraint-factor", "16 scenario.key-missing",
      ])
    #expect(faults.all[2].arguments["sum"] == "18" && faults.all[2].arguments["total"] == "20")
  }
}
