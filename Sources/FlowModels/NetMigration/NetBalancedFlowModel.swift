public import Demography

/// Flows with given net migration: `NetBalancing` under its card.
public struct NetBalancedFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "net_balance", reference: "Willekens 1999; Abel 2010",
      parameters: [Card.Parameter("tolerance", range: 1e-15...1e-4, standard: "1e-13")])
  }
}
