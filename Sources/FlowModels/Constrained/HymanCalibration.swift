import Demography
import Glibc
import Kernel

/// The parameter of a deterrence from nothing but margins and a mean cost, as surveys give them.
///
/// For the exponential law the mean of the cost is met, for the power law that of its logarithm: the condition of
/// maximum likelihood (Evans 1971). Starts with `β = 1/c̄` and the secant of Hyman 1969, kept inside a bracket
/// that every step narrows, since the mean falls as β rises.
public enum HymanCalibration {
  public struct Fit: Sendable {
    /// θ of the deterrence; negative where flows fall with cost.
    public let theta: Double
    public let flows: InteractionFlows
    /// Mean of the cost, or of its logarithm, that the flows have.
    public let mean: Double
    public let stop: InteractionStop
  }

  private static let limit = 200

  /// - Parameters:
  ///   - specification: with a power or exponential deterrence and no covariates; powers of masses left to be
  ///     estimated are 1.
  ///   - mean: of the cost for the exponential law, of its natural logarithm for the power law.
  /// - Throws: `Faults`: another deterrence; a mean that no parameter gives with these margins.
  public static func fit(
    _ specification: InteractionSpecification, _ table: InteractionTable, mean target: Double,
    margins: InteractionMargins, masses: InteractionMasses = InteractionMasses()
  ) throws -> Fit {
    let basis = InteractionTerms.basis(specification.deterrence, table)
    guard specification.deterrence.terms.count == 1, specification.covariates.isEmpty else {
      throw Faults(
        Fault(
          .usage, "interaction.one-parameter",
          ["found": specification.deterrence.terms.joined(separator: ", ")]))
    }
    let cells = table.isOpen.indices.filter { table.isOpen[$0] }
    let open = cells.map { basis[0][$0] }
    func at(_ theta: Double) throws -> (mean: Double, flows: InteractionFlows) {
      let flows = try InteractionFlows(
        specification, table, InteractionParameters(deterrence: [theta]), margins: margins,
        masses: masses)
      return (FlowScores.meanDistance(cells.map { flows.values[$0] }, distances: open), flows)
    }
    let (least, most) = (open.min() ?? .nan, open.max() ?? .nan)
    guard least < target, target < most else { throw outside(target, least, most) }
    let spread = most - least
    var low: (theta: Double, gap: Double)?
    var high: (theta: Double, gap: Double)?
    var theta = Self.start(specification.deterrence, target)
    var reach = 1 / spread
    var before = Double.infinity
    for iteration in 1...limit {
      let found = try at(theta)
      let gap = found.mean - target
      let scale = max(abs(target), spread)
      if abs(gap) <= 1e-13 * scale {
        return Fit(
          theta: theta, flows: found.flows, mean: found.mean,
          stop: InteractionStop(
            .meanMatched, iterations: iteration, measure: abs(gap) / scale))
      }
      // The mean rises with θ.
      if gap < 0 { low = (theta, gap) } else { high = (theta, gap) }
      guard let l = low, let h = high else {
        theta += gap < 0 ? reach : -reach
        reach *= 2
        // So steep that the mean has come to the end of what the margins allow.
        // Where the mean stands still however steep the law, it has come to its end.
        if abs(theta) * spread > 200, abs(found.mean - before) < 1e-9 * scale {
          throw gap < 0 ? outside(target, least, found.mean) : outside(target, found.mean, most)
        }
        before = found.mean
        continue
      }
      theta = inside(l, h, iteration)
    }
    throw Faults(
      Fault(
        .incomplete, "interaction.not-converged", ["iterations": "\(limit)", "move": text(target)]))
  }

  /// Hyman's start.
  private static func start(_ deterrence: Deterrence, _ mean: Double) -> Double {
    if case .exponential = deterrence, mean > 0 { return -1 / mean }
    return -1
  }

  /// The secant through the bracket; every third step its middle.
  private static func inside(
    _ low: (theta: Double, gap: Double), _ high: (theta: Double, gap: Double), _ iteration: Int
  ) -> Double {
    if iteration % 3 == 0 { return 0.5 * (low.theta + high.theta) }
    return low.theta - low.gap * (high.theta - low.theta) / (high.gap - low.gap)
  }

  private static func outside(_ target: Double, _ low: Double, _ high: Double) -> Faults {
    Faults(
      Fault(
        .badData, "interaction.mean-unreachable",
        ["mean": text(target), "lower": text(low), "upper": text(high)]))
  }
}
