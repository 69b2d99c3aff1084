import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// What single keys of levers on moves, births and immigrants do, and that they do nothing else.
@Suite struct LeverDetailTests {
  @Test func aFloorRaisesImmigrantsToTheFewest() throws {
    func lever(_ op: String, _ persons: Double) -> String {
      "kind: cap, target: {component: immigration, to: [City]}, path: {op: \(op), points: {2025: \(persons)}}"
    }
    let plain = try OneLever.run(lever("floor", 1)).component("immigration", "City", 2026)
    #expect(
      abs(
        try OneLever.run(lever("floor", plain + 50)).component("immigration", "City", 2026) - plain
          - 50)
        < 1e-9)
    #expect(
      try OneLever.run(lever("cap", plain + 50)).component("immigration", "City", 2026) == plain)
    // From the middle of a year it acts on 184 of its 365 days.
    for (op, change) in [("floor", 50.0), ("cap", -50)] {
      let lever =
        "kind: cap, target: {component: immigration, to: [City]}, path: {op: \(op), points: {2026-Q3: \(plain + change)}}"
      let half = try OneLever.run(lever).component("immigration", "City", 2026)
      #expect(abs(half - plain - change * 184 / 365) < 1e-9 * plain, "\(op)")
    }
  }

  @Test func aLevelThatIsSetIsTheLevelWhateverTheRatesWere() throws {
    func births(_ children: Double) throws -> Double {
      try OneLever.run(
        "kind: rate, target: {component: fertility}, path: {op: set, points: {2025: \(children)}}"
      ).component("births", "TOY", 2025)
    }
    #expect(abs(try births(2) / births(1) - 2) < 1e-9)
    // The level the baseline has is the baseline.
    let inputs = try ToyCountry.inputs().cohort
    let city = 0..<inputs.shape.ageSexCount
    let leaving = city.reduce(0) { $0 + inputs.population[$1] * inputs.emigration[$1] }
    let people = city.reduce(0) { $0 + inputs.population[$1] }
    let found = try OneLever.run(
      "kind: rate, target: {component: emigration, regions: [City]}, path: {op: set, unit: per_1000, points: {2025: \(1000 * leaving / people)}}"
    )
    let (own, plain) = (
      try found.component("emigration", "City", 2025),
      try found.component("emigration", "City", 2025, scenario: "baseline")
    )
    #expect(abs(own - plain) < 1e-9 * plain)
    // A level of half a year acts on its days.
    let birthsPlain = try found.component("births", "TOY", 2025)
    let half = try OneLever.run(
      "kind: rate, target: {component: fertility}, path: {op: set, points: {2025-Q3: 0}}"
    ).component("births", "TOY", 2025)
    #expect(abs(half / birthsPlain - 181.0 / 365) < 1e-9)
    // Twice the level of moves out of the city: twice the rates, so nearly twice the moves.
    func moves(_ level: Double) throws -> Double {
      try OneLever.run(
        "kind: rate, target: {component: internal, from: [City]}, path: {op: set, unit: per_1000, points: {2025: \(level)}}"
      ).component("internal_out", "City", 2025)
    }
    #expect(abs(try moves(20) / moves(10) - 2) < 0.03)
    #expect(
      try OneLever.codes(
        "kind: rate, target: {component: mortality}, path: {op: set, points: {2025: 80}}"
      ).contains("scenario.not-permitted"))
  }

  @Test func returnsEndWhenNobodyIsLeftAbroad() throws {
    let found = try OneLever.run(
      "kind: return_migration, target: {component: immigration}, path: {op: add, points: {2025: 100}}, stock_abroad: 130"
    )
    let more = try (2025...2027).map {
      try found.component("immigration", "TOY", $0)
        - found.component("immigration", "TOY", $0, scenario: "baseline")
    }
    for (value, expected) in zip(more, [100.0, 30, 0]) { #expect(abs(value - expected) < 1e-9) }
    #expect(
      try OneLever.codes(
        "kind: return_migration, target: {component: immigration}, path: {op: add, points: {2025: 100}}, event: {at: 2025, magnitude: 5}"
      ) == ["scenario.event-or-path"])
  }

  @Test func aDisplacementAtASetTimeComesInEveryDrawAndGoesWhereTheFileSays() throws {
    let lever =
      "kind: displacement, target: {component: internal, from: [South]}, event: {at: 2026-Q2, magnitude: 500}, within_region: 0.2, destinations: {North: 1}, returns: {half_life_years: 0.5, permanent_share: 0.1}"
    let found = try OneLever.run(lever, draws: 5)
    #expect(try found.component("transfers_in", "North", 2025) == 0)
    // 400 leave the region; 10 % stay for good, half of a half-life of the others.
    let expected = 400 * (0.1 + 0.9 * 0.5)
    let table = try found("components", ["area", "period", "component"], "lower_80")
    #expect(abs(table["North 2026 transfers_in"]! - expected) < 1e-9)
    #expect(try found.component("transfers_in", "City", 2026) == 0)
    #expect(
      try OneLever.codes(lever.replacing("at: 2026-Q2", with: "at: 2026-Q2, hazard: 0.1"))
        == ["scenario.hazard-or-at"])
    #expect(
      try OneLever.codes(lever.replacing("North: 1", with: "North: 0.8")) == ["scenario.shares-sum"]
    )
    // Where the only destination is the home, they stay displaced in it.
    let stuck = try OneLever.run(
      lever.replacing("North: 1", with: "South: 1"),
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
    let home = try OneLever.run(lever(""))
    #expect(left < 149.9)
    #expect(abs(try home.component("transfers_in", "South", 2026) - left) < 1e-9)
    #expect(
      abs(try home.component("transfers_in", "South", 2027) - second.reduce(0, +) / 2) < 1e-9)
    #expect(try home.component("transfers_in", "City", 2026) == 0)
    let on = try OneLever.run(lever(", leavers: follow_movers"))
    let (south, city) = (
      try on.component("transfers_in", "South", 2026),
      try on.component("transfers_in", "City", 2026)
    )
    #expect(abs(south + city - left) < 1e-9 && city > 10)
  }

  /// Of a plan far above what the cap of a cell lets move only those who moved are followed: once settlers who
  /// never came were sent home.
  @Test func settlersWhoCannotMoveAreNotFollowed() throws {
    let found = try OneLever.run(
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
    let days = try OneLever.run(
      "kind: closure, target: {component: immigration, regions: [City]}, window: {from: 2026-03-15, until: 2026-Q2}, residual: 0"
    )
    let whole = try days.component("immigration", "City", 2026, scenario: "baseline")
    let open = try days.component("immigration", "City", 2026)
    #expect(abs(open - whole * (1 - 108.0 / 365)) < 1e-9)
    #expect(
      try OneLever.codes(
        "kind: closure, target: {component: immigration}, window: {from: 2026-03-15, until: 2026-03-14}, residual: 0"
      ) == ["scenario.window-order"])
    let closed = try OneLever.run(lever(""))
    let turned = try OneLever.run(lever(", divert: {fraction: 0.5, to: [North]}"))
    let plain = try closed.component("immigration", "City", 2025, scenario: "baseline")
    #expect(abs(try closed.component("immigration", "City", 2025) - 0.1 * plain) < 1e-9)
    let more =
      try turned.component("immigration", "North", 2025)
      - closed.component("immigration", "North", 2025)
    #expect(abs(more - 0.45 * plain) < 1e-9)
    #expect(
      try OneLever.codes(lever(", divert: {fraction: 0.5, to: [City]}")) == [
        "scenario.divert-closed"
      ])
    // Nobody is sent where another lever keeps people out, whatever the levers are called.
    let north =
      "kind: closure, target: {component: immigration, regions: [North]}, window: {from: 2026}, residual: 0"
    let faults = try #require(
      #expect(throws: Faults.self) {
        try OneLever.run(lever(", divert: {fraction: 0.5, to: [North]}"), north)
      })
    #expect(faults.all.map(\.code) == ["scenario.divert-conflict"])
    _ = try OneLever.run(lever(", divert: {fraction: 0.5, to: [South]}"), north)
  }

  @Test func aModelScheduleGivesAgesAndNoPersons() throws {
    func lever(_ allocate: String) -> String {
      "kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: 1000}}, allocate: {\(allocate)}"
    }
    let years = "outputs: {pyramid_years: [2026]}"
    let (curve, like) = (
      try OneLever.run(lever("age_schedule: hd"), extra: years),
      try OneLever.run(lever("ages_like: residents"), extra: years)
    )
    let (a, b) = (
      try curve.component("immigration", "City", 2025),
      try like.component("immigration", "City", 2025)
    )
    #expect(abs(a - b) < 1e-9)
    #expect(
      try curve("pyramid", ["area", "sex", "age"]) != like("pyramid", ["area", "sex", "age"]))
    #expect(
      try OneLever.codes(lever("age_schedule: hdd")) == ["scenario.not-permitted"])
  }

  @Test func aClimateDriverWithoutAResponseActsOnTheAgesOfItsTarget() throws {
    let target = "target: {component: internal, from: [South], ages: 1-3}"
    let path = "path: {op: multiply, points: {2025: 1.2}}"
    let (climate, rate) = (
      try OneLever.run("kind: climate, \(target), driver: heat, \(path)"),
      try OneLever.run("kind: rate, \(target), \(path)")
    )
    let (a, b) = (
      try climate.component("internal_out", "South", 2026),
      try rate.component("internal_out", "South", 2026)
    )
    #expect(abs(a - b) < 1e-9)
    #expect(
      try OneLever.codes("kind: climate, \(target), driver: heat, \(path), response: {1-2: 0.5}")
        == ["scenario.key-not-here"])
  }
}
