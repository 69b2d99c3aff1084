public import Demography

/// The family of spatial interaction with margins: unconstrained, production, attraction and doubly constrained.
public struct InteractionFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "interaction",
      reference: "Wilson 1971; Hyman 1969; Fotheringham & O'Kelly 1989",
      parameters: [
        Card.Parameter("constraint", standard: "doubly"),
        Card.Parameter("deterrence", standard: "power"),
      ])
  }
}
