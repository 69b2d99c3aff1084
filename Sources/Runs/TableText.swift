public import Demography
import Export
import Formats
import Foundation
import Ingest
public import Words

/// Tables as text for a terminal, for a program and for a file.
public enum TableText {
  public static func json(_ table: Table) -> [UInt8] { jsonRows(table) }

  /// With what the tables of scenarios say of themselves before the rows.
  public static func json(_ table: Table, about answer: AnswerNote?) -> [UInt8] {
    jsonRows(table, about: answer?.members ?? [])
  }

  public static func terminal(
    _ table: Table, columns: [String]?, limit: Int?, language: Language, width: Int?,
    isColoured: Bool
  ) -> String {
    let shown = limit.map { limit in table.filter { $0 < limit } } ?? table
    let text = TerminalTable(shown, columns: columns, language: language)
      .text(width: width, isColoured: isColoured)
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  /// Writes a table as CSV, Parquet or XLSX by the ending of the path.
  public static func write(_ table: Table, to path: String) throws {
    try AtomicFile.write(bytes(table, format: ending(path)), to: URL(fileURLWithPath: path))
  }

  /// - Throws: `format.unknown` for other endings than csv, parquet, xlsx and json.
  static func bytes(_ table: Table, format: String) throws -> [UInt8] {
    switch format {
    case "csv": Formats.writeCSV(table)
    case "parquet": try Formats.writeParquet(table)
    case "xlsx": try Formats.writeXLSX([table])
    case "json": jsonRows(table)
    default:
      throw Fault(
        .usage, "format.unknown", ["format": format, "known": "csv, parquet, xlsx, json"])
    }
  }

  /// Writes observations as SDMX-CSV 2.0 when the path ends in `.csv`, else as `write(_:to:)`.
  public static func writeSDMX(_ table: Table, to path: String) throws {
    guard ending(path) == "csv" else { return try write(table, to: path) }
    let lead = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    let texts = table.columns.map { table.texts($0.name).map { $0 ?? "" } }
    let rows = (0..<table.rowCount).map { row in
      ["dataflow", "AGYN:DF_OBS(1.0)", "I"] + texts.map { $0[row] }
    }
    try AtomicFile.write(
      Formats.writeCSV(header: lead + table.columns.map(\.name), rows: rows),
      to: URL(fileURLWithPath: path))
  }

  static func ending(_ path: String) -> String {
    URL(fileURLWithPath: path).pathExtension.lowercased()
  }
}
