public import Demography
import Kernel

/// Flows reported twice: `DoubleReportModel` under its card.
public struct DoubleReportFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "double_report",
      reference: "Raymer, Wiśniowski, Forster, Smith & Bijak 2013",
      parameters: SamplingPlan.parameters)
  }
}
