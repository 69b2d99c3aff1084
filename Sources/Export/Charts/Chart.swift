/// One figure: a Vega-Lite or Vega specification with its data inside, and what stands around it.
public struct Chart: Hashable, Sendable {
  /// Grammar of the specification.
  public enum Grammar: String, Hashable, Sendable {
    case vegaLite = "vl"
    case vega = "vg"
  }

  /// Unique among the charts of a run: `od_heat`.
  public let id: String
  public let grammar: Grammar
  public let title: String
  /// One or two sentences: what is drawn, in which unit.
  public let note: String
  /// Names of the tables it is drawn from.
  public let tables: [String]
  /// Names of those who state the figures.
  public let sources: [String]
  /// Whether the report shows it behind a line that opens it.
  public let isFolded: Bool
  public let specification: JSON
  /// The figures behind it as rows of text, for those who cannot see or do not draw it.
  let fallback: ReportTable

  /// Name of the file: `od_heat.vl.json`.
  public var file: String { "\(id).\(grammar.rawValue).json" }
  public var bytes: [UInt8] { specification.bytes }
}

/// Every chart whose tables are there, in the order of the report.
public func charts(of input: ReportInput) -> [Chart] {
  let page = ChartPage(input)
  return ChartCatalogue.all.flatMap { $0.charts(page) }
}
