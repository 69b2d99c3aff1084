import Foundation
import Kernel
import SeriesModels
import Testing

/// Net migration rates of the states of the USA, 2001–2017 (bayesMig's data), and panels made for it.
struct HierarchicalPanelTests {
  static let key = StreamKey(seed: 15, stream: "test.panel")

  static func states() -> HierarchicalPanel? {
    guard let lines = Golden.lines("wpp/us_states_net_mig_rates_2001_2017.csv") else { return nil }
    let rows = lines.dropFirst()
    return HierarchicalPanel(
      units: rows.map { $0[1] }, rates: rows.map { $0[2...].map { Double($0) ?? .nan } })
  }

  /// Means and deviations of M, τ and every μ, φ, σ within four standard errors of both chains. The
  /// reference, a Gibbs sampler in numpy, states no effective count but its R-hats; the largest of them is
  /// that of four chains worth 4/(R̂² − 1) draws (Vats and Knudson 2021, Statistical Science 36), about 5,000
  /// of the 25,600 kept.
  @Test func thePosteriorIsThatOfTheReference() throws {
    guard let panel = Self.states(), let golden = try Golden.json("bayes/bhm_us.json") else {
      return
    }
    let plan = SamplingPlan(chains: 4, warmup: 1000, draws: 6000)
    var posterior: HierarchicalPanelPosterior?
    let time = ContinuousClock().measure {
      posterior = panel.sample(plan, key: Self.key, threads: 1)
    }
    let draws = try #require(posterior).draws
    let summaries = draws.summaries
    let hyper = golden["hyper"]
    let hats =
      ["mu", "phi", "s2"].map { golden["max_rhat_loc"].number($0) }
      + ["M", "tau"].map { hyper[$0].number("rhat") }
    let hat = try #require(hats.max())
    let count = min(golden.number("draws"), 4 / (hat * hat - 1))
    func check(_ name: String, _ expected: Golden) throws {
      let own = summaries[try #require(draws.index(of: name))]
      let (mean, deviation) = (expected.number("mean"), expected.number("sd"))
      let theirs = deviation / count.squareRoot()
      let both = (theirs * theirs + own.monteCarloError * own.monteCarloError).squareRoot()
      #expect(abs(own.mean - mean) < 4 * both, "\(name): \(own.mean), \(mean) ± \(both)")
      // A deviation of n draws is known to 1/√2n of itself, where tails are normal; twice that here.
      let worth = 1 / (1 / own.bulkEffectiveCount + 1 / count)
      #expect(
        abs(own.standardDeviation / deviation - 1) < 4 * (2 / worth).squareRoot(),
        "\(name): \(own.standardDeviation), \(deviation)")
      #expect(own.hasMixed(chains: 4), "\(own)")
    }
    try check("M", hyper["M"])
    try check("tau", hyper["tau"])
    for unit in panel.units {
      for name in ["mu", "phi", "sigma"] {
        try check("\(name)[\(unit)]", golden["loc"][unit][name])
      }
    }
    let worst = summaries.map(\.rHat).max() ?? .nan
    let least = summaries.map { min($0.bulkEffectiveCount, $0.tailEffectiveCount) }.min() ?? .nan
    let sweeps = Double(plan.chains * (plan.warmup + plan.draws))
    print(
      "US states: R-hat at most \(worst), effective at least \(least), \(time / sweeps) a sweep"
    )
  }

  /// Forecasts one, five and ten years ahead: means within four standard errors, ends of the 80 per cent
  /// interval within a twentieth of its width.
  @Test func theForecastIsThatOfTheReference() throws {
    guard let panel = Self.states(), let golden = try Golden.json("bayes/bhm_us.json") else {
      return
    }
    let posterior = panel.sample(
      SamplingPlan(chains: 4, warmup: 500, draws: 2000), key: Self.key)
    for unit in [0, 4, 9, 20, 51] {
      let paths = (0..<posterior.draws.total).map {
        posterior.path(unit: unit, draw: $0, horizon: 10, key: Self.key)
      }
      for (step, name) in [(0, "h1"), (4, "h5"), (9, "h10")] {
        let values = paths.map { $0[step] }
        let expected = golden["loc"][panel.units[unit]]["fc"][name]
        let error = Statistics.standardDeviation(values) / 1500.0.squareRoot()
        #expect(abs(Statistics.mean(values) - expected.number("mean")) < 4 * error)
        let ends = Statistics.quantiles(values, [0.1, 0.9])
        let width = expected.number("q900") - expected.number("q100")
        #expect(abs(ends[0] - expected.number("q100")) < 0.05 * width)
        #expect(abs(ends[1] - expected.number("q900")) < 0.05 * width)
      }
    }
  }

  /// Forty units over thirty years, φ = 0.6, σ = 0.003; NaN where `isMissing`.
  static func simulated(_ isMissing: (_ c: Int, _ t: Int) -> Bool) -> [[Double]] {
    var stream = RandomStream(key, unit: UnitKey("simulated"), draw: 0, time: 0)
    return (0..<40).map { c in
      let mu = 0.002 + 0.004 * stream.normal()
      var r = mu
      return (0..<30).map { t in
        r = mu + 0.6 * (r - mu) + 0.003 * stream.normal()
        return isMissing(c, t) ? .nan : r
      }
    }
  }

  static func panel(_ isMissing: (_ c: Int, _ t: Int) -> Bool) throws -> HierarchicalPanel {
    try #require(
      HierarchicalPanel(units: (0..<40).map { "U\($0)" }, rates: simulated(isMissing)))
  }

  /// What made the rates is found, also with every third year missing: if years around a gap were taken
  /// for neighbours, φ would be near 0.6² and σ too wide.
  @Test(arguments: [false, true]) func gapsDoNotBendThePersistence(hasGaps: Bool) throws {
    let panel = try Self.panel { c, t in hasGaps && (t + c) % 3 == 1 }
    let posterior = panel.sample(SamplingPlan(draws: 1500), key: Self.key)
    let summaries = posterior.draws.summaries
    func mean(_ offset: Int) -> Double {
      Statistics.mean((0..<40).map { summaries[4 + 3 * $0 + offset].mean })
    }
    #expect(abs(mean(1) - 0.6) < (hasGaps ? 0.08 : 0.06), "\(mean(1))")
    #expect(abs(mean(2) - 0.003) < 0.0002, "\(mean(2))")
    #expect(abs(summaries[0].mean - 0.002) < 4 * summaries[0].standardDeviation)
  }

  /// A unit draws the same future whoever is asked beside it and however far.
  @Test func futuresAreKeyedByIdentity() throws {
    let panel = try Self.panel { c, t in c == 3 && t > 27 }
    let posterior = panel.sample(SamplingPlan(warmup: 50, draws: 50), key: Self.key)
    let long = posterior.path(unit: 3, draw: 7, horizon: 6, key: Self.key)
    #expect(Array(long.prefix(2)) == posterior.path(unit: 3, draw: 7, horizon: 2, key: Self.key))
    #expect(long.count == 6)
    #expect(long != posterior.path(unit: 2, draw: 7, horizon: 6, key: Self.key))
    #expect(long != posterior.path(unit: 3, draw: 8, horizon: 6, key: Self.key))
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let panel = try Self.panel { _, _ in false }
    let plan = SamplingPlan(warmup: 30, draws: 50)
    let one = panel.sample(plan, key: Self.key, threads: 1).draws
    let four = panel.sample(plan, key: Self.key, threads: 4).draws
    for k in one.names.indices { #expect(one.all(k) == four.all(k)) }
  }

  @Test func tooFewUnitsGiveNoPanel() {
    #expect(HierarchicalPanel(units: ["A", "B"], rates: [[0, 1], [1, 2]]) == nil)
    #expect(
      HierarchicalPanel(
        units: ["A", "B", "C"], rates: [[0, 0.1], [0.1, 0.2], [.nan, 0.3]]) == nil)
  }

  /// Rates that never move: the least deviation holds, and nothing becomes NaN.
  @Test func constantRatesStayFinite() throws {
    let panel = try #require(
      HierarchicalPanel(
        units: ["A", "B", "C", "D"],
        rates: (0..<4).map { c in (0..<8).map { _ in 0.001 * Double(c) } }))
    let posterior = panel.sample(SamplingPlan(warmup: 100, draws: 200), key: Self.key)
    for k in posterior.draws.names.indices {
      #expect(posterior.draws.all(k).allSatisfy { $0.isFinite }, "\(posterior.draws.names[k])")
    }
    let sigma = try #require(posterior.draws.index(of: "sigma[A]"))
    #expect(posterior.draws.all(sigma).allSatisfy { $0 >= 1e-4 })
  }
}
