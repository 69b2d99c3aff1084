import FlowModels
import Testing

struct MultiplicativeComponentsTests {
  private struct Italy {
    let areas: [String]
    let ages: [String]
    let data: LongTable

    init?() {
      guard let data = LongTable("golden/flows/data/migest_italy_area.csv") else { return nil }
      self.data = data
      areas = data.levels("orig").sorted()
      ages = data.levels("age_grp")
    }

    func flows(_ year: String) -> [Double] {
      data.dense(
        "flow", [("orig", areas), ("dest", areas), ("age_grp", ages), ("year", [year])])
    }

    var shape: TableShape { TableShape([areas.count, areas.count, ages.count]) }
  }

  /// Golden G06: origin and destination.
  @Test func componentsOfTwoAxesAgreeWithMigest() throws {
    let lists = try NumberLists("tables")
    let flows = try lists("italy2000", "flows")
    let parts = MultiplicativeComponents(flows, shape: TableShape([5, 5]))
    #expect(try relativeDistance(parts.ratios, lists("italy2000", "ratios")) < 1e-9)
    #expect(try relativeDistance(parts.shares[0], lists("italy2000", "origins")) < 1e-9)
    #expect(try relativeDistance(parts.shares[1], lists("italy2000", "destinations")) < 1e-9)
    #expect(try parts.total == lists("italy2000", "total")[0])
    #expect(relativeDistance(parts.values, flows) < 1e-15)
  }

  /// Golden G06: with age.
  @Test func componentsOfThreeAxesAgreeWithMigest() throws {
    guard let italy = Italy(),
      let table = LongTable("golden/flows/expected/G06_italy2000_multi_comp_ODA.csv")
    else { return }
    let flows = italy.flows("2000")
    let parts = MultiplicativeComponents(flows, shape: italy.shape)
    let o = ("orig", italy.areas)
    let d = ("dest", italy.areas)
    let a = ("age_grp", italy.ages)
    let worst = relativeDistance(parts.ratios, table.dense("value", [o, d, a]))
    print("G06", worst)
    #expect(worst < 1e-9)
    let sum = ["Sum"]
    #expect(
      relativeDistance(
        parts.shares(on: [0, 1]), table.dense("value", [o, d, ("age_grp", sum)])) < 1e-9)
    #expect(
      relativeDistance(
        parts.shares(on: [1, 2]), table.dense("value", [("orig", sum), d, a])) < 1e-9)
    #expect(
      relativeDistance(
        parts.shares[2], table.dense("value", [("orig", sum), ("dest", sum), a])) < 1e-9)
    #expect(relativeDistance(parts.values, flows) < 1e-15)
  }

  @Test func ratiosOfSumsAreOneWhereOneAxisIsLeft() {
    let flows: [Double] = [0, 4, 7, 3, 0, 9, 1, 2, 0]
    let parts = MultiplicativeComponents(flows, shape: TableShape([3, 3]))
    for ratio in parts.ratios(on: [0]) + parts.ratios(on: [1]) { #expect(abs(ratio - 1) < 1e-15) }
    #expect(parts.ratios(on: [0, 1]).count == 9)
  }

  /// An area without departures has nothing to explain: its ratios are missing, its flows 0.
  @Test func anAreaWithoutFlowsHasNoRatios() {
    let parts = MultiplicativeComponents([0, 4, 0, 3], shape: TableShape([2, 2]))
    #expect(parts.ratios[0].isNaN && parts.ratios[2].isNaN)
    #expect(parts.values == [0, 4, 0, 3])
  }

  @Test func tablesThatGrowInEveryPartGoOnGrowing() throws {
    let shape = TableShape([3, 3])
    let base: [Double] = [0, 4, 7, 3, 0, 9, 1, 2, 0]
    let past = (0..<4).map { t in
      MultiplicativeComponents(base.map { $0 * [1, 1.1, 1.21, 1.331][t] }, shape: shape)
    }
    let trend = ComponentProjection(total: .logTrend, shares: .logTrend, ratios: .last)
    let next = try trend.table(after: past, steps: 2)
    let expected = base.map { $0 * 1.331 * 1.21 }
    #expect(relativeDistance(next.values, expected) < 1e-9)
    let held = ComponentProjection(total: .last, shares: .mean, ratios: .mean)
    #expect(
      relativeDistance(try held.table(after: past, steps: 5).values, base.map { $0 * 1.331 }) < 1e-9
    )
  }
}
