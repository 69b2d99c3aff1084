public import Demography

/// How the cells of an agency's file become observations.
public struct ReaderMapping: Sendable, Hashable {
  /// Id in `SourceFormat.all`: `canonical`, `sdmx-csv`, `csv`, `xlsx`.
  public var format: String
  /// Name of a sheet, or its number from 1.
  public var sheet = "1"
  /// `auto`, `comma`, `semicolon`, `tab` or `bar`.
  public var delimiter = "auto"
  public var decimal = DecimalMark.automatic
  /// Line or sheet row of the first heading, from 1.
  public var headerRow = 1
  /// How many rows the headings take.
  public var headerRows = 1
  /// Line or sheet row of the last data; `nil` reads to the end.
  public var lastRow: Int?
  public var columns: [Observation.Column: ColumnMapping] = [:]
  public var wide: WideMapping?
  public var skip: [SkipRule] = []

  public init(format: String) { self.format = format }
}

/// A column by its heading or its number.
public enum ColumnReference: Sendable, Hashable {
  case heading(String)
  /// From 1.
  case number(Int)
}

/// Where the values of one observation column come from.
public struct ColumnMapping: Sendable, Hashable {
  /// Cells that are joined with `-`; empty for a column whose text comes from elsewhere (the value of
  /// a wide table).
  public var sources: [ColumnReference] = []
  /// Spelling of the source to code.
  public var map: [String: String] = [:]
  /// Id of the code list that resolves spellings `map` does not have.
  public var codelist: String?
  /// Marks of a missing value with the status each stands for.
  public var missing: [String: Observation.Status] = [:]
  public var period = PeriodFormat()

  public init() {}
}

/// Columns whose headings are the values of one observation column.
public struct WideMapping: Sendable, Hashable {
  public enum Columns: Sendable, Hashable {
    case range(from: ColumnReference, to: ColumnReference)
    case list([ColumnReference])
  }

  public var into: Observation.Column
  public var columns: Columns
  public var map: [String: String] = [:]
  public var codelist: String?
  public var period = PeriodFormat()

  public init(into: Observation.Column, columns: Columns) {
    self.into = into
    self.columns = columns
  }
}

/// Rows that are no data: totals that would be counted twice, footnotes.
public struct SkipRule: Sendable, Hashable {
  public let column: ColumnReference
  public let values: Set<String>

  public init(column: ColumnReference, values: Set<String>) {
    self.column = column
    self.values = values
  }
}
