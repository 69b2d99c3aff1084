import Demography
import Projection
import Scenarios
import Testing

/// Totals of moves into a region less those out of it.
extension RegionalConstraintTests {
  /// Eq. 8 of the design: moves in times x, moves out over x, with `in x² − net x − out = 0`.
  @Test func aNetScalesMovesInAndOutByReciprocalFactors() throws {
    let free = ledger2026(try run(""))
    let (come, leave) = (free.internalIn[1], free.internalOut[1])
    let net = (come - leave) - 0.3 * leave
    let met = ledger2026(
      try run(
        "constraint: {mode: hard, components: {internal: {by_net: {North: {2026: \(net)}}}}}"))
    #expect(abs(met.internalIn[1] - met.internalOut[1] - net) <= 1e-9 * (come + leave))
    let x = (net + (net * net + 4 * come * leave).squareRoot()) / (2 * come)
    #expect(x < 0.9)
    // People at risk differ by half a per cent at most: by where they moved within the year.
    #expect(abs(met.internalIn[1] / come / x - 1) < 5e-3)
    #expect(abs(met.internalOut[1] / leave * x - 1) < 5e-3)
    #expect(abs(met.flow(from: 0, to: 2) / free.flow(from: 0, to: 2) - 1) < 5e-3)
  }

  @Test func netsAreMetBesideOriginsAndPairsInEveryDraw() throws {
    let free = ledger2026(try run(""))
    let (south, pair) = (free.internalOut[2] * 1.1, free.flow(from: 0, to: 1) * 0.8)
    let run = try run(
      """
      constraint:
        mode: hard
        components:
          internal:
            by_net: {City: {2026: 0}, North: {2026: -120.5}}
            by_origin: {South: {2026: \(south)}}
            by_pair: {City: {North: {2026: \(pair)}}}
      """, draws: 1)
    // Of one draw the median is its number.
    let components = try #require(run.results()["components"])
    for (area, wanted) in [("City", 0), ("North", -120.5), ("South", 120.5)] {
      let (come, leave) = try (
        values(components, row(area, "internal_in"), columns: ["median"])[0],
        values(components, row(area, "internal_out"), columns: ["median"])[0]
      )
      #expect(abs(come - leave - wanted) < 1e-6, "\(area)")
    }
    let met = ledger2026(run)
    for (region, wanted) in [(0, 0), (1, -120.5), (2, 120.5)] {
      #expect(abs(met.internalIn[region] - met.internalOut[region] - wanted) < 1e-6)
    }
    #expect(abs(met.internalOut[2] / south - 1) <= 1e-9)
    #expect(abs(met.flow(from: 0, to: 1) / pair - 1) <= 1e-9 && met.largestResidual < 1e-8)
  }

  @Test func softNetsGoPartOfTheWayAndSayWhatIsLeft() throws {
    // One draw, so that the means are its numbers.
    let free = try #require(run("", draws: 1).results()["components"])
    let net =
      try values(free, row("North", "internal_in"), columns: ["median"])[0]
      - values(free, row("North", "internal_out"), columns: ["median"])[0]
    let found = try run(
      """
      constraint:
        mode: soft
        weight: 0.5
        components: {internal: {by_net: {North: {2026: \(net - 100)}}}}
      """, draws: 1
    ).results()
    let left = try values(
      try #require(found["ledger"]),
      [
        "scenario": "baseline", "area": "*<>North", "period": "2026",
        "entry": "constraint_internal_left",
      ], columns: ["amount"])
    // Half of the way on the log scale of the factor is nearly half of the persons.
    #expect(abs(left[0] + 50) < 3)
  }

  @Test func netsThatNoMovesBringSayWhy() throws {
    let free = ledger2026(try run(""))
    let against = try fault(
      """
      constraint:
        mode: hard
        components: {internal: {by_origin: {North: {2026: 400}}, by_net: {North: {2026: -500}}}}
      """)
    #expect(against.code == "scenario.constraint-contradiction")
    #expect(against.arguments["wanted"] == "-500" || against.arguments["wanted"] == "400")
    let far = try fault(
      "constraint: {mode: hard, components: {internal: {by_net: {City: {2026: 90000000}}}}}")
    #expect(far.code == "scenario.constraint-unmet")
    #expect(far.arguments["component"] == "internal *<>City")
    #expect(free.internalOut[0] > 0)
    let faults = try ToyCountry.baselineFaults(
      extra: """
        constraint:
          mode: hard
          components: {internal: {by_net: {City: {2026: 5}, North: {2026: -6.5}, South: {2026: 1}}}}
        """)
    #expect(faults.all.map(\.code) == ["baseline.constraint-net"])
    #expect(faults.all[0].arguments["sum"] == "-0.5" && faults.all[0].place?.line == 9)
  }
}
