import Kernel

/// By what the residuals of a cluster are multiplied in one draw of a wild bootstrap.
public enum BootstrapWeights: String, Hashable, Sendable, CaseIterable {
  /// Every combination of +1 and −1 once, `2^G` of them, no chance left; for `G ≤ 11`.
  case enumerated
  /// +1 or −1 (Davidson & Flachaire 2008).
  case rademacher
  /// `±√½, ±1, ±√(3/2)`, for so few clusters that signs alone give too few values (Webb 2014).
  case webb

  /// Webb's up to 6 clusters, where signs give at most 32 different statistics; all signs up to 11;
  /// random signs above.
  public static func standard(clusters: Int) -> BootstrapWeights {
    clusters <= 6 ? .webb : clusters <= largestEnumeration ? .enumerated : .rademacher
  }

  /// Clusters up to which all signs can be listed: 2,048 draws.
  public static let largestEnumeration = 11

  /// Number of draws there are where `asked` random ones are wanted.
  func count(asked: Int, clusters: Int) -> Int { self == .enumerated ? 1 << clusters : asked }

  /// The weights of one draw, one for each cluster.
  func weights(draw: Int, clusters: Int, key: StreamKey) -> [Double] {
    if self == .enumerated {
      return (0..<clusters).map { draw & (1 << $0) == 0 ? 1 : -1 }
    }
    var stream = RandomStream(key, unit: UnitKey(number: 0), draw: draw, time: 0)
    return (0..<clusters).map { _ in
      let u = stream.uniform()
      if self == .rademacher { return u < 0.5 ? 1 : -1 }
      let size = Self.sizes[Int(u * 6) % 3]
      return u < 0.5 ? -size : size
    }
  }

  private static let sizes: [Double] = [Double(0.5).squareRoot(), 1, Double(1.5).squareRoot()]
}
