/// Who, when and how of a run: what every figure's footer says. Texts stand as they will be shown.
public struct RunCard: Hashable, Sendable {
  /// One input and the digest of its bytes.
  public struct Digest: Hashable, Sendable {
    public let name: String
    public let digest: String

    public init(name: String, digest: String) {
      self.name = name
      self.digest = digest
    }
  }

  /// Name of the run folder: `2025-Q1-7f3a9c`.
  public var id: String
  public var quarter: String
  /// The whole run key, hexadecimal.
  public var key: String
  /// Day up to which releases were read.
  public var asOf: String
  public var seed: UInt64
  public var draws: Int
  public var engineVersion: String
  /// The run this one is compared with; `nil` for a first run.
  public var previous: String?
  /// What went in.
  public var digests: [Digest]

  public init(
    id: String, quarter: String, key: String, asOf: String, seed: UInt64, draws: Int,
    engineVersion: String, previous: String? = nil, digests: [Digest] = []
  ) {
    self.id = id
    self.quarter = quarter
    self.key = key
    self.asOf = asOf
    self.seed = seed
    self.draws = draws
    self.engineVersion = engineVersion
    self.previous = previous
    self.digests = digests
  }

  /// As much of the key as a person reads.
  public var shortKey: String { String(key.prefix(12)) }
}
