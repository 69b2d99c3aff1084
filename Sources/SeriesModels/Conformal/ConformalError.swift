public import Demography

/// Why an interval of the asked coverage cannot be had.
public enum ConformalError: Error, Hashable, Sendable {
  /// With so few errors the level is out of reach; `needed` errors reach it.
  case unreachable(level: Double, errors: Int, needed: Int)
  /// The errors that the level takes in are no finite multiple of the widths they are counted in.
  case unbounded(level: Double)

  /// What a person is shown.
  public var fault: Fault {
    switch self {
    case .unreachable(let level, let errors, let needed):
      Fault(
        .badData, "conformal.level",
        ["level": text(level), "errors": String(errors), "needed": String(needed)])
    case .unbounded(let level): Fault(.badData, "conformal.unbounded", ["level": text(level)])
    }
  }
}
