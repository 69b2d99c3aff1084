/// By what a count under another criterion of stay is multiplied to be a count of those who stay twelve
/// months.
///
/// IMEM's posterior means: J. Raymer, A. Wiśniowski, J. Forster, P. Smith and J. Bijak, Integrated
/// modeling of European migration, Journal of the American Statistical Association 108 (2013).
public enum DurationCriterion: String, Hashable, Sendable, CaseIterable {
  /// Every registration counts, however short the stay.
  case none
  case threeMonths = "3"
  case sixMonths = "6"
  case twelveMonths = "12"
  case permanent

  public static let reference = "Raymer, Wiśniowski, Forster, Smith & Bijak 2013 (IMEM)"

  /// Persons who stay twelve months, by person counted.
  public var factor: Double {
    switch self {
    case .none: 0.53
    case .threeMonths: 0.63
    case .sixMonths: 0.73
    case .twelveMonths: 1
    case .permanent: 2.26
    }
  }
}

/// A judgement of how much a register misses, or of how exactly it counts.
public enum ReportClass: String, Hashable, Sendable, CaseIterable {
  case low, medium, high

  var index: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}
