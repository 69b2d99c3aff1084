import Glibc
import Kernel

/// Out-rates of several areas as autoregressions of first order that learn from one another.
///
/// N. Welch and A. Raftery, Probabilistic forecasts of international bilateral migration flows, PNAS
/// 119(35), e2203822119 (2022). With y the logarithm of an area's out-rate per 1,000 a year,
/// `y_ct ~ N((1 − φ) μ_c + φ y_c,t−1, σ_c)`, `μ_c ~ N(ν, σ₀ √10)`, `σ_c ~ Beta(6.260631, 12.02758)`,
/// `φ ~ U(0, 1)`, `ν ~ N(m₀, 100)`; m₀ and σ₀ are mean and standard deviation of the areas' mean rates.
/// The first rate of an area is given. The prior of σ ends at 1: the model is not for rates that treble
/// from one period to the next as a rule.
public struct OutRateModel: Sendable {
  /// Values of all parameters.
  public struct Point: Hashable, Sendable {
    /// Long-run level of each area.
    public var levels: [Double]
    /// Standard deviation of the innovations of each area, in (0, 1).
    public var deviations: [Double]
    /// φ, in [0, 1].
    public var persistence: Double
    /// ν.
    public var centre: Double

    public init(levels: [Double], deviations: [Double], persistence: Double, centre: Double) {
      self.levels = levels
      self.deviations = deviations
      self.persistence = persistence
      self.centre = centre
    }
  }

  static let deviationPrior = Beta(a: 6.260631, b: 12.02758)
  static let centreDeviation = 100.0

  public let areas: [String]
  /// By area, from its first to its last known rate; NaN where one between them is missing.
  let series: [[Double]]
  /// Periods between an area's last known rate and the last period.
  let lateness: [Int]
  /// m₀ and σ₀.
  public let priorCentre: Double
  public let priorSpread: Double

  /// - Parameters:
  ///   - logRates: by area, a value for each period in order of time; NaN where not known.
  /// - Returns: `nil` where fewer than two areas have a known rate, or all have the same mean: then
  ///   nothing says how far areas lie apart. Areas without any are left out.
  public init?(areas: [String], logRates: [[Double]]) {
    precondition(areas.count == logRates.count, "\(areas.count) areas, \(logRates.count) series")
    let used = logRates.indices.filter { logRates[$0].contains { !$0.isNaN } }
    let means = used.map { c in Statistics.mean(logRates[c].filter { !$0.isNaN }) }
    let spread = Statistics.standardDeviation(means)
    guard used.count > 1, spread > 0, spread.isFinite else { return nil }
    self.areas = used.map { areas[$0] }
    series = used.map { c in
      let first = logRates[c].firstIndex { !$0.isNaN } ?? 0
      let last = logRates[c].lastIndex { !$0.isNaN } ?? 0
      return Array(logRates[c][first...last])
    }
    lateness = used.map { c in
      logRates[c].count - 1 - (logRates[c].lastIndex { !$0.isNaN } ?? 0)
    }
    priorCentre = Statistics.mean(means)
    priorSpread = spread
  }

  /// σ₀ √10.
  var levelDeviation: Double { priorSpread * 10.0.squareRoot() }

  /// Logarithm of the density of rates and parameters together, with all constants.
  ///
  /// - Precondition: no rate is missing between an area's first and last; what is missing would have to
  ///   be integrated out.
  public func logJoint(_ point: Point) -> Double {
    var terms = [
      Normal(mean: priorCentre, standardDeviation: Self.centreDeviation).logDensity(point.centre)
    ]
    let levels = Normal(mean: point.centre, standardDeviation: levelDeviation)
    guard (0...1).contains(point.persistence) else { return -.infinity }
    for c in series.indices {
      let sigma = point.deviations[c]
      guard sigma > 0, sigma < 1 else { return -.infinity }
      terms.append(levels.logDensity(point.levels[c]))
      terms.append(Self.deviationPrior.logDensity(sigma))
      let y = series[c]
      precondition(y.allSatisfy { !$0.isNaN }, "a missing rate of \(areas[c])")
      for t in 1..<max(1, y.count) {
        let mean = (1 - point.persistence) * point.levels[c] + point.persistence * y[t - 1]
        terms.append(Normal(mean: mean, standardDeviation: sigma).logDensity(y[t]))
      }
    }
    return Statistics.sum(terms)
  }
}
