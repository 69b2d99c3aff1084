import Demography
import Foundation
import Scenarios
import Testing

/// The two regions of golden case gc01 as a baseline file and observations by groups of five years
/// (Rogers 1975; Willekens & Rogers 1978, IIASA RR-78-18). Men have the rates of women, and are boys of
/// nobody.
enum Yugoslavia {
  static let regions = Codelist(
    id: "regions",
    codes: ["RestYU", "Slovenia"].map { Code(id: $0, names: Names(kk: $0, ru: $0, en: $0)) })

  static func text(
    _ population: String = "ages: {to: 85, width: 5}, form: rogers_lifetable",
    horizon: String = "2001-01-01", immigration: Double = 1, extra: String = ""
  ) -> String {
    """
    schema: agyn.baseline/1
    id: yugoslavia
    title: {en: Yugoslavia}
    geography: {country: YU}
    time: {launch: 1961-01-01, horizon: \(horizon)}
    population: {\(population), sex_ratio_at_birth: 1}
    inputs:
      mortality: {year: 1961}
      fertility: {year: 1961, factor: 2}
      internal: {measure: RATE_OD, year: 1961, given: by_age}
      emigration: {measure: RATE_OUT, year: 1961, given: by_age}
      immigration: {measure: FLOW_IN, year: 1961, given: by_age, factor: \(immigration)}
    \(extra)
    """
  }

  static func baseline(_ text: String = text()) throws -> Baseline {
    try Baseline(ToyCountry.document(text), regions: regions)
  }

  /// Rows of the table that the tests of the engine read, with their file and its source.
  static func rows() throws -> [[String: String]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("ProjectionTests/References/yugoslavia_1961_women.csv")
    return ReferenceTable(text: try String(contentsOf: file, encoding: .utf8)).rows
  }

  /// - Parameter code: the age code of a group by its first year.
  static func observations(
    code: (_ measure: String, _ age: Int) -> String = { $1 == 85 ? "Y_GE85" : "Y\($1)T\($1 + 4)" }
  ) throws -> [Observation] {
    try rows().flatMap { row -> [Observation] in
      func number(_ name: String) -> Double { Double(row[name] ?? "") ?? .nan }
      let region = row["region"] ?? ""
      let age = Int(row["age"] ?? "") ?? -1
      func one(_ measure: String, _ value: Double, sex: String, to: String? = nil) -> Observation {
        let isStock = measure == "POP"
        var found = Observation(
          measure: measure, reporter: "YU",
          period: isStock ? .day(Day(year: 1961, month: 1, day: 1)) : .year(1961),
          vintage: Instant(seconds: 0), value: value, source: "RR-78-18")
        found.referenceArea = to == nil ? region : "_Z"
        found.origin = to == nil ? "_Z" : region
        found.destination = to ?? "_Z"
        found.sex = sex
        found.age = code(measure, age)
        return found
      }
      let women = number("women")
      let moving = number(region == "Slovenia" ? "to_rest" : "to_slovenia") / women
      return [
        one("ASFR", number("births") / women, sex: "F")
      ]
        + ["M", "F"].flatMap { sex in
          [
            one("POP", sex == "F" ? women : 0, sex: sex),
            one("MX", number("deaths") / women, sex: sex),
            one("RATE_OUT", 0, sex: sex), one("FLOW_IN", 10, sex: sex),
            one("RATE_OD", moving, sex: sex, to: region == "Slovenia" ? "RestYU" : "Slovenia"),
          ]
        }
    }
  }

  static func run(_ text: String, _ levers: String? = nil, draws: Int = 1, threads: Int? = nil)
    throws -> ScenarioRun
  {
    let baseline = try baseline(text)
    let scenarios = try levers.map {
      [try scenario($0, baseline: baseline)]
    }
    return ScenarioRun(
      baseline: baseline,
      inputs: try BaselineInputs(
        observations: observations(), baseline: baseline, regions: regions),
      scenarios: scenarios ?? [], seed: 2, draws: draws, threads: threads)
  }

  static func scenario(_ levers: String, baseline: Baseline) throws -> Scenario {
    try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: levers
        title: {en: Levers}
        baseline: {ref: yugoslavia}
        \(levers)
        """), baseline: baseline, regions: regions)
  }
}
