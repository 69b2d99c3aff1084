/// How a value was made: the step, what it was told, what it was made from, and by which version.
///
/// The id is a digest of everything else, so the same step on the same inputs has the same id on every
/// machine. Observations name it in `LINEAGE_ID`.
public struct Lineage: Hashable, Sendable {
  /// SHA-256 as 64 lower-case hexadecimal digits.
  public let id: String
  /// `crosswalk`, `aggregate_time`, `decumulate`, …
  public let step: String
  public let parameters: [String: String]
  /// Keys or lineage ids of the inputs, sorted.
  public let inputs: [String]
  public let toolVersion: String

  public init(
    id: String, step: String, parameters: [String: String], inputs: [String], toolVersion: String
  ) {
    self.id = id
    self.step = step
    self.parameters = parameters
    self.inputs = inputs
    self.toolVersion = toolVersion
  }
}
