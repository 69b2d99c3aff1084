import FlowModels
import Testing

struct ResidualNetMigrationTests {
  private static let folder = "golden/flows/expected/G07_net_"

  /// NaN agrees with NaN.
  private func agrees(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy {
        ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-9 * max(1, abs($1))
      }
  }

  /// Golden G07: Bombay 1941–51 (UN Manual VI) and Alabama 1960–70 by race and sex.
  @Test(arguments: [
    ("sr_bombay", "pop_1941", "pop_1951", "sr"),
    ("sr_alabama", "pop_1960", "pop_1970", "us_census_sr"),
    ("sr_manila_children", "pop_1960", "pop_1970", "phl_census_sr"),
  ]) func survivalRatiosAgreeWithMigest(file: String, start: String, end: String, ratio: String) {
    guard let table = LongTable(Self.folder + file + ".csv") else { return }
    for method in ResidualNetMigration.Survival.allCases {
      var found = ResidualNetMigration.cohorts(
        start: table.numbers(start), end: table.numbers(end), survival: table.numbers(ratio),
        method)
      if file == "sr_manila_children" {
        // Two groups are born in the period; mothers stand in rows 4–9 and 5–10.
        let population = table.numbers(end)
        #expect(found[0].isNaN && found[1].isNaN)
        let mothers = [3...8, 4...9]
        let children = ResidualNetMigration.children(
          Array(population[0..<2]), mothers: mothers.map { Array(population[$0]) },
          net: mothers.map { Array(found[$0]) }, weights: [0.25, 0.75])
        found = children + found[2...]
      }
      #expect(agrees(found, table.numbers("net_" + method.rawValue)), "\(file) \(method)")
    }
  }

  /// Golden G07: three invented areas.
  @Test func vitalStatisticsAgreeWithMigest() {
    guard let table = LongTable(Self.folder + "vs_toy.csv") else { return }
    let found = ResidualNetMigration.vitalStatistics(
      start: table.numbers("pop0"), end: table.numbers("pop1"), births: table.numbers("births"),
      deaths: table.numbers("deaths"))
    #expect(found == table.numbers("net"))
  }

  /// A closed population whose deaths follow the ratios has no net migration in any method.
  @Test func aClosedCohortHasNoNetMigration() {
    for method in ResidualNetMigration.Survival.allCases {
      let net = ResidualNetMigration.cohorts(
        start: [1000, 800], end: [900, 400], survival: [0.9, 0.5], method)
      #expect(net.allSatisfy { abs($0) < 1e-9 })
    }
  }
}
