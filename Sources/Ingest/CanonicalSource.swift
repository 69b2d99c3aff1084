public import Demography

/// Our own observation tables: CSV with the SDMX column names as headings.
public struct CanonicalSource: Source {
  public init() {}

  public var card: Card {
    Card(catalogue: "source", id: "canonical", reference: "SDMX 3.0, observation columns")
  }
  public var container: SourceContainer { .delimited }

  public func read(_ input: SourceInput, in context: SourceContext) -> IngestResult {
    readCanonical(input, in: context)
  }
}

/// Files of observation columns, with or without the lead columns of SDMX-CSV.
func readCanonical(_ input: SourceInput, in context: SourceContext) -> IngestResult {
  do throws(Faults) {
    let grid = try input.grid(context.entry.reader.sheet, file: context.entry.place)
    var result = readObservations(
      grid, constants: context.constants, codelists: context.codelists,
      geoVintages: context.geoVintages)
    // Boundaries that changed over time are those of each period, unless the file says otherwise.
    if !context.entry.geoVintageByDate.isEmpty {
      for i in result.observations.indices where result.observations[i].geoVintage == "_Z" {
        result.observations[i].geoVintage =
          context.entry.geoVintage(of: result.observations[i].period) ?? "_Z"
      }
    }
    return result
  } catch {
    return IngestResult(faults: error.all)
  }
}
