import Foundation
import Projection
import Testing

/// Golden case gc14: eight states of Australia from four launches, Australian Bureau of Statistics by
/// way of Wisniowski & Raymer (2025), European Journal of Population.
@Suite struct AustraliaHindcastTests {
  private static let folder = "golden/projection/gc14_australia_8state_hindcast/"

  private func table(_ name: String) throws -> ReferenceTable? {
    guard let url = sharedFile(Self.folder + name) else { return nil }
    return ReferenceTable(
      text: name.hasSuffix(".gz") ? try unpacked(url) : try String(contentsOf: url, encoding: .utf8)
    )
  }

  @Test func fourLaunchesAreThoseOfTheReferenceRun() throws {
    guard let australia = try Australia({ try table($0) }),
      let expected = try table("expected_hindcast.csv"),
      let errors = try table("expected_mape.csv"),
      let cells = try table("expected_launch2006_agesex.csv.gz")
    else { return }
    var totals: [String: [Double]] = [:]
    for launch in [1996, 2001, 2006, 2011] {
      for method in ["multiregional_OD", "no_internal_migration", "no_international"] {
        let steps = australia.projected(launch: launch, method)
        for (k, population) in steps.enumerated() {
          totals["\(launch),\(launch + 5 * (k + 1)),\(method)"] =
            australia.shape.totals(population)
        }
        if launch == 2006, method == "multiregional_OD" {
          check(steps, against: cells, australia)
        }
      }
      let now = australia.totals(launch)
      let before = australia.totals(launch - 10)
      for year in stride(from: launch + 5, through: 2016, by: 5) {
        let slope = zip(now, before).map { ($0 - $1) / 10 }
        totals["\(launch),\(year),linear_10y_base"] = zip(now, slope).map {
          $0 + $1 * Double(year - launch)
        }
        totals["\(launch),\(year),no_change"] = now
      }
    }
    var percent: [String: [Double]] = [:]
    var compared: Set<String> = []
    for row in expected.rows {
      let method = row["method"] ?? ""
      let key = "\(row["launch"] ?? ""),\(row["year"] ?? ""),\(method)"
      let state = try #require(Australia.codes.firstIndex(of: row["state"] ?? ""))
      let ours = try #require(totals[key], "\(key)")[state]
      let actual = try #require(Double(row["actual_ERP"] ?? ""))
      #expect(abs(ours / (Double(row["projected"] ?? "") ?? .nan) - 1) <= 1e-6, "\(key) \(state)")
      let h = (Int(row["year"] ?? "") ?? 0) - (Int(row["launch"] ?? "") ?? 0)
      percent["\(method),\(h)", default: []].append(100 * (ours / actual - 1))
      compared.insert(method)
    }
    #expect(compared.count == 5)
    for row in errors.rows {
      expectErrors(try #require(percent["\(row["method"] ?? ""),\(row["h"] ?? "")"]), row)
    }
  }

  private func check(_ steps: [[Double]], against cells: ReferenceTable, _ australia: Australia) {
    for row in cells.rows {
      guard let year = Int(row["year"] ?? ""), year > 2006, (year - 2006) / 5 <= steps.count else {
        continue
      }
      let state = Australia.codes.firstIndex(of: row["state"] ?? "") ?? 0
      let age = (Int(row["age"] ?? "") ?? 0) / 5
      let cell = australia.shape.index(sex: row["sex"] == "M" ? 0 : 1, age: age, region: state)
      let ours = steps[(year - 2006) / 5 - 1][cell]
      #expect(abs(ours / (Double(row["pop"] ?? "") ?? .nan) - 1) <= 1e-8, "\(row)")
    }
  }
}

/// Eighteen age groups of both sexes in eight states, and the five-year window before a launch.
private struct Australia {
  static let codes = ["NSW", "VIC", "QLD", "SA", "WA", "TAS", "NT", "ACT"]
  let shape = CohortShape(regions: 8, ages: 18)
  private typealias Key = [Int]
  private let births: [Key: Double]
  private let deaths: [Key: (deaths: Double, persons: Double)]
  private let persons: [Key: Double]
  private let international: [Key: Double]
  private let moves: [Key: (flow: Double, atRisk: Double)]

  init?(_ read: (String) throws -> ReferenceTable?) throws {
    guard let births = try read("input_births.csv.gz"),
      let deaths = try read("input_deaths.csv.gz"),
      let persons = try read("input_erp.csv.gz"), let abroad = try read("input_intl.csv.gz"),
      let moves = try read("input_od_flows_1981_2011.csv.gz")
    else { return nil }
    func key(_ row: [String: String], _ columns: [String]) -> Key {
      columns.map { name in
        switch row[name] {
        case "M": 0
        case "F": 1
        case let value: Int(value ?? "") ?? -1
        }
      }
    }
    func number(_ row: [String: String], _ column: String) -> Double {
      Double(row[column] ?? "") ?? .nan
    }
    func dictionary<Value>(
      _ table: ReferenceTable, _ columns: [String], _ value: ([String: String]) -> Value
    ) -> [Key: Value] {
      Dictionary(uniqueKeysWithValues: table.rows.map { (key($0, columns), value($0)) })
    }
    self.births = dictionary(births, ["year", "state", "age"]) { number($0, "births") }
    self.deaths = dictionary(deaths, ["year", "Reg", "S", "age"]) {
      (Double($0["x"] ?? "") ?? 0, number($0, "ERP"))
    }
    self.persons = dictionary(persons, ["year", "state", "sex", "age"]) { number($0, "ERP") }
    international = dictionary(abroad, ["year", "state", "sex", "age"]) {
      number($0, "immig") - number($0, "emig")
    }
    self.moves = dictionary(moves, ["year", "Reg_O", "Reg_D", "sex", "age_end"]) {
      (number($0, "Flow"), number($0, "pop_at_risk"))
    }
  }

  func surface(_ year: Int) -> [Double] {
    cells { persons[[year, $2 + 1, $0, 5 * $1]] ?? .nan }
  }

  func totals(_ year: Int) -> [Double] { shape.totals(surface(year)) }

  private func cells(_ value: (Int, Int, Int) -> Double) -> [Double] {
    (0..<8).flatMap { r in (0..<2).flatMap { s in (0..<18).map { value(s, $0, r) } } }
  }

  func projected(launch: Int, _ method: String) -> [[Double]] {
    let window = launch - 5...launch - 1
    let still = method == "no_internal_migration"
    let closed = method == "no_international"
    let abroad = cells { sex, age, state in
      closed
        ? 0
        : window.reduce(0) { $0 + (international[[$1, state + 1, sex, 5 * age]] ?? .nan) }
    }
    let fertility = (0..<8).flatMap { state in
      (0..<18).map { age -> Double in
        let born = window.reduce(0) { $0 + (births[[$1, state + 1, 5 * age]] ?? 0) }
        let women = window.reduce(0) { $0 + (persons[[$1, state + 1, 1, 5 * age]] ?? .nan) }
        return born / women
      }
    }
    let inputs = CohortInputs(
      shape: shape, population: surface(launch), survival: survival(window), fertility: fertility,
      sexRatioAtBirth: 1.05,
      internalRates: .dense(
        shape: shape,
        rates: still
          ? [Double](repeating: 0, count: 36 * 64) : shares(launch - 5)),
      emigration: [Double](repeating: 0, count: shape.cellCount), immigration: abroad,
      timing: .even, stepYears: 5, form: .transition)
    return TransitionFormTests.advanced(inputs, steps: (2016 - launch) / 5)
  }

  private func survival(_ window: ClosedRange<Int>) -> [Double] {
    (0..<8).flatMap { state in
      (0..<2).flatMap { sex -> [Double] in
        let rates = (0..<18).map { age -> Double in
          let years = window.clamped(to: 1993...2011).compactMap {
            deaths[[$0, state + 1, sex, 5 * age]]
          }
          return years.reduce(0) { $0 + $1.deaths } / years.reduce(0) { $0 + $1.persons }
        }
        let life = try? LifeTable(
          ages: (0..<18).map { 5 * Double($0) }, rates: rates,
          meanYearsLived: [Double](repeating: 2.5, count: 18))
        return life?.survivalRatios ?? []
      }
    }
  }

  /// Shares of movers by age at the end; 0-4 were not asked and take those of 5-9, 85 and over those
  /// of 80-84 where nobody of them moved.
  private func shares(_ year: Int) -> [Double] {
    func flow(_ sex: Int, _ age: Int, _ from: Int, _ to: Int) -> Double? {
      moves[[year, from + 1, to + 1, sex, 5 * age]].map { $0.flow / $0.atRisk }
    }
    var rates = [Double](repeating: 0, count: 36 * 64)
    for sex in 0..<2 {
      let oldMove = (0..<8).contains { i in
        (0..<8).contains { i != $0 && (flow(sex, 17, i, $0) ?? 0) > 0 }
      }
      for age in 0..<18 {
        let source = age == 0 ? 1 : (age == 17 && !oldMove ? 16 : age)
        for i in 0..<8 {
          for j in 0..<8 where i != j {
            rates[((sex * 18 + age) * 8 + j) * 8 + i] = flow(sex, source, i, j) ?? 0
          }
        }
      }
    }
    return rates
  }
}
