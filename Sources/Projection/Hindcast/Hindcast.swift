import Glibc
import Kernel

/// Forecasts of regional totals from past launches, beside what came.
public enum Hindcast {
  /// What an outcome is.
  public enum Target: Hashable, Sendable {
    /// The number published, revisions of the level included.
    case published
    /// The number on the level of the launch: `RegionalTotals.population(_:_:onLevelOf:)`.
    case onLevelOfLaunch
  }

  /// Which breaks are left out of the windows of rates and of the errors behind the intervals.
  public enum Breaks: Hashable, Sendable {
    case none
    /// Those of the table.
    case declared
    /// Those found in the years before each launch, `RegionalTotals.revisionYears(before:)`; not those of
    /// the table.
    case found

    /// What a launch sees of the totals.
    func seen(_ totals: RegionalTotals, launch: Int) -> RegionalTotals {
      switch self {
      case .none: totals.ignoringBreaks()
      case .declared: totals
      case .found: totals.withBreaks(totals.revisionYears(before: launch))
      }
    }
  }

  public struct Specification: Hashable, Sendable {
    /// Years on whose 1 January the forecasts start.
    public let launches: [Int]
    /// Years ahead, all above 0.
    public let horizons: [Int]
    /// Lines to score; the benchmarks belong among them.
    public let lines: [TotalsLine]
    public let breaks: Breaks
    public let target: Target

    public init(
      launches: [Int], horizons: [Int], lines: [TotalsLine], breaks: Breaks, target: Target
    ) {
      precondition(horizons.allSatisfy { $0 > 0 }, "horizons \(horizons)")
      self.launches = launches
      self.horizons = horizons
      self.lines = lines
      self.breaks = breaks
      self.target = target
    }
  }

  /// One forecast and its outcome.
  public struct Case: Hashable, Sendable {
    public let line: TotalsLine
    public let launch: Int
    public let horizon: Int
    /// Position among the regions.
    public let region: Int
    /// Median, persons.
    public let forecast: Double
    public let actual: Double
    /// Standard deviation of the logarithm; nil where no origin before the launch can be followed.
    public let deviation: Double?

    public init(
      line: TotalsLine, launch: Int, horizon: Int, region: Int, forecast: Double, actual: Double,
      deviation: Double?
    ) {
      self.line = line
      self.launch = launch
      self.horizon = horizon
      self.region = region
      self.forecast = forecast
      self.actual = actual
      self.deviation = deviation
    }

    /// Forecast less outcome, in per cent of the outcome.
    public var percentError: Double { 100 * (forecast / actual - 1) }

    /// Bounds of the central interval that holds the outcome with the given probability.
    public func interval(_ probability: Double) -> (lower: Double, upper: Double)? {
      guard let deviation else { return nil }
      let reach = Glibc.exp(deviation * normalQuantile(0.5 + probability / 2))
      return (forecast / reach, forecast * reach)
    }

    public func isInside(_ probability: Double) -> Bool? {
      interval(probability).map { $0.lower <= actual && actual <= $0.upper }
    }

    /// Ranked probability score in per cent of the outcome; the absolute error without spread.
    public var rankedProbabilityScore: Double? {
      guard let deviation else { return nil }
      guard deviation > 0 else { return abs(percentError) }
      let predictive = LogNormal(
        logMean: Glibc.log(forecast), logStandardDeviation: deviation)
      return 100 * predictive.rankedProbabilityScore(actual) / actual
    }
  }

  /// Forecasts every launch, line and horizon whose outcome the table holds.
  ///
  /// A line is left out of launches with fewer years before them than it needs; a region of a line is
  /// left out where the line has no data for it. Nothing after a launch enters its forecasts.
  /// - Parameter threads: any number gives the same bits.
  /// - Throws: `tooFewYears` when no line can be launched at all.
  public static func run(
    _ specification: Specification, on totals: RegionalTotals, threads: Int? = nil
  ) throws(ProjectionError) -> Result {
    let jobs = specification.lines.flatMap { line in
      specification.launches.filter {
        $0 - totals.firstYear >= line.yearsNeeded && $0 < totals.lastYear
      }.map { (line, $0) }
    }
    guard !jobs.isEmpty else {
      let launch = specification.launches.max() ?? totals.lastYear
      throw .tooFewYears(
        launch: launch, years: max(0, launch - totals.firstYear),
        needed: specification.lines.map(\.yearsNeeded).min() ?? 0)
    }
    let parts = try parallelMap(jobs.count, threads: threads) {
      k throws(ProjectionError) -> [Case] in
      try cases(specification, line: jobs[k].0, launch: jobs[k].1, totals: totals)
    }
    return Result(regions: totals.regions, cases: parts.flatMap { $0 })
  }

  private static func cases(
    _ specification: Specification, line: TotalsLine, launch: Int,
    totals: RegionalTotals
  ) throws(ProjectionError) -> [Case] {
    let horizons = specification.horizons.filter { launch + $0 <= totals.lastYear }
    guard let longest = horizons.max() else { return [] }
    let seen = specification.breaks.seen(totals, launch: launch)
    let path = try line.path(seen, launch: launch, horizon: longest)
    let spread = try ForecastSpread(line, seen, launch: launch)
    return horizons.flatMap { h in
      totals.regions.indices.compactMap { r -> Case? in
        let forecast = path[r * (longest + 1) + h]
        guard !forecast.isNaN,
          let actual = specification.target == .published
            ? totals.population(r, launch + h)
            : totals.population(r, launch + h, onLevelOf: launch)
        else { return nil }
        return Case(
          line: line, launch: launch, horizon: h, region: r, forecast: forecast, actual: actual,
          deviation: spread?.deviation(r, horizon: h))
      }
    }
  }
}
