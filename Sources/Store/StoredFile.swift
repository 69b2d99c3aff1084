public import Demography

/// A file whose observations the store holds, known by the digest of its bytes.
public struct StoredFile: Hashable, Sendable {
  /// SHA-256 of the file's bytes, 64 hexadecimal digits.
  public let digest: String
  /// As the user named it, for messages.
  public let name: String
  /// `SOURCE_ID` the file was read as.
  public let source: String
  /// Observations read from it.
  public let rows: Int
  /// When it was loaded, as the caller states it; `nil` when the caller keeps no clock.
  public let recorded: Instant?

  public init(digest: String, name: String, source: String, rows: Int, recorded: Instant? = nil) {
    self.digest = digest
    self.name = name
    self.source = source
    self.rows = rows
    self.recorded = recorded
  }
}

/// What loading a file did.
public struct LoadReport: Hashable, Sendable {
  /// Observations that were not there before.
  public let added: Int
  /// Observations that were there with the same value.
  public let unchanged: Int
  /// Whether a file with the same digest had been loaded before, so that nothing was read.
  public let alreadyLoaded: Bool
}

/// One vintage of an observation with the file it came from.
public struct Traced: Hashable, Sendable {
  public let observation: Observation
  public let file: StoredFile
}
