import Demography
import Formats
import Foundation
import Projection

/// Population and natural increase by region and year, before they become a table without gaps.
struct TotalsTable {
  private var population: [String: [Int: Double]] = [:]
  private var naturalIncrease: [String: [Int: Double]] = [:]
  private(set) var leftOut: [String] = []
  /// The whole, where its own numbers are known.
  private var country: Country?

  /// Population and yearly natural increase of all regions together.
  private struct Country {
    var population: [Int: Double] = [:]
    var naturalIncrease: [Int: Double] = [:]
  }

  /// Populations of 1 January and natural increases of whole years.
  ///
  /// - Parameter country: population, natural increase and net migration of the whole, of one source.
  init(_ observations: [Observation], country: [Observation] = []) {
    for (area, years) in Self.years(observations, of: "POP") { population[area] = years }
    for (area, years) in Self.years(observations, of: "NATINC") { naturalIncrease[area] = years }
    guard let persons = Self.years(country, of: "POP").first?.value else { return }
    var whole = Country(population: persons)
    for (year, net) in Self.years(country, of: "NET").first?.value ?? [:] {
      guard let start = persons[year], let end = persons[year + 1] else { continue }
      whole.naturalIncrease[year] = end - start - net
    }
    for (year, value) in Self.years(country, of: "NATINC").first?.value ?? [:] {
      whole.naturalIncrease[year] = value
    }
    self.country = whole
  }

  /// Values of a measure by area and year: of 1 January for populations, of whole years for others.
  private static func years(
    _ observations: [Observation], of measure: String
  ) -> [String: [Int: Double]] {
    var values: [String: [Int: Double]] = [:]
    for observation in observations where observation.measure == measure {
      guard let value = observation.value else { continue }
      let period = observation.period
      let isMeant =
        measure == "POP"
        ? period.firstDay.month == 1 && period.firstDay.day == 1 && period.frequency != "Q"
        : period.frequency == "A"
      if isMeant { values[observation.referenceArea, default: [:]][period.year] = value }
    }
    return values
  }

  /// Gives the one region that does not know its natural increase in a year what the country has more than
  /// the others; only where all regions' people are the country's, and not in years whose change reads like
  /// a census, in which the country's change is no sum of events.
  ///
  /// - Returns: the years filled, by region.
  mutating func fillNaturalIncrease() throws -> [String: [Int]] {
    guard let country else { return [:] }
    let before = try totals(breaks: [])
    let revised = before.revisionYears(before: before.lastYear)
    var filled: [String: [Int]] = [:]
    for year in before.firstYear..<before.lastYear where !revised.contains(year) {
      guard let whole = country.population[year], let all = country.naturalIncrease[year] else {
        continue
      }
      let persons = before.regions.reduce(0) { $0 + (population[$1]?[year] ?? .nan) }
      let unknown = before.regions.filter { naturalIncrease[$0]?[year] == nil }
      guard abs(persons - whole) <= 1e-6 * whole, unknown.count == 1 else { continue }
      let others = before.regions.reduce(0) { $0 + (naturalIncrease[$1]?[year] ?? 0) }
      naturalIncrease[unknown[0], default: [:]][year] = all - others
      filled[unknown[0], default: []].append(year)
    }
    return filled
  }

  /// Vintages of a file in the order of their names, which dates sort by time.
  ///
  /// - Throws: `hindcast.vintage-column` where the file has no column `vintage`.
  static func vintages(file: String) throws -> [String] {
    let grid = try UserFile.grid(file)
    let header = grid.rows.first?.cells.map { $0.lowercased() } ?? []
    guard let column = header.firstIndex(of: "vintage") else {
      throw Fault(
        .badData, "hindcast.vintage-column", ["found": header.joined(separator: ", ")],
        at: Place(file: file, line: 1))
    }
    let names = grid.rows.dropFirst().filter { $0.cells.count == header.count }
    return Set(names.map { $0.cells[column] }).sorted()
  }

  /// Reads `region`, `year`, `population` and `natural_increase` (may be absent or empty).
  ///
  /// - Parameter vintage: the data as they stood then: of every region and year the last of the vintages up
  ///   to this one; `nil` for a file of one vintage.
  /// - Throws: `Faults` with every row that cannot be read or stands twice; `hindcast.columns`.
  init(file: String, asOf vintage: String? = nil) throws {
    let grid = try UserFile.grid(file)
    let header = grid.rows.first?.cells.map { $0.lowercased() } ?? []
    guard let region = header.firstIndex(of: "region"), let year = header.firstIndex(of: "year"),
      let persons = header.firstIndex(of: "population")
    else {
      throw Fault(
        .badData, "hindcast.columns", ["found": header.joined(separator: ", ")],
        at: Place(file: file, line: 1))
    }
    let natural = header.firstIndex(of: "natural_increase")
    let column = vintage == nil ? nil : header.firstIndex(of: "vintage")
    var known: [String: Set<Int>] = [:]
    func issue(of row: TextGrid.Row) -> String {
      column.map { $0 < row.cells.count ? row.cells[$0] : "" } ?? ""
    }
    let rows = grid.rows.dropFirst().filter { issue(of: $0) <= vintage ?? "" }
    var faults: [Fault] = []
    for row in column == nil ? rows : rows.sorted(by: { issue(of: $0) < issue(of: $1) }) {
      func report(_ code: String, _ arguments: [String: String] = [:]) {
        faults.append(Fault(.badData, code, arguments, at: Place(file: file, line: row.line)))
      }
      guard row.cells.count == header.count, let time = Int(row.cells[year]),
        let people = Double(row.cells[persons]), people > 0, people.isFinite
      else {
        report("hindcast.row")
        continue
      }
      let name = row.cells[region]
      if !known[issue(of: row) + " " + name, default: []].insert(time).inserted {
        report("hindcast.twice", ["region": name, "year": String(time)])
      }
      population[name, default: [:]][time] = people
      guard let natural, !row.cells[natural].isEmpty else { continue }
      guard let value = Double(row.cells[natural]), value.isFinite else {
        report("hindcast.natural", ["value": row.cells[natural]])
        continue
      }
      naturalIncrease[name, default: [:]][time] = value
    }
    if !faults.isEmpty { throw Faults(faults) }
  }

  /// Puts regions together: `NEW=A+B`; a year is known where all parts are. The date behind a code may
  /// be left out: `KZ19` stands for `KZ19@2022-06-08`.
  ///
  /// - Throws: `option.wrong`, also for a part named twice; `hindcast.region-unknown`;
  ///   `hindcast.join-exists` when another region has the new name.
  mutating func join(_ text: String) throws {
    let halves = text.split(separator: "=").map(String.init)
    let named = halves.count == 2 ? halves[1].split(separator: "+").map(String.init) : []
    let parts = named.map { name in
      population.keys.sorted().first { $0 == name || $0.hasPrefix(name + "@") } ?? name
    }
    guard !parts.isEmpty, Set(parts).count == parts.count else {
      throw Fault(
        .usage, "option.wrong", ["option": "--join", "value": text, "form": "NEW=A+B"])
    }
    for part in parts where population[part] == nil {
      throw Fault(
        .usage, "hindcast.region-unknown",
        [
          "region": part, "nearest": nearest(to: part, in: population.keys.sorted()) ?? "",
          "known": population.keys.sorted().joined(separator: ", "),
        ])
    }
    if population[halves[0]] != nil, !parts.contains(halves[0]) {
      throw Fault(
        .usage, "hindcast.join-exists",
        ["region": halves[0], "parts": parts.joined(separator: "+")])
    }
    let persons = Self.sum(population, parts)
    let natural = Self.sum(naturalIncrease, parts)
    for part in parts {
      population[part] = nil
      naturalIncrease[part] = nil
    }
    population[halves[0]] = persons
    naturalIncrease[halves[0]] = natural
  }

  private static func sum(_ values: [String: [Int: Double]], _ parts: [String]) -> [Int: Double] {
    let years = parts.map { Set((values[$0] ?? [:]).keys) }
    let common = years.dropFirst().reduce(years[0]) { $0.intersection($1) }
    return Dictionary(
      uniqueKeysWithValues: common.map { year in
        (year, parts.reduce(0) { $0 + (values[$1]?[year] ?? 0) })
      })
  }

  /// The longest run of years up to the last that most regions know; regions with a gap in it are
  /// noted in `leftOut`.
  ///
  /// - Throws: `hindcast.no-series` when no region has two years in a row.
  mutating func totals(breaks: Set<Int>) throws -> RegionalTotals {
    let spans = population.mapValues { Self.span($0) }
    let lengths = spans.values.map { $0.count }.sorted()
    let last = spans.values.map(\.upperBound).max() ?? 0
    // The span that half of the regions or more cover.
    let usual = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
    guard usual >= 2 else { throw Fault(.missingInput, "hindcast.no-series", [:]) }
    let first = last - usual + 1
    let kept = spans.filter { $0.value.upperBound == last && $0.value.lowerBound <= first }.keys
      .sorted()
    leftOut = spans.keys.filter { !kept.contains($0) }.sorted()
    let years = Array(first...last)
    do {
      return try RegionalTotals(
        regions: kept, firstYear: first,
        population: kept.flatMap { region in years.map { population[region]?[$0] ?? .nan } },
        naturalIncrease: kept.flatMap { region in
          years.map { naturalIncrease[region]?[$0] ?? .nan }
        }, breaks: breaks)
    } catch {
      throw Faults(error.fault)
    }
  }

  /// Persons on 1 January; `nil` where unknown.
  func population(_ region: String, _ year: Int) -> Double? { population[region]?[year] }

  /// The totals of those of some regions that are known in every year from one to the last of the table.
  ///
  /// - Throws: `hindcast.no-series` where none is.
  func totals(
    of regions: [String], from first: Int, breaks: Set<Int>
  ) throws -> RegionalTotals {
    let last = population.values.compactMap { $0.keys.max() }.max() ?? first
    let years = Array(first...max(first, last))
    let kept = regions.filter { region in
      years.allSatisfy { population[region]?[$0] != nil }
    }
    guard !kept.isEmpty, years.count >= 2 else {
      throw Fault(.missingInput, "hindcast.no-series", [:])
    }
    do {
      return try RegionalTotals(
        regions: kept, firstYear: first,
        population: kept.flatMap { region in years.map { population[region]?[$0] ?? .nan } },
        naturalIncrease: kept.flatMap { region in
          years.map { naturalIncrease[region]?[$0] ?? .nan }
        }, breaks: breaks.filter { $0 >= first && $0 < years[years.count - 1] })
    } catch {
      throw Faults(error.fault)
    }
  }

  /// Years without a gap up to the last one known.
  private static func span(_ values: [Int: Double]) -> ClosedRange<Int> {
    let last = values.keys.max() ?? 0
    var first = last
    while values[first - 1] != nil { first -= 1 }
    return first...last
  }
}
