public import Demography

/// A difference to one baseline: levers, their numbers, and the variants to compare
/// (`agyn.scenario/1`).
public struct Scenario: Sendable {
  /// A lever of the file with what is known of its numbers.
  public struct Lever: Sendable {
    public let id: String
    /// `nil` where the file gives none.
    public let title: Names?
    public let kind: String
    public let evidence: Evidence?
    /// Whether it is on where no variant says otherwise.
    public let isEnabled: Bool
    /// Which of two levers that contradict each other has the last word: the higher one; `nil` where the
    /// file says nothing.
    public let priority: Int?
    public let effect: any LeverEffect
    public let place: Place

    /// Whether the lever's numbers are assumptions; a lever without evidence counts as one.
    public var isAssumed: Bool { evidence.map { $0.quality == .assumed } ?? true }
  }

  /// The same levers with other numbers, or with some of them off.
  public struct Variant: Hashable, Sendable {
    public let id: String
    /// `nil` where the file gives none.
    public let title: Names?
    /// Parameters that take a fixed value in this variant.
    public let set: [String: Double]
    /// Ids of levers that are off, and of levers `enabled: false` that are on.
    public let disabled: [String]
    public let enabled: [String]

    /// Whether a lever is on in this variant.
    public func isOn(_ lever: Lever) -> Bool {
      lever.isEnabled ? !disabled.contains(lever.id) : enabled.contains(lever.id)
    }
  }

  /// How the differences between variants are split among levers.
  public enum Attribution: String, Hashable, Sendable, CaseIterable {
    case none, shapley
    case oneAtATime = "one_at_a_time"
  }

  /// What is compared with what.
  public struct Comparison: Hashable, Sendable {
    /// A variant's id, or `baseline`.
    public let against: String
    public let metrics: [Indicator]
    /// Regions by index, −1 for the country, or a local set.
    public let areas: [Area]
    public internal(set) var years: [Int]
    /// Values whose passing is told with its probability.
    public internal(set) var thresholds: [Threshold]
    public let attribution: Attribution
  }

  /// A value of a metric in an area, and how likely it is passed.
  public struct Threshold: Hashable, Sendable {
    public let metric: Indicator
    public let area: Area
    public let value: Double
  }

  /// A region, the country or a local set of regions, with the name it has in tables.
  public struct Area: Hashable, Sendable {
    public let name: String
    public let members: [Int]
  }

  /// What a scenario says over the baseline's own settings; `nil` where it says nothing.
  public struct Settings: Sendable {
    /// Totals to be met in place of the baseline's; none with `mode: none`.
    struct Meeting: Sendable {
      let target: Constraint?
    }

    /// The 1 January on which the scenario ends, not after the baseline's.
    public internal(set) var horizon: Int?
    var constraint: Meeting?
    var pyramidYears: [Int]?
    var flowYears: [Int]?
    var flowAges: [Int]?
    /// Draws that rare events of the file need; a proposal like the baseline's.
    public internal(set) var draws: Int?
    /// Whether the totals to be met are assumed.
    var isAssumed = false

    /// Whether the scenario is compared with a baseline of its own.
    var changesBaseline: Bool {
      horizon != nil || constraint != nil || pyramidYears != nil || flowYears != nil
        || flowAges != nil
    }
  }

  public let id: String
  public let title: Names
  public let owner: String
  public let settings: Settings
  /// What must hold, in the order of the file.
  public let checks: [Check]
  /// The unit of money in which the costs of its levers are given; `nil` where none is.
  public let costUnit: Names?
  /// `nil` where the file seeks no goal.
  public let goal: Goal?
  public let parameters: [Parameter]
  /// Titles of local sets of regions, where the file gives them.
  public let setTitles: [String: Names]
  /// Names of all local sets of regions, sorted.
  public let sets: [String]
  /// In the order of the file.
  public let indicators: [NamedIndicator]
  private let limits: Limits
  /// Pairs of levers that contradict each other and are on together in no variant.
  let alternatives: [(lever: String, other: String)]
  /// Sorted by id.
  public let levers: [Lever]
  public let variants: [Variant]
  public private(set) var comparison: Comparison
  /// What is plausible only with an explanation; never an error.
  public let warnings: [Fault]

  /// Reads a scenario file and checks it against its baseline.
  ///
  /// - Parameter fits: the saved fits of `fitFiles`, `nil` for a file that is none.
  /// - Throws: `Faults`, all of the file's together.
  public init(
    _ document: Document, baseline: Baseline, regions: Codelist,
    fits: [String: FittedModel?] = [:]
  ) throws(Faults) {
    let day = Day(year: baseline.launch, month: 1, day: 1)
    var reader = Reader(
      country: baseline.country, places: baseline.places, regions: regions, day: day,
      ages: baseline.ages, ageWidth: baseline.stepYears)
    reader.programmes = baseline.programmes.map(\.id)
    reader.fits = fits
    reader.horizon = baseline.horizon
    let parts = ScenarioParts(document, baseline, &reader)
    guard reader.faults.isEmpty else { throw Faults(reader.faults) }
    id = parts.id
    title = parts.title
    owner = parts.owner
    settings = parts.settings
    checks = parts.checks
    goal = parts.goal
    costUnit = parts.costUnit
    parameters = reader.parameters
    setTitles = reader.setTitles
    sets = reader.sets.keys.sorted()
    indicators = parts.indicators
    limits = reader.limits
    alternatives = parts.alternatives
    levers = parts.levers.sorted { $0.id < $1.id }
    variants = parts.variants
    comparison = parts.comparison
    warnings = reader.warnings + reader.languageWarning
  }

  /// Files of saved fits that the levers of a file name, sorted, each once.
  public static func fitFiles(_ document: Document) -> [String] {
    let named = (document["levers"]?.items ?? []).compactMap {
      $0["response"]?["fit"]?["file"]?.text
    }
    return Set(named).sorted()
  }

  /// The same scenario compared in one of its years only, so that no later year need be run.
  public func compared(in year: Int) -> Scenario {
    var copy = self
    if comparison.years.contains(year) { copy.comparison.years = [year] }
    return copy
  }

  /// The values a parameter may be given; `nil` where nothing limits it.
  ///
  /// - Parameter values: other parameters of the setting, which leave less room where shares divide
  ///   the same people; those left out count with the most a draw may have.
  func permitted(
    _ parameter: String, beside values: [String: Double] = [:]
  ) -> ClosedRange<Double>? {
    limits.range(of: parameter, beside: values)
  }

  /// Refuses values of parameters that are not permitted where they are used.
  ///
  /// - Throws: `scenario.out-of-range`, `scenario.renewal-sum`, `scenario.overstay-sum`.
  func check(_ values: [String: Double], _ kind: Fault.Kind) throws(Faults) {
    let found = limits.faults(values, kind)
    if !found.isEmpty { throw Faults(found) }
  }

  /// Whether any lever or parameter rests on assumed numbers.
  public var isAssumed: Bool {
    settings.isAssumed || levers.contains(where: \.isAssumed)
      || parameters.contains { $0.evidence?.quality == .assumed }
  }
}

/// What is compared between variants.
public enum Metric: String, Hashable, Sendable, CaseIterable {
  case population
  case workforce = "workforce_15_64"
  case children = "children_0_14"
  case elderly = "elderly_65_plus"
  case schoolAge = "school_age_6_17"
  case dependencyRatio = "dependency_ratio"
  case births, deaths
  case netInternal = "net_internal"
  case netInternational = "net_international"
  case assistedMoves = "assisted_moves"
  case temporaryStock = "temporary_stock"
  case unmetPermits = "unmet_permits"
  case wantedPermits = "wanted_permits"
  case temporaryPresent = "temporary_present"
  case displaced = "displaced_stock"
  /// Moves between regions, those that are planned among them.
  case movesIn = "moves_in"
  case movesOut = "moves_out"
  case immigration, emigration
  /// Years: half of the people are younger. NaN where nobody is, or half are in the open age group.
  case medianAge = "median_age"
  /// Settlers of planned moves with `retention`, five years after they settled: those who live and are still
  /// there, in persons and per cent of those who settled; NaN before the first year of the projection is five
  /// years back, the per cent also where nobody settled then.
  case retained = "retained_5y"
  case retention = "retention_5y"
  /// What the planned moves of a year cost, in the unit of the file.
  case programmeCost = "programme_cost"
  /// What the moves of five years before cost by each settler who is still there; NaN where nobody is.
  case costPerRetained = "cost_per_retained_mover"

  /// Metrics that age groups of a width can tell: ages 6 to 17 lie in no groups of five.
  static func all(ageWidth: Int) -> [Metric] {
    allCases.filter { ageWidth == 1 || $0 != .schoolAge }
  }
}
