/// The parts of a TBATS model: transformation, trend, ARMA errors, and seasons of so many harmonics.
public struct TBATSForm: Hashable, Sendable, CustomStringConvertible {
  /// A season of any length, also one that is not whole.
  public struct Season: Hashable, Sendable {
    public var period: Double
    /// Sine and cosine pairs, at most half the period.
    public var harmonics: Int

    public init(period: Double, harmonics: Int) {
      precondition(period > 1 && harmonics >= 0, "period \(period), \(harmonics) harmonics")
      precondition(Double(2 * harmonics) <= period, "\(harmonics) harmonics in \(period) steps")
      self.period = period
      self.harmonics = harmonics
    }

    /// The most that the period can tell apart.
    static func mostHarmonics(_ period: Double) -> Int { Int(period / 2) }
  }

  public enum Trend: Hashable, Sendable { case none, linear, damped }

  public var hasBoxCox: Bool
  public var trend: Trend
  public var p: Int
  public var q: Int
  public var seasons: [Season]

  public init(
    hasBoxCox: Bool = false, trend: Trend = .none, p: Int = 0, q: Int = 0, seasons: [Season] = []
  ) {
    self.hasBoxCox = hasBoxCox
    self.trend = trend
    self.p = p
    self.q = q
    self.seasons = seasons
  }

  var hasTrend: Bool { trend != .none }

  /// Seasons that have a harmonic.
  var active: [Season] { seasons.filter { $0.harmonics > 0 } }

  /// Angles a step, and the active season each belongs to. One that an earlier season has is left out.
  var angles: [(season: Int, angle: Double)] {
    var result: [(season: Int, angle: Double)] = []
    for (index, season) in active.enumerated() {
      for j in 1...season.harmonics {
        let angle = 2 * Double.pi * Double(j) / season.period
        guard !result.contains(where: { abs($0.angle - angle) < 1e-9 }) else { continue }
        result.append((index, angle))
      }
    }
    return result
  }

  /// α, β, φ, ω, two γ a season, and the ARMA coefficients.
  var parameterCount: Int {
    1 + (hasTrend ? 1 : 0) + (trend == .damped ? 1 : 0) + (hasBoxCox ? 1 : 0)
      + 2 * active.count + p + q
  }

  /// States that the start has to know; of the harmonic of two steps only one counts.
  var stateCount: Int {
    1 + (hasTrend ? 1 : 0)
      + angles.reduce(0) { $0 + (abs($1.angle - .pi) < 1e-9 ? 1 : 2) }
  }

  /// As `TBATS(ω, {p,q}, trend, {<period,harmonics>})` without the numbers.
  public var description: String {
    let seasons = active.map { "<\(Self.text($0.period)),\($0.harmonics)>" }
    let mark =
      switch trend {
      case .none: "-"
      case .linear: "trend"
      case .damped: "damped"
      }
    return "TBATS(\(hasBoxCox ? "box-cox" : "-"), {\(p),\(q)}, \(mark), "
      + (seasons.isEmpty ? "-)" : "{\(seasons.joined(separator: ", "))})")
  }

  static func text(_ period: Double) -> String {
    period == period.rounded() ? String(Int(period)) : String(period)
  }
}
