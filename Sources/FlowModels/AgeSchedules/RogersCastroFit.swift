public import Demography
import Glibc
public import Kernel

/// Rogers and Castro's schedule fitted to rates by age.
///
/// The surface has many minima; fits start from many points of a keyed random stream, and the result says
/// how many of them ended in the best one, and how well the data tell the parameters apart.
public struct RogersCastroFit: Hashable, Sendable {
  /// What is minimised.
  public enum Criterion: Hashable, Sendable {
    /// `Σ (y − m(x))²`.
    case leastSquares
    /// The deviance of counts with means `exposure · m(x)`; the rates given are counts by exposure.
    case poisson(exposures: [Double])
  }

  /// Which of the components the schedule has: 7, 9, 11 or 13 parameters.
  public struct Form: Hashable, Sendable {
    public var hasRetirement: Bool
    public var hasOldest: Bool

    public init(hasRetirement: Bool = false, hasOldest: Bool = false) {
      self.hasRetirement = hasRetirement
      self.hasOldest = hasOldest
    }

    var names: [String] {
      ["c", "a1", "alpha1", "a2", "alpha2", "mu2", "lambda2"]
        + (hasRetirement ? ["a3", "alpha3", "mu3", "lambda3"] : [])
        + (hasOldest ? ["a4", "alpha4"] : [])
    }

    /// Bounds of the search for rates that add up to some 1; levels are given in units of `scale`.
    func bounds(scale: Double) -> [ClosedRange<Double>] {
      [0...0.1 * scale, 0...scale, 0.001...3, 0...scale, 0.001...1, 5...60, 0.01...3]
        + (hasRetirement ? [0...scale, 0.001...2, 50...85, 0.01...3] : [])
        + (hasOldest ? [0...0.1 * scale, 0.001...0.2] : [])
    }
  }

  public let schedule: RogersCastro
  /// Sum of squares or deviance at the end.
  public let value: Double
  public let iterations: Int
  public let reason: Minimum.Reason
  public let starts: Int
  /// Starts that ended within 10⁻⁹ of the best value.
  public let startsAtBest: Int
  /// Names of parameters at a bound of the search.
  public let atBounds: [String]
  /// Singular values of the Jacobian with respect to the logarithms of the free parameters, relative to
  /// the largest, descending. The smallest tells how much worse the least determined combination is.
  public let singularValues: [Double]
  /// The part of each free parameter in that combination, in the order of the parameters.
  public let weakestDirection: [String: Double]

  /// Largest singular value by smallest; above 10⁴ the parameters should not be read one by one.
  public var condition: Double { 1 / (singularValues.last ?? .nan) }

  /// - Parameters:
  ///   - ages: exact ages, or the middles of intervals; rates: per person, not negative.
  ///   - starts: points to start from; key: their stream, start k being draw k.
  /// - Throws: `Fault` `schedule.bad-age`, `schedule.few-ages`, `schedule.bad-rate` or `schedule.not-converged`.
  /// - Complexity: O(starts · iterations · ages · parameters²), starts in parallel.
  public static func fit(
    ages: [Double], rates: [Double], form: Form = Form(), criterion: Criterion = .leastSquares,
    starts: Int = 50, key: StreamKey, threads: Int? = nil
  ) throws(Fault) -> RogersCastroFit {
    let problem = try ScheduleProblem(
      ages: ages, rates: rates, form: form, criterion: criterion)
    let search = BoxedGaussNewton(maximumIterations: 2_000)
    let found = parallelMap(starts, threads: threads) { k -> Minimum? in
      var stream = RandomStream(key, unit: UnitKey(number: 0), draw: k, time: 0)
      return try? search.minimise(
        from: problem.start(&stream), lower: problem.bounds.map(\.lowerBound),
        upper: problem.bounds.map(\.upperBound)
      ) { problem.local($0) }
    }
    let ended = found.compactMap { $0 }
    guard let best = ended.min(by: { $0.value < $1.value }),
      let schedule = problem.schedule(best.point)
    else { throw Fault(.incomplete, "schedule.not-converged", ["starts": "\(starts)"]) }
    let same = ended.count { $0.value <= best.value * (1 + 1e-9) }
    let identification = problem.identification(best.point)
    return RogersCastroFit(
      schedule: schedule, value: best.value, iterations: best.iterations, reason: best.reason,
      starts: starts, startsAtBest: same, atBounds: problem.atBounds(best.point),
      singularValues: identification.values, weakestDirection: identification.weakest)
  }
}
