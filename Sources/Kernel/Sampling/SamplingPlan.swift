/// How many draws are taken of a posterior.
public struct SamplingPlan: Hashable, Sendable {
  /// What a plan may ask for.
  public static let chainRange = 1...64
  public static let warmupRange = 20...1_000_000
  public static let drawRange = 8...1_000_000

  public var chains: Int
  /// Sweeps of each chain that are left out.
  public var warmup: Int
  /// Sweeps of each chain that are kept.
  public var draws: Int

  /// - Precondition: all within their ranges.
  public init(chains: Int = 4, warmup: Int = 500, draws: Int = 1000) {
    precondition(
      Self.chainRange.contains(chains) && Self.warmupRange.contains(warmup)
        && Self.drawRange.contains(draws), "\(chains), \(warmup), \(draws)")
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
  }
}
