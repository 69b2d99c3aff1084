import Demography
import Kernel
import Projection
import Testing

/// What vintages of the data said, beside what the last one says.
@Suite struct RevisionTriangleTests {
  /// Two regions from 2000 on, with noise, known up to a year.
  private func totals(until last: Int, level: Double = 1, noise: Double = 0.01) throws
    -> RegionalTotals
  {
    var population: [Double] = []
    for (region, growth) in [("a", 0.02), ("b", 0.01)] {
      var p = 1000 * level
      for year in 2000...last {
        population.append(p)
        var stream = RandomStream(seed: 5, stream: "triangle", unit: region, draw: 0, time: year)
        p *= 1 + growth + noise * stream.normal()
      }
    }
    return try RegionalTotals(
      regions: ["a", "b"], firstYear: 2000, population: population,
      naturalIncrease: population.map { 0.01 * $0 }, breaks: [])
  }

  private func triangle(
    _ vintages: [RegionalTotals], _ lines: [TotalsLine] = [.geometric(years: 5)], horizon: Int = 4
  ) throws -> RevisionTriangle {
    try RevisionTriangle(
      vintages.enumerated().map { .init(name: "v\($0.offset)", totals: $0.element) },
      lines: lines, horizon: horizon, known: 3, breaks: .none)
  }

  /// Where later vintages revise nothing, a vintage forecasts what a launch of the last one does.
  @Test func withoutRevisionsTheRowsAreTheForecastsOfAHindcast() throws {
    let last = try totals(until: 2020)
    let lines: [TotalsLine] = [.geometric(years: 5), .linear(years: 10), .components(.standard)]
    let found = try triangle(
      [try totals(until: 2014), try totals(until: 2016), last], lines)
    let scored = try Hindcast.run(
      Hindcast.Specification(
        launches: [2014, 2016], horizons: [1, 2, 3, 4], lines: lines, breaks: .none,
        target: .published), on: last)
    var compared = 0
    for one in scored.cases {
      let cell = try #require(
        found.cells.first {
          $0.line == one.line && $0.vintage == (one.launch - 2014) / 2
            && $0.region == one.region && $0.year == one.launch + one.horizon
        })
      #expect(cell.value == one.forecast && cell.outcome == one.actual)
      #expect(cell.deviation == one.deviation && cell.horizon == one.horizon)
      #expect(cell.isInside(0.8) == one.isInside(0.8))
      compared += 1
    }
    #expect(compared == 3 * 2 * 4 * 2)
    let table = found.revisionTable()
    let score = try #require(scored.score(.geometric(years: 5), horizon: 4))
    let row = try #require(
      (0..<table.rowCount).first {
        table.texts("line")[$0] == "geometric5" && table.numbers("horizon")[$0] == 4
      })
    #expect(abs((table.numbers("mape")[row] ?? .nan) - score.mape) < 1e-12)
    #expect(table.numbers("coverage_80")[row] == score.coverage80)
  }

  @Test func aRevisedLevelIsARevisionOfNumbersAndForecastsAlike() throws {
    let found = try triangle(
      [try totals(until: 2012, noise: 0), try totals(until: 2013, level: 1.02, noise: 0)])
    let revised = found.cells.filter { $0.revision != nil }
    // Years that both tell: 2011 to 2016 but the first is 2010 of the older alone.
    #expect(Set(revised.map(\.year)) == Set(2011...2016))
    for cell in revised { #expect(abs((cell.revision ?? .nan) - 2) < 1e-9, "\(cell)") }
    // The last vintage knows 2013, which the first forecast a fiftieth too low.
    let first = try #require(found.cells.first { $0.vintage == 0 && $0.year == 2013 })
    #expect(first.isForecast && first.horizon == 1)
    #expect(abs(first.value / (first.outcome ?? .nan) * 1.02 - 1) < 1e-12)
    let future = try #require(found.cells.first { $0.vintage == 1 && $0.year == 2017 })
    #expect(future.outcome == nil && future.revision == nil && future.isInside(0.8) == nil)
    let table = found.revisionTable()
    let sd = table.numbers("sd_revision").compactMap { $0 }
    #expect(!sd.isEmpty && sd.allSatisfy { $0 < 1e-9 })
    let triangle = found.triangleTable()
    #expect(triangle.rowCount == found.cells.count)
    #expect(Set(triangle.texts("kind")) == ["observed", "projected"])
  }
}
