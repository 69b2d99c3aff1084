import Glibc
import Kernel

/// Shares of one area's out-flow that go to its destinations, over periods.
///
/// Welch and Raftery (2022): with M_jt persons to destination j in period t,
/// `M_t ~ Multinomial(N_t, softmax η_t)`, `η_jt ~ N(κ_j, ψ_j)`, `κ_j ~ N(0, 10)`,
/// `ψ_j ~ Beta(7.40995, 3.893723)`. Only differences between destinations are known to the data, and
/// what never received anybody is known to be small, no more.
public struct DestinationShareModel: Sendable {
  /// Values of all parameters.
  public struct Point: Hashable, Sendable {
    /// η, `destinations · periods`, destination fastest.
    public var logits: [Double]
    /// κ.
    public var levels: [Double]
    /// ψ, in (0, 1).
    public var deviations: [Double]

    public init(logits: [Double], levels: [Double], deviations: [Double]) {
      self.logits = logits
      self.levels = levels
      self.deviations = deviations
    }
  }

  static let deviationPrior = Beta(a: 7.40995, b: 3.893723)
  static let levelDeviation = 10.0

  public let destinations: [String]
  public let periods: Int
  /// Persons, `destinations · periods`, destination fastest; NaN where not known.
  let flows: [Double]

  /// - Parameter flows: persons, `destinations · periods`, destination fastest, not negative; NaN where
  ///   not known: then the shares of that period are among the destinations that are known.
  /// - Returns: `nil` where no flow is positive: nothing is known of shares of nothing.
  public init?(destinations: [String], periods: Int, flows: [Double]) {
    precondition(flows.count == destinations.count * periods, "\(flows.count) flows")
    precondition(flows.allSatisfy { $0.isNaN || ($0 >= 0 && $0.isFinite) }, "a negative flow")
    guard flows.contains(where: { $0 > 0 }) else { return nil }
    self.destinations = destinations
    self.periods = periods
    self.flows = flows
  }

  /// Persons seen to go to a destination, over all periods.
  func total(_ j: Int) -> Double {
    (0..<periods).reduce(0) { sum, t in
      let flow = flows[t * destinations.count + j]
      return flow.isNaN ? sum : sum + flow
    }
  }

  /// Logarithm of the density of flows and parameters together, without the multinomial coefficients.
  public func logJoint(_ point: Point) -> Double {
    guard point.deviations.allSatisfy({ $0 > 0 && $0 < 1 }) else { return -.infinity }
    let count = destinations.count
    var terms: [Double] = []
    for t in 0..<periods {
      let known = (0..<count).filter { !flows[t * count + $0].isNaN }
      let all = logSumExp(known.map { point.logits[t * count + $0] })
      for j in known {
        terms.append(flows[t * count + j] * (point.logits[t * count + j] - all))
      }
    }
    let levels = Normal(mean: 0, standardDeviation: Self.levelDeviation)
    for j in 0..<count {
      terms.append(levels.logDensity(point.levels[j]))
      terms.append(Self.deviationPrior.logDensity(point.deviations[j]))
      let logits = Normal(mean: point.levels[j], standardDeviation: point.deviations[j])
      for t in 0..<periods { terms.append(logits.logDensity(point.logits[t * count + j])) }
    }
    return Statistics.sum(terms)
  }
}
