extension Observation {
  /// The columns of an observation under their SDMX names, in the order of our files.
  public enum Column: String, Hashable, Sendable, CaseIterable {
    case measure = "MEASURE"
    case reporter = "REPORTER"
    case referenceArea = "REF_AREA"
    case origin = "ORIG"
    case destination = "DEST"
    case frequency = "FREQ"
    case period = "TIME_PERIOD"
    case cumulative = "CUM"
    case sex = "SEX"
    case age = "AGE"
    case citizenship = "CITIZENSHIP"
    case birthPlace = "BIRTH_PLACE"
    case activity = "ACTIVITY"
    case occupation = "OCCUPATION"
    case education = "EDUCATION"
    case permitType = "PERMIT_TYPE"
    case reason = "REASON"
    case concept = "CONCEPT"
    case durationDefinition = "DURATION_DEF"
    case event = "EVENT"
    case scope = "SCOPE"
    case geoVintage = "GEO_VINTAGE"
    case vintage = "VINTAGE"
    case value = "OBS_VALUE"
    case status = "OBS_STATUS"
    case confidentiality = "CONF_STATUS"
    case kind = "ESTIMATE_KIND"
    case unit = "UNIT_MEASURE"
    case multiplier = "UNIT_MULT"
    case roundBase = "ROUND_BASE"
    case lower = "LO"
    case upper = "HI"
    case level = "LEVEL"
    case source = "SOURCE_ID"
    case licence = "LICENCE_ID"
    case lineage = "LINEAGE_ID"
    case note = "NOTE"

    /// Whether the column is part of what identifies an observation: all dimensions and the source,
    /// but not the vintage, the value and what describes it.
    public var isKey: Bool {
      switch self {
      case .vintage, .value, .status, .confidentiality, .kind, .unit, .multiplier, .roundBase,
        .lower, .upper, .level, .licence, .lineage, .note:
        false
      default: true
      }
    }

    /// The columns that make the key of a series of vintages.
    public static let key = allCases.filter(\.isKey)
  }

  /// The column's text as it stands in a file; empty for an absent number.
  public subscript(column: Column) -> String {
    switch column {
    case .measure: measure
    case .reporter: reporter
    case .referenceArea: referenceArea
    case .origin: origin
    case .destination: destination
    case .frequency: period.frequency
    case .period: period.description
    case .cumulative: isCumulative ? "1" : "0"
    case .sex: sex
    case .age: age
    case .citizenship: citizenship
    case .birthPlace: birthPlace
    case .activity: activity
    case .occupation: occupation
    case .education: education
    case .permitType: permitType
    case .reason: reason
    case .concept: concept
    case .durationDefinition: durationDefinition
    case .event: event
    case .scope: scope
    case .geoVintage: geoVintage
    case .vintage: vintage.description
    case .value: text(value)
    case .status: status.rawValue
    case .confidentiality: confidentiality.rawValue
    case .kind: kind.rawValue
    case .unit: unit
    case .multiplier: String(multiplier)
    case .roundBase: text(roundBase)
    case .lower: text(lower)
    case .upper: text(upper)
    case .level: text(level)
    case .source: source
    case .licence: licence
    case .lineage: lineage
    case .note: note
    }
  }

  /// Everything that identifies the observation but its vintage, joined with `|`.
  public var key: String { Column.key.map { self[$0] }.joined(separator: "|") }
}

/// The shortest text that reads back as the same number; whole numbers without a decimal point.
public func text(_ number: Double) -> String {
  if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
  return "\(number)"
}

/// As `text(_:)`; empty for an absent number.
public func text(_ number: Double?) -> String { number.map { text($0) } ?? "" }
