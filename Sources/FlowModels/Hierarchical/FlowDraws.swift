import Demography
public import Kernel

/// Joint draws of the flows of all pairs in a coming period.
///
/// What leaves one area enters another, so in every draw the nets of all areas sum to 0.
public struct FlowDraws: Sendable {
  let pairs: [FlowPanel.Pair]
  public let count: Int
  /// `pairs · count`, pair fastest; NaN where there is no forecast.
  private let values: [Double]
  /// What was learnt.
  public let constants: [(name: String, value: Double)]
  public let report: SamplingReport

  init(
    _ panel: FlowPanel, count: Int, values: [Double], constants: [(name: String, value: Double)],
    report: SamplingReport
  ) {
    precondition(values.count == panel.pairs.count * count, "\(values.count) values")
    pairs = panel.pairs
    self.count = count
    self.values = values
    self.constants = constants
    self.report = report
  }

  /// The draws of a pair, whole persons.
  public func flows(pair: Int) -> [Double] {
    (0..<count).map { values[$0 * pairs.count + pair] }
  }

  /// By pair; NaN without a forecast.
  public var medians: [Double] {
    pairs.indices.map { quantiles(pair: $0, [0.5])?[0] ?? .nan }
  }

  /// Quantiles of a pair's flow; `nil` without a forecast.
  public func quantiles(pair: Int, _ probabilities: [Double]) -> [Double]? {
    let draws = flows(pair: pair)
    return draws[0].isNaN ? nil : Statistics.quantiles(draws, probabilities)
  }

  /// What enters and leaves an area, by draw, over the pairs with a forecast.
  public func totals(area: Int) -> (arrivals: [Double], departures: [Double]) {
    var arrivals = [Double](repeating: 0, count: count)
    var departures = arrivals
    for (k, pair) in pairs.enumerated() where pair.origin == area || pair.destination == area {
      for (draw, flow) in flows(pair: k).enumerated() where !flow.isNaN {
        if pair.origin == area { departures[draw] += flow } else { arrivals[draw] += flow }
      }
    }
    return (arrivals, departures)
  }
}
