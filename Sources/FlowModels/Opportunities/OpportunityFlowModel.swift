public import Demography

/// Flows by the opportunities nearer than a destination: radiation, Schneider's and Stouffer's laws.
public struct OpportunityFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "opportunities",
      reference: "Simini et al. 2012; Schneider 1959; Stouffer 1940; Lenormand et al. 2016",
      parameters: [
        Card.Parameter("law", standard: "radiation"), Card.Parameter("ties", standard: "half"),
      ])
  }
}
