import Demography
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

  /// Golden G07: Bombay 1941–51 and Manila 1960–70 (UN Manual VI), Alabama 1960–70 by race and sex. Of the two
  /// groups of Manila born in the period the peer gives 0; nothing is known of them here.
  @Test(arguments: ["net_bombay", "net_alabama", "net_manila"])
  func survivalRatiosAgreeWithMigest(place: String) throws {
    let lists = try NumberLists("tables")
    for method in ResidualNetMigration.Survival.allCases {
      let found = try ResidualNetMigration.cohorts(
        start: lists(place, "start"), end: lists(place, "end"),
        survival: lists(place, "survival"), method)
      #expect(try agrees(found, lists(place, method.rawValue)), "\(place) \(method)")
    }
  }

  private static let ages = [
    "0-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54",
    "55-59", "60-64", "65-69", "70-74", "75+",
  ]

  /// A file of the cohorts of Manila.
  private func manila() throws -> SurvivalCohorts {
    let lists = try NumberLists("tables")
    let (children, start, end, survival) = (
      try lists("net_manila", "children"), try lists("net_manila", "start"),
      try lists("net_manila", "end"), try lists("net_manila", "survival")
    )
    let rows =
      children.indices.map { "\(Self.ages[$0]),,\(children[$0])," }
      + start.indices.map { "\(Self.ages[$0 + 2]),\(start[$0]),\(end[$0]),\(survival[$0])" }
    return try SurvivalCohorts(
      grid: SharedData.grid(text: "age,start,end,survival\n" + rows.joined(separator: "\n")))
  }

  /// Golden G07, Manila with children: a quarter of the mothers' net for the younger group, three quarters for
  /// the older; mothers are those of rows 4 to 9 and 5 to 10.
  @Test func childrenOfManilaFollowTheirMothers() throws {
    let lists = try NumberLists("tables")
    let cohorts = try manila()
    let rows = [(0, 3...8, 0.25), (1, 4...9, 0.75)].flatMap { child, mothers, weight in
      mothers.map { "\(Self.ages[child]),\(Self.ages[$0]),\(weight)" }
    }
    let mothers = try cohorts.mothers(
      grid: SharedData.grid(text: "age,mother,weight\n" + rows.joined(separator: "\n")))
    #expect(mothers.count == 2)
    for method in ResidualNetMigration.Survival.allCases {
      let alone = cohorts.net(method)
      #expect(alone[0].isNaN && alone[1].isNaN)
      let found = cohorts.net(method, mothers)
      #expect(
        try agrees(Array(found[..<2]), lists("net_manila", "children_" + method.rawValue)))
      #expect(try agrees(Array(found[2...]), lists("net_manila", method.rawValue)))
    }
  }

  @Test func everyFaultOfCohortsAndMothersIsTold() throws {
    let cohorts = try manila()
    let file = """
      age,mother,weight
      0-4,20-25,0.25
      5-9,5-9,0.75
      10-14,20-24,0.75
      0-5,20-24,1.5
      """
    let error = #expect(throws: Faults.self) {
      try cohorts.mothers(grid: SharedData.grid(text: file))
    }
    #expect(
      error?.all.map(\.code) == [
        "survival.no-mothers", "survival.no-mothers", "survival.not-born", "survival.weight",
        "survival.no-cohort",
      ])
    let wrong = """
      age,sex,start,end,survival
      1,f,10,9,0
      1,f,10,-9,1
      """
    let faults = #expect(throws: Faults.self) {
      try SurvivalCohorts(grid: SharedData.grid(text: wrong))
    }
    #expect(
      faults?.all.map(\.code) == ["flows.name-twice", "flows.negative", "survival.zero"])
  }

  /// Boys of an area are children of its women.
  @Test func mothersMayBeOfOneSex() throws {
    let file = """
      area,sex,age,start,end,survival
      X,f,0,,10,
      X,m,0,,12,
      X,f,20,100,95,0.9
      X,m,20,100,80,0.9
      Y,f,20,50,50,1
      """
    let cohorts = try SurvivalCohorts(grid: SharedData.grid(text: file))
    let mothers = try cohorts.mothers(
      grid: SharedData.grid(text: "age,mother,weight,sex\n0,20,0.5,f\n"))
    let net = cohorts.net(.forward, mothers)
    let share: Double = 0.5 * 5 / 95
    #expect(agrees(Array(net[..<2]), [10 * share, 12 * share]))
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
