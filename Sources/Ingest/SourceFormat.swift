import Demography

/// The catalogue of source kinds.
public enum SourceFormat {
  public static let all: [any Source] = [
    CanonicalSource(),
    SDMXCSVSource(),
    DelimitedSource(),
    SpreadsheetSource(),
  ]

  /// The kind with an id; `nil` when there is none.
  public static func named(_ id: String) -> (any Source)? { all.first { $0.card.id == id } }
}
