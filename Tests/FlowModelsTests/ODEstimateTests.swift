import Demography
import FlowModels
import Formats
import Foundation
import Testing

/// The bundled estimate of Kazakhstan's flows, from the files of the workspace.
struct ODEstimateTests {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: Self.package.appending(path: path)))
  }

  private func grid(_ path: String) throws -> TextGrid {
    try readDelimited(bytes(path), file: path)
  }

  private func regions() throws -> Codelist {
    let grid = try grid("data/codes/regions.csv")
    let header = grid.rows[0].cells
    let codes = grid.rows.dropFirst().map { row in
      let cells = Dictionary(uniqueKeysWithValues: zip(header, row.cells))
      return Code(
        id: cells["code"] ?? "", names: Names(kk: "", ru: "", en: cells["name_en"] ?? ""),
        validFrom: cells["valid_from"].flatMap { Day($0) },
        validTo: cells["valid_to"].flatMap { Day($0) }, attributes: cells)
    }
    return Codelist(id: "regions", codes: codes)
  }

  private func observations() throws -> [Observation] {
    try ["data/internal_margins.csv", "data/interregional_cells.csv"].flatMap { path in
      let table = try grid(path)
      let header = table.rows[0].cells
      return table.rows.dropFirst().compactMap { row -> Observation? in
        let cells = Dictionary(uniqueKeysWithValues: zip(header, row.cells))
        guard let period = Period(cells["TIME_PERIOD"] ?? ""),
          let vintage = Day(cells["VINTAGE"] ?? "")
        else { return nil }
        var observation = Observation(
          measure: cells["MEASURE"] ?? "", reporter: "KZ:BNS", period: period,
          vintage: Instant(vintage), value: Double(cells["OBS_VALUE"] ?? ""), source: "test")
        observation.referenceArea = cells["REF_AREA"] ?? "_Z"
        observation.origin = cells["ORIG"] ?? "_Z"
        observation.destination = cells["DEST"] ?? "_Z"
        observation.scope = cells["SCOPE"] ?? "ALL_INTERNAL"
        observation.roundBase = Double(cells["ROUND_BASE"] ?? "") ?? 0
        return observation
      }
    }
  }

  private func specification(_ path: String) throws -> FlowModelFile.Kind {
    try FlowModelFile.read(readYAML(bytes(path), file: path)).kind
  }

  private func inputs() throws -> (ODSpecification, ODInputs) {
    guard case .odBalance(let specification) = try specification("models/od-2024.yaml") else {
      throw Fault(.internalError, "test")
    }
    let pairs = try grid("data/codes/adjacency.csv").rows.dropFirst().map {
      ($0.cells[0], $0.cells[1])
    }
    return (
      specification,
      try ODInputs(
        specification, observations: observations(), regions: regions(), adjacency: pairs)
    )
  }

  @Test func theBundledEstimateMeetsThePublishedTotals() throws {
    let (specification, inputs) = try inputs()
    let estimate = try ODEstimate.estimate(specification, inputs, seed: 20_250_101, draws: 40)
    let n = estimate.areas.count
    #expect(n == 20)
    let values = estimate.flows.values
    for i in 0..<n {
      let out = (0..<n).reduce(0) { $0 + values[$1 * n + i] }
      let into = (0..<n).reduce(0) { $0 + values[i * n + $1] }
      #expect(abs(out / inputs.departures[i] - 1) < 1e-9)
      #expect(abs(into / inputs.arrivals[i] - 1) < 1e-9)
    }
    #expect(estimate.maxRelativeMarginError < 1e-9)
    #expect(estimate.flows.kind == .modelled)
    let between = estimate.arrivalsBetween.reduce(0, +) / inputs.arrivals.reduce(0, +)
    #expect(abs(between - 306_800 / 688_400) < 1e-12)
    for cell in values.indices {
      #expect(estimate.lower.values[cell] <= estimate.upper.values[cell])
    }
    print(
      "od-2024: sweeps \(estimate.sweeps), margin error \(estimate.maxRelativeMarginError),",
      "uniform share \(estimate.uniformShare), redrawn \(estimate.redrawn)")
  }

  @Test func everyDrawMeetsTheTotalsAndDependsOnItsNumberAlone() throws {
    let (specification, inputs) = try inputs()
    let estimate = try ODEstimate.estimate(specification, inputs, seed: 7, draws: 3, threads: 1)
    let again = try ODEstimate.estimate(specification, inputs, seed: 7, draws: 5, threads: 2)
    let n = estimate.areas.count
    for k in [4, 0, 2] {
      let values = try estimate.draw(k)
      #expect(try again.draw(k) == values)
      for i in 0..<n {
        let out = (0..<n).reduce(0) { $0 + values[$1 * n + i] }
        let into = (0..<n).reduce(0) { $0 + values[i * n + $1] }
        #expect(abs(out / inputs.departures[i] - 1) < 1e-9)
        #expect(abs(into / inputs.arrivals[i] - 1) < 1e-9)
      }
    }
    #expect(try estimate.draw(0) != estimate.draw(1))
  }

  @Test func aPinnedCellHasThePublishedShareOfTheDestinationsArrivals() throws {
    let (specification, inputs) = try inputs()
    let estimate = try ODEstimate.estimate(specification, inputs, seed: 7, draws: 0)
    let akmola = try #require(estimate.areas.firstIndex(of: "KZ11"))
    let astana = try #require(estimate.areas.firstIndex(of: "KZ71"))
    let cell = astana * estimate.areas.count + akmola
    #expect(estimate.isPinned[cell])
    let share = estimate.flows.values[cell] / estimate.arrivalsBetween[astana]
    #expect(abs(share - 14_500.0 / 80_000) < 1e-12)
  }

  @Test func theGravityModelOfTheEstimateIsFitted() throws {
    let (specification, inputs) = try inputs()
    let estimate = try ODEstimate.estimate(specification, inputs, seed: 7, draws: 0)
    guard case .gravity(let gravity) = try self.specification("models/gravity-2024.yaml") else {
      throw Fault(.internalError, "test")
    }
    let fit = try GravityFit.fit(gravity, on: estimate, inputs: inputs)
    #expect(fit.observations == 380)
    #expect(fit.coefficients.map(\.term) == ["log(distance)", "contig"])
    #expect(fit.coefficients[0].estimate < 0)
    #expect(fit.clusterCounts == ["origin": 20, "destination": 20])
  }

  @Test func aMisspeltKeyOfAModelFileIsNamedWithTheNearestKnownOne() throws {
    let path = "models/od-2024.yaml"
    let text = String(decoding: try bytes(path), as: UTF8.self)
      .replacing("adjacency:", with: "adjacancy:")
    let document = try readYAML(Array(text.utf8), file: path)
    let faults = #expect(throws: Faults.self) { try FlowModelFile.read(document) }
    let unknown = try #require(faults?.all.first { $0.code == "key.unknown" })
    #expect(unknown.arguments["nearest"] == "adjacency")
    #expect(unknown.place?.line != nil)
  }

  @Test func aTotalThatNobodyStatesIsNamed() throws {
    let (specification, _) = try inputs()
    let short = try observations().filter {
      !($0.measure == "FLOW_IN" && $0.referenceArea == "KZ23" && $0.period == .month(2024, 5))
    }
    let faults = try #require(
      #expect(throws: Faults.self) {
        try ODInputs(specification, observations: short, regions: regions(), adjacency: [])
      })
    #expect(
      faults.all.map(\.description)
        == ["od.no-margin(area: KZ23, measure: FLOW_IN, period: 2024)"])
  }
}
