import Glibc
import Kernel

/// Projects tables of flows by their components: total, shares and ratios each go on by a rule of
/// their own, and the table is then fitted to the projected total and shares.
///
/// Raymer, Bonaguidi & Valentini, Population, Space and Place 12 (2006). Ratios hold for long where
/// totals and shares move, hence the separate rules.
public struct ComponentProjection: Hashable, Sendable {
  /// How a component goes on.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// As in the last table.
    case last
    /// The mean of the tables, geometric for totals, shares and ratios alike.
    case mean
    /// The straight line through the logarithms; a component that was 0 once stays as in the last table.
    case logTrend = "log-trend"
  }

  public var total: Rule
  public var shares: Rule
  public var ratios: Rule

  public init(total: Rule, shares: Rule, ratios: Rule) {
    self.total = total
    self.shares = shares
    self.ratios = ratios
  }

  /// The table `steps` periods after the last one.
  ///
  /// - Parameter past: components of tables one period apart, in order of time, of one shape.
  /// - Throws: `ContingencyError` where ratios of 0 leave no table with the projected shares.
  public func table(
    after past: [MultiplicativeComponents], steps: Int
  ) throws(ContingencyError) -> ContingencyFit {
    precondition(!past.isEmpty && steps > 0, "\(past.count) tables, \(steps) steps")
    let shape = past[0].shape
    precondition(past.allSatisfy { $0.shape == shape }, "tables of different shapes")
    let total = Self.next(past.map(\.total), total, steps)
    let shares = shape.extents.indices.map { axis in
      let raw =
        shape.extents.isEmpty
        ? []
        : past[0].shares[axis].indices.map { level in
          Self.next(past.map { $0.shares[axis][level] }, self.shares, steps)
        }
      let sum = Statistics.sum(raw)
      return raw.map { $0 / sum }
    }
    // Nothing is known of the ratios of a level without flows: independence.
    let ratios = past[0].ratios.indices.map { cell in
      Self.next(past.map { $0.ratios[cell] }.filter { !$0.isNaN }, self.ratios, steps)
    }
    let projected = MultiplicativeComponents(
      shape: shape, total: total, shares: shares, ratios: ratios.map { $0.isNaN ? 1 : $0 })
    return try Contingency.fit(
      seed: projected.values,
      margins: shares.indices.map { axis in
        .axes(
          [axis], of: shape, totals: shares[axis].map { $0 * total }, name: "\(axis + 1)")
      })
  }

  private static func next(_ past: [Double], _ rule: Rule, _ steps: Int) -> Double {
    guard let last = past.last else { return .nan }
    guard past.allSatisfy({ $0 > 0 }) else { return last }
    switch rule {
    case .last: return last
    case .mean: return Glibc.exp(Statistics.mean(past.map { Glibc.log($0) }))
    case .logTrend:
      guard past.count > 1 else { return last }
      let times = past.indices.map(Double.init)
      let logs = past.map { Glibc.log($0) }
      let slope = Statistics.covariance(times, logs) / Statistics.variance(times)
      let ahead = Double(past.count - 1 + steps) - Statistics.mean(times)
      return Glibc.exp(Statistics.mean(logs) + slope * ahead)
    }
  }
}
