import Demography
import FlowModels
import Kernel
import Testing

struct SpatialTablesTests {
  private static let folder = "golden/flows/data/"

  @Test func parisFromItsTablesIsParisFromNumbers() throws {
    guard let expected = try SpatialData.design("paris", "log1p_flow"),
      let nodes = SharedData.grid(Self.folder + "spflow_paris10km_nodes.csv"),
      let flows = SharedData.grid(Self.folder + "spflow_paris10km_flows.csv"),
      let links = SharedData.grid(Self.folder + "spflow_paris10km_W_by_contiguity.csv")
    else { return }
    let tables = SpatialTables(
      flows: try FlowData(grid: flows), origin: "ID_ORIG", destination: "ID_DEST",
      areas: try FlowData(grid: nodes), area: "ID_MUN", neighbours: try FlowData(grid: links),
      isNormalised: false)
    let design = try tables.design(
      response: "log(COMMUTE_FLOW + 1)",
      terms: SpatialTerms(
        destination: ["log(NB_COMPANY)", "clog(MED_INCOME)"],
        origin: ["log(POPULATION)", "clog(MED_INCOME)"], inside: ["log(POPULATION)"]),
      pairVariables: ["log(DISTANCE + 1)"])
    #expect(design.columnNames == expected.columnNames)
    #expect(design.lags == expected.lags)
    for (found, value) in zip(design.regressors.values, expected.regressors.values) {
      #expect(abs(found - value) < 1e-13 * max(1, abs(value)))
    }
    for (found, value) in zip(design.response, expected.response) {
      #expect(abs(found - value) < 1e-14 * max(1, abs(value)))
    }
  }

  /// Two tables of areas and of links: each end has its own names, attributes and neighbours.
  @Test func bothEndsCanHaveTablesOfTheirOwn() throws {
    func data(_ text: String, _ file: String) throws -> FlowData {
      try FlowData(grid: SharedData.grid(text: text, file: file))
    }
    var tables = SpatialTables(
      flows: try data("orig,dest,flow\nA,X,3\nA,Y,4\nB,X,5\nB,Y,7\nC,X,1\nC,Y,2", "flows.csv"),
      origin: "orig", destination: "dest",
      areas: try data("area,x\nA,1\nB,2\nC,4", "areas.csv"), area: "area",
      neighbours: try data("a,b\nA,B\nB,A\nB,C\nC,B", "links.csv"), isNormalised: true)
    tables.destinationSide = (
      try data("area,jobs\nX,10\nY,30", "abroad.csv"), try data("a,b\nX,Y\nY,X", "abroad-links.csv")
    )
    let design = try tables.design(
      response: "flow", terms: SpatialTerms(destination: ["jobs"], origin: ["x"]),
      pairVariables: [])
    #expect(design.columnNames == ["(Intercept)", "D_jobs", "D_jobs.lag1", "O_x", "O_x.lag1"])
    #expect(design.origins.names == ["A", "B", "C"] && design.destinations.names == ["X", "Y"])
    // Destinations run fastest; B's neighbours are A and C.
    #expect(design.regressors.column(1) == [10, 30, 10, 30, 10, 30])
    #expect(design.regressors.column(2) == [30, 10, 30, 10, 30, 10])
    #expect(design.regressors.column(4) == [2, 2, 2.5, 2.5, 2, 2])
    let unknown = #expect(throws: (any Error).self) {
      try tables.design(
        response: "flow", terms: SpatialTerms(destination: ["x"], origin: ["x"]),
        pairVariables: [])
    }
    #expect(unknown != nil)
  }

  @Test func anAreaThatIsNotInTheTableIsNamedWithItsPlace() throws {
    func data(_ text: String, _ file: String) throws -> FlowData {
      try FlowData(grid: SharedData.grid(text: text, file: file))
    }
    let tables = SpatialTables(
      flows: try data("orig,dest,flow\nAlmaty,Astana,3\nAstana,Almatty,4", "flows.csv"),
      origin: "orig", destination: "dest",
      areas: try data("area,x\nAlmaty,1\nAstana,2", "areas.csv"), area: "area",
      neighbours: try data("a,b\nAlmaty,Astana\n2,1", "links.csv"), isNormalised: true)
    let faults = #expect(throws: Faults.self) {
      try tables.design(
        response: "flow", terms: SpatialTerms(destination: ["x"], origin: ["x"]),
        pairVariables: [])
    }
    #expect(
      faults?.description == "spatial.area-unknown(area: Almatty, nearest: Almaty) flows.csv:3:8")
  }
}
