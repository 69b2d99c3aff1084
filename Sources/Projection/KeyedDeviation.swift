import Glibc
public import Kernel

/// How a component wanders from its baseline path: eq. 9, on the log scale.
///
/// `x[r, t] = φ x[r, t−1] + σ (√ρ z[*, t] + √(1−ρ) z[r, t])` with `x = 0` at the launch. The numbers z
/// are keyed by seed, stream, region, draw and year, so no scenario, order or thread sees another.
public struct KeyedDeviation: Hashable, Sendable {
  /// Yearly standard deviation on the log scale.
  public let sd: Double
  /// Persistence φ from one year to the next, 0 to 1.
  public let persistence: Double
  /// Correlation ρ between regions, 0 to 1.
  public let correlation: Double

  public init(sd: Double, persistence: Double, correlation: Double) {
    precondition(sd >= 0, "a standard deviation of \(sd)")
    precondition((0...1).contains(persistence), "a persistence of \(persistence)")
    precondition((0...1).contains(correlation), "a correlation of \(correlation)")
    self.sd = sd
    self.persistence = persistence
    self.correlation = correlation
  }

  /// No deviation at all.
  public static let none = KeyedDeviation(sd: 0, persistence: 0, correlation: 0)

  /// Moves the deviations of all regions on by one step.
  ///
  /// - Parameters:
  ///   - x: deviations by region, replaced.
  ///   - units: key of every region, then of the whole.
  public func advance(
    _ x: inout [Double], stream: StreamKey, units: [UnitKey], draw: Int, year: Int
  ) {
    advance(&x, sources: [Source(stream, weight: 1)], units: units, draw: draw, year: year)
  }

  /// A stream of normals and how much of it enters.
  public struct Source: Hashable, Sendable {
    public let stream: StreamKey
    public let weight: Double

    public init(_ stream: StreamKey, weight: Double) {
      self.stream = stream
      self.weight = weight
    }
  }

  /// The same with weighted sums of several streams for the normals, so that components whose sums have
  /// streams in common go together.
  ///
  /// - Parameter sources: a row of a Cholesky factor; the squares of the weights sum to 1.
  public func advance(
    _ x: inout [Double], sources: [Source], units: [UnitKey], draw: Int, year: Int
  ) {
    precondition(units.count == x.count + 1, "\(units.count) keys for \(x.count) regions")
    guard sd > 0 else { return }
    func normal(_ unit: UnitKey) -> Double {
      sources.reduce(0) {
        $0 + $1.weight * normalPair($1.stream, unit: unit, draw: draw, time: year).0
      }
    }
    let common =
      correlation > 0
      ? correlation.squareRoot() * normal(units[x.count])
      : 0
    let own = (1 - correlation).squareRoot()
    for r in x.indices {
      let z = own > 0 ? own * normal(units[r]) : 0
      x[r] = persistence * x[r] + sd * (common + z)
    }
  }
}
