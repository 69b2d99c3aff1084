/// One number with everything that says what it means: its coded dimensions, who states it, by which
/// definition, from which release, under which terms, and how sure it is.
///
/// Codes are text here; they become dense indices where a `Panel` or a `FlowTable` is made.
/// A dimension that does not apply is `_Z`, a total `_T`; no dimension is ever blank.
public struct Observation: Hashable, Sendable {
  /// What is measured: `POP`, `FLOW_IN`, `FLOW_OD`, `NET`, … (code list `measure`).
  public var measure: String
  /// Who states it: `KZ:BNS`, `KZ:MLSPP`, `UN:DESA`, `MODEL:AGYN`.
  public var reporter: String
  public var referenceArea = "_Z"
  public var origin = "_Z"
  public var destination = "_Z"
  public var period: Period
  /// Whether the value is the sum since the start of the year (a year-to-date release).
  public var isCumulative = false
  public var sex = "_T"
  /// `Y25`, `Y0T4`, `Y_GE100`, `_T`.
  public var age = "_T"
  public var citizenship = "_T"
  public var birthPlace = "_T"
  public var activity = "_T"
  public var occupation = "_T"
  public var education = "_T"
  public var permitType = "_Z"
  public var reason = "_T"
  /// Concept of residence or of the event: `REG_PERM`, `USUAL_RES`, `PERMIT`, `CROSSING`, …
  public var concept = "_Z"
  /// Duration criterion: `D0`, `D3M`, `D12M`, `REGPERM`, …
  public var durationDefinition = "_Z"
  /// `EVENT`, `TRANS1Y`, `TRANS5Y`, `LIFETIME`, `STOCK`.
  public var event = "_Z"
  /// `ALL`, `ALL_INTERNAL`, `INTERREGIONAL`, `INTRAREGIONAL`, `EXTERNAL`, …
  public var scope = "ALL"
  /// Boundaries the area codes belong to: `KZ-ADM1-2022`.
  public var geoVintage = "_Z"
  /// When this value was released.
  public var vintage: Instant
  /// `nil` only with a status that says why the value is missing.
  public var value: Double?
  public var status: Status = .normal
  public var confidentiality: Confidentiality = .free
  public var kind: Kind = .observed
  public var unit = "PS"
  /// Power of ten the value is stated in.
  public var multiplier = 0
  /// 100 means that the true value lies within 50 of the stated one.
  public var roundBase = 0.0
  public var lower: Double?
  public var upper: Double?
  /// Coverage of `lower … upper` in per cent; `nil` when there is no interval or it is no probability.
  public var level: Double?
  public var source: String
  public var licence = "_U"
  public var lineage = "_Z"
  public var note = ""

  public init(
    measure: String, reporter: String, period: Period, vintage: Instant, value: Double?,
    source: String
  ) {
    self.measure = measure
    self.reporter = reporter
    self.period = period
    self.vintage = vintage
    self.value = value
    self.source = source
  }
}

extension Observation {
  /// SDMX `CL_OBS_STATUS`, with V for values not yet validated.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case normal = "A"
    case breakInSeries = "B"
    case definitionDiffers = "D"
    case estimated = "E"
    case forecast = "F"
    case imputed = "I"
    case cannotExist = "M"
    case missing = "O"
    case provisional = "P"
    case suppressed = "Q"
    case unreliable = "U"
    case unvalidated = "V"

    /// Whether this status explains an absent value.
    public var explainsAbsence: Bool {
      switch self {
      case .cannotExist, .missing, .suppressed: true
      default: false
      }
    }
  }

  /// SDMX `CL_CONF_STATUS`.
  public enum Confidentiality: String, Hashable, Sendable, CaseIterable {
    case free = "F"
    case internalUse = "N"
    case confidential = "C"
    case primary = "P"
    case secondary = "D"
  }

  /// How a number came to be, from the firmest to the weakest. A result takes the weakest kind of
  /// its inputs: `max(a, b)`.
  public enum Kind: String, Hashable, Sendable, CaseIterable, Comparable {
    case observed = "OBSERVED"
    case derived = "DERIVED"
    case adjusted = "ADJUSTED"
    case imputed = "IMPUTED"
    case modelled = "MODELLED"
    case projected = "PROJECTED"
    case simulated = "SIMULATED"

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
    public static func < (a: Kind, b: Kind) -> Bool { a.rank < b.rank }
  }
}
