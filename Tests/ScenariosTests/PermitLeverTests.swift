import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// What single keys of levers on temporary programmes do, and that they do nothing else.
@Suite struct PermitLeverTests {
  @Test func originsAndTermsBothSumToTheStock() throws {
    let found = try OneLever.run(
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
    #expect(try OneLever.codes(rule("from: 2026-02-15")) == ["scenario.window-quarter"])
    #expect(
      try OneLever.codes(rule("from: 2026, until: 2026-07-01")) == ["scenario.window-quarter"])
    _ = try OneLever.run(rule("from: 2026-04-01, until: 2026-09-30"))
  }

  @Test func aRuleForOneCountryLeavesTheOthersAlone() throws {
    let found = try OneLever.run(
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
    let closed = try OneLever.run("kind: corridor, \(target), \(path)")
    #expect(try closed.part("kg", 2027) == closed.part("kg", 2027, scenario: "baseline"))
    #expect(try closed.part("uz", 2027) < 0.1 * closed.part("uz", 2027, scenario: "baseline"))
    let replaced = try OneLever.run(
      "kind: corridor, \(target), \(path), divert: {fraction: 1, to_country: kg}")
    let stocks = try replaced("permit_stock", ["area", "period"], "value")
    let plain = try replaced("permit_stock", ["area", "period"], "value", scenario: "baseline")
    for (key, value) in stocks { #expect(abs(value - plain[key]!) < 1e-9 * plain[key]!, "\(key)") }
    #expect(try replaced.part("kg", 2027) > 2 * replaced.part("kg", 2027, scenario: "baseline"))
    #expect(
      try OneLever.codes(
        "kind: corridor, \(target), \(path), divert: {fraction: 1, to_country: uz}")
        == ["scenario.divert-same"])
  }

  @Test func aPortHoldsBackItsShare() throws {
    func wanted(_ ports: String) throws -> (Double, Double) {
      let found = try OneLever.run(
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
      try OneLever.codes(
        "kind: corridor, target: {component: temporary, programme: work, ports: [kordai]}, path: {op: multiply, points: {2025: 0}}"
      ) == ["scenario.port-unknown"])
  }

  @Test func aShockOfOneCountryIsOfThatCountry() throws {
    let found = try OneLever.run(
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
    let staying = OneLever.work.replacing("early_exit: 0.02, ", with: "")
    let even = try OneLever.run(none, programmes: [staying], extra: extra)
    let early = try OneLever.run(
      none, programmes: [staying + ", seasons: [1, 0, 0, 0]"], extra: extra)
    let (a, b) = (
      try even("indicators", ["variant", "area"]), try early("indicators", ["variant", "area"])
    )
    for (key, value) in a { #expect(abs(value - b[key]!) < 1e-9 * value, "\(key)") }
    // What the baseline starts with goes on, whatever the seasons are.
    let short = OneLever.work.replacing(
      "term_quarters: 4, max_terms: 2", with: "term_quarters: 2, max_terms: 1")
    for programme in [OneLever.work, short] {
      for seasons in ["[1, 0, 0, 0]", "[0.05, 0.6, 0.3, 0.05]", "[0.25, 0.25, 0.25, 0.25]"]
      where programme == OneLever.work || seasons != "[1, 0, 0, 0]" {
        let found = try OneLever.run(none, programmes: [programme + ", seasons: \(seasons)"])
        let stock = try #require(
          try found("permit_stock", ["area", "period"], "value", scenario: "baseline")[
            "TOY 2026-01-01"])
        #expect(abs(stock - 1000) < 1e-9, "\(seasons)")
      }
    }
    let empty = short + ", seasons: [1, 0, 0, 0]"
    let gone = try #require(
      #expect(throws: Faults.self) { try OneLever.run(none, programmes: [empty]) })
    #expect(gone.all.map(\.code) == ["baseline.seasons-empty"])
    let text = OneLever.work + ", seasons: [0.5, 0.5]"
    let faults = try #require(
      #expect(throws: Faults.self) { try OneLever.run(none, programmes: [text]) })
    #expect(faults.all.map(\.code) == ["baseline.seasons"])
  }

  @Test func theRefusedAskForAnotherProgrammeAQuarterLater() throws {
    let cap =
      "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}"
    func wanted(_ refused: String) throws -> (farm: Double, refusedWork: Double) {
      let found = try OneLever.run(
        "\(cap)\(refused)", programmes: [OneLever.work, OneLever.farm],
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
      try OneLever.codes(
        "\(cap), refused: [{to: farm, fraction: 0.7}, {to: internal, fraction: 0.4}]",
        programmes: [OneLever.work, OneLever.farm]) == ["scenario.refused-sum"])
    #expect(
      try OneLever.codes(
        "\(cap), refused: [{to: farm, fraction: 0.1}, {to: farm, fraction: 0.4}]",
        programmes: [OneLever.work, OneLever.farm]) == ["scenario.refused-twice"])
    // More than all of them, twice the same way: said once, and no crash.
    #expect(
      try OneLever.codes(
        "\(cap), refused: [{to: internal, fraction: 0.7}, {to: internal, fraction: 0.7}]",
        programmes: [OneLever.work, OneLever.farm]) == ["scenario.refused-twice"])
  }

  @Test func aSecondCapThatNeverBindsChangesNothing() throws {
    let first =
      "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}, refused: {to: internal, fraction: 0.5}"
    let second =
      "kind: cap, target: {component: temporary, programme: work, counts: stock}, path: {op: cap, unit: persons, points: {2025: 1e7}}"
    let (one, both) = (try OneLever.run(first), try OneLever.run(first, second))
    let moved = try one.component("transfers_in", "City", 2025)
    #expect(moved > 10)
    #expect(try both.component("transfers_in", "City", 2025) == moved)
    let third = second + ", refused: {to: internal, fraction: 0.8}"
    let faults = try #require(#expect(throws: Faults.self) { try OneLever.run(first, third) })
    #expect(faults.all.map(\.code) == ["scenario.conflict"])
  }

  @Test func programmesThatRefuseToEachOtherCountNobodyTwiceOver() throws {
    func cap(_ programme: String, _ other: String) -> String {
      "kind: cap, target: {component: temporary, programme: \(programme), counts: admissions}, path: {op: cap, unit: persons_per_year, points: {2025: 0}}, refused: {to: \(other), fraction: 1}"
    }
    let found = try OneLever.run(
      cap("work", "farm"), cap("farm", "work"), programmes: [OneLever.work, OneLever.farm],
      extra: "indicators: {w2: \"wanted_permits[2026]\", w3: \"wanted_permits[2027]\"}")
    let values = try found("indicators", ["variant", "area", "indicator"])
    #expect(abs(values["main City w3"]! - values["main City w2"]!) < 1e-9)
  }

  @Test func aCapThatBeginsInAQuarterBindsFromThereOn() throws {
    func wanted(_ from: String) throws -> Double {
      let found = try OneLever.run(
        "kind: cap, target: {component: temporary, programme: work, counts: admissions}, path: {op: cap, unit: persons_per_year, points: {\(from): 0}}",
        extra: "indicators: {u: \"unmet_permits[2025]\"}")
      return try found("indicators", ["variant", "area"])["main City"]!
    }
    let whole = try wanted("2025")
    #expect(abs(try wanted("2025-Q3") - whole / 2) < 1e-9 * whole)
  }
}
