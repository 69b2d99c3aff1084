public import Demography

/// Delimited text of an agency, read by the mapping of its registry entry.
public struct DelimitedSource: Source {
  public init() {}

  public var card: Card {
    Card(catalogue: "source", id: "csv", reference: "RFC 4180")
  }
  public var container: SourceContainer { .delimited }

  public func read(_ input: SourceInput, in context: SourceContext) -> IngestResult {
    readMapped(input, in: context, decimal: context.entry.reader.decimal)
  }
}
