public import Demography

/// Tables of flows by total, shares and ratios: `MultiplicativeComponents` and `ComponentProjection`
/// under their card.
public struct ComponentsModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "components",
      reference: "Willekens 1983; Raymer, Bonaguidi & Valentini 2006",
      parameters: [
        Card.Parameter("total", standard: "log_trend"),
        Card.Parameter("shares", standard: "log_trend"),
        Card.Parameter("ratios", standard: "last"),
      ])
  }
}
