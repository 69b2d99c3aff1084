public import Demography

/// Flows from two stock tables without accounting: `StockDifference` under its card.
public struct StockDifferenceModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "stock_difference",
      reference: "Beine & Parsons 2015; Bertoli & Fernández-Huertas Moraga 2015; Dennett 2016; "
        + "Rogers & von Rabenau 1971",
      parameters: [Card.Parameter("method", standard: "return")])
  }
}
