import Demography
import Projection
import Scenarios
import Testing

/// Drivers whose powers come from a saved fit of a model of flows.
@Suite struct FittedDriverTests {
  private static let digest = "5f3a" + String(repeating: "0", count: 60)
  private static let terms = ["(Intercept)", "log(dist)", "log(wage_o)", "log(wage_d)"]
  private static let spreads = [0.5, 0.05, 0.2, 0.1]
  /// Of wages at origin and destination.
  private static let together = -0.6

  private static func model(
    spreads: [Double] = spreads, family: String = "poisson", terms: [String] = terms,
    formula: String = "flow ~ log(dist) + log(wage_o) + log(wage_d)"
  ) -> FittedModel {
    var covariance = [Double](repeating: 0, count: 16)
    for k in 0..<4 { covariance[k * 5] = spreads[k] * spreads[k] }
    covariance[11] = together * spreads[2] * spreads[3]
    covariance[14] = covariance[11]
    return FittedModel(
      digest: digest, family: family, formula: formula, terms: terms,
      estimates: [3, -1.1, -0.4, 0.7], covariance: covariance)
  }

  private func scenario(
    _ response: String, fits: [String: FittedModel?] = ["models/od.json": model()]
  ) throws -> Scenario {
    try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: wages
        title: {en: Wages}
        baseline: {ref: toy}
        levers:
          - id: wage
            kind: driver
            target: {component: internal, to: [City]}
            driver: relative_wage
            path: {op: multiply, unit: ratio, points: {2025: 1.1, 2027: 1.331}, interpolate: linear}
            response: {\(response)}
            evidence: {quality: estimated, source: own fit}
        """), baseline: ToyCountry.baseline(), regions: ToyCountry.regions, fits: fits)
  }

  private func fit(_ terms: String, digest: String = "sha256:5f3a00000000") -> String {
    "fit: {file: models/od.json, digest: \"\(digest)\", \(terms)}"
  }

  private func path(_ scenario: Scenario) throws -> [ScenarioRun.YearResult] {
    ScenarioRun(
      baseline: try ToyCountry.baseline(), inputs: try ToyCountry.inputs(),
      scenarios: [scenario], seed: 4, draws: 1
    ).medianPath(scenario)
  }

  @Test func theMedianPathIsThatOfThePowersWrittenByHand() throws {
    let fitted = try path(try scenario(fit("destination: log(wage_d)")))
    let written = try path(try scenario("elasticity: 0.7, side: destination"))
    for (a, b) in zip(fitted, written) {
      #expect(worstRelative(a.population, b.population) <= 1e-12)
    }
  }

  /// At the origin the coefficient counts as it was estimated: minus 0.4 is what `side: origin` with 0.4 is.
  @Test func theOriginHasItsOwnPower() throws {
    let both = try path(try scenario(fit("destination: log(wage_d), origin: log(wage_o)")))
    func lever(_ id: String, _ response: String) -> String {
      """
          - id: \(id)
            kind: driver
            target: {component: internal, to: [City]}
            driver: relative_wage
            path: {op: multiply, unit: ratio, points: {2025: 1.1, 2027: 1.331}, interpolate: linear}
            response: {\(response)}
      """
    }
    let written = try path(
      try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: wages
          title: {en: Wages}
          baseline: {ref: toy}
          levers:
          \(lever("a", "elasticity: 0.7, side: destination"))
          \(lever("b", "elasticity: 0.4, side: origin"))
          """), baseline: ToyCountry.baseline(), regions: ToyCountry.regions))
    for (a, b) in zip(both, written) {
      #expect(worstRelative(a.population, b.population) <= 1e-12)
    }
    let plain = try path(try scenario("elasticity: 0, side: both"))
    #expect(both[2].population[0] != plain[2].population[0])
  }

  @Test func coefficientsAreDrawnWithTheirCovariance() throws {
    let found = try scenario(fit("destination: log(wage_d), origin: log(wage_o)"))
    #expect(
      found.parameters.map(\.name) == [
        "models/od.json:log(wage_d)", "models/od.json:log(wage_o)",
      ])
    let draws = 20_000
    let values = found.parameters.map { parameter in
      (0..<draws).map { parameter.value(seed: 9, draw: $0) }
    }
    let means = values.map { $0.reduce(0, +) / Double(draws) }
    func covariance(_ a: Int, _ b: Int) -> Double {
      zip(values[a], values[b]).reduce(0) { $0 + ($1.0 - means[a]) * ($1.1 - means[b]) }
        / Double(draws)
    }
    // Five standard errors of means, standard deviations and a correlation of 20 000 draws.
    #expect(abs(means[0] - 0.7) < 5 * 0.1 / 141 && abs(means[1] + 0.4) < 5 * 0.2 / 141)
    #expect(abs(covariance(0, 0).squareRoot() / 0.1 - 1) < 5 / 200)
    #expect(abs(covariance(1, 1).squareRoot() / 0.2 - 1) < 5 / 200)
    let correlation = covariance(0, 1) / (covariance(0, 0) * covariance(1, 1)).squareRoot()
    #expect(abs(correlation - Self.together) < 5 * (1 - 0.36) / 141)
    // Whichever of its terms a lever uses.
    let alone = try scenario(fit("destination: log(wage_d)")).parameters[0]
    #expect((0..<50).allSatisfy { alone.value(seed: 9, draw: $0) == values[0][$0] })
  }

  @Test func aFitThatDoesNotSuitIsRefusedAtItsPlace() throws {
    func faults(
      _ response: String, _ fits: [String: FittedModel?] = ["models/od.json": Self.model()]
    ) throws -> [Fault] {
      try #require(#expect(throws: Faults.self) { try scenario(response, fits: fits) }).all
    }
    func codes(
      _ response: String, _ fits: [String: FittedModel?] = ["models/od.json": Self.model()]
    ) throws -> [String] {
      try faults(response, fits).map { "\($0.place?.line ?? 0) \($0.code)" }
    }
    let sound = fit("destination: log(wage_d)")
    #expect(try codes(sound, [:]) == ["11 scenario.fit-missing"])
    #expect(try codes(sound, ["models/od.json": nil]) == ["11 scenario.fit-unread"])
    #expect(try codes(fit("destination: x", digest: "")) == ["11 scenario.fit-unpinned"])
    let other = try faults(fit("destination: x", digest: "sha256:111111111111"))
    #expect(other.map(\.code) == ["scenario.fit-digest"])
    #expect(other[0].arguments["expected"] == "5f3a000000000000")
    let term = try faults(fit("destination: log(wages_d), origin: log(wage_o)"))
    #expect(term.map(\.code) == ["scenario.fit-term"])
    #expect(term[0].arguments["nearest"] == "log(wage_d)")
    #expect(term[0].arguments["known"] == Self.terms.dropFirst().joined(separator: ", "))
    #expect(
      try codes("fit: {file: models/od.json, digest: \"5f3a00000000\"}")
        == ["11 scenario.fit-no-term"])
    #expect(
      try codes(sound + ", elasticity: 0.5, side: both") == ["11 key.unknown", "11 key.unknown"])
    #expect(
      try codes(sound, ["models/od.json": Self.model(family: "gaussian")])
        == ["11 scenario.fit-linear"])
    // Identity links of mixed families as well, and a logarithm of flows under a logarithmic link.
    for family in ["gaussian-mixed", "gaussian-mixed-ml"] {
      #expect(
        try codes(sound, ["models/od.json": Self.model(family: family)])
          == ["11 scenario.fit-linear"])
    }
    #expect(
      try codes(sound, ["models/od.json": Self.model(formula: "log(flow) ~ log(wage_d)")])
        == ["11 scenario.fit-linear"])
    #expect(
      try codes(sound, ["models/od.json": Self.model(spreads: [0.5, 0, 0.2, 0.1])])
        == ["11 scenario.fit-covariance"])
    #expect(
      try codes(fit("origin: log(wage_o)") + ", mode: redistribute")
        == ["11 scenario.redistribute-origin"])
    #expect(
      try scenario(
        sound,
        fits: ["models/od.json": Self.model(family: "gaussian", formula: "log(flow) ~ log(wage_d)")]
      ).levers.count == 1)
    // A constant is no power; a column that may hold logarithms already is taken with a warning.
    #expect(try faults(fit("destination: (Intercept)")).map(\.code) == ["scenario.fit-term"])
    let level = try scenario(
      fit("destination: lw"),
      fits: ["models/od.json": Self.model(terms: ["(Intercept)", "lw", "x", "y"])])
    #expect(level.warnings.map(\.code).contains("scenario.fit-level"))
  }
}
