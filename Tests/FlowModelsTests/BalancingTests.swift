import Demography
import FlowModels
import Glibc
import Kernel
import Testing

struct BalancingTests {
  /// Golden G04a (migest 2.0.5 `ipf2`): seed 1 … 16 by column.
  @Test func aSeedIsBalancedAsMigestDoes() throws {
    let result = try Balancing.fit(
      seed: (1...16).map(Double.init), rows: [30, 20, 30, 10], columns: [45, 10, 10, 25])
    let expected = [
      10.939919601083799, 10.168242794597409, 17.559665923875531, 6.3321716804432553,
      3.9397231310674985, 2.1970944650937212, 2.9510366422973018, 0.91214576154148042,
      4.2314870596328049, 2.1850042664075939, 2.7670949188861043, 0.81641375507349834,
      10.888870208215897, 5.4496584739012759, 6.7222025149410651, 1.9392688029417657,
    ]
    for (found, value) in zip(result.values, expected) { #expect(abs(found - value) < 1e-9 * 17.6) }
    #expect(result.maxRelativeMarginError < 1e-9)
  }

  /// Golden G04g: four areas, zero diagonal.
  @Test func aClosedDiagonalStaysClosed() throws {
    let seed: [Double] = [0, 50, 60, 20, 100, 0, 35, 25, 30, 45, 0, 20, 70, 5, 40, 0]
    let result = try Balancing.fit(
      seed: seed, rows: [250, 100, 140, 110], columns: [150, 150, 180, 120])
    let expected = [
      0, 40.757255827506697, 75.946456070057693, 33.296288102435604, 97.116824258585126, 0,
      27.266860381926698, 25.616315359488176, 72.631138228560175, 56.281465233363598, 0,
      51.08739653807622, 80.252037512854685, 2.961278939129703, 36.786683548015617, 0,
    ]
    for (found, value) in zip(result.values, expected) { #expect(abs(found - value) < 1e-9 * 97.2) }
  }

  /// Golden G04g (Willekens 1999), two areas.
  @Test func twoAreasAgreeWithWillekens() throws {
    let result = try Balancing.fit(seed: [5, 1, 2, 7], rows: [18, 20], columns: [16, 22])
    let expected = [
      13.250193203189511, 2.7498067968104887, 4.7498067968104882, 17.250193203189511,
    ]
    for (found, value) in zip(result.values, expected) { #expect(abs(found - value) < 1e-9 * 17.3) }
  }

  /// The conditions of Karush, Kuhn and Tucker: `F = clip(a b S, L, U)`.
  @Test func intervalsAreKeptAndTheRestIsProportionalToTheSeed() throws {
    let seed: [Double] = [0, 4, 2, 3, 5, 0, 6, 1, 2, 7, 0, 3, 4, 2, 5, 0]
    var lower = [Double](repeating: 0, count: 16)
    var upper = [Double](repeating: .infinity, count: 16)
    lower[4] = 60
    upper[9] = 10
    lower[14] = 31
    upper[14] = 31
    let rows: [Double] = [100, 60, 90, 50]
    let columns: [Double] = [70, 80, 60, 90]
    let result = try Balancing.fit(
      seed: seed, rows: rows, columns: columns, lower: lower, upper: upper)
    #expect(result.maxRelativeMarginError < 1e-9)
    for j in 0..<4 {
      for i in 0..<4 {
        let cell = j * 4 + i
        let free = result.rowFactors[i] * result.columnFactors[j] * seed[cell]
        let clipped = seed[cell] == 0 ? 0 : min(max(free, lower[cell]), upper[cell])
        #expect(abs(result.values[cell] - clipped) < 1e-9)
        #expect(result.values[cell] >= lower[cell] && result.values[cell] <= upper[cell])
      }
    }
    #expect(result.values[4] == 60)
    #expect(result.values[14] == 31)
    for i in 0..<4 {
      #expect(abs((0..<4).reduce(0) { $0 + result.values[$1 * 4 + i] } - rows[i]) < 1e-8)
    }
  }

  @Test func totalsThatDifferAreNeverScaled() {
    #expect(throws: BalancingError.totalsDiffer(rows: 3, columns: 4)) {
      try Balancing.fit(seed: [1, 1, 1, 1], rows: [1, 2], columns: [2, 2])
    }
  }

  /// With a closed diagonal an area cannot send more than the others receive.
  @Test func anAreaThatSendsMoreThanTheOthersTakeIsBlamed() throws {
    let seed: [Double] = [0, 1, 1, 1, 0, 1, 1, 1, 0]
    let error = #expect(throws: BalancingError.self) {
      try Balancing.fit(seed: seed, rows: [80, 10, 10], columns: [50, 30, 20])
    }
    guard case .infeasible(let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.origins == [0])
    #expect(found.destinations == [1, 2])
    #expect(abs(found.needed - 80) < 1e-9)
    #expect(abs(found.available - 50) < 1e-9)
    #expect(abs(found.rowSlack[0] - 30) < 1e-9)
    let fault = error?.fault(origins: ["A", "B", "C"], destinations: ["A", "B", "C"])
    #expect(
      fault?.description
        == "balance.infeasible(available: 50, column_slack: A 30, destinations: B, C, missing: 30, "
        + "needed: 80, origins: A, row_slack: A 30)")
  }

  @Test func knownCellsAboveATotalAreBlamed() throws {
    #expect(
      throws: BalancingError.knownExceed(isRow: true, 0, known: 13, total: 10, others: [0, 1])
    ) {
      try Balancing.fit(
        seed: [1, 1, 1, 1], rows: [10, 10], columns: [10, 10], lower: [8, 0, 5, 0])
    }
  }

  /// Cell (0, 1) must be 0 in every table; scaling alone would approach it for ever.
  @Test func cellsThatOnlyOneTableAllowsAreFixedBeforehand() throws {
    let result = try Balancing.fit(seed: [1, 0, 1, 1], rows: [5, 7], columns: [5, 7])
    #expect(result.forcedCells.contains(2))
    #expect(result.values == [5, 0, 0, 7])
    #expect(result.maxRelativeMarginError == 0)
    #expect(result.sweeps < 5)
  }

  /// 200 × 150 cells, a third of them closed, seeds over eleven orders of magnitude: solved by accelerated
  /// scaling. The margins are met, the cells are products, and areas without moves stay empty.
  @Test func aLargeTableIsScaledWithoutAFlowProblem() throws {
    var stream = RandomStream(seed: 5, stream: "seed", unit: "", draw: 0, time: 0)
    var seed = (0..<30_000).map { _ in
      let size = exp(3 * stream.normal())
      return stream.uniform() < 0.3 ? 0 : size
    }
    // One row has a single open cell: every table has its total there.
    for j in 0..<150 where j != 7 { seed[j * 200 + 3] = 0 }
    seed[7 * 200 + 3] = 1
    let truth = seed.map { $0 * exp(2 * stream.normal()) }
    var rows = (0..<200).map { i in (0..<150).reduce(0) { $0 + truth[$1 * 200 + i] } }
    var columns = (0..<150).map { j in truth[(j * 200)..<(j * 200 + 200)].reduce(0, +) }
    for j in 0..<150 { columns[j] -= truth[j * 200 + 11] }
    rows[11] = 0
    let result = try Balancing.fit(seed: seed, rows: rows, columns: columns, tolerance: 1e-11)
    #expect(result.maxRelativeMarginError <= 1e-11)
    #expect(result.sweeps < 100)
    for i in 0..<200 {
      let sum = (0..<150).reduce(0) { $0 + result.values[$1 * 200 + i] }
      #expect(abs(sum - rows[i]) <= 1e-10 * rows[i])
    }
    for cell in seed.indices {
      let product = result.rowFactors[cell % 200] * result.columnFactors[cell / 200] * seed[cell]
      #expect(abs(result.values[cell] - product) <= 1e-15 * product)
    }
    #expect(result.forcedCells.contains(7 * 200 + 3))
    #expect(result.forcedCells.allSatisfy { $0 == 7 * 200 + 3 || $0 % 200 == 11 })
  }

  @Test func scalingTheSeedOfARowOrColumnChangesNothing() throws {
    let seed: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    let rows: [Double] = [11, 12, 13]
    let columns: [Double] = [20, 9, 7]
    let base = try Balancing.fit(seed: seed, rows: rows, columns: columns)
    let scaled = seed.indices.map { seed[$0] * [2, 0.1, 7][$0 % 3] * [1, 30, 0.4][$0 / 3] }
    let other = try Balancing.fit(seed: scaled, rows: rows, columns: columns)
    for (a, b) in zip(base.values, other.values) { #expect(abs(a / b - 1) < 1e-9) }
  }

  @Test func totalsAreFoundByNameInAnyOrder() throws {
    let seed = try LabelledMatrix(
      grid: SharedData.grid(text: "from,A,B\nA,1,2\nB,3,4\n", file: "seed.csv"))
    let rows = try LabelledMargin(
      grid: SharedData.grid(text: "area,total\nB,7\nA,3\n", file: "r.csv"))
    let columns = try LabelledMargin(
      grid: SharedData.grid(text: "area,total\nA,4\nB,6\n", file: "c.csv"))
    let (table, _) = try balance(seed: seed, rows: rows, columns: columns)
    for (found, value) in zip(table.values, [1.0, 3, 2, 4]) { #expect(abs(found - value) < 1e-9) }
  }

  @Test func aTotalOfAnUnknownAreaIsNamedWithItsPlace() throws {
    let seed = try LabelledMatrix(
      grid: SharedData.grid(text: "from,North,South\nNorth,1,2\nSouth,3,4\n", file: "seed.csv"))
    let rows = try LabelledMargin(
      grid: SharedData.grid(text: "area,total\nNorth,7\nSoth,3\n", file: "r.csv"))
    let faults = try #require(
      #expect(throws: Faults.self) { try balance(seed: seed, rows: rows, columns: rows) })
    #expect(
      faults.all.map(\.description) == [
        "balance.no-margin(area: South, file: r.csv)",
        "balance.unknown-area(area: Soth, nearest: South) r.csv:3:1",
      ])
  }
}
