public import Demography

/// Why a projection cannot go on.
public enum ProjectionError: Error, Hashable, Sendable {
  /// An input outside its domain.
  case outOfRange(input: String, value: Double)
  /// Persons appeared or vanished: `start + in − out − end` of a region is not 0.
  case identityBroken(region: Int, period: Int, residual: Double)
  /// The margins of an origin-destination draw cannot be met.
  case marginsNotMet(draw: Int, error: Double)
  /// A launch has fewer years before it than a line, or its intervals, need.
  case tooFewYears(launch: Int, years: Int, needed: Int)
  /// Moves are shares of survivors or probabilities (`ProjectionForm.transition`, `.prospective`) where
  /// rates of movement are needed.
  case notMovementRates

  /// The error as a message for a person.
  public var fault: Fault {
    switch self {
    case .outOfRange(let input, let value):
      Fault(.badData, "projection.out-of-range", ["input": input, "value": text(value)])
    case .identityBroken(let region, let period, let residual):
      Fault(
        .internalError, "projection.identity-broken",
        ["region": String(region), "period": String(period), "residual": text(residual)])
    case .marginsNotMet(let draw, let error):
      Fault(
        .badData, "projection.margins-not-met", ["draw": String(draw), "error": text(error)])
    case .tooFewYears(let launch, let years, let needed):
      Fault(
        .badData, "projection.too-few-years",
        ["launch": String(launch), "years": String(years), "needed": String(needed)])
    case .notMovementRates: Fault(.badConfiguration, "projection.not-movement-rates")
    }
  }
}
