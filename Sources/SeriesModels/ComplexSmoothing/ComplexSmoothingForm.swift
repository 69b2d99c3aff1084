/// What season a complex exponential smoothing has.
public enum ComplexSmoothingForm: String, CaseIterable, Hashable, Sendable {
  case none
  /// The level itself is that of a season ago: a season and nothing else.
  case simple
  /// An additive season with a real smoothing parameter.
  case partial
  /// A season with a complex parameter, which can grow with the level.
  case full

  /// Smoothing parameters: α₀ and α₁, then β₀, then β₁.
  var parameterCount: Int {
    switch self {
    case .none, .simple: 2
    case .partial: 3
    case .full: 4
    }
  }
  var isSeasonal: Bool { self != .none }
  /// Whether there is a season besides the level.
  var hasOwnSeason: Bool { self == .partial || self == .full }
}

/// The real and imaginary smoothing parameters α₀ + iα₁ of the level and β₀ + iβ₁ of the season; those that a
/// form does not have are 0.
public struct ComplexSmoothing: Hashable, Sendable {
  public var alpha0: Double
  public var alpha1: Double
  public var beta0: Double
  public var beta1: Double

  public init(alpha0: Double, alpha1: Double, beta0: Double = 0, beta1: Double = 0) {
    self.alpha0 = alpha0
    self.alpha1 = alpha1
    self.beta0 = beta0
    self.beta1 = beta1
  }

  /// In the order α₀, α₁, β₀, β₁.
  init(_ numbers: [Double]) {
    self.init(
      alpha0: numbers[0], alpha1: numbers[1], beta0: numbers.count > 2 ? numbers[2] : 0,
      beta1: numbers.count > 3 ? numbers[3] : 0)
  }

  /// Where searches begin. α₁ = 1 is a level without a trend.
  static func starts(_ form: ComplexSmoothingForm) -> [[Double]] {
    [[1.3, 1], [1.7, 1], [1, 1], [1.6, 0.9]].flatMap { level -> [[Double]] in
      switch form {
      case .none, .simple: [level]
      case .partial: [level + [0.1], level + [0.5]]
      case .full: [level + [1.3, 1], level + [0.9, 1]]
      }
    }
  }

  /// Whether errors of the past die out in a model without a season of its own: both roots of
  /// z² − (2 − 2α₀ + α₁) z + det are inside the unit circle (Svetunkov, Kourentzes and Ord 2022, 3.2).
  var isStable: Bool {
    let trace = 2 - 2 * alpha0 + alpha1
    let determinant =
      (1 - alpha0 + alpha1) * (1 - alpha0) + (1 - alpha1) * (1 - alpha0 - alpha1)
    return determinant < 1 && abs(trace) < 1 + determinant
  }
}
