public import Demography

/// A sentence to be: a key of the language files and what fills its gaps.
public struct Detail: Hashable, Sendable {
  public let key: String
  public let arguments: [String: String]

  public init(_ key: String, _ arguments: [String: String] = [:]) {
    self.key = key
    self.arguments = arguments
  }
}

/// One check that did not simply pass.
public struct Finding: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable {
    case failed
    case notEvaluated = "not_evaluated"
    /// A difference that the rule file declares and that is there as declared.
    case declaredBreak = "declared_break"
  }

  public internal(set) var outcome: Outcome
  /// Period of the check, empty when it has none.
  public let period: String
  /// Area of the check, empty when it has none or all.
  public let area: String
  /// What stands on the two sides.
  public let left: String
  public let right: String
  public let leftValue: Double?
  public let rightValue: Double?
  public let tolerance: Double?
  public let detail: Detail
  /// The observations that were checked, in the order of the check.
  public let observations: [Observation]
  /// Whether the numbers were not compared because their definitions differ. Their rows are not at
  /// fault and are not quarantined.
  public let isRefusal: Bool

  public var difference: Double? {
    guard let leftValue, let rightValue else { return nil }
    return leftValue - rightValue
  }

  init(
    period: String = "", area: String = "", left: String = "", _ leftValue: Double? = nil,
    right: String = "", _ rightValue: Double? = nil, tolerance: Double? = nil, detail: Detail,
    observations: [Observation] = [], isRefusal: Bool = false
  ) {
    outcome = .failed
    self.period = period
    self.area = area
    self.left = left
    self.right = right
    self.leftValue = leftValue
    self.rightValue = rightValue
    self.tolerance = tolerance
    self.detail = detail
    self.observations = observations
    self.isRefusal = isRefusal
  }

  /// A finding about one observation.
  init(_ observation: Observation, left: String = "", right: String = "", detail: Detail) {
    self.init(
      period: observation.period.description, area: observation.place, left: left,
      observation.value, right: right, detail: detail, observations: [observation])
  }
}

extension Observation {
  /// The area, or the two areas of a flow.
  var place: String {
    referenceArea != "_Z" || origin == "_Z" ? referenceArea : "\(origin) → \(destination)"
  }
}
