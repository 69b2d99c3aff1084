/// How many draws are taken of a posterior.
public struct SamplingPlan: Hashable, Sendable {
  public var chains: Int
  /// Sweeps of each chain that are left out.
  public var warmup: Int
  /// Sweeps of each chain that are kept.
  public var draws: Int

  public init(chains: Int = 4, warmup: Int = 500, draws: Int = 1000) {
    precondition(chains > 0 && warmup >= 20 && draws >= 8, "\(chains), \(warmup), \(draws)")
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
  }
}
