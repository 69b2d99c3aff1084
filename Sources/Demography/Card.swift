/// What a model, lever, rule or source says of itself. Help on the command line, reference pages and
/// the law tests over a catalogue are all made from cards.
///
/// The wording stands in the language files under `card.<catalogue>.<id>` (one sentence).
public struct Card: Hashable, Sendable {
  /// A parameter with its unit, its range and its standard value.
  public struct Parameter: Hashable, Sendable {
    public let name: String
    /// `1` for a pure number.
    public let unit: String
    public let range: ClosedRange<Double>?
    /// As a person would write it in a file.
    public let standard: String

    public init(
      _ name: String, unit: String = "1", range: ClosedRange<Double>? = nil, standard: String
    ) {
      self.name = name
      self.unit = unit
      self.range = range
      self.standard = standard
    }
  }

  /// `model`, `series`, `lever`, `rule` or `source`.
  public let catalogue: String
  public let id: String
  /// The publication the method comes from.
  public let reference: String
  public let parameters: [Parameter]

  public init(catalogue: String, id: String, reference: String, parameters: [Parameter] = []) {
    self.catalogue = catalogue
    self.id = id
    self.reference = reference
    self.parameters = parameters
  }

  /// Key of the one-sentence summary in the language files.
  public var summaryKey: String { "card.\(catalogue).\(id)" }
}
