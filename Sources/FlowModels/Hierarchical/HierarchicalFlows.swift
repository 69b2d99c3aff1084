public import Demography
import Glibc
public import Kernel

/// Out-rates that learn from one another, shared out over destinations: the flows of a coming period as
/// joint draws.
///
/// Welch & Raftery (2022): the logarithm of each area's out-rate after `OutRateModel`, times the exposure
/// of the coming period, shared out by a multinomial whose shares follow `DestinationShareModel`. A total
/// enters as `ln(N + ½)`, like the flows of the other forecasters. Without exposures, an area's is taken
/// to stay what it is, and only its out-flow is modelled. An out-flow is known where all flows of the
/// area are. Areas that nobody was seen to leave have no forecast.
public struct HierarchicalFlows: FlowForecaster, LearnedFlowForecaster {
  /// Draws of the parameters, of the rates and of the shares of every area alike.
  public var plan: SamplingPlan
  /// Joint draws of flows, taken evenly from those of the parameters.
  public var trajectories: Int
  /// Of all streams: of the chains and of the coming flows.
  public var seed: UInt32
  /// Persons at risk of leaving in each period of the panel and in the coming one; those of every area are taken to
  /// stay what they are where `nil`. The coming period has the name that follows in the step of the last two, which
  /// are whole numbers.
  public var exposure: FlowExposure?

  public init(
    plan: SamplingPlan = SamplingPlan(), trajectories: Int = 1000, seed: UInt32 = 1,
    exposure: FlowExposure? = nil
  ) {
    precondition(trajectories > 0, "\(trajectories) trajectories")
    self.plan = plan
    self.trajectories = trajectories
    self.seed = seed
    self.exposure = exposure
  }

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "hierarchical", reference: "Welch & Raftery 2022",
      parameters: SamplingPlan.parameters)
  }

  public func learned(from panel: FlowPanel, horizon: Int, firstOrigin: Int)
    -> any LearnedFlowForecaster
  { self }

  public var constants: [(name: String, value: Double)] { [] }

  public func medians(after panel: FlowPanel, horizon: Int) throws -> [Double] {
    try sample(after: panel, horizon: horizon).medians
  }

  public func draws(after panel: FlowPanel, horizon: Int) throws -> FlowDraws? {
    try sample(after: panel, horizon: horizon)
  }

  /// Samples the posterior of everything and the flows `horizon` periods after the last of a panel.
  ///
  /// - Throws: `Faults`: fewer than two areas with a known out-flow, an exposure that is missing.
  /// - Complexity: some 50 steps of O(pairs · periods) a draw.
  public func sample(
    after panel: FlowPanel, horizon: Int, threads: Int? = nil
  ) throws -> FlowDraws {
    try sample(after: panel, horizons: horizon...horizon, threads: threads)[0]
  }

  /// The same for several periods: draw k of all of them is one path, with the parameters of one draw and
  /// rates that go on from period to period.
  ///
  /// A flow has the identity (draw, period, pair): it is the same whatever other periods are asked for, and
  /// for any number of threads.
  public func sample(
    after panel: FlowPanel, horizons: ClosedRange<Int>, threads: Int? = nil
  ) throws -> [FlowDraws] {
    precondition(horizons.lowerBound > 0, "\(horizons) periods ahead")
    let origins = Set(panel.pairs.map(\.origin)).sorted()
    let history = try origins.map { try logRates(panel, $0) }
    guard let model = OutRateModel(areas: origins.map { panel.areas[$0] }, logRates: history) else {
      throw Faults(Fault(.badData, "forecast.one-origin", ["areas": "\(origins.count)"]))
    }
    let rates = model.sample(
      plan, key: StreamKey(seed: seed, stream: "flows.outrate"), thinning: 5, threads: threads)
    let used = origins.filter { model.areas.contains(panel.areas[$0]) }
    let exposures = try horizons.map { horizon in
      try used.map { try futureExposure(panel, panel.areas[$0], horizon) }
    }
    let key = StreamKey(seed: seed, stream: "flows.shares")
    let shares = try parallelMap(used.count, threads: threads) {
      k throws(KernelError) -> OriginShares? in
      try OriginShares(panel, used[k], plan, seed)
    }
    let report = report(rates, shares.compactMap { $0 })
    return zip(horizons, exposures).map { horizon, exposures in
      let values = parallelFill(
        slabs: trajectories, length: panel.pairs.count, threads: threads
      ) { k, slab in
        for pair in slab.indices { slab[pair] = .nan }
        // More trajectories than draws take draws twice, with noise of their own.
        let draw = k * rates.draws.total / trajectories
        for (c, origin) in shares.enumerated() {
          guard let origin else { continue }
          let log = rates.future(c, draw: draw, trajectory: k, horizon: horizon, key: key)
          let total = max(0, exposures[c] * Glibc.exp(log) - 0.5).rounded()
          origin.allocate(total, draw, k, horizon, key, &slab)
        }
      }
      return FlowDraws(
        panel, count: trajectories, values: values,
        constants: [0, 1].map { (rates.draws.names[$0], rates.draws.summary($0).mean) },
        report: report)
    }
  }

  private func report(_ rates: OutRatePosterior, _ shares: [OriginShares]) -> SamplingReport {
    let posteriors = shares.compactMap(\.posterior)
    return SamplingReport(
      rates.draws.summaries + shares.flatMap(\.summaries), chains: plan.chains, draws: plan.draws,
      divergences: posteriors.map(\.divergences),
      saturated: posteriors.reduce(0) { $0 + $1.saturated })
  }

  /// `ln((N + ½)/E)` by period; NaN where a flow of the area is not known.
  private func logRates(_ panel: FlowPanel, _ origin: Int) throws -> [Double] {
    let own = panel.pairs.indices.filter { panel.pairs[$0].origin == origin }
    let area = panel.areas[origin]
    return try panel.periods.indices.map { t in
      let total = own.reduce(0) { $0 + panel[$1, t] }
      if total.isNaN { return .nan }
      return Glibc.log((total + 0.5) / (try exposure(area, panel.periods[t])))
    }
  }

  private func exposure(_ area: String, _ period: String) throws -> Double {
    guard let exposure else { return 1 }
    guard let found = exposure[area, period] else {
      throw Faults(
        Fault(.missingInput, "exposure.missing", ["area": area, "period": period]))
    }
    return found
  }

  private func futureExposure(_ panel: FlowPanel, _ area: String, _ horizon: Int) throws -> Double {
    if exposure == nil { return 1 }
    guard let period = panel.period(after: horizon) else {
      throw Faults(Fault(.badData, "exposure.no-future", ["period": panel.periods[panel.last]]))
    }
    return try exposure(area, period)
  }
}

/// How one area's out-flow is shared out over its pairs.
private struct OriginShares: Sendable {
  private let origin: String
  private let destinations: [String]
  /// Places of the pairs in the panel.
  private let pairs: [Int]
  /// `nil` where there is one destination only, which receives everybody.
  let posterior: DestinationSharePosterior?
  /// Of the long-run shares of destinations that ever received anybody.
  let summaries: [PosteriorSummary]

  /// - Returns: `nil` where nobody was ever seen to leave.
  init?(_ panel: FlowPanel, _ area: Int, _ plan: SamplingPlan, _ seed: UInt32) throws(KernelError) {
    let own = panel.pairs.indices.filter { panel.pairs[$0].origin == area }
    let names = own.map { panel.areas[panel.pairs[$0].destination] }
    let flows = panel.periods.indices.flatMap { t in own.map { panel[$0, t] } }
    let model = DestinationShareModel(
      destinations: names, periods: panel.periods.count, flows: flows)
    guard let model else { return nil }
    let origin = panel.areas[area]
    pairs = own
    destinations = names
    self.origin = origin
    if own.count == 1 {
      (posterior, summaries) = (nil, [])
      return
    }
    let found = try model.sample(
      plan, key: StreamKey(seed: seed, stream: "flows.shares.\(origin)"))
    posterior = found
    let levels = found.levelShares
    summaries = names.indices.filter { model.total($0) > 0 }.map {
      levels.summary($0).renamed("share[\(origin)>\(names[$0])]")
    }
  }

  /// A multinomial as binomials one after the other, each on a uniform of its pair.
  func allocate(
    _ total: Double, _ draw: Int, _ trajectory: Int, _ horizon: Int, _ key: StreamKey,
    _ slab: inout MutableSpan<Double>
  ) {
    let shares =
      posterior?.future(
        draw: draw, trajectory: trajectory, horizon: horizon, origin: origin, key: key) ?? [1]
    var (left, rest) = (Int(total), 1.0)
    for (j, pair) in pairs.enumerated() {
      var taken = left
      if j + 1 < pairs.count {
        var stream = RandomStream(
          key, unit: UnitKey("\(origin)>\(destinations[j])|count"), draw: trajectory,
          time: horizon)
        let share = rest > 0 ? min(1, shares[j] / rest) : 0
        taken = Int(Binomial(trials: left, probability: share).sample(stream.uniform()))
      }
      slab[pair] = Double(taken)
      left -= taken
      rest -= shares[j]
    }
  }
}
