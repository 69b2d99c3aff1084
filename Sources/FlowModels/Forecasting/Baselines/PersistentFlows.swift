public import Demography

/// Every flow stays as it was last seen.
public struct PersistentFlows: FixedFlowForecaster {
  public init() {}

  public var card: Card {
    Card(catalogue: "flow_forecast", id: "persistence", reference: "Welch & Raftery 2022")
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    panel.pairs.indices.map { panel.lastKnown($0)?.flow ?? .nan }
  }
}
