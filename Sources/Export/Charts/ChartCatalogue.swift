/// Makes one kind of figure from the tables of a run.
protocol ChartBuilder: Sendable {
  /// Also the section of the language files: `chart.<id>.title`, `chart.<id>.note`.
  var id: String { get }
  /// Where in the report it stands.
  var section: ReportSection { get }
  /// None where the tables it needs are absent or empty; several where there is one for each series.
  func charts(_ page: ChartPage) -> [Chart]
}

/// The chapters of the report, in order.
enum ReportSection: String, CaseIterable, Sendable {
  case answer, scenarios, regions, flows, labour, quality, data
}

/// Every figure that Agyn draws, in the order of the report.
enum ChartCatalogue {
  static let all: [any ChartBuilder] = [
    HeadlineChart(),
    ScenarioComparisonChart(), WaterfallChart(), TornadoChart(), ComponentsChart(),
    TileDifferenceChart(), TileMapChart(), FanChart(), PyramidChart(), RegionalPyramidsChart(),
    FlowHeatChart(), CorridorChart(), FlowMapChart(), FlowDifferenceHeatChart(),
    FlowDifferenceCorridorChart(), FlowDifferenceChordChart(),
    PermitStockChart(), PermitTermsChart(), RegionalPermitsChart(),
    HindcastChart(), BacktestChart(), CoverageChart(), SeriesForecastChart(),
    GapMatrixChart(), ConflictChart(),
  ]
}
