public import Demography
public import Projection

/// What a projection continues when no policy changes: the launch, the inputs, their assumptions and
/// their uncertainty (`agyn.baseline/1`).
public struct Baseline: Sendable {
  /// How one input is found among the observations.
  public struct Input: Hashable, Sendable {
    public let measure: String
    /// Year the rates or flows belong to.
    public let year: Int
    /// Multiplies the input from the first step on.
    public let factor: Double
    /// Relative change per year, compounded: −0.01 falls by 1 % a year.
    public let changePerYear: Double
    /// Measure of the age schedule, where the input is spread over ages.
    public let ageSchedule: String
    /// Whether the measure itself is by age and sex: rates, or persons of immigration.
    public let isByAge: Bool
    /// What stays as it is from year to year where no deviation, change or lever acts.
    public let held: Held
    /// Whether the measure is that of each group of a second state; otherwise the rates of everybody are
    /// those of each group. `false` where people are in no groups.
    public var isByGroup = false

    public enum Held: String, Hashable, Sendable, CaseIterable {
      /// The rates per resident; of immigrants the number per resident of the region they come to.
      case rate
      /// The number of persons of each region.
      case persons
    }
  }

  /// A temporary programme held apart from the usual residents.
  public struct Programme: Sendable {
    public let id: String
    /// `nil` where the file gives none.
    public let title: Names?
    public let rules: PermitProgramme
    /// Share of the stock that is in the country at a time.
    public let presence: Double
    /// Persons under the programme at the launch.
    public let stock: Double
    /// Yearly growth of the number who want to come.
    public let demandGrowth: Double
    /// Share of each region, summing to 1; `nil` follows the population of working age.
    public let shares: [Double]?
    /// Share of each country of origin, in the order of the file.
    public let origins: [(country: String, share: Double)]
    /// Share that enters through each port, in the order of the file; they sum to 1 at most.
    public let ports: [(port: String, share: Double)]
    /// Share of a year's arrivals in each quarter.
    public let seasons: [Double]
    /// Yearly quota as a share of the labour force; `nil` for none.
    public let quotaShare: Double?
    public let place: Place

    /// Persons in stock on 1 January per person admitted in a quarter on average.
    var quartersPerAdmission: Double { rules.quartersPerAdmission(seasons: seasons) }
  }

  public enum Component: String, Hashable, Sendable, CaseIterable {
    case fertility, mortality, `internal`, emigration, immigration, permits
  }

  /// Chance of single events.
  public enum Noise: String, Hashable, Sendable, CaseIterable {
    /// As many as the rates bring, with fractions.
    case none
    /// Poisson counts by region and pair of regions.
    case poisson
  }

  public let id: String
  public let title: Names
  public let status: String
  /// Code of the country as a whole, in observations and in tables.
  public let country: String
  /// Regions, and where the file has groups of a second state the groups in each of them.
  public let places: Places
  /// Codes of the places, sorted: the regions, or `region.group`.
  public var areas: [String] { places.codes }
  /// Region codes, sorted.
  public var regions: [String] { places.regions }
  /// `nil` where people are told apart by region only.
  public let groups: Groups?
  /// The projection starts on 1 January of this year and ends on 1 January of `horizon`.
  public let launch: Int
  public private(set) var horizon: Int
  /// Number of age groups, the last open.
  public let ages: Int
  /// Width of an age group and length of a step in years, 1 or 5.
  public let stepYears: Int
  public let timing: MigrantTiming
  /// How rates become moves; with `transition` they are shares of the survivors of a year, with
  /// `prospective` probabilities of the residents of 1 January.
  public let form: ProjectionForm
  /// `nil` where no total is to be met.
  public private(set) var constraint: Constraint?
  public let sexRatioAtBirth: Double
  /// By the keys of the file: `start_population`, `mortality`, …
  public let inputs: [String: Input]
  public let programmes: [Programme]
  /// Labour force per person aged 15 to 64.
  public let participation: Double
  public let deviations: [Component: KeyedDeviation]
  /// How the deviations of components go together.
  public let correlation: ComponentCorrelation
  /// Whether births, deaths and moves scatter about their rates.
  public let noise: Noise
  /// Sample paths that components follow in place of deviations.
  public let paths: [Component: ComponentPaths]
  /// Draws and seed that the file proposes.
  public let draws: Int
  public let seed: Int
  /// Years (1 January) whose pyramids are published, and years whose flows are.
  public private(set) var pyramidYears: [Int]
  public private(set) var flowYears: [Int]
  /// The age with which each group begins by which those flows are told apart, ascending from 0; none where
  /// they are published for all ages together.
  public private(set) var flowAges: [Int]
  /// Components that the file leaves out of the account: `internal: none`.
  public let absent: Set<String>
  /// One where titles of the file lack a language of the house.
  public let warnings: [Fault]
  /// Everything in the file that rests on assumption, by its key.
  public let assumed: [String]

  /// Reads a baseline file.
  ///
  /// - Parameters:
  ///   - regions: the dated list; the regions valid on the launch day are projected.
  ///   - paths: the sample paths of `pathFiles`, or what is wrong with them; a file that is not there has no
  ///     entry.
  /// - Throws: `Faults`, all of the file's together.
  public init(
    _ document: Document, regions: Codelist, paths: [String: Result<SamplePaths, Faults>] = [:]
  ) throws(Faults) {
    let launchText = document["time"]?["launch"]?.text ?? ""
    let day = Day(launchText) ?? Day(year: 2000, month: 1, day: 1)
    let places = BaselineParts.places(
      document["groups"], regions: regions.valid(on: day).codes.map(\.id))
    let grouping = AgeGrouping(document["population"]?["ages"])
    var reader = Reader(
      country: document["geography"]?["country"]?.text ?? "", places: places, regions: regions,
      day: day, ages: grouping.count, ageWidth: grouping.width)
    reader.pathFiles = paths
    let parts = BaselineParts(document, &reader)
    guard reader.faults.isEmpty else { throw Faults(reader.faults) }
    id = parts.id
    title = parts.title
    status = parts.status
    country = reader.country
    self.places = places
    groups = parts.groups
    launch = parts.launch
    horizon = parts.horizon
    ages = reader.ages
    stepYears = reader.ageWidth
    timing = parts.timing
    form = parts.form
    constraint = parts.constraint
    sexRatioAtBirth = parts.sexRatio
    inputs = parts.inputs
    programmes = parts.programmes
    participation = parts.participation
    deviations = parts.deviations
    correlation = parts.correlation
    noise = parts.noise
    self.paths = parts.paths
    draws = parts.draws
    seed = parts.seed
    pyramidYears = parts.pyramidYears
    flowYears = parts.flowYears
    flowAges = parts.flowAges
    absent = parts.absent
    assumed = parts.assumed
    warnings = reader.languageWarning
  }

  /// Files of sample paths that a baseline file names, sorted, each once.
  public static func pathFiles(_ document: Document) -> [String] {
    let named = (document["uncertainty"]?["paths"]?.entries ?? []).compactMap {
      $0.value["file"]?.text
    }
    return Set(named).sorted()
  }

  /// Refuses more draws than the sample paths have.
  ///
  /// - Throws: `baseline.paths-draws`.
  public func check(draws: Int) throws(Faults) {
    let short = Component.allCases.filter { paths[$0].map { $0.draws < draws } ?? false }
    guard !short.isEmpty else { return }
    throw Faults(
      short.map {
        Fault(
          .badConfiguration, "baseline.paths-draws",
          ["component": $0.rawValue, "found": "\(paths[$0]?.draws ?? 0)", "wanted": "\(draws)"])
      })
  }

  /// The same baseline as a scenario wants it: another horizon, totals to be met, years that are printed.
  func changed(by change: Scenario.Settings) -> Baseline {
    var copy = self
    if let horizon = change.horizon {
      copy.horizon = horizon
      copy.pyramidYears.removeAll { $0 > horizon }
      copy.flowYears.removeAll { $0 >= horizon }
    }
    if let constraint = change.constraint { copy.constraint = constraint.target }
    if let years = change.pyramidYears { copy.pyramidYears = years }
    if let years = change.flowYears { copy.flowYears = years }
    if let ages = change.flowAges { copy.flowAges = ages }
    return copy
  }

  /// Number of steps.
  public var steps: Int { (horizon - launch) / stepYears }

  /// The year on whose 1 January a step begins.
  public func year(_ step: Int) -> Int { launch + step * stepYears }

  /// The years of a step.
  func years(_ step: Int) -> Range<Int> { year(step)..<year(step + 1) }

  /// Whether a step begins or ends on the 1 January of a year.
  public func isOnStep(_ year: Int) -> Bool { (year - launch) % stepYears == 0 }
}
