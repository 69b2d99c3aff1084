public import Demography
import Glibc
import Kernel

/// The total goes on by one step of its mean growth; shares of origins, destinations and pairs
/// stay.
///
/// One step whatever the horizon: growth is believed in for a period, not for ever.
public struct ComponentFlows: FixedFlowForecaster {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "components",
      reference: "Willekens & Baydar 1986; Raymer 2007"
    )
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    let last = PersistentFlows().medians(after: panel, horizon: horizon)
    // Growth over the pairs that are known in every period, lest a gap look like a fall.
    let whole = panel.pairs.indices.filter { pair in
      panel.periods.indices.allSatisfy { !panel[pair, $0].isNaN }
    }
    let ends = [0, panel.last].map { t in Statistics.sum(whole.map { panel[$0, t] }) }
    guard panel.last > 0, ends[0] > 0, ends[1] > 0 else { return last }
    let growth = Glibc.exp(Glibc.log(ends[1] / ends[0]) / Double(panel.last))
    return last.map { $0 * growth }
  }
}
