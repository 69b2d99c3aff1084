import Demography
import Export
import Kernel

/// How a posterior is sampled.
public struct SamplingRequest: Sendable {
  public var chains: Int
  public var warmup: Int
  public var draws: Int
  public var seed: UInt32

  public init(chains: Int, warmup: Int, draws: Int, seed: UInt32) {
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
    self.seed = seed
  }

  /// - Throws: `Fault` for numbers that no sampler can do with.
  func plan() throws -> SamplingPlan {
    for (option, value, range) in [
      ("--chains", chains, 1...64), ("--warmup", warmup, 20...1_000_000),
      ("--samples", draws, 8...1_000_000),
    ] where !range.contains(value) {
      throw Fault(
        .usage, "option.wrong",
        [
          "option": option, "value": "\(value)",
          "form": "\(range.lowerBound) … \(range.upperBound)",
        ])
    }
    return SamplingPlan(chains: chains, warmup: warmup, draws: draws)
  }
}

extension SamplingReport {
  /// The line that says whether the chains mixed.
  var note: (key: String, arguments: [String: String]) {
    var arguments = [
      "rhat": text((worstRHat * 10_000).rounded() / 10_000), "worst": worstName,
      "effective": text(leastEffective.rounded()), "least": leastName,
      "divergences": "\(divergences)",
    ]
    if hasMixed {
      arguments["chains"] = "\(chains)"
      arguments["draws"] = "\(draws)"
      return ("sampling.mixed", arguments)
    }
    arguments["count"] = "\(unmixed.count)"
    return ("sampling.unmixed", arguments)
  }

  var json: JSON {
    .members([
      ("has_mixed", .bool(hasMixed)), ("chains", .integer(chains)), ("draws", .integer(draws)),
      ("worst_r_hat", .finite(worstRHat)), ("worst", .string(worstName)),
      ("least_effective", .finite(leastEffective)), ("least", .string(leastName)),
      ("divergences", .integer(divergences)), ("longest_paths", .integer(saturated)),
      ("unmixed", .array(unmixed.map { .string($0) })),
    ])
  }
}
