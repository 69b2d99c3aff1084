import Demography
import Formats
import Foundation
import Projection
import Scenarios
import Testing

/// The bundled workspace, read as the command line reads it but for the source registry.
struct Bundle20 {
  let baseline: Baseline
  let inputs: BaselineInputs
  let scenarios: [Scenario]

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func grid(_ path: String) throws -> TextGrid {
    let data = try Data(contentsOf: root.appendingPathComponent(path))
    return try readDelimited(Array(data), file: path)
  }

  static func rows(_ path: String) throws -> [[String: String]] {
    let grid = try grid(path)
    let header = grid.rows[0].cells
    return grid.rows.dropFirst().map { row in
      Dictionary(uniqueKeysWithValues: zip(header, row.cells))
    }
  }

  static func document(_ path: String) throws -> Document {
    try readYAML(bytes(path), file: path)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: root.appendingPathComponent(path)))
  }

  static func regions() throws -> Codelist {
    let codes = try rows("data/codes/regions.csv").map { row in
      Code(
        id: row["code"]!,
        names: Names(kk: row["name_kk"]!, ru: row["name_ru"]!, en: row["name_en"]!),
        validFrom: Day(row["valid_from"] ?? ""), validTo: Day(row["valid_to"] ?? ""))
    }
    let aliases = try rows("data/codes/region_aliases.csv").map { ($0["alias"]!, $0["code"]!) }
    return Codelist(id: "regions", codes: codes, aliases: aliases)
  }

  static func observations() throws -> [Observation] {
    let constants: [String: [String: String]] = [
      "population": ["MEASURE": "POP", "TIME_PERIOD": "2025-01-01"],
      "fertility": ["MEASURE": "ASFR", "SEX": "F"], "mortality": ["MEASURE": "MX"],
      "internal_od": ["MEASURE": "FLOW_OD"], "external": ["SCOPE": "EXTERNAL"],
      "age_schedules": ["REF_AREA": "KZ"],
    ]
    return try constants.sorted { $0.key < $1.key }.flatMap { name, constants in
      try rows("data/baseline/\(name).csv").map { row in
        let cell = { (key: String) in row[key] ?? constants[key] }
        var observation = Observation(
          measure: cell("MEASURE")!, reporter: "MODEL:AGYN",
          period: Period(cell("TIME_PERIOD") ?? "2024")!, vintage: Instant(seconds: 0),
          value: Double(cell("OBS_VALUE")!), source: name)
        observation.referenceArea = cell("REF_AREA") ?? "_Z"
        observation.origin = cell("ORIG") ?? "_Z"
        observation.destination = cell("DEST") ?? "_Z"
        observation.sex = cell("SEX") ?? "_T"
        observation.age = cell("AGE") ?? "_T"
        observation.scope = cell("SCOPE") ?? "ALL"
        observation.lower = cell("LO").flatMap { Double($0) }
        observation.upper = cell("HI").flatMap { Double($0) }
        observation.kind = .modelled
        return observation
      }
    }
  }

  init() throws {
    let regions = try Self.regions()
    baseline = try Baseline(Self.document("scenarios/baseline.yaml"), regions: regions)
    inputs = try BaselineInputs(
      observations: Self.observations(), baseline: baseline, regions: regions)
    let baseline = baseline
    scenarios = try [
      "1-foreign-labour-quota", "2-resettlement-and-kandas", "3-shock-and-return",
    ].map { name in
      try Scenario(
        Self.document("scenarios/\(name).yaml"), baseline: baseline, regions: regions)
    }
  }
}

@Suite struct BundledScenariosTests {
  @Test func theBaselineStartsFromTheOfficialTotal() throws {
    let bundle = try Bundle20()
    #expect(bundle.baseline.areas.count == 20)
    #expect(abs(bundle.inputs.cohort.population.reduce(0, +) - 20_283_399) < 1e-6)
    let flows = try #require(bundle.inputs.flows)
    var moves = 0.0
    for (k, value) in flows.values.enumerated() where k % 21 != 0 { moves += value }
    #expect(moves > 300_000)
  }

  @Test func moreWorkersThanTheLabourForceAreAWarning() throws {
    let bundle = try Bundle20()
    func codes(_ persons: Int) throws -> [String] {
      let scenario = try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: many
          title: {en: Many}
          baseline: {ref: kz-baseline-2025}
          levers:
            - {id: a, kind: shock, target: {component: temporary, programme: permit_household}, event: {at: 2026-Q4, magnitude: \(persons)}, allocate: {to: {atyrau: 1}}}
          """), baseline: bundle.baseline, regions: Bundle20.regions())
      return ScenarioRun(
        baseline: bundle.baseline, inputs: bundle.inputs, scenarios: [scenario], seed: 1, draws: 1
      ).plausibility(scenario).map(\.code)
    }
    #expect(try !codes(1000).contains("scenario.stock-large"))
    #expect(try codes(900_000).contains("scenario.stock-large"))
  }

  @Test func theFirstYearHasTheMovesAndBirthsOfTheInputs() throws {
    let bundle = try Bundle20()
    let run = ScenarioRun(
      baseline: bundle.baseline, inputs: bundle.inputs, scenarios: [], seed: 1, draws: 1)
    let first = run.medianPath()[0].ledger
    let births = first.births.reduce(0, +)
    // 335 thousand were registered in 2025.
    #expect(abs(births / 335_000 - 1) < 0.02, "\(births) births")
    let deaths = first.deaths.reduce(0, +)
    #expect(abs(deaths / 133_000 - 1) < 0.05, "\(deaths) deaths")
    let net = first.immigration.reduce(0, +) - first.emigration.reduce(0, +)
    #expect(abs(net - 16_550) < 500, "\(net) net from abroad")
    #expect(first.largestResidual < 1e-8)
  }

  @Test func theThreeScenariosRunAndCompare() throws {
    let bundle = try Bundle20()
    let draws = ProcessInfo.processInfo.environment["AGYN_TIME"].flatMap { Int($0) } ?? 16
    let run = ScenarioRun(
      baseline: bundle.baseline, inputs: bundle.inputs, scenarios: bundle.scenarios,
      seed: 20_250_101,
      draws: draws)
    let clock = ContinuousClock()
    let start = clock.now
    let results = try run.results()
    print("bundled scenarios, \(draws) draws: \(clock.now - start)")
    #expect(results.banner.count == 3)
    let population = try #require(results["population"])
    let kinds = Set(population.texts("kind").compactMap { $0 })
    #expect(kinds == ["modelled", "projected"])
    let differences = try #require(results["differences"])
    #expect(differences.rowCount > 1000)
    let chosen = differences.filter { row in
      differences.texts("variant")[row] == "cut" && differences.texts("area")[row] == "KZ"
        && differences.texts("metric")[row] == "temporary_stock"
    }
    let cut: [Double] = chosen.numbers("median").compactMap { $0 }
    #expect(!cut.isEmpty && cut.allSatisfy { $0 < 0 })
    let ledger = try #require(results["ledger"])
    let closing = ledger.filter { ledger.texts("entry")[$0] == "largest_residual" }
    let residuals: [Double] = closing.numbers("amount").compactMap { $0 }
    #expect(residuals.count == 11)
    #expect(residuals.allSatisfy { $0 < 1e-8 }, "\(residuals.max() ?? 0)")
    if draws >= 100 { Self.show(population, "2045"); Self.show(differences, "2035") }
  }

  /// Prints the rows of the country and of the north in a year, for a look by eye.
  private static func show(_ table: Table, _ year: String) {
    let areas = table.texts("area")
    let periods = table.texts("period")
    let columns = table.columns.map { table.texts($0.name) }
    for row in 0..<table.rowCount where areas[row] == "KZ" || areas[row] == "north" {
      guard let period = periods[row], period.hasPrefix(year) else { continue }
      print(columns.map { $0[row] ?? "" }.joined(separator: " "))
    }
  }

  @Test func aMissingInputIsNamedWithItsMeasureAndRegion() throws {
    let regions = try Bundle20.regions()
    let baseline = try Baseline(Bundle20.document("scenarios/baseline.yaml"), regions: regions)
    let without = try Bundle20.observations().filter {
      !($0.measure == "MX" && $0.referenceArea == "KZ11") && $0.measure != "AGE_RATE_EMIGRATION"
    }
    do {
      _ = try BaselineInputs(observations: without, baseline: baseline, regions: regions)
      Issue.record("inputs with holes were taken")
    } catch {
      let codes = error.all.map { fault -> String in
        [fault.code, fault.arguments["measure"] ?? "", fault.arguments["area"] ?? ""]
          .joined(separator: " ")
      }
      #expect(
        codes == [
          "baseline.input-missing MX KZ11", "baseline.input-missing AGE_RATE_EMIGRATION KZ",
        ])
    }
  }
}
