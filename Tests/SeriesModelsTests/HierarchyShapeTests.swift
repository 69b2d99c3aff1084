import Demography
import Kernel
import SeriesModels
import Testing

/// Hierarchies from names, columns and tables.
@Suite struct HierarchyShapeTests {
  static func grid(_ lines: [String]) -> TextGrid {
    TextGrid(
      file: "s.csv",
      rows: lines.enumerated().map { k, line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return TextGrid.Row(line: k + 1, cells: cells, columns: cells.indices.map { $0 + 1 })
      })
  }

  @Test func pathsMakeATree() throws {
    let tree = try Hierarchy.nested(
      ["A/x", "AB/z", "A/y/1", "A/y/2", "A/y"], separator: "/", total: "all")
    #expect(tree.names == ["all", "A", "AB", "A/y", "A/x", "A/y/1", "A/y/2", "AB/z"])
    // A is no part of AB, though its letters begin it.
    #expect(tree.summing.row(1) == [1, 1, 1, 0] && tree.summing.row(2) == [0, 0, 0, 1])
    #expect(tree.summing.row(0) == [1, 1, 1, 1] && tree.summing.row(3) == [0, 1, 1, 0])
  }

  @Test func oneRootIsTheTotalUnlessAnotherIsGiven() throws {
    let rooted = try Hierarchy.nested(["KZ/a", "KZ/b"], separator: "/", total: "total")
    #expect(rooted.names == ["KZ", "KZ/a", "KZ/b"])
    let above = try Hierarchy.nested(["KZ/a", "KZ/b", "total"], separator: "/", total: "total")
    #expect(above.names == ["total", "KZ", "KZ/a", "KZ/b"])
    let flat = try Hierarchy.nested(["a", "b"], separator: "::", total: "total")
    #expect(flat.names == ["total", "a", "b"])
  }

  @Test func whatIsNoHierarchyIsSaid() throws {
    #expect(throws: CoherenceError.badPath(series: "KZ//a")) {
      try Hierarchy.nested(["KZ//a", "KZ/b"], separator: "/", total: "total")
    }
    #expect(throws: CoherenceError.nothingAbove) {
      try Hierarchy.nested(["a"], separator: "/", total: "total")
    }
    #expect(throws: CoherenceError.nameTwice(series: "a")) {
      try Hierarchy.grouped(
        [["a", "a"], ["a", "b"]], by: [[0], [1]], separator: "/", total: "total")
    }
  }

  @Test func groupsMayCross() throws {
    let (series, crossed) = try readGroupedSeries(
      Self.grid([
        "region,ds,sector,y", "n,2020,farm,1", "n,2021,farm,2", "n,2020,trade,3", "n,2021,trade,4",
        "s,2020,farm,5", "s,2021,farm,6",
      ]), by: [["region"], ["sector"], ["region", "sector"]], season: nil, separator: "/",
      total: "total")
    #expect(series.map(\.id) == ["n/farm", "n/trade", "s/farm"])
    #expect(series[1].values == [3, 4])
    #expect(
      crossed.names == ["total", "n", "s", "farm", "trade", "n/farm", "n/trade", "s/farm"])
    let sums = crossed.sums(ofBottom: Matrix(series.map(\.values))).column(1)
    #expect(sums == [12, 6, 6, 8, 4, 2, 4, 6])
    let faults = try #require(throws: Faults.self) {
      try readGroupedSeries(
        Self.grid(["region,sector,ds,y", "a/b,farm,2020,1", ",farm,2020,2"]),
        by: [["region", "sector"]], season: nil, separator: "/", total: "total")
    }
    #expect(faults.all.map(\.code) == ["hierarchy.value", "hierarchy.value"])
  }

  @Test func aTableSaysWhatIsSummed() throws {
    let net = try Hierarchy(Self.grid(["id,in,out", "net,1,-1", "moves,1,1", "out,,1"]))
    #expect(net.names == ["net", "moves", "in", "out"])
    #expect(net.sums(ofBottom: Matrix([[10], [4]])).values == [6, 14, 10, 4])
    let faults = try #require(throws: Faults.self) {
      try Hierarchy(Self.grid(["id,a,b", "t,1,x", "u,1", "a,1,1"]))
    }
    #expect(
      faults.all.map(\.code) == ["series.number", "series.cells", "hierarchy.bottom-row"])
    #expect(faults.all.map { $0.place?.line } == [2, 3, 4])
  }
}
