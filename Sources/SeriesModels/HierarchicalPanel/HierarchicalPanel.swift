public import Kernel

/// Net migration rates of many units as autoregressions of first order around levels of their own, all
/// of which come from one world.
///
/// J. J. Azose and A. E. Raftery, Bayesian probabilistic projection of international migration,
/// Demography 52 (2015), the model of bayesMig. For unit c,
/// `r_ct − μ_c = φ_c (r_c,t−1 − μ_c) + ε`, `ε ~ N(0, σ_c²)`; `μ_c ~ N(M, τ²)`, `φ_c ~ U(0, 1)`,
/// `σ_c² ~ InvGamma(a, b)`; `M ~ U(−0.1, 0.1)`, `τ ~ U(0, 0.1)`, `a ~ U(1, 10)`,
/// `b ~ U(0, (a − 1)/10)`, `σ_c ≥ 10⁻⁴`. Rates are per head and period. The first rate of a unit is given;
/// one that is missing between others is a quantity to be drawn, so that years around a gap are not
/// taken for neighbours.
public struct HierarchicalPanel: Sendable {
  static let centreBound = 0.1
  static let spreadBound = 0.1
  static let leastDeviation = 1e-4

  public let units: [String]
  /// By unit, from its first to its last known rate; NaN where one between them is missing.
  let series: [[Double]]
  /// Periods between a unit's last known rate and the last period.
  let lateness: [Int]

  /// - Parameter rates: by unit, per head, a value for each period in order of time; NaN where missing.
  /// - Returns: `nil` where fewer than three units have two known rates: too few for a spread of levels
  ///   and of deviations. Units with fewer than two are left out.
  public init?(units: [String], rates: [[Double]]) {
    precondition(units.count == rates.count, "\(units.count) units, \(rates.count) series")
    let used = rates.indices.filter { c in rates[c].count { !$0.isNaN } > 1 }
    guard used.count > 2 else { return nil }
    self.units = used.map { units[$0] }
    series = used.map { c in
      let first = rates[c].firstIndex { !$0.isNaN } ?? 0
      let last = rates[c].lastIndex { !$0.isNaN } ?? 0
      return Array(rates[c][first...last])
    }
    lateness = used.map { c in rates[c].count - 1 - (rates[c].lastIndex { !$0.isNaN } ?? 0) }
  }

  /// Samples the posterior, chains in parallel: sweep t of chain c has the stream of draw t and unit c.
  public func sample(
    _ plan: SamplingPlan, key: StreamKey, threads: Int? = nil
  ) -> HierarchicalPanelPosterior {
    let chains = parallelMap(plan.chains, threads: threads) { c throws(Never) -> [Double] in
      let unit = UnitKey(number: UInt32(c))
      var first = RandomStream(key, unit: unit, draw: 0, time: 1)
      var chain = HierarchicalPanelChain(self, using: &first)
      var kept: [Double] = []
      kept.reserveCapacity(plan.draws * (4 + 3 * units.count))
      for sweep in 0..<plan.warmup + plan.draws {
        var stream = RandomStream(key, unit: unit, draw: sweep, time: 0)
        chain.sweep(using: &stream)
        if sweep >= plan.warmup { chain.record(into: &kept) }
      }
      return kept
    }
    let names =
      ["M", "tau", "a", "b"] + units.flatMap { ["mu[\($0)]", "phi[\($0)]", "sigma[\($0)]"] }
    return HierarchicalPanelPosterior(
      panel: self, draws: PosteriorDraws(names: names, chains: chains))
  }
}

/// Draws of the parameters of `HierarchicalPanel`.
public struct HierarchicalPanelPosterior: Sendable {
  public let panel: HierarchicalPanel
  /// `M`, `tau`, `a`, `b`, then `mu[UNIT]`, `phi[UNIT]` and `sigma[UNIT]` of every unit.
  public let draws: PosteriorDraws

  /// The rates of a unit in the `horizon` periods after the last of the panel, in one draw.
  ///
  /// The innovations have the identity (draw, step, unit): a unit keeps its own whatever other units or
  /// horizons are asked for, and draw k of all units is one draw of the world.
  public func path(unit c: Int, draw: Int, horizon: Int, key: StreamKey) -> [Double] {
    let place = 4 + 3 * c
    let (mu, phi, sigma) = (draws[draw, place], draws[draw, place + 1], draws[draw, place + 2])
    let late = panel.lateness[c]
    var rate = panel.series[c].last ?? .nan
    var path: [Double] = []
    for step in 1...(late + horizon) {
      var stream = RandomStream(key, unit: UnitKey(panel.units[c]), draw: draw, time: step)
      rate = mu + phi * (rate - mu) + sigma * stream.normal()
      if step > late { path.append(rate) }
    }
    return path
  }
}
