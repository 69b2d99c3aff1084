/// Growth of regions by components: natural increase, and net migration as what is left of the change.
///
/// The rate of natural increase is the mean of the last `naturalYears`, that of net migration the mean
/// over one or several windows of the last years that are no breaks (a short and a long window weigh
/// late years more than early ones), drawn towards the rate of all regions together:
/// `g[r] = ḡ + ownShare (m[r] − ḡ)`, `ḡ` weighted by population. Both rates stay constant, so
/// `P(t + h) = P(t) (1 + n + g)^h`. Where a region's natural increase is unknown in the whole window,
/// its migration rate is that of the whole change. Smith, Tayman & Swanson (2013), A Practitioner's
/// Guide to State and Local Population Projections, chapters 7 and 8.
public struct ComponentRates: Hashable, Sendable {
  public let naturalYears: Int
  /// Years of each window; the windows weigh alike.
  public let migrationWindows: [Int]
  /// Weight of a region's own net migration, 0 (that of all regions) to 1.
  public let ownShare: Double

  public init(naturalYears: Int, migrationWindows: [Int], ownShare: Double) {
    precondition(naturalYears > 0, "a window of \(naturalYears) years")
    precondition(
      !migrationWindows.isEmpty && migrationWindows.allSatisfy { $0 > 0 },
      "windows of \(migrationWindows) years")
    precondition((0...1).contains(ownShare), "a share of \(ownShare)")
    self.naturalYears = naturalYears
    self.migrationWindows = migrationWindows
    self.ownShare = ownShare
  }

  /// What launches of 19 Finnish (2000-2020) and 8 Australian regions (1994-2011) prefer, 5 and 10 years
  /// ahead and beside a 10-year line: the last year of natural increase, net migration of 3 and of 15
  /// years, 70 % of it the region's own. See `Hindcast.ranked`.
  public static let standard = ComponentRates(
    naturalYears: 1, migrationWindows: [3, 15], ownShare: 0.7)

  /// Rates of a launch by region, from the years before it.
  /// - Throws: `tooFewYears` where no year without a break is left.
  func rates(
    _ totals: RegionalTotals, launch: Int
  ) throws(ProjectionError) -> (natural: [Double?], migration: [Double]) {
    let natural = totals.regions.indices.map { naturalRate(totals, $0, launch: launch) }
    var migration: [Double] = []
    for r in totals.regions.indices {
      var rate = 0.0
      for years in migrationWindows {
        let left = window(totals, launch, years).compactMap { year -> Double? in
          if totals.breaks.contains(year) { return nil }
          let rest = totals.growth(r, year) - (natural[r] == nil ? 0 : totals.naturalRate(r, year))
          return rest.isNaN ? nil : rest
        }
        guard !left.isEmpty else { throw .tooFewYears(launch: launch, years: 0, needed: 1) }
        rate += left.reduce(0, +) / Double(left.count) / Double(migrationWindows.count)
      }
      migration.append(rate)
    }
    let weights = totals.regions.indices.map { totals.population($0, launch) }
    let together =
      zip(migration, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    return (natural, migration.map { together + ownShare * ($0 - together) })
  }

  /// Mean rate of natural increase before a launch; nil where no year of the window is known.
  func naturalRate(_ totals: RegionalTotals, _ region: Int, launch: Int) -> Double? {
    let known = window(totals, launch, naturalYears).map { totals.naturalRate(region, $0) }
      .filter { !$0.isNaN }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private func window(_ totals: RegionalTotals, _ launch: Int, _ years: Int) -> Range<Int> {
    max(totals.firstYear, launch - years)..<launch
  }
}
