import Demography
import FlowModels
import Glibc
import Kernel
import Testing

struct FlowIndexTests {
  /// What golden G05 calls the indices of the catalogue.
  private static let golden = [
    "connectivity": "connectivity", "inequality_equal": "inequality_equal",
    "inequality_sim": "inequality_expected", "gini_total": "gini_total",
    "gini_orig_standardized": "gini_origins_standardised",
    "gini_dest_standardized": "gini_destinations_standardised",
    "mwg_orig": "gini_out_weighted", "mwg_dest": "gini_in_weighted",
    "mwg_mean": "gini_mean_weighted", "cv": "cv", "acv": "acv", "mean": "mean_distance",
    "median": "median_distance", "decay": "distance_decay", "effectivness": "effectiveness",
    "anmr": "aggregate_net_rate", "preference": "preference", "velocity": "velocity",
    "cmp": "crude_intensity", "courgeau_k": "courgeau_k",
  ]

  private func korea(_ year: String) throws -> MigrationSystem? {
    guard let table = LongTable("golden/flows/data/migest_korea_gravity.csv") else { return nil }
    let areas = table.levels("orig").sorted()
    let keys = [("orig", areas), ("dest", areas), ("year", [year])]
    let population = table.dense("orig_pop", keys)
    return try MigrationSystem(
      areas: areas, flows: table.dense("flow", keys),
      population: areas.indices.map { population[$0] * 1e6 },
      distance: table.dense("dist_cent", keys))
  }

  /// Golden G05: 17 regions of Korea, every index of migest.
  @Test(arguments: ["2012", "2016", "2020"]) func koreaAgreesWithMigest(year: String) throws {
    guard let system = try korea(year),
      let table = LongTable("golden/flows/expected/G05_korea_indices.csv")
    else { return }
    var worst = 0.0
    for row in table.texts("year").indices where table.texts("year")[row] == year {
      let name = table.texts("measure")[row]
      let index = try #require(FlowIndexCatalogue.index(named: Self.golden[name] ?? name))
      var expected = table.numbers("value")[row]
      // Every distance stands twice, and the interpolated median depends on which of the two flows comes
      // first. The peer sorts without a rule for ties: of the two pairs around the median of 2012
      // it has the larger flow first, of those of 2020 the smaller. Ours is always the smaller
      // first, which for 2012 gives 90.80727839818977 (numpy 2.4.6, interp over sorted pairs).
      if name == "median", year == "2012" { expected = 90.807278398189769 }
      let gap = try distance(index.value(of: system), expected)
      #expect(gap < (["inequality_sim", "decay"].contains(name) ? 1e-6 : 1e-9), "\(name)")
      worst = max(worst, gap)
    }
    print("G05", year, worst)
  }

  /// Golden G05: the package migration.indices, also by region.
  @Test func koreaAgreesWithMigrationIndices() throws {
    guard let system = try korea("2020"),
      let json = try SharedData.json(
        "golden/flows/expected/G05_korea2020_migration_indices_pkg.json")
    else { return }
    let names: [(String, String, Double)] = [
      ("acv.in", "acv_in", 1), ("acv.out", "acv_out", 1), ("gini.row", "gini_origins", 1),
      ("gini.col", "gini_destinations", 1), ("gini.exchange", "gini_exchange", 1),
      ("gini.exchange.standardized", "gini_exchange_standardised", 100),
      ("gini.row.standardized", "gini_origins_standardised", 100),
      ("gini.total", "gini_total", 1), ("weighted.gini.in", "gini_in_weighted", 1),
    ]
    for (theirs, ours, factor) in names {
      let expected = try #require(json["migration." + theirs] as? Double)
      let index = try #require(FlowIndexCatalogue.index(named: ours))
      let found = try index.value(of: system) * factor
      #expect(distance(found, expected) < 1e-9, "\(ours)")
    }
    let areas = FlowIndexCatalogue.areas(of: system)
    for name in ["gini.in", "gini.out", "cv.in", "cv.out"] {
      let expected = try #require(json["migration." + name] as? [String: Double])
      let found = areas.numbers(name.replacing(".", with: "_"))
      for (area, value) in zip(system.areas, found) {
        #expect(distance(try #require(value), try #require(expected[area])) < 1e-9)
      }
    }
    guard let sums = LongTable("golden/flows/expected/G05_korea2020_sum_region.csv") else {
      return
    }
    for (theirs, ours) in [
      ("out_mig", "departures"), ("in_mig", "arrivals"), ("turn", "turnover"), ("net", "net"),
    ] {
      #expect(sums.numbers(theirs) == areas.numbers(ours).compactMap { $0 })
    }
  }

  /// Golden G05: eleven areas of Egypt.
  @Test func egypt1960AgreesWithMigest() throws {
    let lists = try NumberLists("tables")
    let system = try MigrationSystem(
      areas: (1...11).map { "\($0)" }, flows: try lists("egypt1960", "flows"))
    for name in [
      "connectivity", "inequality_equal", "inequality_sim", "gini_total",
      "gini_orig_standardized", "gini_dest_standardized", "mwg_orig", "mwg_dest", "mwg_mean", "cv",
      "acv",
    ] {
      let index = try #require(FlowIndexCatalogue.index(named: Self.golden[name] ?? name))
      let expected = try lists("egypt1960_indices", name)[0]
      #expect(try distance(index.value(of: system), expected) < 1e-9, "\(name)")
    }
  }

  private static func invented() throws -> MigrationSystem {
    var stream = RandomStream(seed: 8, stream: "system", unit: "", draw: 0, time: 0)
    let n = 6
    let places = (0..<n).map { _ in (stream.uniform(), stream.uniform()) }
    let apart = (0..<n * n).map { cell -> Double in
      let (a, b) = (places[cell % n], places[cell / n])
      return ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).squareRoot()
    }
    return try MigrationSystem(
      areas: (0..<n).map { "\($0)" }, flows: (0..<n * n).map { _ in 100 * stream.uniform() },
      population: (0..<n).map { _ in 1000 * (1 + stream.uniform()) }, distance: apart)
  }

  /// Laws over the catalogue: an index lies in its range, does not care how areas are numbered, and
  /// scales with the flows as it says.
  @Test(arguments: FlowIndexCatalogue.all.map(\.card.id)) func everyIndexKeepsTheLaws(id: String)
    throws
  {
    let index = try #require(FlowIndexCatalogue.index(named: id))
    let system = try Self.invented()
    let value = try index.value(of: system)
    #expect(value.isFinite && index.range.contains(value))
    let order = [4, 1, 5, 0, 3, 2]
    let cells = order.flatMap { j in order.map { i in j * 6 + i } }
    let renamed = try MigrationSystem(
      areas: order.map { system.areas[$0] }, flows: cells.map { system.flows[$0] },
      population: order.map { system.population?[$0] ?? .nan },
      distance: cells.map { system.distance?[$0] ?? .nan })
    #expect(abs(try index.value(of: renamed) - value) <= 1e-10 * max(1, abs(value)))
    let larger = try MigrationSystem(
      areas: system.areas, flows: system.flows.map { 4 * $0 }, population: system.population,
      distance: system.distance)
    let factor = index.degree == 0.5 ? 2 : index.degree == 1 ? 4.0 : 1
    #expect(abs(try index.value(of: larger) - factor * value) <= 1e-10 * max(1, abs(value)))
  }

  @Test func idsAreUnique() {
    let ids = FlowIndexCatalogue.all.map(\.card.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.count >= 23)
  }

  @Test func anIndexThatNeedsDistancesSaysSo() throws {
    let system = try MigrationSystem(areas: ["A", "B", "C"], flows: [0, 1, 2, 3, 0, 4, 5, 6, 0])
    let index = try #require(FlowIndexCatalogue.index(named: "mean_distance"))
    let faults = #expect(throws: Faults.self) { try index.value(of: system) }
    #expect(faults?.all.map(\.description) == ["index.needs-distance(index: mean_distance)"])
    #expect(try FlowIndexCatalogue.values(of: system).allSatisfy { $0.value.isFinite })
    let none = #expect(throws: Faults.self) {
      try MigrationSystem(areas: ["A", "B", "C"], flows: [0, 0, 0, 0, 0, 0, 0, 0, .nan])
    }
    #expect(none?.all.map(\.code) == ["index.no-moves"])
  }

  /// The coefficient with which the flows were made.
  @Test func decayIsFoundAgain() throws {
    let system = try Self.invented()
    let distance = try #require(system.distance)
    let flows = system.flows.indices.map { cell -> Double in
      cell % 6 == cell / 6 ? 0 : pow(distance[cell], -1.7) * Double(cell % 6 + 1)
    }
    let made = try MigrationSystem(areas: system.areas, flows: flows, distance: distance)
    let index = try #require(FlowIndexCatalogue.index(named: "distance_decay"))
    #expect(abs(try index.value(of: made) + 1.7) < 1e-9)
  }
}

/// Courgeau's k through several divisions of one country.
struct CourgeauTests {
  private let areas = ["A", "B", "C", "D"]

  /// Moves within the halves A, B and C, D, and between them.
  private func system(within: Double, between: Double) throws -> MigrationSystem {
    let flows = (0..<16).map { $0 % 4 / 2 == $0 / 4 / 2 ? within : between }
    return try MigrationSystem(
      areas: areas, flows: flows, population: [50, 150, 120, 80])
  }

  /// The intensity of two halves is half that of four areas, as the law has it.
  @Test func aLawThatHoldsIsFoundWithoutError() throws {
    let found = try CourgeauIntensity(
      system(within: 2, between: 1), coarser: [("halves", ["w", "w", "e", "e"])], finest: "areas")
    // 8 moves between halves of 400 persons.
    #expect(abs(found.k - 2 / log(4)) < 1e-12 && found.standardError < 1e-12)
    #expect(abs(found.explained - 1) < 1e-12)
    #expect(found.constant == nil && found.slope == nil)
    #expect(found.divisions.map(\.areas) == [4, 2])
    #expect(found.divisions.map(\.intensity) == [4, 2])
  }

  /// By hand: intensities 3, 2 and 2.5 of 4, 2 and 3 areas.
  @Test func kIsLeastSquaresThroughTheOrigin() throws {
    let coarser = [("halves", ["w", "w", "e", "e"]), ("thirds", ["w", "w", "C", "D"])]
    let found = try CourgeauIntensity(
      system(within: 1, between: 1), coarser: coarser, finest: "areas")
    let (x, y) = ([log(16.0), log(4.0), log(9.0)], [3.0, 2, 2.5])
    func sum(_ term: (Int) -> Double) -> Double { (0..<3).reduce(0) { $0 + term($1) } }
    let k = sum { x[$0] * y[$0] } / sum { x[$0] * x[$0] }
    let rest = sum { (y[$0] - k * x[$0]) * (y[$0] - k * x[$0]) }
    #expect(abs(found.k - k) < 1e-12)
    #expect(abs(found.standardError - (rest / 2 / sum { x[$0] * x[$0] }).squareRoot()) < 1e-12)
    #expect(abs(found.explained - (1 - rest / sum { y[$0] * y[$0] })) < 1e-12)
    let (meanX, meanY) = (sum { x[$0] } / 3, 2.5)
    let slope =
      sum { (x[$0] - meanX) * (y[$0] - meanY) } / sum { (x[$0] - meanX) * (x[$0] - meanX) }
    #expect(abs(try #require(found.slope) - slope) < 1e-12)
    #expect(abs(try #require(found.constant) - (meanY - slope * meanX)) < 1e-12)
    // Names of larger areas and the order of divisions do not matter.
    let other = try CourgeauIntensity(
      system(within: 1, between: 1),
      coarser: [("thirds", ["1", "1", "2", "3"]), ("halves", ["x", "x", "y", "y"])],
      finest: "areas")
    #expect(abs(other.k - found.k) < 1e-14)
  }

  @Test func divisionsThatSayNothingAreRefused() throws {
    let system = try system(within: 1, between: 1)
    for (coarser, code) in [
      (["w", "w", "w", "w"], "index.one-area"), (["1", "2", "3", "4"], "index.few-divisions"),
    ] {
      let faults = try #require(
        #expect(throws: Faults.self) {
          try CourgeauIntensity(system, coarser: [("other", coarser)], finest: "areas")
        })
      #expect(faults.all.map(\.code) == [code])
    }
    let divisions = try LabelledDivisions(
      grid: SharedData.grid(text: "area,half\nB,w\nA,w\nD,e\nC,e\n", file: "d.csv"))
    #expect(try divisions.ordered(as: areas)[0].areas == ["w", "w", "e", "e"])
    let faults = try #require(
      #expect(throws: Faults.self) { try divisions.ordered(as: areas + ["E"]) })
    #expect(faults.all.map(\.code) == ["index.division-area"])
    // Rows of areas that the flows do not know, and an area without one, are told together.
    let others = try LabelledDivisions(
      grid: SharedData.grid(text: "area,half\nB,w\nA,w\nQuito,e\nOrenburk,e\n", file: "d.csv"))
    let all = try #require(
      #expect(throws: Faults.self) { try others.ordered(as: ["A", "B", "Orenburg", "C"]) }
    ).all
    #expect(
      all.map(\.code) == ["index.division-extra", "index.division-misnamed", "index.division-area"])
    #expect(all[0].place?.line == 4 && all[1].arguments["nearest"] == "Orenburg")
    for text in ["area,half\nA,w\nA,e\n", "area,half\nA,w\nB,\n", "area\nA\n"] {
      #expect(throws: Faults.self) {
        try LabelledDivisions(grid: SharedData.grid(text: text, file: "d.csv"))
      }
    }
  }
}

struct MatrixShapeTests {
  /// Each of the cells was once a fault of its own.
  @Test func pairsWithMoreThanThreeColumnsAreOneFault() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try LabelledMatrix(
          grid: SharedData.grid(
            text: "orig,dest,flow,distance\nA,B,4,100\nB,A,6,100\n", file: "pairs.csv"))
      })
    #expect(
      faults.description == "flows.no-shape(columns: 4, second: dest) pairs.csv:1:6")
    let long = try LabelledMatrix(
      grid: SharedData.grid(text: "orig,dest,flow\nA,B,4\nB,A,6\n", file: "pairs.csv"))
    #expect(long.origins == ["A", "B"] && long.destinations == ["B", "A"])
    #expect(long.values == [4, 0, 0, 6])
    // A wide table with one cell that is no number is still told by its cell.
    let wide = try #require(
      #expect(throws: Faults.self) {
        try LabelledMatrix(
          grid: SharedData.grid(text: "o,A,B,C\nA,1,2,3\nB,x,2,3\nC,1,2,3\n", file: "w.csv"))
      })
    #expect(wide.all.map(\.place?.line) == [3])
  }
}

struct ReshapeTests {
  private let table = LabelledMatrix(
    origins: ["A", "B", "C"], destinations: ["A", "B", "C"], values: [9, 1, 2, 30, 8, 4, 5, 6, 7])

  @Test func smallAreasAreLumpedAndTheirExchangeIsInside() {
    // Turnovers without stayers: A 38, B 41, C 17.
    let lumped = table.lumping(below: 40, into: "others")
    #expect(lumped.origins == ["others", "B"])
    // Within the others 9 + 2 + 5 + 7, from B to them 1 + 6, to B from them 30 + 4.
    let expected: [Double] = [23, 7, 34, 8]
    #expect(lumped.values == expected)
    #expect(lumped.values.reduce(0, +) == table.values.reduce(0, +))
  }

  @Test func aTableGrowsToTheAreasAskedFor() {
    let grown = table.expanded(to: ["C", "D", "A"], fill: 0)
    #expect(grown.values == [7, 0, 5, 0, 0, 0, 2, 0, 9])
    #expect(table.expanded(to: ["D"], fill: .nan).values[0].isNaN)
  }

  @Test func sumsLeaveStayersOut() {
    let sums = table.sums()
    #expect(sums.departures == [35, 7, 6])
    #expect(sums.arrivals == [3, 34, 11])
    #expect(table.tidy(named: "flows").rowCount == 9)
  }
}
