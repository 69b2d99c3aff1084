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
      let expected = try text("gc12_bayespop_ccm_sweden/expected.csv")
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
      if isRate {
        let total = rate * population.reduce(0, +)
        population = zip(population, schedule + schedule).map { $0 + total * $1 / 2 }
      }
      let rows = expected.rows.filter { $0["case"] == code && $0["period"] == "\(period)" }
      #expect(rows.count == 18)
      let wanted = ["pop_m", "pop_f"].flatMap { column in
        rows.map { Double($0[column] ?? "") ?? .nan }
      }
      #expect(worstRelative(population, wanted) <= 1e-9, "\(code) \(period)")
    }
  }

  /// 19 regions of Finland from four launches, Statistics Finland by way of bayesPopFINdata.
  @Test func finlandFromFourLaunchesIsThatOfTheReferenceRun() throws {
    let folder = "gc13_finland_19regions_hindcast/"
    guard let finland = try Finland({ try self.text(folder + $0) }),
      let expected = try text(folder + "expected_hindcast.csv.gz"),
      let errors = try text(folder + "expected_mape.csv")
    else { return }
    var runs: [String: Double] = [:]
    for launch in [2004, 2009, 2014, 2019] {
      for region in finland.regions {
        for method in ["net_rate", "net_count", "zero_migration"] {
          let totals = finland.projected(
            region, launch: launch, until: min(2025, launch + 15), method)
          for (step, total) in totals.enumerated() {
            runs["\(launch),\(launch + step + 1),\(method),\(region)"] = total
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
    var ape: [String: [Double]] = [:]
    for row in expected.rows {
      let method = row["method"] ?? ""
      let key = "\(row["launch"] ?? ""),\(row["year"] ?? ""),\(method),\(row["reg"] ?? "")"
      let ours = try #require(runs[key], "\(key)")
      let proj = try #require(Double(row["proj"] ?? ""))
      let actual = try #require(Double(row["actual"] ?? ""))
      worst = max(worst, abs(ours / proj - 1))
      compared += 1
      ape["\(method),\(row["h"] ?? "")", default: []].append(abs(100 * (ours / actual - 1)))
    }
    #expect(compared > 2600)
    #expect(worst <= 1e-6)
    for row in errors.rows {
      let found = try #require(ape["\(row["method"] ?? ""),\(row["h"] ?? "")"])
      let mean = found.reduce(0, +) / Double(found.count)
      #expect(abs(mean / (Double(row["MAPE"] ?? "") ?? .nan) - 1) <= 1e-4, "\(row)")
    }
  }
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

  func projected(_ region: String, launch: Int, until end: Int, _ method: String) -> [Double] {
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
      return persons.reduce(0, +)
    }
  }
}
