import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden case G18: bayesFlow's out-rates of 200 countries, 1990–2010 (Welch & Raftery 2022).
struct OutRateTests {
  static let key = StreamKey(seed: 18, stream: "test.outrate")

  static func world(of test: String = #function) throws -> OutRateModel? {
    guard
      let grid = SharedData.grid(
        "golden/flows/data/bayesflow_outflow_rates_per1000yr.csv", of: test)
    else { return nil }
    let rows = grid.rows.dropFirst()
    let rates = try rows.map { row in try row.cells[1...5].map { log(try #require(Double($0))) } }
    return OutRateModel(areas: rows.map { $0.cells[0] }, logRates: rates)
  }

  private static func meanRates(_ grid: TextGrid) -> [Double] {
    grid.rows.dropFirst().map { row in
      Statistics.mean(row.cells[1...5].compactMap { Double($0).map { log($0) } })
    }
  }

  /// The two points of the golden case, computed with SciPy 1.17.1 densities.
  @Test func theLogJointIsThatOfThePublication() throws {
    guard let model = try Self.world(),
      let grid = SharedData.grid("golden/flows/data/bayesflow_outflow_rates_per1000yr.csv")
    else { return }
    let means = Self.meanRates(grid)
    #expect(abs(model.priorCentre - 1.6469668001885776) < 1e-12)
    #expect(abs(model.priorSpread - 0.9270721064783977) < 1e-12)
    let a = OutRateModel.Point(
      levels: means, deviations: means.map { _ in 0.35 }, persistence: 0.5,
      centre: model.priorCentre)
    #expect(distance(model.logJoint(a), -551.700628266773) < 1e-9)
    let b = OutRateModel.Point(
      levels: means.map { 0.9 * $0 + 0.1 },
      deviations: means.indices.map { 0.2 + 0.3 * Double($0) / 200 }, persistence: 0.8,
      centre: model.priorCentre + 0.3)
    #expect(distance(model.logJoint(b), -818.1697826008901) < 1e-9)
  }

  /// Means within four standard errors of both chains; the reference has 4 × 20,000 draws of a plain
  /// Gibbs sampler. With 402 quantities one beyond four would be a surprise of 1 in 40.
  ///
  /// Its standard deviation of ν, 0.659, misses a tail: with φ above 0.9995, which has a probability of
  /// 2 in 10,000, the rates say nothing of levels and ν has the spread of its prior, 100. A sampler that
  /// draws φ given the levels does not get there. With levels and ν integrated out, by grids of φ and σ in
  /// numpy 2.4.6, the standard deviation is 1.30 and the quantiles are those below. Therefore the spread
  /// of ν and of the levels, which follow it, is not compared.
  @Test func thePosteriorIsThatOfTheReference() throws {
    guard let model = try Self.world(),
      let table = LongTable("golden/flows/expected/G18_outflow_bhm_posterior.csv"),
      let golden = try SharedData.json("golden/flows/expected/G18_outflow_bhm.json")
    else { return }
    let clock = ContinuousClock()
    var posterior: OutRatePosterior?
    let plan = SamplingPlan(chains: 4, warmup: 500, draws: 4000)
    let time = clock.measure { posterior = model.sample(plan, key: Self.key, threads: 1) }
    let draws = try #require(posterior).draws
    let summaries = draws.summaries
    func check(_ name: String, _ mean: Double, _ deviation: Double, _ error: Double) throws {
      let found = summaries[try #require(draws.index(of: name))]
      let both = (error * error + found.monteCarloError * found.monteCarloError).squareRoot()
      #expect(abs(found.mean - mean) < 4 * both, "\(name): \(found.mean), \(mean) ± \(both)")
      if name == "nu" || name.hasPrefix("mu") { return }
      #expect(abs(found.standardDeviation / deviation - 1) < 0.1, "\(name)")
    }
    for name in ["phi", "nu"] {
      let expected = try #require(golden[name] as? [String: Any])
      try check(
        name, try #require(expected["mean"] as? Double), try #require(expected["sd"] as? Double),
        try #require(expected["mcse"] as? Double))
    }
    for (row, iso) in table.texts("iso").enumerated() {
      for (name, column) in [("mu[\(iso)]", "mu"), ("sigma[\(iso)]", "sigma")] {
        try check(
          name, table.numbers("\(column)_mean")[row], table.numbers("\(column)_sd")[row],
          table.numbers("\(column)_mcse")[row])
      }
    }
    // 4,000 draws of the grid sampler; a quantile of n draws is known to √(p(1 − p)/n) over the density.
    let quantiles = Statistics.quantiles(draws.all(1), [0.25, 0.5, 0.75])
    for (own, theirs) in zip(quantiles, [0.695, 1.108, 1.481]) { #expect(abs(own - theirs) < 0.06) }
    #expect(draws.all(1).contains { abs($0) > 10 })
    let worst = summaries.map(\.rHat).max() ?? .nan
    let least = summaries.map { min($0.bulkEffectiveCount, $0.tailEffectiveCount) }.min() ?? .nan
    let sweeps = Double(plan.chains * (plan.warmup + plan.draws))
    print(
      "G18: R-hat at most \(worst), effective draws at least \(least), \(time / sweeps) a sweep")
    #expect(summaries.allSatisfy { $0.hasMixed(chains: 4) })
  }

  /// Rates of 60 areas over 40 periods, φ = 0.7 and levels of spread 1; NaN where `isMissing`. Over 12
  /// periods the prior of the levels, of √10 times their spread, still outweighs the data: φ near 1.
  static func simulated(_ isMissing: (_ c: Int, _ t: Int) -> Bool) -> [[Double]] {
    var stream = RandomStream(key, unit: UnitKey("simulated"), draw: 0, time: 0)
    return (0..<60).map { c in
      let mu = 2 + stream.normal()
      var y = mu + stream.normal()
      return (0..<40).map { t in
        y = 0.3 * mu + 0.7 * y + 0.3 * stream.normal()
        return isMissing(c, t) ? .nan : y
      }
    }
  }

  /// What made the rates is found again, also with every fifth of them missing.
  @Test(arguments: [false, true]) func theSamplerFindsWhatMadeTheRates(isSparse: Bool) throws {
    let rates = Self.simulated { c, t in isSparse && (c * 40 + t * 7 + c) % 5 == 0 }
    let names = (0..<60).map { "A\($0)" }
    let model = try #require(OutRateModel(areas: names, logRates: rates))
    let posterior = model.sample(SamplingPlan(draws: 1000), key: Self.key)
    let phi = posterior.draws.summary(0)
    #expect(phi.hasMixed(chains: 4))
    #expect(abs(phi.mean - 0.7) < 4 * phi.standardDeviation)
    #expect(phi.standardDeviation < 0.05)
    let deviations = (0..<60).map { posterior.draws.summary(3 + 2 * $0).mean }
    #expect(abs(Statistics.mean(deviations) - 0.3) < 0.03)
  }

  /// With one rate an area nothing moves, and the posterior of φ and σ is their prior.
  @Test func withoutTransitionsThePriorRemains() throws {
    let model = try #require(
      OutRateModel(areas: ["A", "B", "C"], logRates: [[1, .nan], [.nan, 2], [.nan, 4]]))
    let posterior = model.sample(SamplingPlan(draws: 4000), key: Self.key)
    let phi = posterior.draws.summary(0)
    #expect(abs(phi.mean - 0.5) < 4 * phi.monteCarloError)
    #expect(abs(phi.standardDeviation - (1.0 / 12).squareRoot()) < 0.01)
    let sigma = posterior.draws.summary(3)
    let prior = Beta(a: 6.260631, b: 12.02758)
    #expect(abs(sigma.mean - prior.mean) < 4 * sigma.monteCarloError)
    #expect(abs(sigma.standardDeviation / prior.standardDeviation - 1) < 0.05)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let names = (0..<60).map { "A\($0)" }
    let model = try #require(OutRateModel(areas: names, logRates: Self.simulated { _, _ in false }))
    let plan = SamplingPlan(warmup: 20, draws: 50)
    let one = model.sample(plan, key: Self.key, threads: 1).draws
    let four = model.sample(plan, key: Self.key, threads: 4).draws
    for k in one.names.indices { #expect(one.all(k) == four.all(k)) }
  }

  @Test func ratesThatSayNothingOfTheirSpreadGiveNoModel() {
    #expect(OutRateModel(areas: ["A"], logRates: [[1, 2]]) == nil)
    #expect(OutRateModel(areas: ["A", "B"], logRates: [[1, 2], [2, 1]]) == nil)
    #expect(OutRateModel(areas: ["A", "B"], logRates: [[1, 2], [.nan, .nan]]) == nil)
    let three = OutRateModel(areas: ["A", "B", "C"], logRates: [[1], [.nan], [3]])
    #expect(three?.areas == ["A", "C"])
  }
}
