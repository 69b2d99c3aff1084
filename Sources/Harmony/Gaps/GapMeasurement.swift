internal import Demography

/// Measures one cell of the gap matrix.
struct GapMeasurement {
  let duty: Duty
  let period: Period
  /// The agency's observations of the indicator, all periods.
  let rows: [Observation]
  /// All vintages of the agency's observations of the indicator, by key, oldest first.
  let vintages: [String: [Observation]]
  /// Observations of the same measures by other reporters.
  let others: [Observation]

  /// The rows that are about the period, directly or by adding up shorter ones.
  private(set) var present: [Observation] = []
  private(set) var availability = 0.0
  /// Whether there are rows that overlap the period but are about another span.
  private(set) var hasOtherSpans = false

  init(
    _ duty: Duty, _ period: Period, rows: [Observation], vintages: [String: [Observation]],
    others: [Observation]
  ) {
    self.duty = duty
    self.period = period
    self.rows = rows
    self.vintages = vintages
    self.others = others
    var cells: Set<[String]> = []
    for group in Group.groups(rows, by: [.measure, .referenceArea, .origin, .destination]) {
      let found = Self.about(period, group.rows)
      guard !found.isEmpty else { continue }
      present += found
      if found.contains(where: { $0.value != nil }) { cells.insert(group.key) }
    }
    let expected = max(1, duty.areas * max(1, duty.measures.count))
    availability = min(1, Double(cells.count) / Double(expected))
    hasOtherSpans =
      present.isEmpty
      && rows.contains {
        $0.period.firstDay < period.endDay && period.firstDay < $0.period.endDay
      }
  }

  /// Rows of the period, shorter ones that fill it, or two year-to-date releases that bound it.
  private static func about(_ period: Period, _ rows: [Observation]) -> [Observation] {
    let exact = rows.filter { $0.isAbout(period) }
    if !exact.isEmpty { return exact }
    if let covered = cover(period, rows) { return covered }
    let sums = rows.filter { $0.isCumulative && $0.period.year == period.year }
    let end = sums.filter { $0.period.endDay == period.endDay }
    let start = sums.filter { $0.period.endDay == period.firstDay }
    return end.isEmpty || start.isEmpty ? [] : start + end
  }

  var timelinessDays: Double? {
    let end = period.endDay.number
    return median(
      present.compactMap { row in
        guard let first = vintages[row.key]?.first else { return nil }
        let last = row.period.frequency == "D" ? row.period.firstDay.number : end
        return Double(first.vintage.day.number - last)
      })
  }

  var completeness: Double? {
    guard !present.isEmpty else { return nil }
    let columns: [Observation.Column] = [.referenceArea, .sex, .age, .citizenship, .activity]
    let unknown = present.count { row in
      row.value == nil || columns.contains { row[$0] == "_U" }
    }
    return 1 - Double(unknown) / Double(present.count)
  }

  var granularity: Double? {
    guard !duty.dimensions.isEmpty, !present.isEmpty else { return nil }
    let broken = duty.dimensions.count { column in
      present.contains { !["_T", "_Z", "_U"].contains($0[column]) }
    }
    return Double(broken) / Double(duty.dimensions.count)
  }

  var definition: Double? {
    guard !duty.target.isEmpty, !present.isEmpty else { return nil }
    let equal = duty.target.count { axis, code in
      present.allSatisfy { axis.value(of: $0) == code }
    }
    return Double(equal) / Double(duty.target.count)
  }

  /// Whether a source does not say what it counts.
  var isUndocumented: Bool {
    present.contains { ["_Z", "_U"].contains($0.concept) && duty.target[.concept] != nil }
  }

  var consistency: Double? {
    var differences: [Double] = []
    for row in present {
      guard let x = row.scaledValue else { continue }
      for other in others where other.measure == row.measure && other.period == row.period {
        guard other.place == row.place, other.sex == row.sex, other.age == row.age,
          other.citizenship == row.citizenship, other.permitType == row.permitType,
          other.activity == row.activity, Comparability.differences(row, other).isEmpty,
          let y = other.scaledValue, x + y > 0
        else { continue }
        differences.append(abs(x - y) / ((x + y) / 2))
      }
    }
    return median(differences).map { 1 - $0 }
  }

  var revision: Double? {
    median(
      present.compactMap { row in
        guard let releases = vintages[row.key], releases.count > 1,
          let first = releases.first?.value, let last = releases.last?.value, last != 0
        else { return nil }
        return abs(last - first) / abs(last)
      })
  }

  func openness(_ sources: [SourceFacts]) -> String {
    guard !present.isEmpty else { return "" }
    let ids = Set(present.map(\.source))
    let terms = sources.filter { ids.contains($0.id) }.map(\.mayExport)
    if terms.contains(false) { return "internal" }
    return terms.count == ids.count && !terms.contains(nil) ? "export" : "unknown"
  }
}

/// The middle value; `nil` for none.
func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
