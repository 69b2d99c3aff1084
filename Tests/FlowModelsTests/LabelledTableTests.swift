import Demography
import FlowModels
import Testing

/// Tables of any number of axes, totals of their blocks, components and their way back.
struct LabelledTableTests {
  private static let file = """
    orig,dest,age,flow
    A,B,young,10
    A,B,old,4
    B,A,young,6
    B,A,old,2
    A,C,young,5
    C,A,old,7
    C,B,young,1
    C,B,old,3
    B,C,old,2
    """

  private func table(_ text: String = file) throws -> LabelledTable {
    try LabelledTable(grid: SharedData.grid(text: text))
  }

  private func faults<Value>(_ body: () throws -> Value) -> [String] {
    do {
      _ = try body()
      return []
    } catch let faults as Faults {
      return faults.all.map(\.code)
    } catch {
      return ["\(error)"]
    }
  }

  /// Checks the codes of all faults of a reading.
  private func expect<Value>(
    _ codes: [String], _ body: () throws -> Value, at location: SourceLocation = #_sourceLocation
  ) {
    let found = faults(body)
    #expect(found == codes, sourceLocation: location)
  }

  @Test func rowsOfAnyAxesAreRead() throws {
    let table = try table()
    #expect(table.axes == ["orig", "dest", "age"])
    #expect(table.levels == [["A", "B", "C"], ["B", "A", "C"], ["young", "old"]])
    #expect(table.cells.count == 9 && table.values.reduce(0, +) == 40)
    #expect(table.names(of: table.cells[6]) == ["C", "B", "young"])
    let back = table.table(named: "flows")
    #expect(back.texts("age").filter { $0 == "old" }.count == 5)
    #expect(back.texts("orig").compactMap { $0 }.joined() == "AABBACCCB")
    #expect(back.numbers("value") == [10, 4, 6, 2, 5, 7, 1, 3, 2])
    expect([
      "flows.name-twice", "flows.negative", "flows.not-a-number", "flows.missing-cell",
    ]) { try self.table("a,b,n\nx,y,1\nx,y,2\nx,z,-1\nz,z,w\nx,q,\n") }
    expect(["flows.empty"]) { try self.table("n\n1\n") }
  }

  @Test func totalsNameLevelsOrGroups() throws {
    let table = try table()
    let groups = try LabelledGroups(
      grid: SharedData.grid(text: "axis,level,group\ndest,B,east\ndest,C,east\n"))
    let found = try table.totals(
      grid: SharedData.grid(text: "orig,dest,total\nA,east,30\nB,A,\n"), groups: groups)
    #expect(found.set.totals[0] == 30 && found.set.totals[1].isNaN)
    #expect(found.set.labels == ["A × east", "B × A"])
    // In no total: C to A, C to B twice, B to C.
    #expect(found.uncovered == 4)
    let fit = try Contingency.fit(seed: table.values, margins: [found.set])
    let sums = table.shape.margin(of: fit.values, on: [0])
    #expect(abs(sums[0] - 30) < 1e-9 && abs(sums[1] - 10) < 1e-9)
    let all = try table.totals(grid: SharedData.grid(text: "total\n80\n"))
    #expect(all.uncovered == 0 && Set(all.set.groups) == [0])
    // The group is one of destinations alone.
    expect(["balance.unknown-level"]) {
      try table.totals(
        grid: SharedData.grid(text: "orig,total\neast,30\n"), groups: groups)
    }
    // An axis that the seed has not is refused, and not taken for one without groups.
    let misspelt = try LabelledGroups(
      grid: SharedData.grid(text: "axis,level,group\ndist,B,east\ndest,C,east\n"))
    expect(["balance.unknown-axis"]) {
      try table.totals(grid: SharedData.grid(text: "dest,total\neast,30\n"), groups: misspelt)
    }
    expect([
      "balance.in-two-rows", "balance.unknown-level", "balance.in-two-rows", "flows.negative",
    ]) {
      try table.totals(
        grid: SharedData.grid(text: "dest,total\neast,30\nB,3\nD,4\nC,-1\n"), groups: groups)
    }
    let same = try LabelledGroups(grid: SharedData.grid(text: "level,group\nA,B\n"))
    expect(["balance.group-is-level"]) {
      try table.totals(grid: SharedData.grid(text: "orig,total\nA,3\n"), groups: same)
    }
  }

  @Test func boundsAreOfCells() throws {
    let table = try table()
    let (lower, upper) = try table.bounds(
      grid: SharedData.grid(text: "dest,orig,age,lower,upper\nB,A,old,3,5\nA,C,old,,6\n"))
    let fit = try Contingency.fit(
      seed: table.values,
      margins: [.axes([2], of: table.shape, totals: [22, 30], name: "age")], lower: lower,
      upper: upper)
    #expect(fit.values[table.cells[1]] == 5 && fit.values[table.cells[5]] == 6)
    expect(["balance.cell-bounds", "balance.unknown-level"]) {
      try table.bounds(
        grid: SharedData.grid(text: "orig,dest,age,lower,upper\nA,B,old,6,5\nA,X,old,1,2\n"))
    }
  }

  /// A file of components makes the table again, to the last digits of its numbers.
  @Test func componentsMakeTheirTableAgain() throws {
    let table = try table()
    let parts = try LabelledComponents(table)
    let written = parts.table
    #expect(written.rowCount == 1 + 3 + 3 + 2 + 18)
    let names = ["component"] + table.axes
    let lines = (0..<written.rowCount).map { row in
      (names.map { written.texts($0)[row] ?? "" } + [text(written.numbers("value")[row])])
        .joined(separator: ",")
    }
    let header = (names + ["value"]).joined(separator: ",")
    let read = try LabelledComponents(
      grid: SharedData.grid(text: ([header] + lines).joined(separator: "\n")))
    #expect(read.components == parts.components)
    let rebuilt = try read.rebuilt()
    #expect(rebuilt.fit == nil)
    #expect(relativeDistance(rebuilt.table.values, table.values) < 1e-15)
    // Two axes by themselves: sums over the third by the ratio to independence.
    let pairs = parts.pairs
    #expect(pairs.rowCount == 9 + 6 + 6)
    let first = try #require(pairs.numbers("value")[0])
    let expected: Double = 14 * 40 / (19 * 18)
    #expect(abs(first - expected) < 1e-12)

    // A larger total and other shares: the table is fitted to both.
    let shifted = lines.map { line -> String in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      switch cells[0] {
      case "total": return "total,,,,400"
      case "age": return "age,,,\(cells[3]),\(cells[3] == "old" ? 0.75 : 0.25)"
      default: return line
      }
    }
    let other = try LabelledComponents(
      grid: SharedData.grid(text: ([header] + shifted).joined(separator: "\n"))
    ).rebuilt()
    #expect(other.fit != nil)
    let ages = table.shape.margin(of: other.table.values, on: [2])
    #expect(relativeDistance(ages, [100, 300]) < 1e-9)
    let origins = table.shape.margin(of: other.table.values, on: [0])
    #expect(relativeDistance(origins, parts.components.shares[0].map { 400 * $0 }) < 1e-9)
  }

  @Test func everyFaultOfComponentsIsTold() {
    func read(_ text: String) -> [String] {
      faults { try LabelledComponents(grid: SharedData.grid(text: text)) }
    }
    #expect(read("part,orig,value\ntotal,,3\n") == ["components.columns"])
    #expect(
      read("component,orig,dest,value\norig,A,,0.4\norig,B,,0.5\ndest,,A,1\nration,A,A,1\n")
        == ["components.unknown", "components.no-total", "components.shares-sum"])
    #expect(
      read(
        "component,orig,dest,value\ntotal,,,5\norig,A,,1\ndest,,A,0.5\ndest,,B,0.5\nratio,A,A,1\n")
        == ["components.no-ratio"])
    #expect(
      read("component,orig,dest,value\ntotal,,,5\ntotal,,,6\norig,A,,1\ndest,,A,1\nratio,B,A,1\n")
        == ["components.total-twice", "components.no-share"])
  }

  @Test func panelsGoOnByTheirComponents() throws {
    let flows: [(String, String, Double)] = [
      ("A", "B", 4), ("A", "C", 7), ("B", "A", 3), ("B", "C", 9), ("C", "A", 1), ("C", "B", 2),
    ]
    func panel(_ factors: [(String, Double)]) -> String {
      "year,orig,dest,flow\n"
        + factors.flatMap { year, factor in
          flows.map { "\(year),\($0.0),\($0.1),\($0.2 * factor)" }
        }.joined(separator: "\n")
    }
    let past = try LabelledProjection(
      table(panel([("2015", 1.21), ("2005", 1), ("2010", 1.1)])), period: "year")
    #expect(past.periods == ["2005", "2010", "2015"] && past.axes == ["orig", "dest"])
    let ahead = try past.tables(
      ComponentProjection(total: .logTrend, shares: .logTrend, ratios: .last), horizon: 2)
    #expect(ahead.map(\.period) == ["2020", "2025"])
    for (k, next) in ahead.enumerated() {
      let factor = k == 0 ? 1.331 : 1.4641
      let found = next.table.cells.map { next.table.values[$0] }.sorted()
      #expect(relativeDistance(found, flows.map { $0.2 * factor }.sorted()) < 1e-9)
    }
    expect(["components.periods"]) {
      try LabelledProjection(self.table(panel([("2005", 1)])), period: "year")
    }
    expect(["forecast.uneven"]) {
      try LabelledProjection(
        self.table(panel([("2005", 1), ("2006", 1), ("2008", 1)])), period: "year")
    }
    expect(["components.no-row"]) {
      try LabelledProjection(
        self.table(panel([("2005", 1), ("2006", 1)]) + "\n2005,B,B,4\n"), period: "year")
    }
    expect(["flows.column-unknown"]) { try LabelledProjection(self.table(), period: "yaer") }
  }

  @Test func areasThatATableLacksArePutIn() throws {
    let matrix = try LabelledMatrix(grid: SharedData.grid(text: "o,A,B\nA,1,2\nB,3,4\n"))
    let areas = SharedData.grid(text: "area,name\nB,x\nC,y\nA,z\n")
    #expect(try matrix.expanded(to: areas, fill: 0).values == [4, 0, 2, 0, 0, 0, 3, 0, 1])
    #expect(try matrix.expanded(to: areas, fill: .nan).values.count { $0.isNaN } == 5)
    expect(["flows.name-twice", "reshape.area-lost"]) {
      try matrix.expanded(to: SharedData.grid(text: "area\nA\nA\nD\n"), fill: 0)
    }
  }
}
