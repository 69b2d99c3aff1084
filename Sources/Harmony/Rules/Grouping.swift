internal import Demography

/// Observations that share the text of some columns, sorted by that text.
struct Group {
  let key: [String]
  let rows: [Observation]

  /// - Complexity: O(rows · columns), sorting the groups.
  static func groups(_ rows: [Observation], by columns: [Observation.Column]) -> [Group] {
    var indices: [[String]: Int] = [:]
    var groups: [(key: [String], rows: [Observation])] = []
    for row in rows {
      let key = columns.map { row[$0] }
      if let index = indices[key] {
        groups[index].rows.append(row)
      } else {
        indices[key] = groups.count
        groups.append((key, [row]))
      }
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { Group(key: $0.key, rows: $0.rows) }
  }

  /// The area all rows share; empty when they do not.
  var area: String {
    guard let first = rows.first, rows.allSatisfy({ $0.place == first.place }) else { return "" }
    return first.place
  }
}

extension Observation.Column {
  /// The columns of the key without some.
  static func key(without excluded: Set<Observation.Column>) -> [Observation.Column] {
    key.filter { !excluded.contains($0) && $0 != .frequency }
  }

  /// The columns that say who and where, by whatever definition and source.
  static let subject = key(without: [
    .measure, .reporter, .source, .period, .cumulative, .concept, .durationDefinition, .event,
    .scope, .geoVintage,
  ])
}

extension Observation {
  /// The value in units: the stated value times its power of ten.
  var scaledValue: Double? { value.map { $0 * power(multiplier) } }

  /// The rounding base in units.
  var scaledRounding: Double { roundBase * power(multiplier) }

  private func power(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<min(abs(exponent), 30) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }

  /// Whether this is about the period, or is a stock on the period's first day.
  func isAbout(_ wanted: Period) -> Bool {
    period == wanted
      || (period.frequency == "D" && period.firstDay == wanted.firstDay && wanted.unit == .month)
  }
}

/// The rows about a period: those of the period itself, or shorter ones that fill it without gap and
/// overlap; `nil` when there are none such.
func cover(_ period: Period, _ rows: [Observation]) -> [Observation]? {
  let exact = rows.filter { $0.isAbout(period) }
  if !exact.isEmpty { return exact }
  let inside = rows.filter { period.contains($0.period) && !$0.isCumulative }
    .sorted { $0.period < $1.period }
  for length in Set(inside.map(\.period.length)).sorted(by: >) {
    let steps = inside.filter { $0.period.length == length }
    var next = period.firstDay
    for row in steps {
      guard row.period.firstDay == next else { break }
      next = row.period.endDay
    }
    if next == period.endDay, steps.last?.period.endDay == next { return steps }
  }
  return nil
}
