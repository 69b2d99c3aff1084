public import Demography

/// What two numbers must share before they may be added, subtracted or compared.
public enum Axis: String, Hashable, Sendable, CaseIterable {
  case concept = "CONCEPT"
  case durationDefinition = "DURATION_DEF"
  case event = "EVENT"
  case scope = "SCOPE"
  case unit = "UNIT_MEASURE"
  case geoVintage = "GEO_VINTAGE"
  case periodLength = "PERIOD_LENGTH"

  func value(of observation: Observation) -> String {
    switch self {
    case .concept: observation.concept
    case .durationDefinition: observation.durationDefinition
    case .event: observation.event
    case .scope: observation.scope
    case .unit: observation.unit
    case .geoVintage: observation.geoVintage
    case .periodLength:
      "P\(observation.period.length)\(observation.period.unit == .month ? "M" : "D")"
    }
  }
}

/// The guard between numbers of different definitions.
///
/// Two observations are comparable when concept, duration, event, scope, unit, boundaries and period
/// length agree, or when the caller has declared a difference bridged. A border crossing is no arrival
/// for permanent residence, though both are called arrivals.
public enum Comparability {
  /// The axes on which two observations differ, in the order of `Axis`.
  ///
  /// - Parameter bridged: axes whose difference a conversion has dealt with.
  public static func differences(
    _ a: Observation, _ b: Observation, except bridged: Set<Axis> = []
  ) -> [Axis] {
    Axis.allCases.filter { !bridged.contains($0) && $0.value(of: a) != $0.value(of: b) }
  }

  /// - Throws: `comparability.axis` with the first axis on which the two differ and both values.
  public static func require(
    _ a: Observation, _ b: Observation, except bridged: Set<Axis> = []
  ) throws(Fault) {
    guard let axis = differences(a, b, except: bridged).first else { return }
    throw fault(axis, a, b)
  }

  static func fault(_ axis: Axis, _ a: Observation, _ b: Observation) -> Fault {
    Fault(
      .badData, "comparability.axis",
      [
        "axis": axis.rawValue, "left": axis.value(of: a), "right": axis.value(of: b),
        "left_source": a.source, "right_source": b.source,
      ])
  }

  /// The first pair that may not be put together; `nil` when all may.
  /// - Complexity: O(observations)
  static func firstDifference(
    _ observations: [Observation], except bridged: Set<Axis>
  ) -> (axis: Axis, a: Observation, b: Observation)? {
    guard let first = observations.first else { return nil }
    for other in observations.dropFirst() {
      if let axis = differences(first, other, except: bridged).first { return (axis, first, other) }
    }
    return nil
  }
}
