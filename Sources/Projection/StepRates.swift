/// Everything that happens in one step of one draw: rates, counts and planned moves, after deviations
/// and levers. Made once and refilled step by step.
public struct StepRates: Sendable {
  /// Cohort mortality of eq. 1, `m = 2 (1 − S) / (1 + S)`, by the age the cohort ends in; with
  /// `rogersLifetable` deaths per person and year by age, with `prospective` the probability of dying
  /// before the end of the step, by the age reached in it.
  public var mortality: [Double]
  /// Births per woman and year, `ages · regions`, age fastest.
  public var fertility: [Double]
  /// Annual rates at intensity 1, `class · to · from`, origin fastest, diagonal 0.
  public var level: [Double]
  /// Emigrants per person and year.
  public var emigration: [Double]
  /// Immigrants of the whole step.
  public var immigration: [Double]
  /// Planned moves at the end of the step, in the order in which they are carried out.
  public var transfers: [Transfer] = []
  /// Schedules of this step only, `2 · ages` values each, age fastest, summing to 1: those that
  /// `Transfer.schedule` counts after the engine's own.
  public var schedules: [[Double]] = []

  /// The rates of the inputs without any change.
  public init(_ inputs: CohortInputs) {
    switch inputs.form {
    case .movement, .transition: mortality = Self.cohortMortality(inputs.survival)
    case .rogersLifetable: mortality = inputs.deathRates
    case .prospective: mortality = inputs.survival.map { 1 - $0 }
    }
    fertility = inputs.fertility
    level = inputs.internalRates.level
    emigration = inputs.emigration
    immigration = inputs.immigration
  }

  /// Eq. 1: the rate for which the linear model returns the survival ratio exactly.
  public static func cohortMortality(_ survival: [Double]) -> [Double] {
    survival.map { 2 * (1 - $0) / (1 + $0) }
  }
}

/// A planned move of persons at the end of a step (eq. 5).
public struct Transfer: Hashable, Sendable {
  public let origin: Int
  public let destination: Int
  public let persons: Double
  /// Which of the engine's age and sex schedules spreads the persons, or after them of the step's.
  public let schedule: Int

  public init(from origin: Int, to destination: Int, persons: Double, schedule: Int) {
    precondition(persons >= 0, "a transfer of \(persons)")
    self.origin = origin
    self.destination = destination
    self.persons = persons
    self.schedule = schedule
  }
}
