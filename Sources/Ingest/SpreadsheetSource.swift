public import Demography

/// A spreadsheet of an agency, read by the mapping of its registry entry.
public struct SpreadsheetSource: Source {
  public init() {}

  public var card: Card {
    Card(catalogue: "source", id: "xlsx", reference: "ISO/IEC 29500 (Office Open XML)")
  }
  public var container: SourceContainer { .workbook }

  public func read(_ input: SourceInput, in context: SourceContext) -> IngestResult {
    let declared = context.entry.reader.decimal
    return readMapped(
      input, in: context, decimal: declared == .automatic ? .spreadsheet : declared)
  }
}
