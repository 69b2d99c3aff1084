public import Demography

/// Migration by age: `RogersCastroFit` under its card.
public struct RogersCastroModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "rogers_castro",
      reference: "Rogers & Castro 1981; United Nations 1992",
      parameters: [
        Card.Parameter("starts", range: 1...1000, standard: "50"),
        Card.Parameter("parameters", range: 7...13, standard: "7"),
      ])
  }
}
