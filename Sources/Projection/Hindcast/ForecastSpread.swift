import Glibc

/// How far forecasts of a line went astray before a launch, and so how wide its intervals are.
///
/// Errors of the logarithm from all earlier origins, each with as many years behind it as is asked,
/// followed up to the launch and not beyond. Steps over breaks are left out. Their mean square over
/// the regions is `a h + b h²` (shocks that add up, and a wrong rate), by least squares without
/// negative terms; a region has its own multiple of it, drawn towards 1 with the weight of three
/// origins. Of weights 1, 2, 3, 5 and 8 that one comes nearest to 80 % inside the 80 % interval, 5 and
/// 10 years ahead in Finland (80, 79 %) and Australia (83, 80 %) under `ComponentRates.standard`.
public struct ForecastSpread: Hashable, Sendable {
  /// Variance of a year's shock, of the logarithm.
  public let shock: Double
  /// Variance of the yearly rate.
  public let rate: Double
  /// Variance of each region as a multiple of that of all.
  public let multiples: [Double]

  /// Years an origin has to have behind it.
  public static let yearsBehind = 5
  /// Weight of the variance of all regions in that of one, in origins.
  public static let pooledWeight = 3.0

  /// Nil where no origin before the launch can be followed: too few years, or no data for the line.
  /// - Throws: what the line throws at an origin.
  public init?(
    _ line: TotalsLine, _ totals: RegionalTotals, launch: Int
  ) throws(ProjectionError) {
    let behind = max(Self.yearsBehind, line.yearsNeeded)
    var squares: [(h: Double, byRegion: [Double])] = []
    let first = totals.firstYear + behind
    for origin in first..<max(first, launch) {
      squares += try Self.squares(line, totals, origin: origin, until: launch)
    }
    squares.removeAll { $0.byRegion.allSatisfy(\.isNaN) }
    guard !squares.isEmpty else { return nil }
    let pooled = squares.map { (h: $0.h, square: mean($0.byRegion)) }
    let fit = Self.fit(pooled)
    shock = fit.shock
    rate = fit.rate
    let origins = Double(launch - first)
    multiples = totals.regions.indices.map { r in
      let ratios = squares.compactMap { square -> Double? in
        let ratio = square.byRegion[r] / (fit.shock * square.h + fit.rate * square.h * square.h)
        return ratio.isNaN ? nil : ratio
      }
      guard !ratios.isEmpty else { return 1 }
      let own = ratios.reduce(0, +) / Double(ratios.count)
      return (Self.pooledWeight + origins * own) / (Self.pooledWeight + origins)
    }
  }

  /// Standard deviation of the logarithm of a region's population.
  public func deviation(_ region: Int, horizon: Int) -> Double {
    let h = Double(horizon)
    return ((shock * h + rate * h * h) * multiples[region]).squareRoot()
  }

  /// Squared errors of one origin after 1, 2, … steps that are no breaks.
  private static func squares(
    _ line: TotalsLine, _ totals: RegionalTotals, origin: Int, until end: Int
  ) throws(ProjectionError) -> [(h: Double, byRegion: [Double])] {
    let steps = end - origin
    let path = try line.path(totals, launch: origin, horizon: steps)
    var errors = [Double](repeating: 0, count: totals.regions.count)
    var result: [(h: Double, byRegion: [Double])] = []
    for step in 0..<steps where !totals.breaks.contains(origin + step) {
      for r in errors.indices {
        let now = r * (steps + 1) + step
        errors[r] += totals.logGrowth(r, origin + step) - Glibc.log(path[now + 1] / path[now])
      }
      result.append((Double(result.count + 1), errors.map { $0 * $0 }))
    }
    return result
  }

  /// Least squares of `square / h²` on `1 / h` and 1, neither coefficient negative. Where all errors
  /// are of one horizon the rate takes the whole.
  private static func fit(
    _ points: [(h: Double, square: Double)]
  ) -> (shock: Double, rate: Double) {
    var xx = 0.0
    var x = 0.0
    var xy = 0.0
    var y = 0.0
    for point in points {
      let u = 1 / point.h
      let v = point.square * u * u
      xx += u * u
      x += u
      xy += u * v
      y += v
    }
    let n = Double(points.count)
    let determinant = n * xx - x * x
    guard determinant > 1e-9 * n * xx else { return (0, y / n) }
    let shock = (n * xy - x * y) / determinant
    let rate = (xx * y - x * xy) / determinant
    if shock < 0 { return (0, y / n) }
    if rate < 0 { return (xy / xx, 0) }
    return (shock, rate)
  }
}

/// Mean of the numbers that are there.
private func mean(_ values: [Double]) -> Double {
  let known = values.filter { !$0.isNaN }
  return known.reduce(0, +) / Double(known.count)
}
