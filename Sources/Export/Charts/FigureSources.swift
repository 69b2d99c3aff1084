import Demography

/// Who states the observations that a figure rests on.
struct FigureSources {
  /// Measures that enter a projection of people by age, sex and region.
  private static let people = ["POP", "BIRTHS", "DEATHS", "FLOW_IN", "FLOW_OUT", "FLOW_OD"]
  /// Measures that each computed table is made of.
  private static let measures: [String: [String]] = [
    "population": people, "components": people, "pyramid": people, "differences": people,
    "levels": people, "hindcast_scores": ["POP", "NATINC", "BIRTHS", "DEATHS"],
    "explanation": people, "sensitivity": people, "od_differences": people,
    "permit_parts": ["PERMIT_STOCK", "QUOTA"],
    "od_flows": ["FLOW_OD", "FLOW_IN", "FLOW_OUT"], "permit_stock": ["PERMIT_STOCK", "QUOTA"],
  ]

  /// Observations by agency, of each measure.
  private var counts: [String: [String: Int]] = [:]
  /// Agencies that state a value, by area, period and value.
  private var stated: [String: Set<String>] = [:]

  /// - Complexity: O(rows of `observations` and `harmonised`)
  init(_ tables: [String: Table]) {
    var agencies: [String: String] = [:]
    for row in tables["sources"].map({ Array(TableRows($0)) }) ?? [] {
      agencies[row.text("id")] = row.text("agency")
    }
    for name in ["observations", "harmonised"] {
      guard let table = tables[name] else { continue }
      let sources = table.texts("SOURCE_ID")
      let measures = table.texts("MEASURE")
      let areas = table.texts("REF_AREA")
      let periods = table.texts("TIME_PERIOD")
      let values = table.numbers("OBS_VALUE")
      for index in 0..<table.rowCount {
        guard let agency = sources[index].flatMap({ agencies[$0] }), !agency.hasPrefix("MODEL")
        else { continue }
        if name == "observations" {
          counts[measures[index] ?? "", default: [:]][agency, default: 0] += 1
        }
        guard let value = values[index] else { continue }
        stated[Self.key(areas[index] ?? "", periods[index] ?? "", value), default: []]
          .insert(agency)
      }
    }
  }

  private static func key(_ area: String, _ period: String, _ value: Double) -> String {
    "\(area)|\(period)|\(Demography.text(value))"
  }

  /// Agencies whose observations enter these tables, those with most observations first.
  func agencies(of tables: [String]) -> [String] {
    var sum: [String: Int] = [:]
    for measure in tables.flatMap({ Self.measures[$0] ?? [] }).distinct() {
      sum.merge(counts[measure] ?? [:]) { $0 + $1 }
    }
    return Self.ranked(sum)
  }

  /// Agencies whose observations are the known values of a series: those that state the same value
  /// for the same area and period, at least a tenth as often as whoever states most of them.
  func agencies(ofSeries rows: [TableRows.Row]) -> [String] {
    var sum: [String: Int] = [:]
    for row in rows where row.text("kind") != "projected" {
      guard let value = row.number("value") else { continue }
      for agency in stated[Self.key(row.text("area"), row.text("period"), value)] ?? [] {
        sum[agency, default: 0] += 1
      }
    }
    let least = (sum.values.max() ?? 0) / 10
    return Self.ranked(sum.filter { $0.value >= least })
  }

  private static func ranked(_ counts: [String: Int]) -> [String] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}
