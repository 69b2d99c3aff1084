import Demography
import Harmony
import Testing

@Suite struct CrosswalkTests {
  /// Old A becomes a and b; C stays.
  private func rows(_ b: Double = 0.25) -> [Crosswalk.Row] {
    [("a", 0.75, 0.6, 0.9), ("b", b, 0.4, 0.1)].map { to, people, leaving, arriving in
      Crosswalk.Row(
        from: "A", to: to, date: Day("2022-06-08")!, type: "split", population: people,
        origin: leaving, destination: arriving, basis: "TEST")
    }
  }

  private func table(diagonal: Double?) -> FlowTable {
    var table = FlowTable(areas: ["A", "C"], periods: [.year(2021)], kind: .observed)
    table[from: 0, to: 0, in: 0] = diagonal
    table[from: 0, to: 1, in: 0] = 100
    table[from: 1, to: 0, in: 0] = 200
    table[from: 1, to: 1, in: 0] = 50
    return table
  }

  @Test func totalsAreKeptAndDividedByTheirOwnWeights() throws {
    let crosswalk = try Crosswalk(rows())
    let spread = crosswalk.totals(["A": 1000, "C": 10], by: .origin)
    #expect(spread.values == ["a": 600, "b": 400, "C": 10])
    #expect(spread.weightUsed == ["A": .origin])
    #expect(
      crosswalk.merging().totals(spread.values, by: .population).values == ["A": 1000, "C": 10])
    #expect(crosswalk.totals(["A": .nan, "C": 10], by: .origin).values == ["C": 10])
  }

  @Test func weightsAreNeverScaledToFit() throws {
    let faults = #expect(throws: Faults.self) { try Crosswalk(rows(0.2)) }
    #expect(faults?.all.map(\.code) == ["crosswalk.weights"])
    let reported = try Crosswalk(rows(0.2), missing: .report).totals(["A": 100], by: .population)
    #expect(abs(try #require(reported.missingShare["A"]) - 0.05) < 1e-12)
    #expect(abs(reported.values.values.reduce(0, +) - 95) < 1e-9)
    #expect(throws: Faults.self) { try Crosswalk(rows(0.3), missing: .report) }
    #expect(throws: Faults.self) { try Crosswalk(rows() + rows()) }
  }

  @Test func ratiosCarryNumeratorAndDenominator() throws {
    let merged = try Crosswalk(rows()).merging().ratios(
      numerator: ["a": 10, "b": 40], denominator: ["a": 100, "b": 100], by: .population)
    #expect(merged.values == ["A": 0.25])
  }

  @Test func flowsAreDividedBySeparateWeightsAndKeepTheirTotal() throws {
    let made = try Crosswalk(rows()).flows(table(diagonal: 80), interShare: 0.3, toolVersion: "1")
    #expect(made.table.areas == ["C", "a", "b"])
    let (c, a, b) = (0, 1, 2)
    #expect(made.table[from: a, to: c, in: 0] == 60)
    #expect(made.table[from: b, to: c, in: 0] == 40)
    #expect(made.table[from: c, to: a, in: 0] == 180)
    #expect(made.table[from: c, to: b, in: 0] == 20)
    #expect(made.table[from: c, to: c, in: 0] == 50)
    let across =
      try #require(made.table[from: a, to: b, in: 0]) + #require(made.table[from: b, to: a, in: 0])
    #expect(abs(across - 24) < 1e-9)
    #expect(abs(made.table.values.reduce(0, +) - 430) < 1e-9)
    #expect(made.unknown.isEmpty && made.table.kind == .adjusted)
    #expect(made.lineage.parameters["A>b.destination"] == "destination 0.1")
    #expect(throws: Fault.self) {
      try Crosswalk(rows()).flows(table(diagonal: 80), interShare: 1.1, toolVersion: "1")
    }
  }

  @Test func withoutADiagonalTheNewFlowsStayUnknown() throws {
    let made = try Crosswalk(rows()).flows(table(diagonal: nil), interShare: 0.3, toolVersion: "1")
    #expect(made.unknown.map { "\($0.origin)\($0.destination)" } == ["ab", "ba"])
    #expect(made.table[from: 1, to: 2, in: 0] == nil)
    #expect(made.table[from: 1, to: 0, in: 0] == 60)
  }

  @Test func mergingMakesOldFlowsTheDiagonal() throws {
    var table = FlowTable(areas: ["C", "a", "b"], periods: [.year(2023)], kind: .observed)
    for i in 0..<3 { for j in 0..<3 { table[from: i, to: j, in: 0] = Double(10 * i + j + 1) } }
    let made = try Crosswalk(rows()).merging().flows(table, interShare: 0, toolVersion: "1")
    #expect(made.table.areas == ["A", "C"])
    #expect(made.table[from: 0, to: 0, in: 0] == 70)
    #expect(made.table[from: 0, to: 1, in: 0] == 32)
    #expect(made.table.values.reduce(0, +) == table.values.reduce(0, +))
    #expect(made.table.kind == .derived)
  }

  @Test func wholePersonsKeepTheirTotalByLargestRemainder() {
    #expect(Crosswalk.integers(["a": 1.5, "b": 1.5, "c": 2]) == ["a": 2, "b": 1, "c": 2])
    #expect(Crosswalk.integers(["a": 0.4, "b": 0.4, "c": 0.2]) == ["a": 1, "b": 0, "c": 0])
  }

  @Test func observationsMoveWithKindStatusAndLineage() throws {
    var leaving = row("FLOW_OUT", "A", "2021", 1000)
    leaving.geoVintage = "OLD"
    let unchanged = row("FLOW_OUT", "C", "2021", 7)
    let crosswalk = try Crosswalk(rows())
    let moved = try crosswalk.apply([leaving, unchanged], to: "NEW", toolVersion: "1")
    let byArea = Dictionary(uniqueKeysWithValues: moved.observations.map { ($0.referenceArea, $0) })
    #expect(byArea["a"]?.value == 600 && byArea["b"]?.value == 400)
    #expect(byArea["C"] == unchanged)
    #expect(byArea["a"]?.kind == .adjusted && byArea["a"]?.status == .estimated)
    #expect(byArea["a"]?.geoVintage == "NEW")
    #expect(byArea["a"]?.lineage == moved.lineage.first?.id)
    let faults = #expect(throws: Faults.self) {
      try crosswalk.apply([row("INCOME", "A", "2021", 1)], to: "NEW", toolVersion: "1")
    }
    #expect(faults?.all.map(\.code) == ["crosswalk.measure"])
  }

  @Test func theBundledCrosswalkIsComplete() throws {
    let crosswalk = try Tables.crosswalk()
    #expect(crosswalk.rows.count == 8)
    #expect(crosswalk.weightUsed(of: "KZ51@pre2018-06-19", .origin) == .population)
    #expect(crosswalk.weightUsed(of: "KZ63@pre2022-06-08", .origin) == .origin)
  }
}
