public import Demography

/// What a reader made of a file. Nothing is thrown: observations may be shown beside the faults, but
/// a file with faults is not to be stored.
public struct IngestResult: Sendable {
  public var observations: [Observation]
  /// How the columns were understood, from the first row that could be read.
  public var preview: [PreviewRow]
  /// All of them, in the order of the file; the same fault on many rows stands once with `rows`.
  public var faults: [Fault]
  /// Rows of data read, skipped ones not counted.
  public var rowCount: Int
  /// Rows left out because the mapping says so.
  public var skippedCount: Int

  public init(
    observations: [Observation] = [], preview: [PreviewRow] = [], faults: [Fault] = [],
    rowCount: Int = 0, skippedCount: Int = 0
  ) {
    self.observations = observations
    self.preview = preview
    self.faults = faults
    self.rowCount = rowCount
    self.skippedCount = skippedCount
  }

  /// The observations of a file without faults.
  /// - Throws: all faults together.
  public func checked() throws(Faults) -> [Observation] {
    if !faults.isEmpty { throw Faults(faults) }
    return observations
  }
}

/// One line of a mapping's preview.
public struct PreviewRow: Hashable, Sendable {
  /// The heading in the file; empty for what the source's constants say.
  public let source: String
  /// The observation's column.
  public let dimension: Observation.Column
  /// The cell as it stands in the file; empty for constants.
  public let example: String
  /// What became of it.
  public let meaning: String

  public init(source: String, dimension: Observation.Column, example: String, meaning: String) {
    self.source = source
    self.dimension = dimension
    self.example = example
    self.meaning = meaning
  }
}
