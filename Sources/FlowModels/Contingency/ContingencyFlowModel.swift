public import Demography

/// Tables of any number of axes with given totals: `Contingency` under its card.
public struct ContingencyFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "contingency",
      reference: "Deming & Stephan 1940; Goodman 1968; Bregman 1967",
      parameters: [Card.Parameter("tolerance", range: 1e-14...1e-4, standard: "1e-12")])
  }
}
