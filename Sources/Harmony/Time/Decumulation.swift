public import Demography

/// A sum that is known although its parts are not: what a gap in a year-to-date series leaves.
public struct SumConstraint: Hashable, Sendable {
  /// One of the releases, for measure, area and source.
  public let example: Observation
  /// The months that the sum is about.
  public let span: Period
  /// In units of the observations.
  public let total: Double
  /// The sum of the rounding bases of both releases: the total lies within half of it.
  public let roundBase: Double
  public let lineage: String
}

/// Takes year-to-date series apart.
public enum Decumulation {
  /// Differences of successive releases, starting anew each year.
  ///
  /// Two releases that bound one step give an observation. Where a release between them is missing, their
  /// difference is kept as a constraint over the gap, never divided by guess; so is a release that does
  /// not end with a step.
  ///
  /// - Parameters:
  ///   - observations: spans that start with a year, marked cumulative; others pass by. One vintage each.
  ///   - months: length of a step: 1, 3 or 6.
  /// - Complexity: O(observations · log observations)
  public static func decumulate(
    _ observations: [Observation], months: Int, toolVersion: String
  ) -> (observations: [Observation], constraints: [SumConstraint], lineage: [Lineage]) {
    precondition([1, 3, 6].contains(months), "a step of \(months) months")
    let releases = observations.filter { row in
      row.isCumulative && row.value != nil && row.period.unit == .month
        && row.period.start % 12 == 0 && row.period.length <= 12
    }
    var taking = Taking(months: months, toolVersion: toolVersion)
    let columns = Observation.Column.key(without: [.period]) + [.unit, .multiplier]
    for group in Group.groups(releases, by: columns) {
      let years = Dictionary(grouping: group.rows, by: \.period.year)
      for year in years.keys.sorted() {
        taking.takeApart((years[year] ?? []).sorted { $0.period.length < $1.period.length })
      }
    }
    return (taking.observations, taking.constraints, taking.lineage)
  }

  private struct Taking {
    let months: Int
    let toolVersion: String
    var observations: [Observation] = []
    var constraints: [SumConstraint] = []
    var lineage: [Lineage] = []

    /// - Parameter releases: of one series and year, shortest first.
    mutating func takeApart(_ releases: [Observation]) {
      // The last release that ends with a step; nothing has happened before the year.
      var before: Observation?
      for release in releases {
        let from = before?.period.length ?? 0
        let length = release.period.length
        let span = Period(start: release.period.start + from, length: length - from, unit: .month)
        let lineage = Lineage(
          step: "decumulate", parameters: ["months": "\(months)"],
          inputs: [release.key] + (before.map { [$0.key] } ?? []), toolVersion: toolVersion)
        self.lineage.append(lineage)
        let value = (release.value ?? 0) - (before?.value ?? 0)
        let rounding = release.roundBase + (before?.roundBase ?? 0)
        if length % months == 0, length - from == months {
          var step = release
          step.period = span
          step.isCumulative = false
          step.value = value
          step.roundBase = rounding
          step.vintage = max(release.vintage, before?.vintage ?? release.vintage)
          step.kind = max(.derived, release.kind, before?.kind ?? .observed)
          step.lower = nil
          step.upper = nil
          step.lineage = lineage.id
          observations.append(step)
        } else {
          constraints.append(
            SumConstraint(
              example: release, span: span, total: value, roundBase: rounding, lineage: lineage.id))
        }
        if length % months == 0 { before = release }
      }
    }
  }
}
