public import Demography

/// SDMX-CSV 2.0: the lead columns `STRUCTURE`, `STRUCTURE_ID`, `ACTION`, then our own columns.
public struct SDMXCSVSource: Source {
  public init() {}

  public var card: Card {
    Card(catalogue: "source", id: "sdmx-csv", reference: "SDMX 3.0, SDMX-CSV 2.0.0 field guide")
  }
  public var container: SourceContainer { .delimited }

  public func read(_ input: SourceInput, in context: SourceContext) -> IngestResult {
    let sheet = context.entry.reader.sheet
    if let grid = try? input.grid(sheet, file: context.entry.place),
      grid.rows.first?.cells.first != "STRUCTURE"
    {
      return IngestResult(faults: [
        Fault(
          .badData, "column.missing",
          ["column": "STRUCTURE", "nearest": grid.rows.first?.cells.first ?? "", "rows": "1"],
          at: grid.place(row: 0, column: 0))
      ])
    }
    return readCanonical(input, in: context)
  }
}

/// Observations as SDMX-CSV 2.0; to be written by `writeCSV(header:rows:)`.
///
/// Every column is written, so that reading gives the observations back as they were.
/// - Parameter dataflow: `AGYN:DF_OBS(1.0)` or the like, for `STRUCTURE_ID`.
public func writeSDMXCSV(
  _ observations: [Observation], dataflow: String
) -> (header: [String], rows: [[String]]) {
  let columns = Observation.Column.allCases
  return (
    ["STRUCTURE", "STRUCTURE_ID", "ACTION"] + columns.map(\.rawValue),
    observations.map { observation in
      ["dataflow", dataflow, "I"] + columns.map { observation[$0] }
    }
  )
}
