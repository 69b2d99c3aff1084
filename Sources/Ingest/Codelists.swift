public import Demography

/// The code lists of a workspace by id (`regions`, `measure`, …).
public struct Codelists: Sendable {
  private var lists: [String: Codelist] = [:]

  public init(_ lists: [Codelist] = []) {
    for list in lists { add(list) }
  }

  /// Sorted.
  public var ids: [String] { lists.keys.sorted() }

  public subscript(id: String) -> Codelist? { lists[id] }

  /// Adds a list; one of the same id is replaced.
  public mutating func add(_ list: Codelist) { lists[list.id] = list }

  /// The lists that hold the codes of a column, the first one first; empty when none is known.
  func lists(for column: Observation.Column) -> [Codelist] {
    let names: [String] =
      switch column {
      case .referenceArea, .origin, .destination: ["regions", "countries", "areas"]
      case .measure: ["measure"]
      case .reporter: ["reporter", "agency"]
      case .concept: ["concept"]
      case .durationDefinition: ["duration_def"]
      case .event: ["event"]
      case .scope: ["scope"]
      case .unit: ["unit"]
      case .permitType: ["permit_type"]
      case .citizenship: ["citizenship", "countries"]
      case .birthPlace: ["birth_place", "countries"]
      case .activity: ["activity"]
      case .occupation: ["occupation"]
      case .education: ["education"]
      case .reason: ["reason"]
      case .sex: ["sex"]
      default: []
      }
    let found = names.compactMap { lists[$0] }
    // A list of countries alone does not make a code list of regions.
    if let first = names.first, first == "regions", lists[first] == nil { return [] }
    return found
  }
}

/// Codes every dimension has: total, unknown, other, not applicable.
let generalCodes: Set<String> = ["_T", "_U", "_O", "_Z", "_X"]
