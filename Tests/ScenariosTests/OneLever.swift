import Demography
import Projection
import Scenarios
import Testing

/// Runs of the toy country with single levers, and two programmes of temporary stay.
enum OneLever {
  static let work =
    "id: work, stock: 1000, term_quarters: 4, max_terms: 2, renewal: 0.5, early_exit: 0.02, to_permanent: 0.05, overstay: 0.1, presence: 0.9, origins: {uz: 0.6, kg: 0.4}, ports: {korday: 0.25, almaty: 0.5}"
  static let farm =
    "id: farm, stock: 100, term_quarters: 2, max_terms: 1, renewal: 0"

  /// Rows of a run of one lever, as keys and numbers.
  struct Found {
    let results: ScenarioResults

    func callAsFunction(
      _ table: String, _ keys: [String], _ value: String = "median", scenario: String = "one"
    ) throws -> [String: Double] {
      let table = try #require(results[table])
      var found: [String: Double] = [:]
      for row in 0..<table.rowCount where table.texts("scenario")[row] == scenario {
        let key = keys.map { table.texts($0)[row] ?? "" }.joined(separator: " ")
        found[key] = table.numbers(value)[row]
      }
      return found
    }

    /// Persons of a component of the country or a region in a year.
    func component(_ name: String, _ area: String, _ year: Int, scenario: String = "one") throws
      -> Double
    {
      try #require(
        self("components", ["area", "period", "component"], scenario: scenario)[
          "\(area) \(year) \(name)"])
    }

    /// A programme's stock of the country at the end of a year, in a part of it.
    func part(_ code: String, _ year: Int, scenario: String = "one", programme: String = "work")
      throws -> Double
    {
      try #require(
        self("permit_parts", ["programme", "code", "period"], scenario: scenario)[
          "\(programme) \(code) \(year + 1)-01-01"])
    }
  }

  static func run(
    _ levers: String..., programmes: [String] = [work], extra: String = "", draws: Int = 1
  ) throws -> Found {
    let list = programmes.map { "  - {\($0)}" }.joined(separator: "\n")
    let baseline = try ToyCountry.baseline(extra: "temporary:\n" + list)
    let text = """
      schema: agyn.scenario/1
      id: one
      title: {en: One}
      baseline: {ref: toy}
      levers:
      \(levers.enumerated().map { "  - {id: l\($0.offset), \($0.element)}" }.joined(separator: "\n"))
      compare: {regions: [all], years: [2026]}
      \(extra)
      """
    let scenario = try Scenario(
      ToyCountry.document(text), baseline: baseline, regions: ToyCountry.regions)
    return Found(
      results: try ScenarioRun(
        baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: 3,
        draws: draws
      ).results())
  }

  static func codes(_ lever: String, programmes: [String] = [work]) throws -> [String] {
    try #require(#expect(throws: Faults.self) { try run(lever, programmes: programmes) }).all.map(
      \.code)
  }
}
