public import Demography

/// A kind of file observations are read from.
///
/// A new kind is a type in a file of its own and one line in `SourceFormat.all`.
public protocol Source: Sendable {
  /// Id, as `reader: {format: …}` names it, and what help shows.
  var card: Card { get }
  /// Which reader of `Formats` opens its bytes.
  var container: SourceContainer { get }
  /// The observations of a file.
  /// - Parameter vintage: the release day, for files that do not say it themselves.
  func read(_ input: SourceInput, in context: SourceContext) -> IngestResult
}

/// What a source's bytes are, before anything is understood of them.
public enum SourceContainer: String, Sendable, Hashable {
  /// Text with delimiters, one grid.
  case delimited
  /// A spreadsheet, one grid a sheet.
  case workbook
  /// YAML or JSON.
  case document
}

/// An opened file.
public enum SourceInput: Sendable {
  /// The sheets in their order; a delimited file is one.
  case grids([(name: String, grid: TextGrid)])
  case document(Document)

  /// The sheet by name, or by number from 1.
  /// - Throws: `sheet.unknown` with the nearest name.
  func grid(_ sheet: String, file: Place) throws(Faults) -> TextGrid {
    guard case .grids(let grids) = self, !grids.isEmpty else {
      throw Faults(Fault(.badData, "table.empty", at: file))
    }
    if let named = grids.first(where: { $0.name == sheet }) { return named.grid }
    if let number = Int(sheet), grids.indices.contains(number - 1) { return grids[number - 1].grid }
    let names = grids.map(\.name)
    throw Faults(
      Fault(
        .badData, "sheet.unknown",
        [
          "sheet": sheet, "nearest": nearest(to: sheet, in: names) ?? "",
          "known": names.joined(separator: ", "),
        ],
        at: Place(file: grids[0].grid.file, line: 1)))
  }
}

/// What a source needs to know beside the file.
public struct SourceContext: Sendable {
  public let entry: SourceEntry
  public let geoVintages: [String: Day]
  public let codelists: Codelists
  /// Release day of the file, for files that do not say it themselves.
  public let vintage: Instant?

  public init(
    entry: SourceEntry, geoVintages: [String: Day], codelists: Codelists, vintage: Instant?
  ) {
    self.entry = entry
    self.geoVintages = geoVintages
    self.codelists = codelists
    self.vintage = vintage
  }

  /// What fills the columns the file does not have.
  var constants: [Observation.Column: String] {
    var constants = entry.filledConstants
    if constants[.vintage] == nil { constants[.vintage] = vintage?.description }
    return constants
  }
}

/// Reads a file of a registered source.
///
/// - Parameter vintage: the release day, for files that do not say it themselves.
public func ingest(
  _ input: SourceInput, from entry: SourceEntry, registry: SourceRegistry, codelists: Codelists,
  vintage: Instant? = nil
) -> IngestResult {
  guard let format = SourceFormat.named(entry.reader.format) else {
    return IngestResult(faults: [
      Fault(
        .badConfiguration, "value.bad",
        [
          "key": "format", "value": entry.reader.format, "nearest": "",
          "permitted": SourceFormat.all.map(\.card.id).joined(separator: ", "),
        ],
        at: entry.place)
    ])
  }
  return format.read(
    input,
    in: SourceContext(
      entry: entry, geoVintages: registry.geoVintages, codelists: codelists, vintage: vintage))
}
