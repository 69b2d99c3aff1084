/// One of the exponential smoothing forms: error, trend, season.
///
/// Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing. Multiplicative
/// trends are left out, as are additive errors with a multiplicative season: their variance can be
/// infinite.
public struct ETSForm: Hashable, Sendable, CustomStringConvertible {
  public enum Error: String, Hashable, Sendable { case additive = "A", multiplicative = "M" }
  public enum Trend: String, Hashable, Sendable { case none = "N", additive = "A", damped = "Ad" }
  public enum Season: String, Hashable, Sendable {
    case none = "N", additive = "A", multiplicative = "M"
  }

  public let error: Error
  public let trend: Trend
  public let season: Season

  public init(_ error: Error, _ trend: Trend, _ season: Season) {
    self.error = error
    self.trend = trend
    self.season = season
  }

  /// Reads `A,Ad,N`, `AAdN` or `ETS(A,Ad,N)`.
  public init?(_ text: String) {
    var letters = text.filter { $0 != "," && $0 != " " }
    if letters.hasPrefix("ETS("), letters.hasSuffix(")") {
      letters = String(letters.dropFirst(4).dropLast())
    }
    guard letters.count >= 3, let error = Error(rawValue: String(letters.prefix(1))),
      let season = Season(rawValue: String(letters.suffix(1))),
      let trend = Trend(rawValue: String(letters.dropFirst().dropLast())),
      error == .multiplicative || season != .multiplicative
    else { return nil }
    self.init(error, trend, season)
  }

  public var description: String { "\(error.rawValue),\(trend.rawValue),\(season.rawValue)" }

  /// Needs values above zero.
  var isMultiplicative: Bool { error == .multiplicative || season == .multiplicative }
  /// The same trend and season with everything additive.
  var additive: ETSForm { ETSForm(.additive, trend, season == .none ? .none : .additive) }
  var hasTrend: Bool { trend != .none }
  var isSeasonal: Bool { season != .none }

  /// Smoothing parameters, α β γ φ as far as the form has them.
  var smoothingCount: Int {
    1 + (hasTrend ? 1 : 0) + (isSeasonal ? 1 : 0) + (trend == .damped ? 1 : 0)
  }
  /// Free initial states: level, slope, and one less than the seasons.
  func stateCount(_ m: Int) -> Int { 1 + (hasTrend ? 1 : 0) + (isSeasonal ? m - 1 : 0) }
  /// Parameters but the variance.
  func parameterCount(_ m: Int) -> Int { smoothingCount + stateCount(m) }

  /// A damped trend whose error is additive, or, where the season multiplies, multiplicative.
  var isPlainDamped: Bool {
    trend == .damped && (error == .multiplicative) == (season == .multiplicative)
  }

  /// The forms with additive errors first, simplest first.
  /// - Parameter positive: whether all values are above zero.
  static func candidates(season m: Int, positive: Bool) -> [ETSForm] {
    var forms: [ETSForm] = []
    for error in positive ? [Error.additive, .multiplicative] : [.additive] {
      for season in m > 1 ? [Season.none, .additive, .multiplicative] : [.none] {
        guard error == .multiplicative || season != .multiplicative else { continue }
        for trend in [Trend.none, .additive, .damped] {
          forms.append(ETSForm(error, trend, season))
        }
      }
    }
    return forms
  }
}
