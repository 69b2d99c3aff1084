import FlowModels
import Kernel
import Testing

/// Whole numbers that keep sums over any groups.
struct MarginRoundingTests {
  private static let shape = TableShape([5, 5, 4])

  /// Sums over axes of a table of whole numbers, and a table of other numbers that meets them.
  private static func problem(
    _ axes: [[Int]], draw: Int
  ) throws -> (values: [Double], margins: [MarginSet]) {
    var stream = RandomStream(seed: 4, stream: "test.rounding", unit: "", draw: draw, time: 0)
    let whole = (0..<shape.count).map { cell -> Double in
      let places = shape.places(cell)
      return places[0] == places[1] ? 0 : (12 * stream.uniform()).rounded(.down)
    }
    let seed = whole.map { $0 > 0 ? 0.2 + stream.uniform() : 0 }
    let margins = axes.map {
      MarginSet.axes($0, of: shape, totals: shape.margin(of: whole, on: $0), name: "\($0)")
    }
    return (try Contingency.fit(seed: seed, margins: margins).values, margins)
  }

  private static func requireKept(
    _ found: [Double], _ values: [Double], _ margins: [MarginSet]
  ) {
    for (whole, value) in zip(found, values) {
      #expect(whole == whole.rounded() && abs(whole - value) < 1)
    }
    for margin in margins {
      var sums = margin.totals.map { _ in 0.0 }
      for (cell, group) in margin.groups.enumerated() where group >= 0 {
        sums[group] += found[cell]
      }
      for (sum, total) in zip(sums, margin.totals) where !total.isNaN {
        #expect(total == total.rounded() ? sum == total : abs(sum - total) < 1)
      }
    }
  }

  /// Two crossing ways with what lies within them: ages of both, and the sum of each age; areas at both ends.
  @Test(arguments: [
    [[0, 2], [1, 2]], [[0, 2], [1, 2], [2]], [[0], [1]], [[0, 2], [0], [1], [0, 1]], [[0, 1]],
  ])
  func everyTotalIsKept(_ axes: [[Int]]) throws {
    for draw in 0..<8 {
      let (values, margins) = try Self.problem(axes, draw: draw)
      let found = try MarginRounding.rounded(values, margins: margins).cells
      Self.requireKept(found, values, margins)
      #expect(found != values)
      #expect(try MarginRounding.rounded(values, margins: margins).cells == found)
    }
  }

  /// Totals that are no whole numbers go to their floor or ceiling; blocks hold rows, empty totals nothing.
  @Test func totalsOfTheTableItselfAreNearlyKept() throws {
    var stream = RandomStream(seed: 6, stream: "test.rounding", unit: "", draw: 0, time: 0)
    let (n, m) = (6, 8)
    let values = (0..<n * m).map { _ in 5 * stream.uniform() }
    func margin(_ name: String, _ count: Int, _ group: (Int, Int) -> Int) -> MarginSet {
      let groups = values.indices.map { group($0 % n, $0 / n) }
      var totals = [Double](repeating: 0, count: count)
      for (cell, group) in groups.enumerated() where group >= 0 { totals[group] += values[cell] }
      return MarginSet(name, groups: groups, totals: totals)
    }
    let rows = margin("rows", n) { i, _ in i }
    let blocks = margin("blocks", 2) { i, _ in i < 2 ? 0 : i < 5 ? 1 : -1 }
    let columns = margin("columns", m) { _, j in j }
    var unknown = columns.totals
    unknown[3] = .nan
    let holey = MarginSet("holey", groups: columns.groups, totals: unknown)
    for margins in [[rows, columns, blocks], [blocks, holey], [blocks], [holey, rows]] {
      Self.requireKept(
        try MarginRounding.rounded(values, margins: margins).cells, values, margins)
    }
  }

  /// Against all floors and ceilings of small tables, two ways and blocks within them; the greedy start alone, which is
  /// what no steps leave, is farther away in some.
  @Test func noWholeNumbersAreNearer() throws {
    var (greedyIsFarther, tables) = (0, 0)
    for draw in 0..<60 {
      var stream = RandomStream(seed: 8, stream: "test.rounding", unit: "", draw: draw, time: 0)
      let (n, m) = draw % 2 == 0 ? (3, 4) : (4, 3)
      let values = (0..<n * m).map { _ in 3 * stream.uniform() }
      func margin(_ name: String, _ count: Int, _ group: (Int, Int) -> Int) -> MarginSet {
        let groups = values.indices.map { group($0 % n, $0 / n) }
        var totals = [Double](repeating: 0, count: count)
        for (cell, group) in groups.enumerated() where group >= 0 { totals[group] += values[cell] }
        return MarginSet(name, groups: groups, totals: totals)
      }
      let margins =
        [margin("rows", n) { i, _ in i }, margin("columns", m) { _, j in j }]
        + (draw % 3 == 0 ? [margin("block", 1) { i, _ in i < 2 ? 0 : -1 }] : [])
      func distance(_ cells: [Double]) -> Double {
        zip(cells, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      var least = Double.infinity
      for choice in 0..<(1 << (n * m)) {
        let cells = values.indices.map { values[$0].rounded(.down) + Double(choice >> $0 & 1) }
        let isKept = margins.allSatisfy { margin in
          var sums = margin.totals.map { _ in 0.0 }
          for (cell, group) in margin.groups.enumerated() where group >= 0 {
            sums[group] += cells[cell]
          }
          return zip(sums, margin.totals).allSatisfy { abs($0 - $1) < 1 }
        }
        if isKept { least = min(least, distance(cells)) }
      }
      let found = try MarginRounding.rounded(values, margins: margins)
      #expect(found.isNearest)
      // Remainders are rounded to 2⁻⁴¹ for the proof.
      #expect(abs(distance(found.cells) - least) < 1e-10, "\(draw)")
      let greedy = try MarginRounding.rounded(values, margins: margins, steps: 0)
      #expect(!greedy.isNearest && distance(greedy.cells) > least - 1e-10)
      if distance(greedy.cells) > least + 1e-9 { greedyIsFarther += 1 }
      tables += 1
    }
    print("greedy is farther in \(greedyIsFarther) of \(tables) tables")
    #expect(greedyIsFarther > 0)
  }

  /// Also where whole numbers exist, as in this cube of halves every other cell: nothing says so beforehand.
  @Test func threeCrossingWaysAreRefused() throws {
    let cube = TableShape([2, 2, 2])
    let values = [Double](repeating: 0.5, count: 8)
    let sets = [[0, 1], [0, 2], [1, 2]].map {
      MarginSet.axes($0, of: cube, totals: cube.margin(of: values, on: $0), name: "\($0)")
    }
    #expect(throws: MarginRounding.Failure.crossing(["[0, 1]", "[0, 2]", "[1, 2]"])) {
      try MarginRounding.rounded(values, margins: sets)
    }
    let (fractions, margins) = try Self.problem([[0], [1], [2]], draw: 0)
    #expect(throws: MarginRounding.Failure.crossing(["[0]", "[1]", "[2]"])) {
      try MarginRounding.rounded(fractions, margins: margins)
    }
    // Whole already: nothing is to be decided.
    let done = fractions.map { $0.rounded() }
    #expect(try MarginRounding.rounded(done, margins: []).cells == done)
    let exact = [[0], [1], [2]].map {
      MarginSet.axes(
        $0, of: Self.shape, totals: Self.shape.margin(of: done, on: $0), name: "\($0)")
    }
    #expect(try MarginRounding.rounded(done, margins: exact).cells == done)
  }

  @Test func cellsThatMissATotalAreSaid() {
    let set = MarginSet("s", groups: [0, 0, 1], totals: [4, 1], labels: ["first", "second"])
    #expect(throws: MarginRounding.Failure.outOfReach(set: "s", group: "first")) {
      try MarginRounding.rounded([0.5, 0.5, 1], margins: [set])
    }
  }
}
