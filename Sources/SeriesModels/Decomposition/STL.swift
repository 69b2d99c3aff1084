/// Seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae and Terpenning 1990, Journal
/// of Official Statistics 6).
///
/// - Complexity: O(n (seasonal + trend window) · passes)
public struct STL: Sendable {
  public let seasonal: [Double]
  public let trend: [Double]
  public let remainder: [Double]
  /// Robustness weights of the last pass, 0 for what counts as an outlier; 1 each where not robust.
  public let weights: [Double]

  /// Not robust, every point fitted.
  ///
  /// - Parameters:
  ///   - values: at least two seasons, none missing.
  ///   - seasonalWindow: odd, at least 7; the loess span of each season's values, in years.
  public init(_ values: [Double], season m: Int, seasonalWindow: Int) {
    self.init(
      values, season: m, STLSettings(season: m, seasonalWindow: seasonalWindow, jumps: false))
  }

  /// - Parameter values: at least two seasons, none missing.
  public init(_ values: [Double], season m: Int, _ settings: STLSettings) {
    precondition(m > 1 && values.count >= 2 * m, "\(values.count) values for season \(m)")
    let n = values.count
    var pass = STLPass(values, season: m, settings)
    for k in 0...settings.robustPasses {
      for _ in 0..<settings.innerPasses { pass.refine() }
      if k < settings.robustPasses { pass.reweight() }
    }
    var seasonal = pass.seasonal
    if settings.isPeriodic {
      for j in 0..<m {
        let places = Array(stride(from: j, to: n, by: m))
        let mean = places.reduce(0) { $0 + seasonal[$1] } / Double(places.count)
        for t in places { seasonal[t] = mean }
      }
    }
    self.seasonal = seasonal
    let trend = pass.trend
    self.trend = trend
    weights = pass.weights ?? [Double](repeating: 1, count: n)
    remainder = (0..<n).map { values[$0] - seasonal[$0] - trend[$0] }
  }
}

/// How an STL smooths.
public struct STLSettings: Hashable, Sendable {
  /// Odd; loess span of each season's values, in years.
  public var seasonalWindow: Int
  /// Odd; loess span of the trend, in steps.
  public var trendWindow: Int
  /// Odd; loess span of the filter that keeps level out of the season.
  public var lowWindow: Int
  /// 0 or 1: each season's values are smoothed by local means or lines.
  public var seasonalDegree = 0
  /// Every so many points are fitted, those between lie on lines.
  public var seasonalJump: Int
  public var trendJump: Int
  public var lowJump: Int
  public var innerPasses: Int
  /// Passes that weigh outliers down; 0 for a decomposition that is not robust.
  public var robustPasses: Int
  /// Whether the season is the same every year.
  public var isPeriodic = false

  /// The standards of the authors' program.
  ///
  /// - Parameters:
  ///   - trendWindow: the smallest odd number from 1.5 m / (1 − 1.5 / seasonal window) where absent.
  ///   - jumps: a tenth of each window where true, else every point.
  public init(
    season m: Int, seasonalWindow: Int, trendWindow: Int? = nil, isRobust: Bool = false,
    jumps: Bool = true
  ) {
    precondition(seasonalWindow % 2 == 1 && seasonalWindow > 2, "window \(seasonalWindow)")
    self.seasonalWindow = seasonalWindow
    let span = 1.5 * Double(m) / (1 - 1.5 / Double(seasonalWindow))
    self.trendWindow = Self.odd(trendWindow.map { Double($0) } ?? span.rounded(.up))
    lowWindow = Self.odd(Double(m))
    func jump(_ window: Int) -> Int { jumps ? (window + 9) / 10 : 1 }
    seasonalJump = jump(seasonalWindow)
    // Of the window asked for, before it is made odd, as the program has it.
    trendJump = jump(trendWindow ?? self.trendWindow)
    lowJump = jump(lowWindow)
    innerPasses = isRobust ? 1 : 2
    robustPasses = isRobust ? 15 : 0
  }

  /// A season that never changes: windows that see every year, means of each season at the end.
  public static func periodic(season m: Int, count: Int, isRobust: Bool = false) -> STLSettings {
    var settings = STLSettings(
      season: m, seasonalWindow: 10 * count + 1, isRobust: isRobust)
    settings.isPeriodic = true
    return settings
  }

  private static func odd(_ value: Double) -> Int {
    let whole = Int(value)
    return whole % 2 == 1 ? whole : whole + 1
  }
}
