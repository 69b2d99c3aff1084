/// The account of one step by region. Every person who comes or goes stands in exactly one entry:
/// `end = start + births − deaths + immigration − emigration + in − out + transfers in − out`.
public struct StepLedger: Hashable, Sendable {
  public var births: [Double]
  public var deaths: [Double]
  public var immigration: [Double]
  public var emigration: [Double]
  public var internalIn: [Double]
  public var internalOut: [Double]
  public var transfersIn: [Double]
  public var transfersOut: [Double]
  /// Planned moves that the cap of a cell left undone, by origin.
  public var transfersUnmet: [Double]
  /// Moves between regions, transfers included, `group · to · from`, origin fastest, by the groups of
  /// ages that `InternalRates.countedIn` names.
  public var flows: [Double]
  /// Cohorts whose step had to be split because `m + e + out` was above 2.
  public var splitCohorts: Int
  /// Cells that more people would leave than the form can take; the step is then no result to be used.
  /// The movement form splits the step instead.
  public var overdrawnCells: Int
  /// A rate of leaving a cell for which the step would have to be cut into too many pieces; the step is
  /// then no result to be used.
  public var unbounded: UnboundedRate?
  /// Cells below zero at the end of the step, where net migrants take away more than there are.
  public var negativeCells: Int
  /// The largest `|start + in − out − end|` of a region.
  public var largestResidual: Double

  public init(regions: Int, groups: Int) {
    let zeros = [Double](repeating: 0, count: regions)
    births = zeros
    deaths = zeros
    immigration = zeros
    emigration = zeros
    internalIn = zeros
    internalOut = zeros
    transfersIn = zeros
    transfersOut = zeros
    transfersUnmet = zeros
    flows = [Double](repeating: 0, count: groups * regions * regions)
    splitCohorts = 0
    overdrawnCells = 0
    negativeCells = 0
    largestResidual = 0
  }

  /// Moves from region `i` to region `j` over all ages.
  public func flow(from i: Int, to j: Int) -> Double {
    let n = births.count
    var sum = 0.0
    for g in 0..<flows.count / (n * n) { sum += flows[(g * n + j) * n + i] }
    return sum
  }

  /// Empties it, but for the flows, which a step writes anew.
  mutating func clear() {
    for r in births.indices {
      births[r] = 0
      deaths[r] = 0
      immigration[r] = 0
      emigration[r] = 0
      internalIn[r] = 0
      internalOut[r] = 0
      transfersIn[r] = 0
      transfersOut[r] = 0
      transfersUnmet[r] = 0
    }
    splitCohorts = 0
    overdrawnCells = 0
    unbounded = nil
    negativeCells = 0
    largestResidual = 0
  }
}

/// A rate at which people would leave a cell more often than a step can be cut for: more than 256 times in
/// it.
public struct UnboundedRate: Hashable, Sendable {
  public enum Component: String, Hashable, Sendable, CaseIterable {
    case mortality, emigration, `internal`
  }

  public let region: Int
  /// Age and sex at the end of the step, `sex · ages + age`.
  public let cell: Int
  /// What most of the rate is of.
  public let component: Component
  /// All who die, emigrate or move, per person and step; not finite where it was too large for a number.
  public let rate: Double
}
