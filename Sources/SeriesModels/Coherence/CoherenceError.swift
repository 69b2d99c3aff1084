public import Demography

/// Why forecasts cannot be made to agree.
public enum CoherenceError: Error, Hashable, Sendable {
  /// A column of the summing matrix without a series of its own.
  case noBottomSeries(column: Int)
  /// Two aggregates overlap without one holding the other.
  case notATree(series: String)
  /// The base forecasts of the children sum to zero: nothing says how to split their parent.
  case noProportions(series: String)
  /// The weights leave no room to meet a constraint: fixed forecasts or errors that contradict it.
  case contradiction(gap: Double)
  /// Fewer than two moments at which every series has an error.
  case tooFewErrors(found: Int)
  /// A forecast, error or weight is missing or infinite.
  case notFinite
  /// The search for the series at their bounds did not end.
  case noConvergence(steps: Int)

  /// An id with an empty part between its separators.
  case badPath(series: String)
  /// Two series of one name.
  case nameTwice(series: String)
  /// No series is a sum of others.
  case nothingAbove

  /// What a person is shown.
  public var fault: Fault {
    switch self {
    case .noBottomSeries(let column):
      Fault(.badData, "coherence.bottom", ["column": String(column + 1)])
    case .notATree(let series): Fault(.badData, "coherence.tree", ["series": series])
    case .noProportions(let series): Fault(.badData, "coherence.split", ["series": series])
    case .contradiction(let gap): Fault(.badData, "coherence.contradiction", ["gap": text(gap)])
    case .tooFewErrors(let found): Fault(.badData, "coherence.errors", ["found": String(found)])
    case .notFinite: Fault(.badData, "coherence.finite")
    case .badPath(let series): Fault(.badData, "coherence.path", ["series": series])
    case .nameTwice(let series): Fault(.badData, "coherence.twice", ["series": series])
    case .nothingAbove: Fault(.badData, "coherence.above")
    case .noConvergence(let steps):
      Fault(.internalError, "coherence.convergence", ["steps": String(steps)])
    }
  }
}
