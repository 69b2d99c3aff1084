import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// What single keys of levers do, and that they do nothing else.
@Suite struct LeverDetailTests {
  private static let work =
    "id: work, stock: 1000, term_quarters: 4, max_terms: 2, renewal: 0.5, early_exit: 0.02, to_permanent: 0.05, overstay: 0.1, presence: 0.9, origins: {uz: 0.6, kg: 0.4}, ports: {korday: 0.25, almaty: 0.5}"
  private static let farm =
    "id: farm, stock: 100, term_quarters: 2, max_terms: 1, renewal: 0"

  /// Rows of a run of one lever, as keys and numbers.
  private struct Found {
    let results: ScenarioResults

    func callAsFunction(
      _ table: String, _ keys: [String], _ value: String = "median", scenario: String = "one"
    ) throws -> [String: Double] {
      let table = try #require(results[table])
      var found: [String: Double] = [:]
      for row in 0..<table.rowCount where table.texts("scenario")[row] == scenario {
        let key = keys.map { table.texts($0)[row] ?? "" }.joined(separator: " ")
        found[key] = table.numbers(value)[row]
      }
      return found
    }

    /// Persons of a component of the country or a region in a year.
    func component(_ name: String, _ area: String, _ year: Int, scenario: String = "one") throws
      -> Double
    {
      try #require(
        self("components", ["area", "period", "component"], scenario: scenario)[
          "\(area) \(year) \(name)"])
    }

    /// A programme's stock of the country at the end of a year, in a part of it.
    func part(_ code: String, _ year: Int, scenario: String = "one", programme: String = "work")
      throws -> Double
    {
      try #require(
        self("permit_parts", ["programme", "code", "period"], scenario: scenario)[
          "\(programme) \(code) \(year + 1)-01-01"])
    }
  }

  private func run(
    _ levers: String..., programmes: [String] = [work], extra: String = "", draws: Int = 1
  ) throws -> Found {
    let list = programmes.map { "  - {\($0)}" }.joined(separator: "\n")
    let baseline = try ToyCountry.baseline(extra: "temporary:\n" + list)
    let text = """
      schema: agyn.scenario/1
      id: one
      title: {en: One}
      baseline: {ref: toy}
      levers:
      \(levers.enumerated().map { "  - {id: l\($0.offset), \($0.element)}" }.joined(separator: "\n"))
      compare: {regions: [all], years: [2026]}
      \(extra)
      """
    let scenario = try Scenario(
      ToyCountry.document(text), baseline: baseline, regions: ToyCountry.regions)
    return Found(
      results: try ScenarioRun(
        baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: 3,
        draws: draws
      ).results())
  }

  private func codes(_ lever: String, programmes: [String] = [work]) throws -> [String] {
    try #require(#expect(throws: Faults.self) { try run(lever, programmes: programmes) }).all.map(
      \.code)
  }

  @Test func originsAndTermsBothSumToTheStock() throws {
    let found = try run(
      "kind: stock_rule, target: {component: temporary, programme: work, countries: [kg]}, window: {from: 2026}, rule: {renewal: 0.1, term_quarters: 2}"
    )
    let stocks = try found("permit_stock", ["programme", "area", "period"], "value")
    for year in 2025...2027 {
      let total = try #require(stocks["work TOY \(year + 1)-01-01"])
      for parts in [["uz", "kg"], ["1", "2"]] {
        let sum = try parts.reduce(0) { $0 + (try found.part($1, year)) }
        #expect(abs(sum - total) < 1e-9 * total, "\(parts) \(year)")
      }
    }
  }

  @Test func rulesOfStayGoByQuarters() throws {
    func rule(_ window: String) -> String {
      "kind: stock_rule, target: {component: temporary, programme: work}, window: {\(window)}, rule: {renewal: 0}"
    }
    #expect(try codes(rule("from: 2026-02-15")) == ["scenario.window-quarter"])
    #expect(try codes(rule("from: 2026, until: 2026-07-01")) == ["scenario.window-quarter"])
    _ = try run(rule("from: 2026-04-01, until: 2026-09-30"))
  }

  @Test func aRuleForOneCountryLeavesTheOthersAlone() throws {
    let found = try run(
      "kind: stock_rule, target: {component: temporary, programme: work, countries: [uz]}, window: {from: 2025}, rule: {renewal: 0}"
    )
    #expect(try found.part("kg", 2026) == found.part("kg", 2026, scenario: "baseline"))
    let (uz, plain) = (
      try found.part("uz", 2027), try found.part("uz", 2027, scenario: "baseline")
    )
    #expect(uz < 0.8 * plain)
  }

  @Test func aCorridorForOneCountryLeavesTheOthersAloneUnlessTheyComeInItsPlace() throws {
    let target = "target: {component: temporary, programme: work, countries: [uz]}"
    let path = "path: {op: multiply, points: {2025: 0}}"
    let closed = try run("kind: corridor, \(target), \(path)")
    #expect(try closed.part("kg", 2027) == closed.part("kg", 2027, scenario: "baseline"))
    #expect(try closed.part("uz", 2027) < 0.1 * closed.part("uz", 2027, scenario: "baseline"))
    let replaced = try run(
      "kind: corridor, \(target), \(path), divert: {fraction: 1, to_country: kg}")
    let stocks = try replaced("permit_stock", ["area", "period"], "value")
    let plain = try replaced("permit_stock", ["area", "period"], "value", scenario: "baseline")
    for (key, value) in stocks { #expect(abs(value - plain[key]!) < 1e-9 * plain[key]!, "\(key)") }
    #expect(try replaced.part("kg", 2027) > 2 * replaced.part("kg", 2027, scenario: "baseline"))
    #expect(
      try codes("kind: corridor, \(target), \(path), divert: {fraction: 1, to_country: uz}")
        == ["scenario.divert-same"])
  }

  @Test func aPortHoldsBackItsShare() throws {
    func wanted(_ ports: String) throws -> (Double, Double) {
      let found = try run(
        "kind: corridor, target: {component: temporary, programme: work, ports: \(ports)}, path: {op: multiply, points: {2025: 0.2}}",
        extra: "indicators: {w: wanted_permits}")
      let values = try found("indicators", ["variant", "area"])
      return (values["main City"]!, values["baseline City"]!)
    }
    let one = try wanted("[korday]")
    #expect(abs(one.0 / one.1 - (1 - 0.25 * 0.8)) < 1e-12)
    let both = try wanted("[korday, almaty]")
    #expect(abs(both.0 / both.1 - (1 - 0.75 * 0.8)) < 1e-12)
    #expect(
      try codes(
        "kind: corridor, target: {component: temporary, programme: work, ports: [kordai]}, path: {op: multiply, points: {2025: 0}}"
      ) == ["scenario.port-unknown"])
  }

  @Test func aShockOfOneCountryIsOfThatCountry() throws {
    let found = try run(
      "kind: shock, target: {component: temporary, programme: work, countries: {uz: 1}}, event: {at: 2025-Q4, magnitude: 90}"
    )
    #expect(try found.part("kg", 2025) == found.part("kg", 2025, scenario: "baseline"))
    let more = try found.part("uz", 2025) - found.part("uz", 2025, scenario: "baseline")
    #expect(abs(more - 90) < 1e-9)
  }

  @Test func seasonsSpreadTheYearAndNotItsSum() throws {
    let none =
      "kind: shock, target: {component: temporary, programme: work}, event: {at: 2025-Q1, magnitude: 0}"
    let extra = "indicators: {w: wanted_permits}"
    // Nobody leaves early, so that a year's arrivals stay in its terms whenever they come.
    let staying = Self.work.replacing("early_exit: 0.02, ", "")
    let even = try run(none, programmes: [staying], extra: extra)
    let early = try run(none, programmes: [staying + ", seasons: [1, 0, 0, 0]"], extra: extra)
    let (a, b) = (
      try even("indicators", ["variant", "area"]), try early("indicators", ["variant", "area"])
    )
    for (key, value) in a { #expect(abs(value - b[key]!) < 1e-9 * value, "\(key)") }
    // What the baseline starts with goes on, whatever the seasons are.
    let short = Self.work.replacing(
      "term_quarters: 4, max_terms: 2", "term_quarters: 2, max_terms: 1")
    for programme in [Self.work, short] {
      for seasons in ["[1, 0, 0, 0]", "[0.05, 0.6, 0.3, 0.05]", "[0.25, 0.25, 0.25, 0.25]"]
      where programme == Self.work || seasons != "[1, 0, 0, 0]" {
        let found = try run(none, programmes: [programme + ", seasons: \(seasons)"])
        let stock = try #require(
          try found("permit_stock", ["area", "period"], "value", scenario: "baseline")[
            "TOY 2026-01-01"])
        #expect(abs(stock - 1000) < 1e-9, "\(seasons)")
      }
    }
    let empty = short + ", seasons: [1, 0, 0, 0]"
    let gone = try #require(#expect(throws: Faults.self) { try run(none, programmes: [empty]) })
    #expect(gone.all.map(\.code) == ["baseline.seasons-empty"])
    let text = Self.work + ", seasons: [0.5, 0.5]"
    let faults = try #require(#expect(throws: Faults.self) { try run(none, programmes: [text]) })
    #expect(faults.all.map(\.code) == ["baseline.seasons"])
  }

  @Test func theRefusedAskForAnotherProgrammeAQuarterLater() throws {
    let cap =
      "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}"
    func wanted(_ refused: String) throws -> (farm: Double, refusedWork: Double) {
      let found = try run(
        "\(cap)\(refused)", programmes: [Self.work, Self.farm],
        extra:
          "indicators: {farm: \"wanted_permits[farm, 2025]\", work: \"unmet_permits[work, 2025]\"}")
      let values = try found("indicators", ["variant", "area", "indicator"])
      return (
        values["main City farm"]! - values["baseline City farm"]!, values["main City work"]!
      )
    }
    #expect(try wanted("").farm == 0)
    let half = try wanted(", refused: [{to: farm, fraction: 0.5}, {to: internal, fraction: 0.2}]")
    // Three of the four quarters of the year have one before them in it.
    #expect(abs(half.farm - 0.5 * 0.75 * half.refusedWork) < 1e-9 * half.refusedWork)
    #expect(
      try codes(
        "\(cap), refused: [{to: farm, fraction: 0.7}, {to: internal, fraction: 0.4}]",
        programmes: [Self.work, Self.farm]) == ["scenario.refused-sum"])
    #expect(
      try codes(
        "\(cap), refused: [{to: farm, fraction: 0.1}, {to: farm, fraction: 0.4}]",
        programmes: [Self.work, Self.farm]) == ["scenario.refused-twice"])
    // More than all of them, twice the same way: said once, and no crash.
    #expect(
      try codes(
        "\(cap), refused: [{to: internal, fraction: 0.7}, {to: internal, fraction: 0.7}]",
        programmes: [Self.work, Self.farm]) == ["scenario.refused-twice"])
  }

  @Test func aSecondCapThatNeverBindsChangesNothing() throws {
    let first =
      "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}, refused: {to: internal, fraction: 0.5}"
    let second =
      "kind: cap, target: {component: temporary, programme: work, counts: stock}, path: {op: cap, unit: persons, points: {2025: 1e7}}"
    let (one, both) = (try run(first), try run(first, second))
    let moved = try one.component("transfers_in", "City", 2025)
    #expect(moved > 10)
    #expect(try both.component("transfers_in", "City", 2025) == moved)
    let third = second + ", refused: {to: internal, fraction: 0.8}"
    let faults = try #require(#expect(throws: Faults.self) { try run(first, third) })
    #expect(faults.all.map(\.code) == ["scenario.conflict"])
  }

  @Test func programmesThatRefuseToEachOtherCountNobodyTwiceOver() throws {
    func cap(_ programme: String, _ other: String) -> String {
      "kind: cap, target: {component: temporary, programme: \(programme), counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}, refused: {to: \(other), fraction: 1}"
    }
    let found = try run(
      cap("work", "farm"), cap("farm", "work"), programmes: [Self.work, Self.farm],
      extra: "indicators: {w2: \"wanted_permits[2026]\", w3: \"wanted_permits[2027]\"}")
    let values = try found("indicators", ["variant", "area", "indicator"])
    #expect(abs(values["main City w3"]! - values["main City w2"]!) < 1e-9)
  }

  @Test func aCapThatBeginsInAQuarterBindsFromThereOn() throws {
    func wanted(_ from: String) throws -> Double {
      let found = try run(
        "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {\(from): 0}}",
        extra: "indicators: {u: \"unmet_permits[2025]\"}")
      return try found("indicators", ["variant", "area"])["main City"]!
    }
    let whole = try wanted("2025")
    #expect(abs(try wanted("2025-Q3") - whole / 2) < 1e-9 * whole)
  }

  @Test func aFloorRaisesImmigrantsToTheFewest() throws {
    func lever(_ op: String, _ persons: Double) -> String {
      "kind: cap, target: {component: immigration, to: [City]}, path: {op: \(op), points: {2025: \(persons)}}"
    }
    let plain = try run(lever("floor", 1)).component("immigration", "City", 2026)
    #expect(
      abs(try run(lever("floor", plain + 50)).component("immigration", "City", 2026) - plain - 50)
        < 1e-9)
    #expect(try run(lever("cap", plain + 50)).component("immigration", "City", 2026) == plain)
    // From the middle of a year it acts on 184 of its 365 days.
    for (op, change) in [("floor", 50.0), ("cap", -50)] {
      let lever =
        "kind: cap, target: {component: immigration, to: [City]}, path: {op: \(op), points: {2026-Q3: \(plain + change)}}"
      let half = try run(lever).component("immigration", "City", 2026)
      #expect(abs(half - plain - change * 184 / 365) < 1e-9 * plain, "\(op)")
    }
  }

  @Test func aLevelThatIsSetIsTheLevelWhateverTheRatesWere() throws {
    func births(_ children: Double) throws -> Double {
      try run(
        "kind: rate, target: {component: fertility}, path: {op: set, points: {2025: \(children)}}"
      ).component("births", "TOY", 2025)
    }
    #expect(abs(try births(2) / births(1) - 2) < 1e-9)
    // The level the baseline has is the baseline.
    let inputs = try ToyCountry.inputs().cohort
    let city = 0..<inputs.shape.ageSexCount
    let leaving = city.reduce(0) { $0 + inputs.population[$1] * inputs.emigration[$1] }
    let people = city.reduce(0) { $0 + inputs.population[$1] }
    let found = try run(
      "kind: rate, target: {component: emigration, regions: [City]}, path: {op: set, unit: per_1000, points: {2025: \(1000 * leaving / people)}}"
    )
    let (own, plain) = (
      try found.component("emigration", "City", 2025),
      try found.component("emigration", "City", 2025, scenario: "baseline")
    )
    #expect(abs(own - plain) < 1e-9 * plain)
    // A level of half a year acts on its days.
    let birthsPlain = try found.component("births", "TOY", 2025)
    let half = try run(
      "kind: rate, target: {component: fertility}, path: {op: set, points: {2025-Q3: 0}}"
    ).component("births", "TOY", 2025)
    #expect(abs(half / birthsPlain - 181.0 / 365) < 1e-9)
    // Twice the level of moves out of the city: twice the rates, so nearly twice the moves.
    func moves(_ level: Double) throws -> Double {
      try run(
        "kind: rate, target: {component: internal, from: [City]}, path: {op: set, unit: per_1000, points: {2025: \(level)}}"
      ).component("internal_out", "City", 2025)
    }
    #expect(abs(try moves(20) / moves(10) - 2) < 0.03)
    #expect(
      try codes(
        "kind: rate, target: {component: mortality}, path: {op: set, points: {2025: 80}}"
      ).contains("scenario.not-permitted"))
  }

  @Test func returnsEndWhenNobodyIsLeftAbroad() throws {
    let found = try run(
      "kind: return_migration, target: {component: immigration}, path: {op: add, points: {2025: 100}}, stock_abroad: 130"
    )
    let more = try (2025...2027).map {
      try found.component("immigration", "TOY", $0)
        - found.component("immigration", "TOY", $0, scenario: "baseline")
    }
    for (value, expected) in zip(more, [100.0, 30, 0]) { #expect(abs(value - expected) < 1e-9) }
    #expect(
      try codes(
        "kind: return_migration, target: {component: immigration}, path: {op: add, points: {2025: 100}}, event: {at: 2025, magnitude: 5}"
      ) == ["scenario.event-or-path"])
  }

  @Test func aDisplacementAtASetTimeComesInEveryDrawAndGoesWhereTheFileSays() throws {
    let lever =
      "kind: displacement, target: {component: internal, from: [South]}, event: {at: 2026-Q2, magnitude: 500}, within_region: 0.2, destinations: {North: 1}, returns: {half_life_years: 0.5, permanent_share: 0.1}"
    let found = try run(lever, draws: 5)
    #expect(try found.component("transfers_in", "North", 2025) == 0)
    // 400 leave the region; 10 % stay for good, half of a half-life of the others.
    let expected = 400 * (0.1 + 0.9 * 0.5)
    let table = try found("components", ["area", "period", "component"], "lower_80")
    #expect(abs(table["North 2026 transfers_in"]! - expected) < 1e-9)
    #expect(try found.component("transfers_in", "City", 2026) == 0)
    #expect(
      try codes(lever.replacing("at: 2026-Q2", "at: 2026-Q2, hazard: 0.1"))
        == ["scenario.hazard-or-at"])
    #expect(try codes(lever.replacing("North: 1", "North: 0.8")) == ["scenario.shares-sum"])
    // Where the only destination is the home, they stay displaced in it.
    let stuck = try run(
      lever.replacing("North: 1", "South: 1"),
      extra: "indicators: {d: \"displaced_stock[2026]\"}")
    let away = try stuck("indicators", ["variant", "area"])["main South"]!
    #expect(abs(away - 500 * 0.9 * 0.5) < 1e-9)
  }

  @Test func settlersWhoDoNotStayFollowTheMoversOfTheirRegion() throws {
    func lever(_ leavers: String) -> String {
      "kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}, after: revert}, allocate: {age_shares: {2: 1}}, retention: {share: 0.5, after_years: 1\(leavers)}"
    }
    // Of 300 settlers aged 2, half of them men, those who reach 3 and then 4 are left; half of them leave.
    let rows = try ReferenceTable("toy_population").rows
    func survival(_ sex: String, _ age: Int) throws -> Double {
      let row = try #require(
        rows.first { $0["region"] == "North" && $0["sex"] == sex && $0["age"] == "\(age)" })
      return try #require(Double(row["survival"] ?? ""))
    }
    let first = try ["m", "f"].map { 150 * (try survival($0, 3)) }
    let second = try zip(first, ["m", "f"]).map { try $0 / 2 * survival($1, 4) }
    let left = first.reduce(0, +) / 2
    let home = try run(lever(""))
    #expect(left < 149.9)
    #expect(abs(try home.component("transfers_in", "South", 2026) - left) < 1e-9)
    #expect(
      abs(try home.component("transfers_in", "South", 2027) - second.reduce(0, +) / 2) < 1e-9)
    #expect(try home.component("transfers_in", "City", 2026) == 0)
    let on = try run(lever(", leavers: follow_movers"))
    let (south, city) = (
      try on.component("transfers_in", "South", 2026),
      try on.component("transfers_in", "City", 2026)
    )
    #expect(abs(south + city - left) < 1e-9 && city > 10)
  }

  /// Of a plan far above what the cap of a cell lets move only those who moved are followed: once settlers who
  /// never came were sent home.
  @Test func settlersWhoCannotMoveAreNotFollowed() throws {
    let found = try run(
      "kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300000}, after: revert}, allocate: {age_shares: {2: 1}}, retention: {share: 0.5, after_years: 1}"
    )
    let moved = try found.component("transfers_in", "North", 2025)
    let back = try found.component("transfers_in", "South", 2026)
    #expect(moved > 1000 && moved < 30_000)
    #expect(back < 0.55 * moved && back > 0.4 * moved, "\(moved) \(back)")
  }

  @Test func thoseAClosureKeepsOutComeElsewhere() throws {
    func lever(_ divert: String) -> String {
      "kind: closure, target: {component: immigration, regions: [City]}, window: {from: 2025}, residual: 0.1\(divert)"
    }
    // Parts of a year count by days: 17 of March, 91 of the second quarter.
    let days = try run(
      "kind: closure, target: {component: immigration, regions: [City]}, window: {from: 2026-03-15, until: 2026-Q2}, residual: 0"
    )
    let whole = try days.component("immigration", "City", 2026, scenario: "baseline")
    let open = try days.component("immigration", "City", 2026)
    #expect(abs(open - whole * (1 - 108.0 / 365)) < 1e-9)
    #expect(
      try codes(
        "kind: closure, target: {component: immigration}, window: {from: 2026-03-15, until: 2026-03-14}, residual: 0"
      ) == ["scenario.window-order"])
    let closed = try run(lever(""))
    let turned = try run(lever(", divert: {fraction: 0.5, to: [North]}"))
    let plain = try closed.component("immigration", "City", 2025, scenario: "baseline")
    #expect(abs(try closed.component("immigration", "City", 2025) - 0.1 * plain) < 1e-9)
    let more =
      try turned.component("immigration", "North", 2025)
      - closed.component("immigration", "North", 2025)
    #expect(abs(more - 0.45 * plain) < 1e-9)
    #expect(
      try codes(lever(", divert: {fraction: 0.5, to: [City]}")) == ["scenario.divert-closed"])
    // Nobody is sent where another lever keeps people out, whatever the levers are called.
    let north =
      "kind: closure, target: {component: immigration, regions: [North]}, window: {from: 2026}, residual: 0"
    let faults = try #require(
      #expect(throws: Faults.self) {
        try run(lever(", divert: {fraction: 0.5, to: [North]}"), north)
      })
    #expect(faults.all.map(\.code) == ["scenario.divert-conflict"])
    _ = try run(lever(", divert: {fraction: 0.5, to: [South]}"), north)
  }

  @Test func aModelScheduleGivesAgesAndNoPersons() throws {
    func lever(_ allocate: String) -> String {
      "kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: 1000}}, allocate: {\(allocate)}"
    }
    let years = "outputs: {pyramid_years: [2026]}"
    let (curve, like) = (
      try run(lever("age_schedule: hd"), extra: years),
      try run(lever("ages_like: residents"), extra: years)
    )
    let (a, b) = (
      try curve.component("immigration", "City", 2025),
      try like.component("immigration", "City", 2025)
    )
    #expect(abs(a - b) < 1e-9)
    #expect(
      try curve("pyramid", ["area", "sex", "age"]) != like("pyramid", ["area", "sex", "age"]))
    #expect(
      try codes(lever("age_schedule: hdd")) == ["scenario.not-permitted"])
  }

  @Test func aClimateDriverWithoutAResponseActsOnTheAgesOfItsTarget() throws {
    let target = "target: {component: internal, from: [South], ages: 1-3}"
    let path = "path: {op: multiply, points: {2025: 1.2}}"
    let (climate, rate) = (
      try run("kind: climate, \(target), driver: heat, \(path)"),
      try run("kind: rate, \(target), \(path)")
    )
    let (a, b) = (
      try climate.component("internal_out", "South", 2026),
      try rate.component("internal_out", "South", 2026)
    )
    #expect(abs(a - b) < 1e-9)
    #expect(
      try codes("kind: climate, \(target), driver: heat, \(path), response: {1-2: 0.5}")
        == ["scenario.key-not-here"])
  }
}

extension String {
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    guard let range = self.range(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }
}
