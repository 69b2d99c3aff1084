public import Demography

/// Flows between all pairs of areas from the totals of each, a seed and what is known of single cells.
///
/// Deming & Stephan 1940; Willekens 1999; Raymer, Abel & Smith 2007.
public struct BalancedFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "od_balance", reference: "Deming & Stephan 1940; Willekens 1999",
      parameters: [
        Card.Parameter("deterrence.value", range: 0...5, standard: "1"),
        Card.Parameter("adjacency.value", range: 0.1...10, standard: "1.5"),
        Card.Parameter("tolerance", range: 1e-13...1e-6, standard: "1e-11"),
      ])
  }
}
