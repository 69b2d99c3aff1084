import Glibc

/// A way to carry regional totals on from a launch, by what was known then.
public enum TotalsLine: Hashable, Sendable {
  /// The population of the launch.
  case noChange
  /// The mean yearly change in persons of so many years before the launch.
  case linear(years: Int)
  /// The mean yearly factor of so many years before the launch.
  case geometric(years: Int)
  /// Natural increase alone, at the mean rate of so many years before the launch.
  case noMigration(years: Int)
  /// Natural increase and net migration.
  case components(ComponentRates)
  /// Computed elsewhere, such as a projection by cohorts: a name for its cases, and no path of its own.
  case projection(String)

  /// The lines every report shows beside a model.
  public static let benchmarks: [TotalsLine] = [
    .noChange, .linear(years: 5), .linear(years: 10), .geometric(years: 5), .noMigration(years: 5),
  ]

  /// Stable name in tables.
  public var name: String {
    switch self {
    case .noChange: "no_change"
    case .linear(let years): "linear\(years)"
    case .geometric(let years): "geometric\(years)"
    case .noMigration: "no_migration"
    case .components: "components"
    case .projection(let name): name
    }
  }

  /// Years before a launch the line cannot do without.
  public var yearsNeeded: Int {
    switch self {
    case .noChange, .projection: 0
    case .linear(let years), .geometric(let years): years
    case .noMigration, .components: 1
    }
  }

  /// Populations of every region 0 to `horizon` years after the launch, years fastest.
  ///
  /// - Returns: NaN in a region the line has no data for.
  /// - Throws: `tooFewYears` for a launch too close to the first year.
  public func path(
    _ totals: RegionalTotals, launch: Int, horizon: Int
  ) throws(ProjectionError) -> [Double] {
    let years = launch - totals.firstYear
    guard years >= yearsNeeded, launch <= totals.lastYear else {
      throw .tooFewYears(launch: launch, years: max(0, years), needed: yearsNeeded)
    }
    switch self {
    case .projection: return path(totals, launch, horizon) { _, _, _ in .nan }
    case .noChange: return path(totals, launch, horizon) { _, p, _ in p }
    case .linear(let base):
      return path(totals, launch, horizon) { r, p, h in
        p + (p - totals.population(r, launch - base)) / Double(base) * h
      }
    case .geometric(let base):
      return path(totals, launch, horizon) { r, p, h in
        p * pow(p / totals.population(r, launch - base), h / Double(base))
      }
    case .noMigration(let base):
      let rates = ComponentRates(naturalYears: base, migrationWindows: [1], ownShare: 1)
      let natural = totals.regions.indices.map {
        rates.naturalRate(totals, $0, launch: launch) ?? .nan
      }
      return path(totals, launch, horizon) { r, p, h in p * pow(1 + natural[r], h) }
    case .components(let model):
      let rates = try model.rates(totals, launch: launch)
      for (n, g) in zip(rates.natural, rates.migration) where (n ?? 0) + g <= -1 {
        throw .outOfRange(input: "growth rate", value: (n ?? 0) + g)
      }
      return path(totals, launch, horizon) { r, p, h in
        p * pow(1 + (rates.natural[r] ?? 0) + rates.migration[r], h)
      }
    }
  }

  private func path(
    _ totals: RegionalTotals, _ launch: Int, _ horizon: Int,
    _ value: (_ region: Int, _ start: Double, _ years: Double) -> Double
  ) -> [Double] {
    totals.regions.indices.flatMap { r in
      (0...horizon).map { value(r, totals.population(r, launch), Double($0)) }
    }
  }
}
