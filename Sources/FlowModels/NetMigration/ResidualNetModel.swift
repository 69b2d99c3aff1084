public import Demography

/// Net migration as a residual: `ResidualNetMigration` under its card.
public struct ResidualNetModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "net_residual",
      reference: "United Nations, Manual VI 1970; Bogue, Hinze & White 1982",
      parameters: [Card.Parameter("survival", standard: "average")])
  }
}
