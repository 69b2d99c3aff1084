import Kernel

/// How often a series has to be differenced before an ARMA model can describe it.
public enum Stationarity {
  /// Critical value of the level KPSS statistic at 5 per cent (Kwiatkowski, Phillips, Schmidt and
  /// Shin 1992, Journal of Econometrics 54, table 1).
  static let criticalKPSS = 0.463
  /// Seasonal strength from which a season is differenced away (Wang, Smith and Hyndman 2006).
  static let criticalStrength = 0.64

  /// Level KPSS statistic with Bartlett weights up to lag ⌊3√n/13⌋; 0 for a constant.
  public static func kpss(_ x: [Double]) -> Double {
    let n = x.count
    let mean = x.reduce(0, +) / Double(n)
    let e = x.map { $0 - mean }
    let lags = Int(3 * Double(n).squareRoot() / 13)
    var longRun = dot(e, e)
    for j in 0..<lags {
      var covariance = 0.0
      for t in (j + 1)..<n { covariance += e[t] * e[t - j - 1] }
      longRun += 2 * (1 - Double(j + 1) / Double(lags + 1)) * covariance
    }
    var partial = 0.0
    var sum = 0.0
    for value in e {
      partial += value
      sum += partial * partial
    }
    return longRun > 0 ? sum / (Double(n) * longRun) : 0
  }

  /// Regular differences: until the KPSS test no longer rejects, at most `limit`.
  public static func differences(_ x: [Double], limit: Int) -> Int {
    var current = x
    var d = 0
    while d < limit, current.count > 3, !isConstant(current), kpss(current) > criticalKPSS {
      current = zip(current.dropFirst(), current).map { $0 - $1 }
      d += 1
    }
    return d
  }

  /// Seasonal differences: one when the season of an STL decomposition is strong.
  public static func seasonalDifferences(_ x: [Double], season m: Int) -> Int {
    m > 1 && x.count >= 2 * m + 5 && seasonalStrength(x, season: m) > criticalStrength ? 1 : 0
  }

  /// `max(0, 1 − Var R / Var (S + R))`.
  public static func seasonalStrength(_ x: [Double], season m: Int) -> Double {
    let parts = STL(x, season: m, seasonalWindow: 11)
    let both = zip(parts.seasonal, parts.remainder).map { $0 + $1 }
    let whole = Statistics.variance(both)
    return whole > 0 ? max(0, 1 - Statistics.variance(parts.remainder) / whole) : 0
  }

  /// Gaps filled on straight lines, the ends with the nearest value.
  static func interpolated(_ values: [Double]) -> [Double] {
    let known = values.indices.filter { !values[$0].isNaN }
    guard let first = known.first, let last = known.last else { return [] }
    var result = values
    for t in values.indices where t < first { result[t] = values[first] }
    for t in values.indices where t > last { result[t] = values[last] }
    for (a, b) in zip(known, known.dropFirst()) where b > a + 1 {
      for t in (a + 1)..<b {
        let share = Double(t - a) / Double(b - a)
        result[t] = values[a] + share * (values[b] - values[a])
      }
    }
    return result
  }

  private static func isConstant(_ x: [Double]) -> Bool {
    let centre = x[0]
    let size = x.reduce(0) { max($0, abs($1)) }
    return x.allSatisfy { abs($0 - centre) <= 1e-12 * size }
  }
}
