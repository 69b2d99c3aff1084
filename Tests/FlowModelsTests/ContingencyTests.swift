import Demography
import FlowModels
import Kernel
import Testing

struct ContingencyTests {
  private let lists: NumberLists

  init() throws { lists = try NumberLists("contingency") }

  private func twoWay(_ rows: [Double], _ columns: [Double]) -> [MarginSet] {
    let shape = TableShape([rows.count, columns.count])
    return [
      .axes([0], of: shape, totals: rows, name: "departures"),
      .axes([1], of: shape, totals: columns, name: "arrivals"),
    ]
  }

  /// Golden G04a.
  @Test func twoAxesAgreeWithMigest() throws {
    let margins = twoWay(try lists("a", "rows"), try lists("a", "columns"))
    let fit = try Contingency.fit(seed: lists("a", "seed"), margins: margins)
    #expect(try relativeDistance(fit.values, lists("a", "fit")) < 1e-9)
    #expect(fit.stop == .marginsMet)
    let closed = try Contingency.fit(seed: lists("a", "closed"), margins: margins)
    #expect(try relativeDistance(closed.values, lists("a", "quasi")) < 1e-9)
    print("G04a", try relativeDistance(fit.values, lists("a", "fit")), closed.stop, closed.sweeps)
  }

  /// Golden G04b: Egypt 1960, eleven areas, stayers excluded; bar 1e-8.
  @Test func quasiIndependenceOfEgypt1960() throws {
    let tables = try NumberLists("tables")
    let observed = try tables("egypt1960", "flows")
    let fit = try Contingency.quasiIndependence(
      observed: observed, shape: TableShape([11, 11]), axes: [[0], [1]],
      excluded: observed.indices.map { $0 % 11 == $0 / 11 })
    let distance = try relativeDistance(fit.values, tables("egypt1960", "fitted"))
    print("G04b", distance, fit.sweeps)
    #expect(distance < 1e-8)
  }

  /// Golden G04c: Italy by origin, destination and age; seed 1990, margins of 2000.
  @Test func threeAxesOfItaly() throws {
    guard let data = LongTable("golden/flows/data/migest_italy_area.csv"),
      let two = LongTable("golden/flows/expected/G04c_italy_1990to2000_ipf_OA_DA.csv"),
      let three = LongTable("golden/flows/expected/G04c_italy_1990to2000_ipf_OD_OA_DA.csv")
    else { return }
    let areas = two.levels("orig").sorted()
    let ages = two.levels("age_grp").sorted()
    let shape = TableShape([areas.count, areas.count, ages.count])
    func flows(_ year: String) -> [Double] {
      data.dense(
        "flow", [("orig", areas), ("dest", areas), ("age_grp", ages), ("year", [year])])
    }
    let target = flows("2000")
    let keys = [("orig", areas), ("dest", areas), ("age_grp", ages)]
    func margins(_ sets: [[Int]]) -> [MarginSet] {
      sets.map {
        .axes($0, of: shape, totals: shape.margin(of: target, on: $0), name: "\($0)")
      }
    }
    let first = try Contingency.fit(seed: flows("1990"), margins: margins([[0, 2], [1, 2]]))
    let firstDistance = relativeDistance(first.values, two.dense("ipf", keys))
    #expect(firstDistance < 1e-8)
    let second = try Contingency.fit(
      seed: flows("1990"), margins: margins([[0, 1], [0, 2], [1, 2]]))
    let secondDistance = relativeDistance(second.values, three.dense("ipf", keys))
    #expect(secondDistance < 1e-7)
    print("G04c", firstDistance, first.sweeps, secondDistance, second.sweeps, second.stop)
  }

  /// Golden G04e. The expected table is given with columns first, that is, origin fastest.
  @Test func blocksAndStripesAgreeWithMigest() throws {
    let block = try lists("e", "block").map { Int($0) }
    let margins =
      try twoWay(lists("e", "rows"), lists("e", "columns")) + [
        .blocks(
          rowBlocks: block, columnBlocks: block, totals: lists("e", "blocks"), name: "blocks")
      ]
    let fit = try Contingency.fit(seed: [Double](repeating: 1, count: 144), margins: margins)
    print("G04e", try relativeDistance(fit.values, lists("e", "fit")), fit.sweeps, fit.newtonSteps)
    #expect(try relativeDistance(fit.values, lists("e", "fit")) < 1e-9)

    let stripes = try MarginSet.stripes(
      rows: 7, columnBlocks: [0, 0, 1, 1, 2, 2, 2], totals: lists("e", "stripes"),
      name: "stripes")
    let shape = TableShape([7, 7])
    let rows = try MarginSet.axes(
      [0], of: shape, totals: lists("e", "stripeRows"), name: "departures")
    let striped = try Contingency.fit(
      seed: [Double](repeating: 1, count: 49), margins: [rows, stripes])
    #expect(try relativeDistance(striped.values, lists("e", "stripeFit")) < 1e-9)
  }

  /// A Newton step so long that cells were infinite times zero had no residual that was a number, and was
  /// taken for one that met the totals. Found from three axes with cells that two of them determine.
  @Test func aTableWithoutNumbersMeetsNoTotals() throws {
    let shape = TableShape([2, 2, 2])
    // Origins A, B; destinations B, A; ages young, old.
    let young = [10.0, 0, 0, 6].map { $0 * 23 / 16 }
    let old = [4.0, 1, 0, 2].map { $0 * 23 / 7 }
    let seed = young + old
    let totals: [[Double]] = [[28, 18], [30, 16], [23, 23]]
    let fit = try Contingency.fit(
      seed: seed,
      margins: totals.indices.map {
        .axes([$0], of: shape, totals: totals[$0], name: "\($0)")
      })
    let isFinite = fit.values.allSatisfy { $0.isFinite }
    #expect(isFinite)
    for axis in totals.indices {
      #expect(relativeDistance(shape.margin(of: fit.values, on: [axis]), totals[axis]) < 1e-11)
    }
    // The odds of the two pairs with both ages stay those of the seed.
    let odds = fit.values[0] * fit.values[7] / (fit.values[4] * fit.values[3])
    let before: Double = 10 * 2 / (4 * 6)
    #expect(abs(odds / before - 1) < 1e-9)
  }

  @Test func everyContradictionOfTheTotalsIsListed() throws {
    let shape = TableShape([2, 2, 2])
    let first = MarginSet.axes([0, 2], of: shape, totals: [1, 2, 3, 4], name: "OA")
    let second = MarginSet.axes([1, 2], of: shape, totals: [1, 3, 2, 4], name: "DA")
    let error = #expect(throws: ContingencyError.self) {
      try Contingency.fit(seed: [Double](repeating: 1, count: 8), margins: [first, second])
    }
    guard case .inconsistent(let gaps) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // The ages have different totals: 3 and 4, 7 and 6.
    #expect(
      gaps == [
        .differ(
          first: "OA", firstGroups: ["1", "2"], 3, second: "DA", secondGroups: ["1", "2"], 4),
        .differ(
          first: "OA", firstGroups: ["3", "4"], 7, second: "DA", secondGroups: ["3", "4"], 6),
      ])
    #expect(error?.faults.count == 2)
    #expect(error?.faults[0].code == "contingency.totals-differ")
  }

  @Test func totalsThatHaveNoRoomAreExplainedByACut() throws {
    let seed: [Double] = [0, 1, 1, 1, 0, 1, 1, 1, 0]
    let error = #expect(throws: ContingencyError.self) {
      try Contingency.fit(seed: seed, margins: twoWay([80, 10, 10], [50, 30, 20]))
    }
    guard case .infeasible(let cut) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cut.groups == ["1"] && cut.others == ["2", "3"])
    #expect(abs(cut.needed - 80) < 1e-9 && abs(cut.available - 50) < 1e-9)
  }

  /// An unknown total constrains nothing; the sum of the known ones need not be that of the table.
  @Test func anUnknownTotalLeavesItsGroupFree() throws {
    let seed = (1...9).map(Double.init)
    let fit = try Contingency.fit(
      seed: seed, margins: twoWay([10, .nan, 30], [20, 15, .nan]))
    let shape = TableShape([3, 3])
    let rows = shape.margin(of: fit.values, on: [0])
    let columns = shape.margin(of: fit.values, on: [1])
    #expect(abs(rows[0] - 10) < 1e-9 && abs(rows[2] - 30) < 1e-9)
    #expect(abs(columns[0] - 20) < 1e-9 && abs(columns[1] - 15) < 1e-9)
    #expect(fit.factors[0][1] == 1 && fit.factors[1][2] == 1)
    // The cell without any total keeps its seed.
    #expect(fit.values[7] == seed[7])
  }

  @Test func boundsAreKeptByTheSameTableAsTheTwoWayMethod() throws {
    let seed: [Double] = [0, 4, 2, 3, 5, 0, 6, 1, 2, 7, 0, 3, 4, 2, 5, 0]
    var lower = [Double](repeating: 0, count: 16)
    var upper = [Double](repeating: .infinity, count: 16)
    lower[4] = 60
    upper[9] = 10
    (lower[14], upper[14]) = (31, 31)
    let rows: [Double] = [100, 60, 90, 50]
    let columns: [Double] = [70, 80, 60, 90]
    let fit = try Contingency.fit(
      seed: seed, margins: twoWay(rows, columns), lower: lower, upper: upper)
    let other = try Balancing.fit(
      seed: seed, rows: rows, columns: columns, lower: lower, upper: upper)
    #expect(relativeDistance(fit.values, other.values) < 1e-9)
  }

  /// A chain of areas that hardly exchange: sweeps alone need thousands of rounds.
  @Test func slowSweepsAreEndedByNewtonSteps() throws {
    let n = 12
    var seed = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      seed[i * n + i] = 1
      if i + 1 < n { seed[(i + 1) * n + i] = 1e-3 }
      if i > 0 { seed[(i - 1) * n + i] = 1e-3 }
    }
    let rows = (0..<n).map { $0 < n / 2 ? 1.05 : 0.95 }
    let fit = try Contingency.fit(seed: seed, margins: twoWay(rows, rows.reversed()))
    #expect(fit.stop == .marginsMetByNewton)
    // Sweeps alone need more than ten times as many.
    #expect(fit.sweeps < 500)
    #expect(fit.values.allSatisfy { $0.isFinite && $0 >= 0 })
    for k in 0..<n {
      let (departures, arrivals) = (0..<n).reduce((0.0, 0.0)) {
        ($0.0 + fit.values[$1 * n + k], $0.1 + fit.values[k * n + $1])
      }
      let sums = [departures, arrivals].sorted()
      let wanted = [rows[k], rows[n - 1 - k]].sorted()
      #expect(zip(sums, wanted).allSatisfy { abs($0 - $1) < 1e-10 })
    }
    #expect(fit.largestResidual <= 1e-12 * 12)
  }

  @Test func cellsThatOnlyOneTableAllowsAreFixedBeforehand() throws {
    let fit = try Contingency.fit(seed: [1, 0, 1, 1], margins: twoWay([5, 7], [5, 7]))
    #expect(fit.forcedCells.contains(2))
    #expect(fit.values == [5, 0, 0, 7])
  }

  /// Three sets can contradict each other though each two agree; the odd parity of this table is the
  /// smallest case. The iteration ends and names what is not met.
  @Test func threeSetsThatCannotBeMetTogetherEndWithTheWorstGroups() throws {
    let shape = TableShape([2, 2, 2])
    let margins = [
      MarginSet.axes([0, 1], of: shape, totals: [1, 0, 0, 1], name: "OD"),
      MarginSet.axes([0, 2], of: shape, totals: [1, 0, 0, 1], name: "OA"),
      MarginSet.axes([1, 2], of: shape, totals: [0, 1, 1, 0], name: "DA"),
    ]
    let error = #expect(throws: ContingencyError.self) {
      try Contingency.fit(seed: [Double](repeating: 1, count: 8), margins: margins)
    }
    #expect(error?.faults.isEmpty == false)
  }
}

struct IntegerBalancingTests {
  private func table(_ rows: Int, _ columns: Int, draw: Int) -> [Double] {
    var stream = RandomStream(seed: 9, stream: "table", unit: "", draw: draw, time: 0)
    return (0..<rows * columns).map { _ in
      let size = 9 * stream.uniform()
      return stream.uniform() < 0.4 ? 0 : size
    }
  }

  @Test(arguments: 0..<20) func cellsAndSumsMoveByLessThanOne(draw: Int) {
    let (n, m) = (9, 13)
    let values = table(n, m, draw: draw)
    let cells = IntegerBalancing.rounded(values, rows: n, columns: m).cells
    for k in cells.indices {
      let whole = Double(cells[k])
      #expect(abs(whole - values[k]) < 1)
    }
    for i in 0..<n {
      let sum = (0..<m).reduce(0.0) { $0 + values[$1 * n + i] }
      let whole: Int = (0..<m).reduce(0) { $0 + cells[$1 * n + i] }
      #expect(abs(Double(whole) - sum) < 1)
    }
    for j in 0..<m {
      let sum: Double = values[(j * n)..<(j * n + n)].reduce(0, +)
      let whole: Int = cells[(j * n)..<(j * n + n)].reduce(0, +)
      #expect(abs(Double(whole) - sum) < 1)
    }
    let total: Double = values.reduce(0, +)
    #expect(abs(Double(cells.reduce(0, +)) - total) < 1)
  }

  @Test func wholeMarginsAreKept() throws {
    let seed = table(6, 6, draw: 99).map { $0 + 0.1 }
    let rows: [Double] = [10, 20, 30, 5, 7, 8]
    let columns: [Double] = [12, 18, 25, 5, 11, 9]
    let fit = try Balancing.fit(seed: seed, rows: rows, columns: columns)
    let cells = IntegerBalancing.rounded(fit.values, rows: 6, columns: 6).cells
    for i in 0..<6 {
      let across: Int = (0..<6).reduce(0) { $0 + cells[$1 * 6 + i] }
      let down: Int = cells[(i * 6)..<(i * 6 + 6)].reduce(0, +)
      #expect(across == Int(rows[i]))
      #expect(down == Int(columns[i]))
    }
  }

  /// Equal remainders: the lower cells go up.
  @Test func tiesAreBrokenByPlace() {
    #expect(
      IntegerBalancing.rounded([0.5, 0.5, 0.5, 0.5], rows: 2, columns: 2).cells == [1, 0, 0, 1])
    #expect(IntegerBalancing.rounded([3, 0, 2, 7], rows: 2, columns: 2).cells == [3, 0, 2, 7])
  }
}
