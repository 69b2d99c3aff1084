/// What the checks need of a source's entry in the registry.
public struct SourceFacts: Hashable, Sendable {
  public let id: String
  /// `KZ:BNS`.
  public let agency: String
  /// `A`, `Q`, `M`, `D`; anything else means that no calendar is declared.
  public let frequency: String
  /// Days from the end of a period to its release; `nil` when not declared.
  public let expectedLagDays: Int?
  /// `nil` when the terms are not known.
  public let mayExport: Bool?
  /// Whether concept, duration and event of what it counts are stated.
  public let isDocumented: Bool

  public init(
    id: String, agency: String, frequency: String, expectedLagDays: Int?, mayExport: Bool?,
    isDocumented: Bool
  ) {
    self.id = id
    self.agency = agency
    self.frequency = frequency
    self.expectedLagDays = expectedLagDays
    self.mayExport = mayExport
    self.isDocumented = isDocumented
  }
}
