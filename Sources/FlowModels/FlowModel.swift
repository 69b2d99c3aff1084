public import Demography

/// A model of flows between areas. Concrete models conform to one of the protocols below.
public protocol FlowModel: Sendable {
  /// What the model is, where it comes from, which parameters it takes.
  var card: Card { get }
}

/// A model that explains a column of flows by other columns; `agyn flows fit --family ID`.
public protocol FlowRegression: FlowModel {
  /// - Throws: `Faults` for everything the formula or the data is to blame for, `Fault`
  ///   `fit.not-converged` when the iteration ends without an answer.
  func fit(_ formula: Formula, _ data: FlowData, _ options: RegressionOptions) throws
    -> RegressionFit
  /// Whether a bootstrap stands beside the jackknife over few clusters.
  var hasClusterBootstrap: Bool { get }
}

extension FlowRegression {
  public var hasClusterBootstrap: Bool { true }
}

/// What the weight of a row says; estimates are the same, errors are not.
public enum Weighting: String, Hashable, Sendable, CaseIterable {
  /// How many such flows the row stands for among those not seen: a row stays one observation, its score
  /// counts w times, as in R fixest. Under `iid` that is the variance divided by w (analytic weights).
  case sampling
  /// How many equal rows were written as one: everything is that of w rows. Whole numbers.
  case frequency
}

/// How a regression of flows states its uncertainty.
public struct RegressionOptions: Hashable, Sendable {
  public var covariance: Covariance
  public var smallSample: SmallSample
  /// Coverage of the confidence intervals.
  public var level: Double
  /// Whether rows that are alone in a level of a fixed effect are left out. They change no
  /// coefficient, only the counts.
  public var dropsSingletons: Bool
  /// What weights say, where there are any.
  public var weighting: Weighting
  /// How rows on which no maximum exists are searched for.
  public var separation: SeparationSearch
  /// Iterations of the outer loop before the fit is given up.
  public var maximumIterations: Int

  public init(
    covariance: Covariance = .hetero, smallSample: SmallSample = .fixest, level: Double = 0.95,
    dropsSingletons: Bool = false, maximumIterations: Int = 200,
    separation: SeparationSearch = .automatic, weighting: Weighting = .sampling
  ) {
    precondition(level > 0 && level < 1, "level \(level)")
    self.covariance = covariance
    self.smallSample = smallSample
    self.level = level
    self.dropsSingletons = dropsSingletons
    self.maximumIterations = maximumIterations
    self.separation = separation
    self.weighting = weighting
  }
}
