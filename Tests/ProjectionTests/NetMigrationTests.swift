import Foundation
import Projection
import Testing

/// Regions on their own with net migrants: golden cases gc12 and gc13.
@Suite struct NetMigrationTests {
  static func engine(
    population: [Double], survival: [Double], fertility: [Double], migrants: [Double],
    timing: MigrantTiming, step: Double
  ) -> CohortEngine {
    let shape = CohortShape(regions: 1, ages: fertility.count)
    let still = InternalRates.factored(
      shape: shape, originLevel: [0],
      ageProfile: [Double](repeating: 0, count: shape.ageSexCount), shares: [0])
    return CohortEngine(
      inputs: CohortInputs(
        shape: shape, population: population, survival: survival, fertility: fertility,
        sexRatioAtBirth: 1.05, internalRates: still,
        emigration: [Double](repeating: 0, count: shape.cellCount), immigration: migrants,
        timing: timing, stepYears: step))
  }

  static func advanced(_ engine: CohortEngine) -> [Double] {
    var population = engine.inputs.population
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(
      &population, rates: StepRates(engine.inputs), ledger: &ledger, workspace: &workspace)
    #expect(ledger.largestResidual < 1e-6)
    return population
  }

  private func text(_ path: String) throws -> ReferenceTable? {
    guard let url = sharedFile("golden/projection/" + path) else { return nil }
    return ReferenceTable(
      text: path.hasSuffix(".gz") ? try unpacked(url) : try String(contentsOf: url, encoding: .utf8)
    )
  }

  /// The C function of bayesPop 12.0: four steps with counts at both timings, and with net rates that
  /// are added at the end by an age schedule.
  @Test(arguments: ["counts_even", "counts_end", "rate_growth", "rate_decline"])
  func swedenWithCountsAndWithRatesIsThatOfBayesPop(_ name: String) throws {
    guard let input = try text("gc12_bayespop_ccm_sweden/input_start_and_rates.csv"),
      let runs = try text("gc12_bayespop_ccm_sweden/input_runs.csv"),
      let expected = try text("gc12_bayespop_ccm_sweden/expected.csv"),
      let totals = try text("gc12_bayespop_ccm_sweden/expected_totals.csv")
    else { return }
    let isRate = name.hasPrefix("rate")
    let rate = name == "rate_growth" ? 0.02 : -0.05
    let code = try #require(
      isRate
        ? runs.rows.first { Double($0["rate_per_step"] ?? "") == rate }?["case"]
        : name)
    var population = input.numbers("pop_m") + input.numbers("pop_f")
    let survival = input.numbers("S_m") + input.numbers("S_f")
    let counts = input.numbers("net_mig_each_sex")
    let schedule = input.numbers("rc5")
    let none = [Double](repeating: 0, count: population.count)
    // The peer bears children from 15-19 to 45-49 only.
    let fertility = input.numbers("asfr_annual").enumerated().map { (3...9).contains($0) ? $1 : 0 }
    for period in 1...4 {
      population = Self.advanced(
        Self.engine(
          population: population, survival: survival, fertility: fertility,
          migrants: isRate ? none : counts + counts, timing: name == "counts_even" ? .even : .end,
          step: 5))
      var migrants = counts + counts
      if isRate {
        let total = rate * population.reduce(0, +)
        migrants = (schedule + schedule).map { total * $0 / 2 }
        population = zip(population, migrants).map { $0 + $1 }
      }
      let rows = expected.rows.filter { $0["case"] == code && $0["period"] == "\(period)" }
      #expect(rows.count == 18)
      let wanted = ["pop_m", "pop_f"].flatMap { column in
        rows.map { Double($0[column] ?? "") ?? .nan }
      }
      #expect(worstRelative(population, wanted) <= 1e-9, "\(code) \(period)")
      let moved = ["mig_m", "mig_f"].flatMap { column in
        rows.map { Double($0[column] ?? "") ?? .nan }
      }
      #expect(worstRelative(migrants, moved) <= 1e-9, "\(code) \(period)")
      let total = try #require(
        totals.rows.first { $0["case"] == code && $0["period"] == "\(period)" }?["total"])
      let everybody: Double = population.reduce(0, +)
      #expect(worstRelative([everybody], [Double(total) ?? .nan]) <= 1e-9)
    }
  }

  /// Schedule by which bayesPop 12.0 spreads a net rate over five-year groups, in its tables of Sweden.
  private static let schedule = [
    0.06133, 0.02667, 0.02067, 0.10467, 0.188, 0.18067, 0.13733, 0.09533, 0.064, 0.04267, 0.028,
    0.01867, 0.012, 0.008, 0.00533, 0.00333, 0.00333, 0,
  ]

  /// Golden case gc12, `rate_depop`: a net rate of −95 % in five years takes more from some groups than
  /// they hold. The peer caps the rate at 80 % and every cell with it; here nothing is capped, the
  /// ledger counts the cells that are missing people, and the account still closes.
  @Test func aNetRateThatEmptiesGroupsIsToldAndNotCapped() throws {
    let sweden = try ReferenceTable("sweden_1993_open")
    let people = sweden.numbers("persons") + sweden.numbers("persons")
    let survival = sweden.numbers("survival") + sweden.numbers("survival")
    let fertility = sweden.numbers("births_per_woman")
    let none = [Double](repeating: 0, count: people.count)
    let closed = Self.advanced(
      Self.engine(
        population: people, survival: survival, fertility: fertility, migrants: none, timing: .end,
        step: 5))
    let total = -0.95 * closed.reduce(0, +)
    let leaving = (Self.schedule + Self.schedule).map { total * $0 / 2 }
    let expected = zip(closed, leaving).map { $0 + $1 }
    let missing = expected.count { $0 < 0 }
    #expect(missing >= 10 && missing < 36)
    let engine = Self.engine(
      population: people, survival: survival, fertility: fertility, migrants: leaving, timing: .end,
      step: 5)
    var population = people
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(
      &population, rates: StepRates(engine.inputs), ledger: &ledger, workspace: &workspace)
    #expect(ledger.negativeCells == missing)
    #expect(worstRelative(population, expected) <= 1e-12)
    #expect(ledger.largestResidual < 1e-6)
    let gone: Double = leaving.reduce(0, +)
    #expect(abs(ledger.immigration[0] / gone - 1) <= 1e-12)
    let change = ledger.births[0] - ledger.deaths[0] + ledger.immigration[0] - ledger.emigration[0]
    let before: Double = people.reduce(0, +)
    let after: Double = population.reduce(0, +)
    #expect(abs(after - before - change) < 1e-6)
  }

  /// The same departures as rates of the people there: so high that steps are split, and nobody is
  /// below zero.
  @Test func theSameDeparturesAsRatesSplitTheStep() throws {
    let sweden = try ReferenceTable("sweden_1993_open")
    let people = sweden.numbers("persons") + sweden.numbers("persons")
    let all = people.reduce(0, +)
    var inputs = Self.engine(
      population: people, survival: sweden.numbers("survival") + sweden.numbers("survival"),
      fertility: sweden.numbers("births_per_woman"), migrants: people.map { _ in 0 }, timing: .end,
      step: 5
    ).inputs
    // 95 % of everybody by the schedule, a year and person of each group.
    inputs.emigration = zip(Self.schedule + Self.schedule, people).map { 0.95 * all * $0 / 2 / $1 }
    let engine = CohortEngine(inputs: inputs)
    var population = people
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(
      &population, rates: StepRates(inputs), ledger: &ledger, workspace: &workspace)
    #expect(ledger.splitCohorts > 0 && ledger.negativeCells == 0)
    #expect(population.allSatisfy { $0 >= 0 })
    #expect(ledger.largestResidual < 1e-6)
    #expect(ledger.emigration[0] > 0.5 * all)
  }

  /// 19 regions of Finland from four launches, Statistics Finland by way of bayesPopFINdata.
  @Test func finlandFromFourLaunchesIsThatOfTheReferenceRun() throws {
    let folder = "gc13_finland_19regions_hindcast/"
    guard let finland = try Finland({ try self.text(folder + $0) }),
      let expected = try text(folder + "expected_hindcast.csv.gz"),
      let errors = try text(folder + "expected_mape.csv"),
      let cells = try text(folder + "expected_launch2014_net_rate_agesex.csv.gz")
    else { return }
    var runs: [String: Double] = [:]
    var byAge: [String: [Double]] = [:]
    for launch in [2004, 2009, 2014, 2019] {
      for region in finland.regions {
        for method in ["net_rate", "net_count", "zero_migration"] {
          let years = finland.projected(
            region, launch: launch, until: min(2025, launch + 15), method)
          for (step, persons) in years.enumerated() {
            let year = launch + step + 1
            runs["\(launch),\(year),\(method),\(region)"] = persons.reduce(0, +)
            if launch == 2014, method == "net_rate" { byAge["\(year),\(region)"] = persons }
          }
        }
        let now = finland.total(region, launch)
        let slope = (now - finland.total(region, launch - 10)) / 10
        for year in launch + 1...min(2025, launch + 15) {
          runs["\(launch),\(year),linear_10y,\(region)"] = now + slope * Double(year - launch)
        }
      }
    }
    var worst = 0.0
    var compared = 0
    var percent: [String: [Double]] = [:]
    for row in expected.rows {
      let method = row["method"] ?? ""
      let key = "\(row["launch"] ?? ""),\(row["year"] ?? ""),\(method),\(row["reg"] ?? "")"
      let ours = try #require(runs[key], "\(key)")
      let proj = try #require(Double(row["proj"] ?? ""))
      let actual = try #require(Double(row["actual"] ?? ""))
      worst = max(worst, abs(ours / proj - 1))
      compared += 1
      percent["\(method),\(row["h"] ?? "")", default: []].append(100 * (ours / actual - 1))
    }
    #expect(compared > 2600)
    #expect(worst <= 1e-6)
    for row in errors.rows {
      let found = try #require(percent["\(row["method"] ?? ""),\(row["h"] ?? "")"])
      expectErrors(found, row)
      #expect(row["n"] == "\(found.count)")
    }
    #expect(cells.rows.count == 2 * 19 * 101)
    for row in cells.rows {
      let persons = try #require(byAge["\(row["year"] ?? ""),\(row["reg"] ?? "")"])
      let age = try #require(Int(row["age"] ?? ""))
      let ours = [persons[age], persons[101 + age]]
      let wanted = ["m", "f"].map { Double(row[$0] ?? "") ?? .nan }
      // Death rates are printed with five digits. Under 75 that is less than the seventh digit of the people;
      // a rate of 0.1 to 0.5 is known to 5e-6, and so is each of ten years of survival to old age.
      #expect(worstRelative(ours, wanted) <= (age < 75 ? 1e-6 : 5e-5), "\(row)")
    }
  }
}

/// Mean absolute, mean and largest error in per cent, beside a row of `MAPE`, `MALPE` and `max_ape`.
///
/// Populations agree to 1e-6, so a mean error near zero is known to 1e-4 of a per cent and no better.
func expectErrors(_ percent: [Double], _ row: [String: String]) {
  func expected(_ column: String) -> Double { Double(row[column] ?? "") ?? .nan }
  let count = Double(percent.count)
  let absolute: Double = percent.reduce(0) { $0 + abs($1) }
  let signed: Double = percent.reduce(0, +)
  #expect(abs(absolute / count / expected("MAPE") - 1) <= 1e-4, "\(row)")
  #expect(abs(signed / count - expected("MALPE")) <= 1e-4, "\(row)")
  let largest = percent.map { abs($0) }.max() ?? .nan
  #expect(abs(largest / expected("max_ape") - 1) <= 1e-4, "\(row)")
}

/// Single ages of both sexes by region and year, and the constant inputs of a launch.
private struct Finland {
  typealias Surface = [String: [[String: String]]]
  let regions: [String]
  private let population: [Surface]
  private let migrants: [Surface]
  private let deathRates: [Surface]
  private let pattern: Surface
  private let fertility: Surface

  init?(_ read: (String) throws -> ReferenceTable?) throws {
    func surface(_ name: String) throws -> Surface? {
      try read("input_\(name).csv.gz").map {
        Dictionary(grouping: $0.rows) { $0["reg_code"] ?? "" }
      }
    }
    guard let popM = try surface("popM"), let popF = try surface("popF"),
      let migM = try surface("migrationM"), let migF = try surface("migrationF"),
      let mxM = try surface("mxM"), let mxF = try surface("mxF"),
      let pattern = try surface("pasfr"), let fertility = try surface("tfr")
    else { return nil }
    population = [popM, popF]
    migrants = [migM, migF]
    deathRates = [mxM, mxF]
    self.pattern = pattern
    self.fertility = fertility
    regions = fertility.filter { $0.value[0]["include_code"] == "2" }.keys.sorted()
  }

  func total(_ region: String, _ year: Int) -> Double {
    population.reduce(0) { $0 + Self.column($1, region, year).reduce(0, +) }
  }

  private static func column(_ surface: Surface, _ region: String, _ year: Int) -> [Double] {
    (surface[region] ?? []).map { Double($0["\(year)"] ?? "") ?? .nan }
  }

  private static func mean(_ surface: Surface, _ region: String, _ years: ClosedRange<Int>)
    -> [Double]
  {
    let columns = years.map { column(surface, region, $0) }
    return columns[0].indices.map { a in
      columns.reduce(0) { $0 + $1[a] } / Double(columns.count)
    }
  }

  /// Men and then women by age at the end of every year.
  func projected(_ region: String, launch: Int, until end: Int, _ method: String) -> [[Double]] {
    let window = launch - 4...launch
    let survival = deathRates.flatMap {
      survivalRatios(deathRates: Self.mean($0, region, window))
    }
    let shape = Self.mean(pattern, region, window)
    let level = Self.mean(fertility, region, window)[0]
    var births = [Double](repeating: 0, count: 101)
    for (k, share) in shape.enumerated() { births[10 + k] = share / 100 * level }
    let counts = migrants.flatMap { Self.mean($0, region, window) }
    let before = population.flatMap { Self.mean($0, region, launch - 5...launch - 1) }
    var persons = population.flatMap { Self.column($0, region, launch) }
    return (launch..<end).map { _ in
      let net: [Double] =
        switch method {
        case "net_rate":
          counts.indices.map { counts[$0] / max(before[$0], 1) * persons[$0] }
        case "net_count": counts
        default: counts.map { _ in 0 }
        }
      persons = NetMigrationTests.advanced(
        NetMigrationTests.engine(
          population: persons, survival: survival, fertility: births, migrants: net,
          timing: .even, step: 1))
      return persons
    }
  }
}
