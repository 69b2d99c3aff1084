/// When the migrants of a step enter or leave.
public enum MigrantTiming: String, Hashable, Sendable, CaseIterable {
  /// Half at the start and half at the end of the step.
  case even
  /// All at the end of the step.
  case end
}

/// How rates become moves in a step. Forms are never mixed in a run.
public enum ProjectionForm: String, Hashable, Sendable, CaseIterable {
  /// Rates per person-year lived, several moves in a step: `n1 = (I + M/2)⁻¹ (I − M/2) n0`, the mean
  /// of the rates of both ages of a cohort. For registers of movements.
  /// Rogers (1975); Willekens & Drewe (1984).
  case movement
  /// Shares of the survivors who live elsewhere at the end of the step, by age at its end:
  /// `n1 = T diag(S) n0`. For census questions on the place of residence one or five years ago.
  /// Rees & Willekens (1986), Data and accounts, in: Migration and settlement.
  case transition
  /// Rogers' life table: `n1 = S n0` with `S = L[x+1] L[x]⁻¹`, which is
  /// `(I + M[x+1]/2)⁻¹ (I − M[x]/2)` with the rates of each age as they were observed. The open group
  /// stands in the life table's proportion to the age before it.
  /// Rogers (1975); Willekens & Rogers (1978), Spatial population analysis, IIASA RR-78-18, option 3.
  case rogersLifetable = "rogers_lifetable"
  /// Probabilities of dying, emigrating and changing region, all on the cohort of 1 January by the age
  /// it reaches; who changes is at risk of dying in either place for half of the year.
  /// Federal Statistical Office (2025), Scenarios of the population of the cantons: method.
  case prospective

  /// Whether moves are rates per person-year lived, of which life tables are made.
  public var hasMoveRates: Bool { self == .movement || self == .rogersLifetable }
}

/// Children who belong to another region from birth than their mother, where regions stand for groups
/// of a second state such as citizenship.
public struct BirthShare: Hashable, Sendable {
  public let mother: Int
  public let child: Int
  /// Share of the births of mothers of each age.
  public let shares: [Double]

  public init(mother: Int, child: Int, shares: [Double]) {
    precondition(mother != child, "children of region \(mother) who stay in it")
    self.mother = mother
    self.child = child
    self.shares = shares
  }
}

/// What a multiregional cohort-component projection starts from, before any deviation or lever.
///
/// Surfaces are laid out as `CohortShape` says. Populations are never held as integers.
public struct CohortInputs: Hashable, Sendable {
  public let shape: CohortShape
  /// Persons at the launch.
  public var population: [Double]
  /// Share of the cohort that ends a step in the cell's age and survives it; age 0 counts from
  /// birth, the open group stands for the last two groups together.
  public var survival: [Double]
  /// Deaths per person and year by age, which `rogersLifetable` takes in place of `survival`; empty
  /// where they are not known.
  public var deathRates: [Double]
  /// Births per woman and year, `ages · regions`, age fastest.
  public var fertility: [Double]
  /// Boys per girl.
  public var sexRatioAtBirth: Double
  public var internalRates: InternalRates
  /// Emigrants per person and year.
  public var emigration: [Double]
  /// Immigrants (or net migrants) of a whole step.
  public var immigration: [Double]
  public var timing: MigrantTiming
  /// Years of a step, and the width of an age group.
  public var stepYears: Double
  /// With `transition`, `internalRates` and `emigration` are shares of the survivors of a step; with
  /// `prospective` they are probabilities, and `timing` and `newbornExposure` are not read.
  public var form: ProjectionForm
  /// Empty where every child belongs to the region of its mother.
  public var birthShares: [BirthShare]
  /// Share of the newborns exposed to moving in the step they are born in; one half lets births
  /// spread evenly over the step.
  public var newbornExposure: Double

  public init(
    shape: CohortShape, population: [Double], survival: [Double], fertility: [Double],
    sexRatioAtBirth: Double, internalRates: InternalRates, emigration: [Double],
    immigration: [Double], timing: MigrantTiming, stepYears: Double,
    form: ProjectionForm = .movement, newbornExposure: Double = 0.5, deathRates: [Double] = [],
    birthShares: [BirthShare] = []
  ) {
    precondition((0...1).contains(newbornExposure), "a newborn exposure of \(newbornExposure)")
    for surface in [population, survival, emigration, immigration] {
      precondition(
        surface.count == shape.cellCount, "\(surface.count) values for \(shape.cellCount) cells")
    }
    precondition(
      fertility.count == shape.regions * shape.ages, "\(fertility.count) fertility rates")
    precondition(internalRates.shape == shape, "internal rates of another shape")
    precondition(
      deathRates.isEmpty || deathRates.count == shape.cellCount,
      "\(deathRates.count) death rates for \(shape.cellCount) cells")
    for share in birthShares {
      precondition(share.shares.count == shape.ages, "\(share.shares.count) shares of births")
    }
    precondition(stepYears > 0 && sexRatioAtBirth > 0, "step \(stepYears), SRB \(sexRatioAtBirth)")
    self.shape = shape
    self.population = population
    self.survival = survival
    self.fertility = fertility
    self.sexRatioAtBirth = sexRatioAtBirth
    self.internalRates = internalRates
    self.emigration = emigration
    self.immigration = immigration
    self.timing = timing
    self.stepYears = stepYears
    self.form = form
    self.newbornExposure = newbornExposure
    self.deathRates = deathRates
    self.birthShares = birthShares
  }

  /// Looks for values no projection can start from.
  /// - Throws: the first value outside its domain.
  public func check() throws(ProjectionError) {
    try Self.check(population, "population", 0...Double.greatestFiniteMagnitude)
    try Self.check(survival, "survival", 0...1)
    try Self.check(deathRates, "death rate", 0...Double.greatestFiniteMagnitude)
    for share in birthShares { try Self.check(share.shares, "share of births", 0...1) }
    for mother in 0..<shape.regions {
      let shares = birthShares.filter { $0.mother == mother }
      let sums = (0..<shape.ages).map { age in shares.reduce(0) { $0 + $1.shares[age] } }
      // Shares that add up to 1 may do so but for rounding.
      try Self.check(sums, "sum of shares of births", 0...1 + 1e-12)
    }
    try Self.check(fertility, "fertility", 0...10)
    try Self.check(emigration, "emigration", 0...Double.greatestFiniteMagnitude)
    try Self.check(internalRates.profile, "age profile", 0...Double.greatestFiniteMagnitude)
    try Self.check(internalRates.level, "internal rate", 0...Double.greatestFiniteMagnitude)
    for value in immigration where !value.isFinite {
      throw .outOfRange(input: "immigration", value: value)
    }
  }

  private static func check(
    _ values: [Double], _ name: String, _ range: ClosedRange<Double>
  ) throws(ProjectionError) {
    for value in values where !range.contains(value) {
      throw .outOfRange(input: name, value: value)
    }
  }
}
