public import Demography

/// A longer period that could not be made because parts are missing.
public struct IncompletePeriod: Hashable, Sendable {
  /// One of the parts, for measure, area and source.
  public let example: Observation
  public let period: Period
  /// How many parts have a value, and how many make the period.
  public let present: Int
  public let expected: Int
}

/// Adds up flows of short periods to longer ones.
public enum TimeAggregation {
  /// - Parameters:
  ///   - observations: flows of monthly or quarterly periods; others pass by.
  ///   - frequency: `Q` or `A`.
  /// - Returns: one DERIVED observation for every period all of whose parts have a value, with the
  ///   vintage of the latest part; the periods that lack parts; how the results were made.
  /// - Complexity: O(observations · log observations)
  public static func aggregate(
    _ observations: [Observation], to frequency: String, toolVersion: String
  ) -> (observations: [Observation], incomplete: [IncompletePeriod], lineage: [Lineage]) {
    precondition(["Q", "A"].contains(frequency), "frequency \(frequency)")
    let length = frequency == "Q" ? 3 : 12
    let flows = observations.filter { row in
      row.period.unit == .month && row.period.length < length && length % row.period.length == 0
        && !row.isCumulative && row.period.frequency != "_O"
    }
    var results: [Observation] = []
    var incomplete: [IncompletePeriod] = []
    var lineages: [Lineage] = []
    let columns = Observation.Column.key(without: [.period]) + [.unit, .multiplier]
    for group in Group.groups(flows, by: columns) {
      let spans = Dictionary(grouping: group.rows) { row in
        [row.period.start / length, row.period.length]
      }
      for span in spans.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        let parts = (spans[span] ?? []).sorted { $0.period < $1.period }
        let period = Period(start: span[0] * length, length: length, unit: .month)
        let values = parts.compactMap(\.value)
        let expected = length / span[1]
        guard values.count == expected, Set(parts.map(\.period)).count == expected else {
          incomplete.append(
            IncompletePeriod(
              example: parts[0], period: period, present: values.count, expected: expected))
          continue
        }
        let lineage = Lineage(
          step: "aggregate_time", parameters: ["to": frequency], inputs: parts.map(\.key),
          toolVersion: toolVersion)
        results.append(sum(parts, values, period, lineage))
        lineages.append(lineage)
      }
    }
    return (results, incomplete, lineages)
  }

  private static func sum(
    _ parts: [Observation], _ values: [Double], _ period: Period, _ lineage: Lineage
  ) -> Observation {
    var total = parts[0]
    total.period = period
    total.value = values.reduce(0, +)
    total.vintage = parts.map(\.vintage).max() ?? total.vintage
    total.kind = max(.derived, parts.map(\.kind).max() ?? .derived)
    total.status = parts.first { $0.status != .normal }?.status ?? .normal
    total.roundBase = parts.reduce(0) { $0 + $1.roundBase }
    total.lower = nil
    total.upper = nil
    total.lineage = lineage.id
    total.note = ""
    return total
  }
}
