/// Whether the chains of a posterior can be trusted.
public struct SamplingReport: Hashable, Sendable {
  public let chains: Int
  /// Kept draws of each chain.
  public let draws: Int
  /// The greatest R̂, and of what; NaN where a quantity did not move.
  public let worstRHat: Double
  public let worstName: String
  /// The least effective count of bulk and tail, and of what.
  public let leastEffective: Double
  public let leastName: String
  /// Over all runs that made the draws.
  public let divergences: Int
  /// Of the run with the most.
  public let worstDivergences: Int
  /// Iterations whose path reached its greatest length.
  public let saturated: Int
  /// Quantities with R̂ above 1.01 or fewer than 100 effective draws a chain (Vehtari et al. 2021).
  public let unmixed: [String]

  /// - Parameter divergences: of each run of the sampler, where several made the draws, such as one for every area.
  public init(
    _ summaries: [PosteriorSummary], chains: Int, draws: Int, divergences: [Int] = [],
    saturated: Int = 0
  ) {
    precondition(!summaries.isEmpty, "a report of nothing")
    func effective(_ summary: PosteriorSummary) -> Double {
      min(summary.bulkEffectiveCount, summary.tailEffectiveCount)
    }
    // A quantity that did not move is the worst there is.
    func rank(_ x: Double, _ missing: Double) -> Double { x.isNaN ? missing : x }
    let worst = summaries.reduce(summaries[0]) {
      rank($1.rHat, .infinity) > rank($0.rHat, .infinity) ? $1 : $0
    }
    let least = summaries.reduce(summaries[0]) {
      rank(effective($1), 0) < rank(effective($0), 0) ? $1 : $0
    }
    self.chains = chains
    self.draws = draws
    worstRHat = worst.rHat
    worstName = worst.name
    leastEffective = effective(least)
    leastName = least.name
    self.divergences = divergences.reduce(0, +)
    worstDivergences = divergences.max() ?? 0
    self.saturated = saturated
    unmixed = summaries.filter { !$0.hasMixed(chains: chains) }.map(\.name)
  }

  /// All quantities have mixed, and in no run more than one draw in a hundred diverged.
  public var hasMixed: Bool { unmixed.isEmpty && 100 * worstDivergences <= chains * draws }
}
