import Glibc
public import Kernel

/// Draws of the parameters of `DestinationShareModel`.
public struct DestinationSharePosterior: Sendable {
  public let model: DestinationShareModel
  /// `kappa[DESTINATION]` and `psi[DESTINATION]` of every destination.
  public let draws: PosteriorDraws
  /// Kept iterations whose path left the energy it started with, over all chains: there the posterior bends more
  /// than the sampler can follow.
  public let divergences: Int
  /// Iterations whose path reached its greatest length.
  public let saturated: Int
  /// Steps a kept iteration, by chain.
  public let meanSteps: [Double]

  private var count: Int { model.destinations.count }

  /// The long-run shares softmax κ, by destination. κ itself has no level of its own.
  public var levelShares: PosteriorDraws {
    let chains = (0..<draws.chainCount).map { c in
      (0..<draws.count).flatMap { t in
        Self.softmax((0..<count).map { draws[c * draws.count + t, $0] })
      }
    }
    return PosteriorDraws(names: model.destinations, chains: chains)
  }

  /// The shares of a coming period with the parameters of one draw: η anew around κ.
  ///
  /// The noise has the identity (trajectory, step, pair): two trajectories of one draw differ.
  /// - Parameters:
  ///   - draw: of all chains, below `draws.total`.
  ///   - horizon: periods after the last.
  /// - Returns: by destination, adding up to 1.
  func future(
    draw: Int, trajectory: Int, horizon: Int, origin: String, key: StreamKey
  ) -> [Double] {
    Self.softmax(
      (0..<count).map { j in
        let unit = UnitKey("\(origin)>\(model.destinations[j])")
        var stream = RandomStream(key, unit: unit, draw: trajectory, time: horizon)
        return draws[draw, j] + draws[draw, count + j] * stream.normal()
      })
  }

  static func softmax(_ logits: [Double]) -> [Double] {
    let top = logits.reduce(-.infinity, max)
    let weights = Kernel.exp(logits.map { $0 - top })
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension DestinationShareModel {
  /// Samples the posterior with `NoUTurnSampler`.
  /// - Throws: `objectiveNotFinite` for flows beyond what a double holds.
  /// - Complexity: O(destinations · periods) a step of the path, some 50 steps a draw.
  public func sample(_ plan: SamplingPlan, key: StreamKey, threads: Int? = nil)
    throws(KernelError) -> DestinationSharePosterior
  {
    let coordinates = DestinationShareCoordinates(self)
    let starts = (0..<plan.chains).map { coordinates.coordinates(start($0, key)) }
    let sampler = NoUTurnSampler(chains: plan.chains, warmup: plan.warmup, draws: plan.draws)
    let run = try sampler.sample(
      { coordinates.density($0, &$1) }, from: starts, key: key, threads: threads,
      names: destinations.map { "kappa[\($0)]" } + destinations.map { "psi[\($0)]" }
    ) { x in
      let point = coordinates.point(x)
      return point.levels + point.deviations
    }
    return DestinationSharePosterior(
      model: self, draws: run.draws, divergences: run.divergences, saturated: run.saturated,
      meanSteps: run.meanSteps)
  }

  /// Shares as they were counted, shaken.
  private func start(_ chain: Int, _ key: StreamKey) -> Point {
    var stream = RandomStream(key, unit: UnitKey(number: UInt32(chain)), draw: 0, time: 2)
    let count = destinations.count
    var logits = flows.map { Glibc.log(($0.isNaN ? 0 : $0) + 0.25) }
    for t in 0..<periods {
      let centre = Statistics.mean(Array(logits[t * count..<(t + 1) * count]))
      for k in t * count..<(t + 1) * count { logits[k] += 0.1 * stream.normal() - centre }
    }
    let levels = (0..<count).map { j in
      Statistics.mean((0..<periods).map { logits[$0 * count + j] }) + 0.5 * stream.normal()
    }
    return Point(
      logits: logits, levels: levels,
      deviations: levels.map { _ in logistic(0.5 + 0.5 * stream.normal()) })
  }
}
