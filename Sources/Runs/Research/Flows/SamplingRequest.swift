import Demography
import Export
import Kernel

/// How a posterior is sampled; `nil` for what nobody asked for.
public struct SamplingRequest: Sendable {
  public var chains: Int?
  public var warmup: Int?
  public var draws: Int?
  public var seed: UInt32?

  public init(chains: Int?, warmup: Int?, draws: Int?, seed: UInt32?) {
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
    self.seed = seed
  }

  /// What is taken where nobody asks for anything else.
  public static let standard: (chains: Int, warmup: Int, draws: Int) = {
    let plan = SamplingPlan()
    return (plan.chains, plan.warmup, plan.draws)
  }()
  public static let standardSeed: UInt32 = 1

  /// - Throws: `Faults` for numbers that no sampler can do with.
  func plan() throws -> SamplingPlan {
    let faults = [
      ("--chains", chains, SamplingPlan.chainRange), ("--warmup", warmup, SamplingPlan.warmupRange),
      ("--samples", draws, SamplingPlan.drawRange),
    ].compactMap { option, value, range -> Fault? in
      guard let value, !range.contains(value) else { return nil }
      return Fault(
        .usage, "option.wrong",
        [
          "option": option, "value": "\(value)",
          "form": "\(range.lowerBound) … \(range.upperBound)",
        ])
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return SamplingPlan(
      chains: chains ?? Self.standard.chains, warmup: warmup ?? Self.standard.warmup,
      draws: draws ?? Self.standard.draws)
  }

  /// The options that were given.
  var given: [GivenOption] {
    [
      GivenOption("--chains", chains), GivenOption("--warmup", warmup),
      GivenOption("--samples", draws), GivenOption("--random-seed", seed),
    ]
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
