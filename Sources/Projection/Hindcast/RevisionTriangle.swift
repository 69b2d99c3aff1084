import Glibc
import Kernel

/// What each vintage of the data said and forecast of every year, beside what the last one says.
///
/// Rows of the triangle are vintages, columns the years that are told: up to the last year a vintage knows
/// its own number, after it the forecast that a line makes from nothing but that vintage. Down a column one
/// sees a year become known; along a row a forecast of its time. The outcome is the number of the last
/// vintage. Croushore & Stark (2001), A real-time data set for macroeconomists, Journal of Econometrics 105.
public struct RevisionTriangle: Hashable, Sendable {
  /// The data as they stood at a time.
  public struct Vintage: Hashable, Sendable {
    public let name: String
    public let totals: RegionalTotals

    public init(name: String, totals: RegionalTotals) {
      self.name = name
      self.totals = totals
    }
  }

  /// What one vintage says of a year in a region.
  public struct Cell: Hashable, Sendable {
    public let line: TotalsLine
    /// Positions among the vintages and the regions.
    public let vintage: Int
    public let region: Int
    public let year: Int
    /// Years after the last one the vintage knows; 0 or below for a number it knows.
    public let horizon: Int
    /// The number, or the median of the forecast, in persons.
    public let value: Double
    /// Standard deviation of the logarithm; `nil` for a number, and where no origin before the last
    /// known year can be followed.
    public let deviation: Double?
    /// Change in per cent since the vintage before; `nil` where that says nothing of the year.
    public let revision: Double?
    /// The number of the last vintage; `nil` where it has none yet.
    public let outcome: Double?

    public var isForecast: Bool { horizon > 0 }

    /// Bounds of the central interval that holds the outcome with the given probability.
    public func interval(_ probability: Double) -> (lower: Double, upper: Double)? {
      guard let deviation else { return nil }
      let reach = Glibc.exp(deviation * normalQuantile(0.5 + probability / 2))
      return (value / reach, value * reach)
    }

    /// Whether the outcome lies in it; `nil` without an interval or an outcome.
    public func isInside(_ probability: Double) -> Bool? {
      guard let outcome, let interval = interval(probability) else { return nil }
      return interval.lower <= outcome && outcome <= interval.upper
    }
  }

  public let vintages: [String]
  public let regions: [String]
  /// By line, then vintage, region and year, all in order.
  public let cells: [Cell]

  /// - Parameters:
  ///   - vintages: from the oldest to the newest, of the same regions in the same order.
  ///   - horizon: years that each vintage is carried on.
  ///   - known: years up to the last known one that are told as well.
  ///   - breaks: which are left out of rates and of the errors behind the intervals.
  /// - Throws: what a line throws of a vintage with too few years.
  public init(
    _ vintages: [Vintage], lines: [TotalsLine], horizon: Int, known: Int, breaks: Hindcast.Breaks
  ) throws(ProjectionError) {
    precondition(vintages.count >= 2, "\(vintages.count) vintages")
    precondition(horizon >= 1 && known >= 1, "\(horizon) years ahead, \(known) known")
    let regions = vintages[0].totals.regions
    for vintage in vintages {
      precondition(vintage.totals.regions == regions, "other regions in \(vintage.name)")
    }
    self.vintages = vintages.map(\.name)
    self.regions = regions
    let last = vintages[vintages.count - 1].totals
    var cells: [Cell] = []
    for line in lines {
      var before: [Int: Double] = [:]
      for (v, vintage) in vintages.enumerated() {
        let told = try Self.told(vintage.totals, line, horizon, known, breaks)
        var now: [Int: Double] = [:]
        for one in told {
          let key = one.region * 10_000 + one.year
          now[key] = one.value
          let outcome = (last.firstYear...last.lastYear).contains(one.year)
          cells.append(
            Cell(
              line: line, vintage: v, region: one.region, year: one.year,
              horizon: one.year - vintage.totals.lastYear, value: one.value,
              deviation: one.deviation,
              revision: before[key].map { 100 * (one.value / $0 - 1) },
              outcome: outcome ? last.population(one.region, one.year) : nil))
        }
        before = now
      }
    }
    self.cells = cells
  }

  private typealias Told = (region: Int, year: Int, value: Double, deviation: Double?)

  /// Numbers and forecasts of one vintage, by region and year.
  private static func told(
    _ totals: RegionalTotals, _ line: TotalsLine, _ horizon: Int, _ known: Int,
    _ breaks: Hindcast.Breaks
  ) throws(ProjectionError) -> [Told] {
    let launch = totals.lastYear
    let seen = breaks.seen(totals, launch: launch)
    let path = try line.path(seen, launch: launch, horizon: horizon)
    let spread = try ForecastSpread(line, seen, launch: launch)
    var told: [Told] = []
    for r in totals.regions.indices {
      for year in max(totals.firstYear, launch - known + 1)...launch {
        told.append((r, year, totals.population(r, year), nil))
      }
      for h in 1...horizon {
        let value = path[r * (horizon + 1) + h]
        if !value.isNaN { told.append((r, launch + h, value, spread?.deviation(r, horizon: h))) }
      }
    }
    return told
  }
}
