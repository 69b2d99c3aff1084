import Glibc

/// Values without the season that the autocorrelation at its lag shows, and the way back.
///
/// A season counts as shown at 5 per cent (one-sided 1.645 with Bartlett's variance) and with three
/// seasons at least. Where all values are above zero they are divided by their season, else it is taken
/// off.
struct Deseasonalised {
  /// How the season is found.
  enum Method: Hashable, Sendable {
    /// STL of the logarithms with a seasonal window of 11 years; the last season goes on.
    case loess
    /// Ratios to, or differences from, centred moving averages, the same season every year.
    case movingAverage
  }

  /// The values themselves where there is no season.
  private(set) var values: [Double]
  /// Of each value; empty without a season.
  private var history: [Double]
  /// Of the next season, next first; empty without one.
  private let next: [Double]
  private let isRatio: Bool

  /// - Parameters:
  ///   - values: none missing.
  ///   - known: whether there is a season, where an earlier fit has found that out; it needs two of them.
  init(_ values: [Double], season m: Int, _ method: Method, isSeasonal known: Bool? = nil) {
    let positive = values.allSatisfy { $0 > 0 }
    let hasSeason =
      known.map { $0 && values.count >= 2 * m }
      ?? (values.count >= 3 * m && Self.isSeasonal(values, m))
    guard m > 1, hasSeason else {
      (self.values, history, next, isRatio) = (values, [], [], positive)
      return
    }
    var found = Self.season(values, m, method, isRatio: positive)
    // A season that all but wipes values out divides badly.
    let isRatio = positive && found.allSatisfy { $0 >= 0.01 }
    if positive && !isRatio { found = Self.season(values, m, method, isRatio: false) }
    self.values = zip(values, found).map { isRatio ? $0 / $1 : $0 - $1 }
    history = found
    next = Array(found.suffix(m))
    self.isRatio = isRatio
  }

  var isSeasonal: Bool { !next.isEmpty }

  /// What the future needs: the past is left out.
  var ahead: Deseasonalised {
    var result = self
    result.values = []
    result.history = []
    return result
  }

  /// Seasonal of each value: a factor, or what is added.
  private static func season(
    _ values: [Double], _ m: Int, _ method: Method, isRatio: Bool
  ) -> [Double] {
    switch method {
    case .loess:
      let scaled = isRatio ? values.map { Glibc.log($0) } : values
      let seasonal = STL(scaled, season: m, seasonalWindow: 11).seasonal
      return isRatio ? seasonal.map { Glibc.exp($0) } : seasonal
    case .movingAverage:
      return ClassicalDecomposition(
        values, season: m, isRatio ? .multiplicative : .additive
      ).seasonal
    }
  }

  private static func isSeasonal(_ x: [Double], _ m: Int) -> Bool {
    let n = x.count
    let mean = x.reduce(0, +) / Double(n)
    let e = x.map { $0 - mean }
    let whole = e.reduce(0) { $0 + $1 * $1 }
    guard whole > 0 else { return false }
    let correlations = (1...m).map { lag in
      (lag..<n).reduce(0.0) { $0 + e[$1] * e[$1 - lag] } / whole
    }
    let variance = 1 + 2 * correlations.dropLast().reduce(0) { $0 + $1 * $1 }
    return abs(correlations[m - 1]) > 1.645 * (variance / Double(n)).squareRoot()
  }

  /// A one-step mean of the past with its season.
  func seasoned(_ value: Double, at t: Int) -> Double {
    guard isSeasonal else { return value }
    return isRatio ? value * history[t] : value + history[t]
  }

  /// A value `step` steps after the first to be forecast, with its season.
  func seasoned(_ value: Double, ahead step: Int) -> Double {
    guard isSeasonal else { return value }
    let s = next[step % next.count]
    return isRatio ? value * s : value + s
  }

  /// What a deviation of the values without season becomes.
  func deviation(_ value: Double, ahead step: Int) -> Double {
    isRatio && isSeasonal ? value * next[step % next.count] : value
  }
}
