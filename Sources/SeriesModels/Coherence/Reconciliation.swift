public import Kernel

/// A way to make forecasts of a hierarchy agree, with the weights that the past gave it.
public struct Reconciliation: Sendable {
  public enum Method: String, Hashable, Sendable, CaseIterable {
    case bottomUp = "bottom-up"
    /// The total split by the base forecasts of its parts.
    case topDown = "top-down"
    /// The total split by the mean of past shares.
    case averageShares = "top-down-average-proportions"
    /// The total split by shares of past means.
    case sharesOfAverages = "top-down-proportion-averages"
    case middleOut = "middle-out"
    case ols
    /// Variances in proportion to the number of bottom series.
    case structural = "wls-struct"
    /// Mean squared errors.
    case variances = "wls"
    /// Minimum trace with shrunk covariances.
    case shrunk = "mint"
    case sample = "mint-sample"
    case empiricalRisk = "erm"

    /// Whether it weighs by a covariance of errors, so that bounds can be kept in the same metric.
    public var isProjection: Bool {
      switch self {
      case .ols, .structural, .variances, .shrunk, .sample: true
      default: false
      }
    }
  }

  private enum Prepared: Sendable {
    case bottomUp
    case split(from: [Int])
    case shares(total: Int, history: Matrix, Hierarchy.Share)
    case free(Reconciler)
    case bounded(NonNegativeReconciler)
    case risk(EmpiricalRisk)
  }

  public let hierarchy: Hierarchy
  public let method: Method
  /// How far correlations were shrunk towards zero, in [0, 1]; `nil` for methods that do not.
  public let intensity: Double?
  private let prepared: Prepared

  /// - Parameters:
  ///   - middle: series from which middle-out splits down and sums up; no other method asks for them.
  ///   - isNonNegative: whether bottom series may not go below zero, for methods that project.
  ///   - history: series by moment, NaN where missing.
  ///   - fitted: one-step forecasts of the same moments.
  /// - Throws: `.notATree` for top-down without a series that holds all others, and for a middle that is no
  ///   series; `.tooFewErrors`, `.notFinite`.
  /// - Precondition: bounds are asked for of a method that projects.
  public init(
    _ method: Method, of hierarchy: Hierarchy, middle: [String] = [], isNonNegative: Bool = false,
    history: Matrix, fitted: Matrix
  ) throws(CoherenceError) {
    precondition(method.isProjection || !isNonNegative, "bounds with \(method.rawValue)")
    self.hierarchy = hierarchy
    self.method = method
    let errors = history - fitted
    var intensity: Double?
    switch method {
    case .bottomUp: prepared = .bottomUp
    case .topDown: prepared = .split(from: [try hierarchy.top()])
    case .averageShares:
      prepared = .shares(total: try hierarchy.top(), history: history, .averageOfShares)
    case .sharesOfAverages:
      prepared = .shares(total: try hierarchy.top(), history: history, .shareOfAverages)
    case .middleOut:
      var cut: [Int] = []
      for name in middle {
        guard let place = hierarchy.names.firstIndex(of: name) else {
          throw .notATree(series: name)
        }
        cut.append(place)
      }
      prepared = .split(from: cut)
    case .empiricalRisk:
      prepared = .risk(try EmpiricalRisk(hierarchy, history: history, fitted: fitted))
    case .ols, .structural, .variances, .shrunk, .sample:
      let W: Matrix
      switch method {
      case .ols: W = ErrorCovariance.identity(hierarchy.names.count)
      case .structural: W = ErrorCovariance.structural(hierarchy)
      case .variances: W = try ErrorCovariance.variances(errors)
      case .sample: W = try ErrorCovariance.sample(errors)
      default:
        let found = try ErrorCovariance.shrunk(errors)
        W = found.covariance
        intensity = found.intensity
      }
      prepared =
        isNonNegative
        ? .bounded(try NonNegativeReconciler(hierarchy, covariance: W))
        : .free(try Reconciler(hierarchy, covariance: W))
    }
    self.intensity = intensity
  }

  /// - Parameter base: series by step, or series by draw.
  /// - Returns: the same, coherent.
  /// - Throws: what the method throws.
  public func reconcile(_ base: Matrix) throws(CoherenceError) -> Matrix {
    switch prepared {
    case .bottomUp: hierarchy.bottomUp(base)
    case .split(let cut): try hierarchy.splitDown(base, from: cut)
    case .shares(let total, let history, let share):
      try hierarchy.topDown(base, total: total, history: history, by: share)
    case .free(let reconciler): try reconciler.reconcile(base)
    case .bounded(let reconciler): try reconciler.reconcile(base)
    case .risk(let risk): risk.reconcile(base)
    }
  }
}

extension Hierarchy {
  /// The first series that holds every bottom series.
  fileprivate func top() throws(CoherenceError) -> Int {
    for i in names.indices where (0..<summing.columns).allSatisfy({ summing[i, $0] != 0 }) {
      return i
    }
    throw .notATree(series: names[0])
  }
}
