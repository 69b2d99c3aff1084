public import Demography

/// Flows of the same pairs of areas over several periods of equal length.
///
/// Only pairs that are seen have a row, so a table of few corridors among many areas stays small. A
/// flow
/// that is not known is NaN, which is not zero.
public struct FlowPanel: Hashable, Sendable {
  /// From an area to an area, by their places in `areas`.
  public struct Pair: Hashable, Sendable {
    public let origin: Int
    public let destination: Int

    public init(origin: Int, destination: Int) {
      self.origin = origin
      self.destination = destination
    }
  }

  /// Area codes.
  public let areas: [String]
  public let pairs: [Pair]
  /// Names of the periods, in order of time.
  public let periods: [String]
  /// Persons a period: `pairs · periods`, pair fastest; NaN where not known.
  public let flows: [Double]

  /// - Parameter flows: `pairs · periods`, pair fastest, not negative; NaN where not known.
  public init(areas: [String], pairs: [Pair], periods: [String], flows: [Double]) {
    precondition(
      flows.count == pairs.count * periods.count,
      "\(flows.count) flows for \(pairs.count) pairs and \(periods.count) periods")
    precondition(!pairs.isEmpty && !periods.isEmpty, "a panel without pairs or periods")
    precondition(Set(pairs).count == pairs.count, "a pair twice")
    precondition(
      flows.allSatisfy { $0.isNaN || ($0 >= 0 && $0 < .infinity) }, "a negative or infinite flow")
    self.areas = areas
    self.pairs = pairs
    self.periods = periods
    self.flows = flows
  }

  /// The pairs of a table that have a flow in any period, without the diagonal.
  public init(_ table: FlowTable) {
    let n = table.areas.count
    var pairs: [Pair] = []
    for j in 0..<n {
      for i in 0..<n where i != j {
        if table.periods.indices.contains(where: { table[from: i, to: j, in: $0] != nil }) {
          pairs.append(Pair(origin: i, destination: j))
        }
      }
    }
    let flows = table.periods.indices.flatMap { t in
      pairs.map { table[from: $0.origin, to: $0.destination, in: t] ?? .nan }
    }
    self.init(
      areas: table.areas, pairs: pairs, periods: table.periods.map(\.description), flows: flows)
  }

  /// The flows of one period in the order of the pairs.
  public func flows(in period: Int) -> [Double] {
    Array(flows[period * pairs.count..<(period + 1) * pairs.count])
  }

  /// What was known at the end of a period: that period and those before it.
  public func through(_ period: Int) -> FlowPanel {
    FlowPanel(
      areas: areas, pairs: pairs, periods: Array(periods[...period]),
      flows: Array(flows[..<((period + 1) * pairs.count)]))
  }

  /// The last period.
  public var last: Int { periods.count - 1 }

  /// Name of the period so many after the last, in the step of the last two; `nil` where these are no whole
  /// numbers.
  public func period(after steps: Int) -> String? {
    let names = periods.suffix(2).compactMap { Int($0) }
    return names.count == 2 ? "\(names[1] + steps * (names[1] - names[0]))" : nil
  }

  subscript(pair: Int, period: Int) -> Double { flows[period * pairs.count + pair] }

  /// The last known flow of each pair and its period; `nil` for a pair without any.
  func lastKnown(_ pair: Int) -> (flow: Double, period: Int)? {
    for t in periods.indices.reversed() where !self[pair, t].isNaN { return (self[pair, t], t) }
    return nil
  }

  /// Sums over the pairs of each origin (`\.origin`) or destination, by area; missing flows are
  /// left out.
  func totals(_ side: KeyPath<Pair, Int>, of values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: areas.count)
    for (pair, value) in zip(pairs, values) where !value.isNaN {
      sums[pair[keyPath: side]] += value
    }
    return sums
  }
}
