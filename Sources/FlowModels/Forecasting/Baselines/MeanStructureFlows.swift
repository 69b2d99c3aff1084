public import Demography

/// The mean table of all periods fitted to the totals of origins and destinations of the last. No
/// forecast where the fit has not converged after 20,000 sweeps.
public struct MeanStructureFlows: FixedFlowForecaster {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "mean_structure",
      reference: "Deming & Stephan 1940; Snickars & Weibull 1977")
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    let mean = MeanFlows().medians(after: panel, horizon: horizon)
    let last = PersistentFlows().medians(after: panel, horizon: horizon)
    return PairScaling(panel).scaled(mean, to: last, tolerance: 1e-12, sweeps: 20_000)
      ?? last.map { _ in .nan }
  }
}
