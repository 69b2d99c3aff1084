public import Demography
import Glibc
import Kernel

/// The straight line through the logarithms `ln(y + ½)` of all known periods, by least squares.
public struct LogTrendFlows: FixedFlowForecaster {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "log_trend", reference: "Hyndman & Athanasopoulos 2021, §7.4")
  }

  public func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    panel.pairs.indices.map { pair in
      let known = panel.periods.indices.filter { !panel[pair, $0].isNaN }
      guard known.count > 1 else { return panel.lastKnown(pair)?.flow ?? .nan }
      let times = known.map { Double($0) }
      let logs = known.map { Glibc.log(panel[pair, $0] + 0.5) }
      let slope = Statistics.covariance(times, logs) / Statistics.variance(times)
      let ahead = Double(panel.last + horizon) - Statistics.mean(times)
      return max(0, Glibc.exp(Statistics.mean(logs) + slope * ahead) - 0.5)
    }
  }
}
