import Kernel

/// How net migration of areas is made to add up to zero.
public enum NetRescaling: String, CaseIterable, Hashable, Sendable {
  /// Gains and losses are scaled towards each other, half the surplus on each; no area changes its
  /// sign, zeros stay.
  case noSwitches = "no_switches"
  /// The mean is taken from every area; small figures may change their sign.
  case switches

  /// - Returns: figures that add up to 0; `nil` where no gain or no loss can be scaled: one side is
  ///   empty, or half the surplus is more than a side holds.
  public func rescaled(_ net: [Double]) -> [Double]? {
    let sum = Statistics.sum(net)
    switch self {
    case .switches: return net.map { $0 - sum / Double(net.count) }
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
