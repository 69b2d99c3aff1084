import Kernel

/// How net migration of areas is made to add up to zero.
public enum NetRescaling: String, CaseIterable, Hashable, Sendable {
  /// Gains and losses are scaled towards each other, half the surplus on each; no area changes its
  /// sign, zeros stay.
  case noSwitches = "no_switches"
  /// The mean is taken from every area; small figures may change their sign.
  case switches

  /// Figures that add up to 0 in each of some parts: whoever exchanges nobody with others can gain nothing from them.
  ///
  /// - Parameter parts: of `NetBalancing.parts`; every area is in one.
  /// - Throws: `noRescaling` with the part that cannot be scaled.
  public func rescaled(
    _ net: [Double], over parts: [[Int]]
  ) throws(NetBalancingError) -> [Double] {
    var all = net
    for areas in parts {
      let own = areas.map { net[$0] }
      guard let found = rescaled(own) else { throw .noRescaling(areas, Statistics.sum(own)) }
      for (k, area) in areas.enumerated() { all[area] = found[k] }
    }
    return all
  }

  /// - Returns: figures that add up to 0; `nil` where no gain or no loss can be scaled: one side is
  ///   empty, or half the surplus is more than a side holds.
  public func rescaled(_ net: [Double]) -> [Double]? {
    let sum = Statistics.sum(net)
    switch self {
    case .switches:
      let rest = net.map { $0 - sum / Double(net.count) }
      // What rounding of large figures leaves would be large beside small differences of theirs.
      let left = Statistics.sum(rest) / Double(net.count)
      return rest.map { $0 - left }
    case .noSwitches:
      if sum == 0 { return net }
      let gains = Statistics.sum(net.filter { $0 > 0 })
      let losses = Statistics.sum(net.filter { $0 < 0 })
      guard gains > sum / 2, losses < sum / 2, gains > 0, losses < 0 else { return nil }
      return net.map {
        $0 > 0 ? $0 * (gains - sum / 2) / gains : $0 * (losses - sum / 2) / losses
      }
    }
  }
}
