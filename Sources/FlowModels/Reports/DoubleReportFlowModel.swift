public import Demography

/// Flows reported twice: `DoubleReportModel` under its card.
public struct DoubleReportFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "double_report",
      reference: "Raymer, Wiśniowski, Forster, Smith & Bijak 2013",
      parameters: [
        Card.Parameter("chains", range: 1...64, standard: "4"),
        Card.Parameter("warmup", range: 20...100_000, standard: "500"),
        Card.Parameter("draws", range: 8...1_000_000, standard: "1000"),
      ])
  }
}
