import Demography
import FlowModels
import Kernel
import Testing

struct StockFlowTests {
  private static let areas = ["A", "B", "C", "D"]
  private static let folder = "golden/flows/expected/"

  private func stocks(_ id: String) -> StockTables? {
    func table(_ when: String) -> [Double]? {
      LongTable(Self.folder + "G02_input_\(id)_stock_\(when).csv")?
        .dense("value", [("birth", Self.areas), ("residence", Self.areas)])
    }
    guard let start = table("start"), let end = table("end") else { return nil }
    let events = id == "e2" ? nil : LongTable(Self.folder + "G02_input_\(id)_births_deaths.csv")
    return StockTables(
      areas: Self.areas, start: start, end: end, births: events?.numbers("births"),
      deaths: events?.numbers("deaths"))
  }

  private func golden(_ file: String) -> [Double]? {
    LongTable(Self.folder + file)?
      .dense("value", ["orig", "dest", "birth"].map { ($0, Self.areas) })
  }

  /// Golden G02: seven toy systems of the literature, both rules for stayers.
  @Test(arguments: ["e0", "e1", "e3", "e4", "e5", "e6", "e7"])
  func sevenToySystemsAgreeWithDemographicAccounting(id: String) throws {
    guard let stocks = stocks(id) else { return }
    let matching: StockMatching = ["e3": .openDistributed, "e4": .open][id] ?? .rescale
    let totals = try NumberLists("stock-flows")
    for (name, stayers) in [
      ("minimum", StockFlowModel.Stayers.most), ("independent", .independent),
    ] {
      let flows = try StockFlowModel.flows(stocks, matching: matching, stayers: stayers)
      let expected = try #require(golden("G02_ffs_demo_\(id)_\(name)_hp.csv"))
      let distance = relativeDistance(flows.values, expected)
      print("G02", id, name, distance)
      #expect(distance < 1e-9)
      #expect(abs(flows.total / (try totals("totals", "\(id)_\(name)")[0]) - 1) < 1e-9)
      let mixed = try StockFlowModel.flows(
        stocks, matching: matching, stayers: .mixture(weight: 1, source: "test"))
      if name == "minimum" { #expect(mixed.values == flows.values) }
    }
  }

  /// Golden G02 e2: a seed by distance shapes the moves; the peer ignores it.
  @Test func aSeedShapesTheMovesButNotTheStayers() throws {
    guard let stocks = stocks("e2"),
      let seed = LongTable(Self.folder + "G02_input_e2_seed.csv")?
        .dense("value", [("orig", Self.areas), ("dest", Self.areas)]),
      let expected = golden("G02_ffs_demo_e2_seeded_ipf3_qi_tol1e-12.csv")
    else { return }
    let seeded = try StockFlowModel.flows(
      stocks, matching: .rescale, stayers: .most, seed: seed)
    #expect(relativeDistance(seeded.values, expected) < 1e-9)
    let plain = try StockFlowModel.flows(stocks, matching: .rescale, stayers: .most)
    #expect(relativeDistance(seeded.values, plain.values) > 1e-3)
    #expect(abs(seeded.total - plain.total) < 1e-9)
  }

  @Test func aMixtureLiesBetweenItsParts() throws {
    guard let stocks = stocks("e1") else { return }
    func flows(_ stayers: StockFlowModel.Stayers) throws -> [Double] {
      try StockFlowModel.flows(stocks, matching: .rescale, stayers: stayers).values
    }
    let mixed = try flows(.mixture(weight: 0.25, source: "test"))
    for (k, (most, free)) in try zip(flows(.most), flows(.independent)).enumerated() {
      #expect(abs(mixed[k] - (0.25 * most + 0.75 * free)) < 1e-9)
    }
    #expect(throws: StockError.badWeight(1.5)) {
      try flows(.mixture(weight: 1.5, source: "test"))
    }
  }

  /// Golden G03.
  @Test(arguments: StockDifference.allCases)
  func differencesAndRatesAgreeWithMigest(method: StockDifference) throws {
    let lists = try NumberLists("stock-flows")
    let stocks = StockTables(
      areas: Self.areas, start: try lists("differences", "start"),
      end: try lists("differences", "end"))
    let flows = try method.flows(stocks)
    let expected = try lists("differences", method.rawValue)
    print("G03", method, relativeDistance(flows.values, expected))
    #expect(relativeDistance(flows.values, expected) < 1e-9)
    #expect(flows.negativeCells == expected.indices.filter { expected[$0] < 0 })
  }

  @Test func deathsThatNobodyIsLeftForAreNamed() {
    let stocks = StockTables(
      areas: ["A", "B"], start: [5, 1, 2, 9], end: [5, 1, 2, 9], deaths: [0, 12])
    let error = #expect(throws: StockError.deathsExceed(1, deaths: 12, residents: 11)) {
      try StockFlowModel.flows(stocks, matching: .open, stayers: .most)
    }
    #expect(
      error?.faults(areas: stocks.areas).map(\.description)
        == ["stocks.deaths-exceed(area: B, deaths: 12, residents: 11)"])
  }

  @Test func aSeedThatClosesTheOnlyWayIsBlamedOnThePlaceOfBirth() {
    let stocks = StockTables(areas: ["A", "B"], start: [5, 0, 2, 9], end: [4, 0, 3, 9])
    #expect(throws: StockError.self) {
      try StockFlowModel.flows(
        stocks, matching: .open, stayers: .most, seed: [0, 1, 0, 0])
    }
  }

  /// Without errors and with one weight every draw is the mixture itself; with errors, draw k depends
  /// on its number alone, and the draws lie around the estimate.
  @Test func drawsAreRepeatableAndCollapseWithoutErrors() throws {
    guard let stocks = stocks("e7") else { return }
    let key = StreamKey(seed: 4, stream: "stocks")
    let exact = StockUncertainty(
      variation: [0, 0, 0, 0], persistence: 0, weights: 0.5...0.5, source: "test")
    let none = try exact.draws(2, of: stocks, matching: .rescale, key: key)
    let mixed = try StockFlowModel.flows(
      stocks, matching: .rescale, stayers: .mixture(weight: 0.5, source: "test"))
    #expect(none.values == mixed.moves + mixed.moves)

    let errors = StockUncertainty(
      variation: [0.05, 0.1, 0.02, 0.05], persistence: 0.8, weights: 0.2...0.9, source: "test")
    let some = try errors.draws(40, of: stocks, matching: .rescale, key: key, threads: 1)
    let fewer = try errors.draws(7, of: stocks, matching: .rescale, key: key, threads: 2)
    #expect(Array(some.values[..<(7 * 16)]) == fewer.values)
    #expect(some.weights.allSatisfy { $0 > 0.2 && $0 < 0.9 })
    let lower = some.quantile(0.05)
    let upper = some.quantile(0.95)
    #expect(zip(lower, upper).allSatisfy { $0 <= $1 })
    #expect(zip(lower, upper).contains { $0 < $1 })
  }
}
