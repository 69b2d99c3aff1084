public import Demography
import Kernel

/// Every flow is the mean of its known flows, all or those of the last periods.
public struct MeanFlows: FixedFlowForecaster {
  /// How many periods count; `nil` for all.
  public let last: Int?

  public init(last: Int? = nil) {
    precondition(last.map { $0 > 0 } ?? true, "a mean of no periods")
    self.last = last
  }

  public var card: Card {
    let parameter = Card.Parameter("last", unit: "period", range: 1...100, standard: "3")
    return Card(
      catalogue: "flow_forecast", id: last == nil ? "mean_all" : "mean_last",
      reference: "Welch & Raftery 2022", parameters: last == nil ? [] : [parameter])
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    let first = last.map { max(0, panel.periods.count - $0) } ?? 0
    return panel.pairs.indices.map { pair in
      Statistics.mean((first...panel.last).map { panel[pair, $0] }.filter { !$0.isNaN })
    }
  }
}
