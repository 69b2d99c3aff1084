public import Demography
import Glibc

/// The logarithm goes on at its mean pace, `l_T + h (l_T − l_1)/(T − 1)` with `l = ln(y + ½)`.
public struct LogDriftFlows: FixedFlowForecaster {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "log_drift", reference: "Hyndman & Athanasopoulos 2021, §5.2")
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    panel.pairs.indices.map { pair in
      guard let (flow, period) = panel.lastKnown(pair) else { return .nan }
      let now = Glibc.log(flow + 0.5)
      let first = panel.periods.indices.first { !panel[pair, $0].isNaN } ?? period
      guard first < period else { return flow }
      let pace = (now - Glibc.log(panel[pair, first] + 0.5)) / Double(period - first)
      return max(0, Glibc.exp(now + Double(panel.last - period + horizon) * pace) - 0.5)
    }
  }
}
