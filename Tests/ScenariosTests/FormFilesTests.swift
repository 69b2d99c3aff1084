import Demography
import Formats
import Foundation
import Kernel
import Projection
import Scenarios
import Testing

/// The forms of a projection as baseline files name them.
@Suite struct FormFilesTests {
  private func toy(_ population: String, inputs: String = "") throws -> Baseline {
    try Baseline(
      ToyCountry.document(
        """
        schema: agyn.baseline/1
        id: toy
        title: {en: Toy}
        geography: {country: TOY}
        time: {launch: 2025-01-01, horizon: 2028-01-01}
        population: {\(population)}
        \(inputs)
        uncertainty:
          deviations:
            mortality: {sd: 0.03, persistence: 0.8, correlation: 0.5}
            internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
        """), regions: ToyCountry.regions)
  }

  private func inputs(_ form: ProjectionForm) throws -> BaselineInputs {
    var cohort = try ToyCountry.inputs(timing: .end).cohort
    cohort.form = form
    cohort.deathRates = cohort.survival.map { -log(max($0, 0.2)) }
    return BaselineInputs(areas: ["City", "North", "South"], cohort: cohort)
  }

  private static let five = ["wage", "close", "quota", "resettle", "kandas"]

  @Test(arguments: ProjectionForm.allCases)
  func leversActInEveryFormAndZeroLeversAreTheBaseline(_ form: ProjectionForm) throws {
    let baseline = try toy("ages: {to: 5}, form: \(form.rawValue)")
    #expect(baseline.form == form)
    let scenario = try ToyCountry.scenario(
      Self.five, baseline: baseline,
      extra: "variants: [{id: all}, {id: none, disable: [wage, close, quota, resettle, kandas]}]")
    func results(_ threads: Int) throws -> ScenarioResults {
      try ScenarioRun(
        baseline: baseline, inputs: inputs(form), scenarios: [scenario], seed: 3, draws: 8,
        threads: threads
      ).results()
    }
    let found = try results(2)
    #expect(try results(1).tables() == found.tables())
    let rows = try #require(found["differences"])
    let median = zip(rows.texts("variant"), rows.numbers("median"))
    #expect(median.allSatisfy { $0 != "none" || $1 == 0 })
    let north = zip(rows.texts("area"), median).first { $0 == "North" && $1.0 == "all" }
    // 900 resettled and 750 kandas come to North; moves to the city are closed.
    #expect((north?.1.1 ?? 0) > 1_500)
    let ledger = try #require(found["ledger"])
    for (entry, amount) in zip(ledger.texts("entry"), ledger.numbers("amount"))
    where entry == "largest_residual" {
      #expect((amount ?? 1) < 1e-8)
    }
  }

  /// A rate that a form cannot take is refused; the movement form splits the step and goes on.
  @Test(arguments: ProjectionForm.allCases)
  func ratesThatAreTooHighAreRefusedOrSplit(_ form: ProjectionForm) throws {
    let baseline = try toy("ages: {to: 5}, form: \(form.rawValue)")
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: leave
        title: {en: Leave}
        baseline: {ref: toy}
        levers:
          - {id: a, kind: rate, target: {component: internal}, path: {op: multiply, points: {2025: 90}}}
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try inputs(form), scenarios: [scenario], seed: 1, draws: 2)
    guard form != .movement else {
      let table = try #require(run.results()["ledger"])
      let entries = zip(table.texts("entry"), table.numbers("amount"))
      #expect(entries.contains { $0 == "split_cohorts" && ($1 ?? 0) > 0 })
      return
    }
    let faults = try #require(#expect(throws: Faults.self) { try run.results() })
    #expect(faults.all.map(\.code) == ["scenario.overdrawn"])
  }

  /// Levers that together leave no piece of a year short enough end at once, with the cell they stand for.
  @Test(arguments: [4, 60, 200], ["internal", "emigration", "mortality"])
  func ratesWithoutBoundsAreToldWithTheirCell(_ count: Int, _ component: String) throws {
    let levers = (0..<count).map {
      "  - {id: a\($0), kind: rate, target: {component: \(component)}, "
        + "path: {op: multiply, points: {2025: 100}}}"
    }
    let baseline = try toy("ages: {to: 5}, form: movement")
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: leave
        title: {en: Leave}
        baseline: {ref: toy}
        levers:
        \(levers.joined(separator: "\n"))
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try inputs(.movement), scenarios: [scenario], seed: 1, draws: 2)
    let faults = try #require(#expect(throws: Faults.self) { try run.results() })
    #expect(faults.all.map(\.code) == ["scenario.rate-unbounded"])
    let arguments = faults.all[0].arguments
    #expect(arguments["component"] == component && arguments["draw"] == "0")
    #expect(arguments["scenario"] == "leave" && arguments["step"] == "1")
    #expect(["City", "North", "South"].contains(arguments["area"]))
    #expect(["M", "F"].contains(arguments["sex"]) && Int(arguments["age"] ?? "") != nil)
  }

  @Test func whatAFormCannotTakeIsSaidAtItsPlace() throws {
    func faults(_ population: String, _ inputs: String = "") throws -> [String] {
      let found = try #require(
        #expect(throws: Faults.self) { try toy(population, inputs: inputs) })
      return found.all.map { "\($0.place?.line ?? 0) \($0.code)" }
    }
    #expect(
      try faults("form: prospective, timing: even") == ["6 baseline.form-timing"])
    #expect(
      try faults(
        "form: movement", "inputs: {emigration: {given: by_age, age_schedule: A}}")
        == ["7 baseline.given-schedule"])
    #expect(
      try faults("form: movement", "inputs: {fertility: {given: by_age}}")
        == ["7 key.unknown"])
    for unused in [
      "start_population: {factor: 1.1}", "start_population: {change_per_year: 0.1}",
      "births_elsewhere: {change_per_year: 0.1}", "special_population: {change_per_year: 0.1}",
    ] {
      #expect(try faults("form: movement", "inputs: {\(unused)}") == ["7 key.unknown"])
    }
    #expect(
      try faults("form: prospective", "inputs: {mortality: {measure: MX}}")
        == ["7 baseline.form-measure"])
    #expect(try faults("form: rogers") == ["6 scenario.not-permitted"])
  }
}

/// Golden case gc10 by way of baseline files: the official projection of canton Aargau, nationals and
/// foreigners as two regions, one file a year (Federal Statistical Office, by way of propop 2.1).
@Suite struct ProspectiveFileTests {
  private static let regions = Codelist(
    id: "regions", codes: ["ch", "int"].map { Code(id: $0, names: Names(kk: $0, ru: $0, en: $0)) })

  private func baseline(_ year: Int) throws -> Baseline {
    try baseline(
      year,
      """
        internal: {measure: ACQ, year: \(year), given: by_age}
        births_elsewhere: {year: \(year)}
      """, regions: Self.regions)
  }

  private func baseline(
    _ year: Int, _ more: String, regions: Codelist
  ) throws -> Baseline {
    try Baseline(
      ToyCountry.document(
        """
        schema: agyn.baseline/1
        id: aargau
        title: {en: Aargau}
        geography: {country: CH}
        time: {launch: \(year)-01-01, horizon: \(year + 1)-01-01}
        population: {form: prospective, sex_ratio_at_birth: 1.05}
        inputs:
          mortality: {year: \(year)}
          fertility: {year: \(year)}
          emigration: {measure: EMI, year: \(year), given: by_age}
          immigration: {measure: IMM, year: \(year), given: by_age}
        \(more)
        """), regions: regions)
  }

  /// One canton whose residents are in two groups.
  private func groupedBaseline(_ year: Int) throws -> Baseline {
    try baseline(
      year,
      """
        internal: none
      groups:
        by: citizenship
        values: [{id: nationals, code: ch, newcomers: 0}, {id: others, code: int, newcomers: 1}]
        changes: [{from: others, to: nationals, measure: ACQ, year: \(year)}]
        births: [{from: others, to: nationals, measure: BIRTH_SHARE, year: \(year)}]
      """,
      regions: Codelist(
        id: "regions", codes: [Code(id: "AG", names: Names(kk: "AG", ru: "AG", en: "AG"))]))
  }

  /// The same observations as those of one canton by citizenship.
  private func byCitizenship(_ observations: [Observation]) -> [Observation] {
    observations.filter { !($0.origin == "ch" && $0.measure == "ACQ") }.map { observation in
      var own = observation
      own.citizenship = observation.origin == "_Z" ? observation.referenceArea : observation.origin
      own.referenceArea = "AG"
      own.origin = "_Z"
      own.destination = "_Z"
      return own
    }
  }

  private func observation(
    _ measure: String, _ row: [String: String], _ year: Int, _ value: Double, from: String? = nil,
    to: String? = nil
  ) -> Observation {
    let isStock = measure == "POP"
    let age = row["age"] ?? ""
    var found = Observation(
      measure: measure, reporter: "CH:FSO",
      period: isStock ? .day(Day(year: year, month: 1, day: 1)) : .year(year),
      vintage: Instant(seconds: 0), value: value, source: "px-x-0104020000")
    found.referenceArea = from == nil ? row["nat"] ?? "" : "_Z"
    found.origin = from ?? "_Z"
    found.destination = to ?? "_Z"
    found.sex = row["sex"] == "m" ? "M" : "F"
    found.age = age == "100" ? "Y_GE100" : "Y\(age)"
    return found
  }

  /// Everything that one year's file asks for.
  private func observations(
    _ rows: [[String: String]], _ year: Int, _ population: [Double]
  ) -> [Observation] {
    rows.flatMap { row -> [Observation] in
      func number(_ name: String) -> Double { Double(row[name] ?? "") ?? .nan }
      let (nat, age) = (row["nat"] ?? "", Int(row["age"] ?? "") ?? 0)
      let cell = (nat == "ch" ? 0 : 202) + (row["sex"] == "m" ? 0 : 101) + age
      var all = [
        observation("POP", row, year, population[cell]),
        observation("QX", row, year, number("mor")),
        observation("EMI", row, year, number("emi_int") + number("emi_nat")),
        observation("IMM", row, year, number("imm_int_n") + number("imm_nat_n")),
        observation(
          "ACQ", row, year, nat == "ch" ? 0 : number("acq"), from: nat,
          to: nat == "ch" ? "int" : "ch"),
      ]
      if row["sex"] != "m" && (16...50).contains(age) {
        all.append(observation("ASFR", row, year, number("birthrate")))
        if nat == "int" {
          all.append(
            observation("BIRTH_SHARE", row, year, number("int_mothers"), from: "int", to: "ch"))
        }
      }
      return all
    }
  }

  /// Nationals and foreigners as two regions, and as two groups of one region.
  @Test(arguments: [false, true])
  func thirtyFilesAreWithinAPersonOfEveryPublishedCell(_ isGrouped: Bool) throws {
    let folder = "golden/projection/gc10_fso_aargau_2025_2055/"
    guard let input = sharedFile(folder + "input_reference.csv.gz"),
      let chain = sharedFile(folder + "expected_chain_reference.csv")
    else { return }
    let text = try String(
      decoding: gunzip(Array(Data(contentsOf: input)), file: "input"), as: UTF8.self)
    let years = Dictionary(grouping: ReferenceTable(text: text).rows) { Int($0["year"] ?? "") ?? 0 }
    func published(_ year: Int) throws -> [Double] {
      var cells = [Double](repeating: .nan, count: 404)
      for row in try #require(years[year]) {
        let cell = (row["nat"] == "ch" ? 0 : 202) + (row["sex"] == "m" ? 0 : 101)
        cells[cell + (Int(row["age"] ?? "") ?? 0)] = Double(row["fso_projection_n"] ?? "") ?? .nan
      }
      return cells
    }
    let expected = ReferenceTable(text: try String(contentsOf: chain, encoding: .utf8)).rows
    var population = try published(2025)
    for year in 2026...2055 {
      let baseline = try isGrouped ? groupedBaseline(year) : baseline(year)
      let rows = try observations(#require(years[year]), year, population)
      let inputs = try BaselineInputs(
        observations: isGrouped ? byCitizenship(rows) : rows, baseline: baseline,
        regions: Self.regions)
      #expect(inputs.flows == nil && inputs.deathRates == nil)
      let run = ScenarioRun(
        baseline: baseline, inputs: inputs, scenarios: [], seed: 1, draws: 1)
      let result = run.medianPath()[0]
      population = result.population
      let wanted = try published(year)
      let worst = zip(population, wanted).map { abs($0 - $1) }.max() ?? .nan
      #expect(worst <= 1, "\(year): \(worst) persons")
      let row = try #require(expected.first { $0["year"] == "\(year)" })
      let total = Double(row["chained_total"] ?? "") ?? .nan
      #expect(abs(population.reduce(0, +) / total - 1) <= 1e-7)
      let births = Double(row["births"] ?? "") ?? .nan
      #expect(abs(result.ledger.births.reduce(0, +) / births - 1) <= 1e-7)
      #expect(result.ledger.largestResidual < 1e-8)
    }
  }

  @Test func childrenElsewhereWithoutAnyShareAreMissing() throws {
    let row = ["nat": "int", "sex": "f", "age": "30"]
    let baseline = try baseline(2026)
    let faults = try #require(
      #expect(throws: Faults.self) {
        try BaselineInputs(
          observations: [observation("ASFR", row, 2026, 0.1)], baseline: baseline,
          regions: Self.regions)
      })
    let found = faults.all.filter { $0.arguments["input"] == "births_elsewhere" }
    #expect(found.map(\.code) == ["baseline.input-missing"])
    #expect(found.first?.arguments["count"] == "1")
  }

  @Test func everyMissingRateIsNamed() throws {
    let baseline = try baseline(2026)
    let faults = try #require(
      #expect(throws: Faults.self) {
        try BaselineInputs(observations: [], baseline: baseline, regions: Self.regions)
      })
    let found = faults.all.filter { $0.code == "baseline.input-missing" }
    #expect(
      found.contains { $0.arguments["input"] == "internal" && $0.arguments["count"] == "404" })
    #expect(
      found.contains { $0.arguments["input"] == "emigration" && $0.arguments["area"] == "int" })
  }
}

/// Rogers' form in the bundled baseline: its step is that of the multiregional life table.
@Suite struct RogersFileTests {
  @Test func aYearOfWomenIsTheGrowthMatrixOfTheirLifeTable() throws {
    let text = String(decoding: try Bundle20.bytes("scenarios/baseline.yaml"), as: UTF8.self)
      .replacingOccurrences(of: "  timing: end ", with: "  form: rogers_lifetable\n  timing: end ")
      .replacingOccurrences(of: "measure: FLOW_OUT,", with: "measure: FLOW_OUT, factor: 0,")
      .replacingOccurrences(of: "measure: FLOW_IN,", with: "measure: FLOW_IN, factor: 0,")
    let regions = try Bundle20.regions()
    let baseline = try Baseline(
      ToyCountry.document(text, file: "baseline.yaml"), regions: regions)
    #expect(baseline.form == .rogersLifetable)
    let inputs = try BaselineInputs(
      observations: Bundle20.observations(), baseline: baseline, regions: regions)
    let run = ScenarioRun(baseline: baseline, inputs: inputs, scenarios: [], seed: 1, draws: 1)
    let year = run.medianPath()[0]
    let rates = try #require(inputs.deathRates)
    let life = try CohortAnalysis(
      inputs.cohort, deathRates: rates, regions: baseline.areas
    ).multiregional()
    let shape = inputs.cohort.shape
    for age in 1..<shape.openAge {
      let before = (0..<shape.regions).map {
        inputs.cohort.population[shape.index(sex: 1, age: age - 1, region: $0)]
      }
      let after = (0..<shape.regions).map {
        year.population[shape.index(sex: 1, age: age, region: $0)]
      }
      #expect(worstRelative(after, life.survivorship[age - 1].times(before)) <= 1e-11, "\(age)")
    }
    #expect(year.ledger.largestResidual < 1e-8)
  }
}
