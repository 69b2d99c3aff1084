public import Demography

/// One dataflow of an agency: what it collects, by which definitions, under which terms, and how its
/// files are read.
public struct SourceEntry: Sendable, Hashable {
  /// The code in `SOURCE_ID`.
  public let id: String
  /// The code in `REPORTER`.
  public let agency: String
  public let title: Names
  public var publisherTitle = ""
  public var url = ""
  /// `event`, `register`, `survey`, `census`, `permit`, `border`, `compilation` or `model`.
  public var collects = ""
  public var concept: String?
  public var durationDefinition: String?
  public var universe = ""
  public var event: String?
  /// Boundaries of all its releases; `nil` when they changed, or are those of the period.
  public var geoVintage: String?
  /// Boundaries by first day of validity, in order.
  public var geoVintageByDate: [DatedVintage] = []
  /// SDMX frequency code, or empty.
  public var frequency = ""
  /// Days from the end of a period to its release.
  public var expectedLagDays: Int?
  public var dimensions: [Observation.Column] = []
  public let licence: Licence
  /// Coefficient of variation of its numbers, where somebody has stated one.
  public var cv: Double?
  public var breaks: [SourceBreak] = []
  public var constants: [Observation.Column: String] = [:]
  public var reader: ReaderMapping
  public var notes = ""
  /// Where the registry says so.
  public let place: Place

  public init(
    id: String, agency: String, title: Names, licence: Licence, reader: ReaderMapping,
    at place: Place
  ) {
    self.id = id
    self.agency = agency
    self.title = title
    self.licence = licence
    self.reader = reader
    self.place = place
  }

  /// The geography vintage of a period; `nil` when the source declares none for it.
  public func geoVintage(of period: Period) -> String? {
    geoVintage ?? geoVintageByDate.last { $0.from <= period.firstDay }?.code
  }

  /// What fills the columns its files do not have: the constants, then what the entry itself says.
  public var filledConstants: [Observation.Column: String] {
    var filled: [Observation.Column: String] = [
      .source: id, .reporter: agency, .licence: licence.id,
    ]
    filled[.concept] = concept
    filled[.durationDefinition] = durationDefinition
    filled[.event] = event
    filled[.geoVintage] = geoVintage
    return filled.merging(constants) { $1 }
  }
}

/// Terms under which a source may be used.
public struct Licence: Sendable, Hashable {
  /// The code in `LICENCE_ID`.
  public let id: String
  /// Whether its rows may leave the house.
  public let mayExport: Bool
  /// The words to be shown with its figures.
  public let attribution: String

  public init(id: String, mayExport: Bool, attribution: String) {
    self.id = id
    self.mayExport = mayExport
    self.attribution = attribution
  }
}

/// A day from which a geography vintage holds for a source.
public struct DatedVintage: Sendable, Hashable {
  public let from: Day
  public let code: String

  public init(from: Day, code: String) {
    self.from = from
    self.code = code
  }
}

/// A break the source itself declares.
public struct SourceBreak: Sendable, Hashable {
  public let date: Day
  public let measure: String
  public let reason: String
  /// By how much a balance over the break does not close; `nil` when not known.
  public let residual: Double?

  public init(date: Day, measure: String, reason: String, residual: Double?) {
    self.date = date
    self.measure = measure
    self.reason = reason
    self.residual = residual
  }
}
