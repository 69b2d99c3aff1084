import Glibc
public import Kernel

/// Draws of the parameters of `OutRateModel`.
public struct OutRatePosterior: Sendable {
  public let model: OutRateModel
  /// `phi`, `nu`, then `mu[AREA]` and `sigma[AREA]` of every area.
  public let draws: PosteriorDraws

  /// The logarithm of an area's rate `horizon` periods after the last, with the parameters of one draw.
  ///
  /// The innovations have the identity (trajectory, step, area): an area keeps its own whatever other areas
  /// are forecast beside it, and two trajectories of one draw differ.
  func future(
    _ c: Int, draw: Int, trajectory: Int, horizon: Int, key: StreamKey
  ) -> Double {
    let phi = draws[draw, 0]
    let mu = draws[draw, 2 + 2 * c]
    let sigma = draws[draw, 3 + 2 * c]
    var y = model.series[c].last ?? .nan
    for step in 1..<max(1, horizon + model.lateness[c] + 1) {
      var stream = RandomStream(key, unit: UnitKey(model.areas[c]), draw: trajectory, time: step)
      y = (1 - phi) * mu + phi * y + sigma * stream.normal()
    }
    return y
  }
}

extension OutRateModel {
  /// Samples the posterior, chains in parallel: sweep t of chain c has the stream of draw t and unit c.
  ///
  /// O(areas · periods) a sweep: some 60 µs for 200 areas of five periods.
  /// - Parameter thinning: sweeps for each that is counted by the plan.
  public func sample(
    _ plan: SamplingPlan, key: StreamKey, thinning: Int = 1, threads: Int? = nil
  ) -> OutRatePosterior {
    precondition(thinning > 0, "thinning \(thinning)")
    let chains = parallelMap(plan.chains, threads: threads) { c throws(Never) -> [Double] in
      let unit = UnitKey(number: UInt32(c))
      var first = RandomStream(key, unit: unit, draw: 0, time: 1)
      var chain = OutRateChain(self, using: &first)
      var kept: [Double] = []
      kept.reserveCapacity(plan.draws * (2 + 2 * areas.count))
      for sweep in 0..<thinning * (plan.warmup + plan.draws) {
        var stream = RandomStream(key, unit: unit, draw: sweep, time: 0)
        chain.sweep(using: &stream)
        if sweep < thinning * plan.warmup || sweep % thinning != 0 { continue }
        let point = chain.point
        kept += [point.persistence, point.centre]
        for c in areas.indices { kept += [point.levels[c], point.deviations[c]] }
      }
      return kept
    }
    let names = ["phi", "nu"] + areas.flatMap { ["mu[\($0)]", "sigma[\($0)]"] }
    return OutRatePosterior(model: self, draws: PosteriorDraws(names: names, chains: chains))
  }
}
