import Foundation
import Projection
import Testing

/// Totals of three countries for hindcasts.
enum HindcastCountries {
  /// Sixteen units of Kazakhstan without gaps from 2000 to 2025, from the tables of the package: each
  /// region split since 2018 is put together again, and what South Kazakhstan has no row for is the
  /// country less the others. National natural increase to 2016 is the change less net migration, but
  /// for 2008, when the change holds the census of 2009.
  static func kazakhstan() throws -> RegionalTotals {
    let units = [
      "KZ11": "KZ11", "KZ15": "KZ15", "KZ19": "KZ19", "KZ33": "KZ19", "KZ23": "KZ23",
      "KZ27": "KZ27", "KZ31": "KZ31", "KZ35": "KZ35", "KZ62": "KZ35", "KZ39": "KZ39",
      "KZ43": "KZ43", "KZ47": "KZ47", "KZ51": "KZ51", "KZ61": "KZ51", "KZ79": "KZ51",
      "KZ55": "KZ55", "KZ59": "KZ59", "KZ63": "KZ63", "KZ10": "KZ63", "KZ71": "KZ71",
      "KZ75": "KZ75",
    ]
    let names = Set(units.values).sorted()
    func sums(_ file: String, _ measure: String) throws -> [String: [Double]] {
      var sums: [String: [Double]] = [:]
      for row in try bundled(file).rows where row["MEASURE"] == measure {
        let area = row["REF_AREA"] ?? ""
        guard let unit = area == "KZ" ? "KZ" : units[String(area.prefix(4))],
          let year = Int((row["TIME_PERIOD"] ?? "").prefix(4)), year <= 2025
        else { continue }
        let value = try #require(Double(row["OBS_VALUE"] ?? ""))
        let t = year - 2000
        let known = sums[unit, default: [Double](repeating: .nan, count: 26)][t]
        sums[unit, default: [Double](repeating: .nan, count: 26)][t] =
          known.isNaN ? value : known + value
      }
      return sums
    }
    var population = try sums("population.csv", "POP")
    var natural = try sums("vital_events.csv", "NATINC")
    let nation = try #require(try sums("national.csv", "POP")["KZ"])
    let net = try #require(try sums("national.csv", "NET")["KZ"])
    let others = names.filter { $0 != "KZ51" }
    for t in 0..<26 {
      func sum(_ values: [String: [Double]]) -> Double {
        others.reduce(0) { $0 + (values[$1]?[t] ?? .nan) }
      }
      let persons = nation[t] - sum(population)
      if population["KZ51"]?[t].isNaN ?? true { population["KZ51"]?[t] = persons }
      if t < 25, t != 8, natural["KZ51"]?[t].isNaN ?? true {
        let increase = nation[t + 1] - nation[t] - net[t]
        let rest = increase - sum(natural)
        natural["KZ51"]?[t] = rest
      }
    }
    return try RegionalTotals(
      regions: names, firstYear: 2000, population: names.flatMap { population[$0] ?? [] },
      naturalIncrease: names.flatMap { natural[$0] ?? [] }, breaks: [2008, 2021])
  }

  private static func bundled(_ name: String) throws -> ReferenceTable {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return ReferenceTable(
      text: try String(
        contentsOf: root.appendingPathComponent("data/\(name)"), encoding: .utf8))
  }

  /// Nineteen regions of Finland 1990-2025 (gc13). Populations are of the end of a year, so the
  /// migrants of a year lead to the population of the same year.
  static func finland() throws -> RegionalTotals? {
    func sums(_ stem: String) throws -> [String: [Double]]? {
      var sums: [String: [Double]] = [:]
      for sex in ["M", "F"] {
        guard let table = try shared("gc13_finland_19regions_hindcast/input_\(stem)\(sex).csv.gz")
        else { return nil }
        for row in table.rows {
          let values = (1990...2025).map { Double(row[String($0)] ?? "") ?? .nan }
          let old = sums[row["reg_code"] ?? ""] ?? values.map { _ in 0 }
          sums[row["reg_code"] ?? ""] = zip(old, values).map { $0 + $1 }
        }
      }
      return sums
    }
    guard let table = try shared("gc13_finland_19regions_hindcast/input_tfr.csv.gz"),
      let population = try sums("pop"), let migrants = try sums("migration")
    else { return nil }
    let codes = table.rows.filter { $0["include_code"] == "2" }.compactMap { $0["reg_code"] }
    var natural: [Double] = []
    for code in codes {
      let persons = try #require(population[code])
      let moved = try #require(migrants[code])
      for t in 0..<35 { natural.append(persons[t + 1] - persons[t] - moved[t + 1]) }
      natural.append(.nan)
    }
    return try RegionalTotals(
      regions: codes, firstYear: 1990, population: codes.flatMap { population[$0] ?? [] },
      naturalIncrease: natural, breaks: [])
  }

  /// Eight states of Australia 1981-2016 (gc14); deaths are known for 1993-2011 only.
  static func australia() throws -> RegionalTotals? {
    func sums(_ file: String, _ state: String, _ value: String) throws -> [Double]? {
      guard let table = try shared("gc14_australia_8state_hindcast/input_\(file).csv.gz") else {
        return nil
      }
      var sums = [Double](repeating: .nan, count: 8 * 36)
      for row in table.rows {
        let s = try #require(Int(row[state] ?? "")) - 1
        let year = try #require(Int(row["year"] ?? ""))
        let cell = s * 36 + year - 1981
        let counted = Double(row[value] ?? "") ?? 0
        sums[cell] = sums[cell].isNaN ? counted : sums[cell] + counted
      }
      return sums
    }
    guard let population = try sums("erp", "state", "ERP"),
      let births = try sums("births", "state", "births"),
      let deaths = try sums("deaths", "Reg", "x")
    else { return nil }
    return try RegionalTotals(
      regions: ["NSW", "VIC", "QLD", "SA", "WA", "TAS", "NT", "ACT"], firstYear: 1981,
      population: population, naturalIncrease: zip(births, deaths).map { $0 - $1 }, breaks: [])
  }

  static func shared(_ path: String) throws -> ReferenceTable? {
    guard let url = sharedFile("golden/projection/" + path) else { return nil }
    return ReferenceTable(
      text: path.hasSuffix(".gz") ? try unpacked(url) : try String(contentsOf: url, encoding: .utf8)
    )
  }

  /// Windows and shares to choose from.
  static let candidates = windows.flatMap { migration in
    [1, 3, 5].flatMap { natural in
      [1, 0.8, 0.7, 0.6, 0.5].map {
        ComponentRates(naturalYears: natural, migrationWindows: migration, ownShare: $0)
      }
    }
  }

  private static let windows = [
    [3], [5], [8], [10], [12], [15], [3, 10], [3, 15], [5, 10], [5, 15], [3, 5, 10, 15],
  ]

  static func trial(_ totals: RegionalTotals, _ launches: [Int]) -> Hindcast.Trial {
    Hindcast.Trial(totals: totals, launches: launches, horizons: [5, 10])
  }
}
