import Demography
import Formats
import Projection
import Scenarios
import Testing

/// The three-region country of golden case gc21.
enum ToyCountry {
  static let regions = Codelist(
    id: "regions",
    codes: ["City", "North", "South"].map { Code(id: $0, names: Names(kk: $0, ru: $0, en: $0)) })

  static func document(_ yaml: String, file: String = "toy.yaml") throws -> Document {
    try readYAML(Array(yaml.utf8), file: file)
  }

  /// What is wrong with the baseline where these lines are added.
  static func baselineFaults(extra: String) throws -> Faults {
    try #require(#expect(throws: Faults.self) { try baseline(extra: extra) })
  }

  static func baseline(
    extra: String = "", paths: [String: Result<SamplePaths, Faults>] = [:]
  ) throws -> Baseline {
    try Baseline(
      document(
        """
        schema: agyn.baseline/1
        id: toy
        title: {en: Toy}
        geography: {country: TOY}
        time: {launch: 2025-01-01, horizon: 2028-01-01}
        population: {ages: {to: 5}, timing: even, sex_ratio_at_birth: 1.06}
        \(extra)
        """), regions: regions, paths: paths)
  }

  /// Origin, destination and rate at relative intensity 1.
  private static let moves: [(String, String, Double)] = [
    ("South", "North", 0.012), ("City", "North", 0.008), ("North", "South", 0.016),
    ("City", "South", 0.010), ("North", "City", 0.040), ("South", "City", 0.050),
  ]
  private static let profile = [0.3, 0.2, 0.6, 1, 0.5, 0.15]
  static let arrivals = [0.18, 0.12, 0.20, 0.28, 0.16, 0.06]

  static func inputs(timing: MigrantTiming = .even) throws -> BaselineInputs {
    let areas = regions.codes.map(\.id)
    let shape = CohortShape(regions: 3, ages: 6)
    var population = [Double](repeating: 0, count: shape.cellCount)
    var survival = population
    var emigration = population
    var immigration = population
    var fertility = [Double](repeating: 0, count: 18)
    for row in try ReferenceTable("toy_population").rows {
      let region = try #require(areas.firstIndex(of: row["region"]!))
      let age = try #require(Int(row["age"]!))
      let cell = shape.index(sex: row["sex"] == "m" ? 0 : 1, age: age, region: region)
      population[cell] = Double(row["start"]!)!
      survival[cell] = Double(row["survival"]!)!
      emigration[cell] = profile[age] * (row["region"] == "North" ? 0.016 : 0.008)
      let total = ["North": 300.0, "South": 500, "City": 1200][row["region"]!]!
      immigration[cell] = 0.5 * arrivals[age] * total
      let level = ["North": 0.9, "South": 1.3, "City": 0.8][row["region"]!]!
      fertility[region * 6 + age] = level * [0, 0, 0.1, 0.16, 0.09, 0][age]
    }
    var shares = [Double](repeating: 0, count: 9)
    var out = [Double](repeating: 0, count: 3)
    for (from, to, rate) in moves {
      let i = areas.firstIndex(of: from)!
      shares[areas.firstIndex(of: to)! * 3 + i] = rate
      out[i] += rate
    }
    for j in 0..<3 {
      for i in 0..<3 { shares[j * 3 + i] /= out[i] }
    }
    return BaselineInputs(
      areas: areas,
      cohort: CohortInputs(
        shape: shape, population: population, survival: survival, fertility: fertility,
        sexRatioAtBirth: 1.06,
        internalRates: .factored(
          shape: shape, originLevel: out, ageProfile: profile + profile.map { 1.1 * $0 },
          shares: shares),
        emigration: emigration, immigration: immigration, timing: timing, stepYears: 1))
  }

  static let levers: [String: String] = [
    "wage": """
      - id: wage
        kind: driver
        target: {component: internal, to: [City]}
        driver: relative_wage
        path: {op: multiply, unit: ratio, points: {2025: 1.1, 2027: 1.331}, interpolate: linear}
        response: {elasticity: 0.7, side: destination}
        evidence: {quality: assumed, source: golden case}
    """,
    "close": """
      - id: close
        kind: corridor
        target: {component: internal, from: [North], to: [City]}
        path: {op: multiply, unit: ratio, points: {2026: 0}}
        evidence: {quality: assumed, source: golden case}
    """,
    "quota": """
      - id: quota
        kind: cap
        target: {component: immigration, to: [City]}
        path: {op: cap, unit: persons_per_year, points: {2025: 800}}
        evidence: {quality: assumed, source: golden case}
    """,
    "resettle": """
      - id: resettle
        kind: programme
        target: {component: internal, from: [South], to: [North]}
        path: {op: add, unit: persons_per_year, points: {2025: 400}}
        allocate: {age_shares: {0: 0.18, 1: 0.12, 2: 0.20, 3: 0.28, 4: 0.16, 5: 0.06}}
        takeup: 0.75
        evidence: {quality: assumed, source: golden case}
    """,
    "kandas": """
      - id: kandas
        kind: programme
        target: {component: immigration}
        path: {op: add, unit: persons_per_year, points: {2025: 300}}
        allocate: {to: {North: 250, City: 50}, ages_like: immigrants}
        net_of_baseline: 0
        evidence: {quality: assumed, source: golden case}
    """,
  ]

  static func scenario(
    _ order: [String] = ["wage", "close", "quota", "resettle", "kandas"], baseline: Baseline,
    extra: String = ""
  ) throws -> Scenario {
    try Scenario(
      document(
        """
        schema: agyn.scenario/1
        id: toy-levers
        title: {en: Five levers}
        baseline: {ref: toy}
        levers:
        \(order.map { levers[$0]! }.joined(separator: "\n"))
        compare: {against: baseline, regions: [all], years: [2028], decompose: shapley}
        \(extra)
        """), baseline: baseline, regions: regions)
  }
}
