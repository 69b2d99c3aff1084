public import Demography

/// What a failed check leads to.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Goes to the report.
  case info
  /// Goes to the report.
  case warn
  /// Quarantines the observations of the check.
  case error
  /// Stops the run.
  case fatal

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

/// How far two sides may lie apart.
public struct Tolerance: Hashable, Sendable {
  /// In the unit of the observations.
  public let absolute: Double
  /// As a share of the larger side.
  public let relative: Double

  public static let none = Tolerance(absolute: 0, relative: 0)

  public init(absolute: Double, relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  /// `max(abs, rel · max(|left|, |right|)) + ½ Σ ROUND_BASE`, and 1e-12 relative for binary arithmetic.
  ///
  /// - Parameter rounding: the sum of the rounding bases of all terms.
  public func width(_ left: Double, _ right: Double, rounding: Double) -> Double {
    let larger = max(abs(left), abs(right))
    return max(absolute, relative * larger) + rounding / 2 + 1e-12 * larger
  }
}

/// One rule of a rule file.
public struct RuleSpecification: Sendable {
  public let id: String
  /// The card id of the rule's kind.
  public let type: String
  public let severity: Severity
  /// Which observations it looks at; `nil` for all.
  public let condition: Predicate?
  /// The columns that keep groups apart; `nil` for what the kind of rule usually does.
  public let by: [Observation.Column]?
  public let tolerance: Tolerance
  /// Axes whose difference the author of the rule declares bridged.
  public let bridged: Set<Axis>
  /// What the author of the rule file has to say about a failure.
  public let message: Names?
  public let place: Place
  public let rule: any Rule

  /// The columns this rule looks at.
  public var columns: Set<Observation.Column> {
    rule.columns.union(by ?? []).union(condition?.columns ?? [])
  }
}
