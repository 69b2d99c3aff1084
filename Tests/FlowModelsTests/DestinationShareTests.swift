import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden case G21 (b): where those who left Kazakhstan went, 1990–2010 (bayesFlow's data).
struct DestinationShareTests {
  static let key = StreamKey(seed: 21, stream: "test.shares")

  static func kazakhstan(of test: String = #function) throws -> DestinationShareModel? {
    guard
      let grid = SharedData.grid("golden/flows/data/bayesflow_KAZ_outflows_by_dest.csv", of: test)
    else { return nil }
    let rows = Array(grid.rows.dropFirst())
    let flows = try (1...5).flatMap { t in
      try rows.map { try #require(Double($0.cells[t])) }
    }
    return DestinationShareModel(
      destinations: rows.map { $0.cells[0] }, periods: 5, flows: flows)
  }

  /// The point of the golden case, computed with SciPy 1.17.1 densities.
  @Test func theLogJointIsThatOfThePublication() throws {
    guard let model = try Self.kazakhstan(),
      let grid = SharedData.grid("golden/flows/data/bayesflow_KAZ_outflows_by_dest.csv")
    else { return }
    let count = model.destinations.count
    let logits = (1...5).flatMap { t in
      grid.rows.dropFirst().map { log((Double($0.cells[t]) ?? .nan) + 0.25) }
    }
    let centres = (0..<5).map { t in
      Statistics.mean(Array(logits[t * count..<(t + 1) * count]))
    }
    let levels = (0..<count).map { j in
      Statistics.mean((0..<5).map { logits[$0 * count + j] - centres[$0] })
    }
    let point = DestinationShareModel.Point(
      logits: logits, levels: levels, deviations: levels.map { _ in 0.6 })
    #expect(distance(model.logJoint(point), -9902129.771048065) < 1e-12)
  }

  /// Long-run shares of all destinations that ever received anybody, within four standard errors of both
  /// runs. The reference (numpyro 0.22, NUTS) states effective draws of κ, not of its softmax; the spread
  /// is ours.
  @Test func thePosteriorIsThatOfTheReference() throws {
    guard let model = try Self.kazakhstan(),
      let table = LongTable("golden/flows/expected/G21_KAZ_destination_share_posterior.csv")
    else { return }
    var posterior: DestinationSharePosterior?
    let plan = SamplingPlan(chains: 4, warmup: 400, draws: 400)
    let time = try ContinuousClock().measure { posterior = try model.sample(plan, key: Self.key) }
    let found = try #require(posterior)
    #expect(found.divergences == 0)
    let shares = found.levelShares.summaries
    var compared = 0
    for (row, destination) in table.texts("dest").enumerated()
    where table.numbers("total_flow")[row] > 0 {
      let own = try #require(shares.first { $0.name == destination })
      let expected = table.numbers("softmax_kappa_mean")[row]
      let theirs = own.standardDeviation / table.numbers("kappa_centred_neff")[row].squareRoot()
      let both = (theirs * theirs + own.monteCarloError * own.monteCarloError).squareRoot()
      #expect(
        abs(own.mean - expected) < 4 * both, "\(destination): \(own.mean), \(expected) ± \(both)")
      #expect(own.hasMixed(chains: 4), "\(destination): \(own)")
      compared += 1
    }
    comparePeriodToCome(found, table)
    #expect(compared > 100)
    let populated = shares.filter { $0.mean > 1e-6 }
    print(
      "G21 KAZ: \(time), \(found.meanSteps) steps, \(compared) compared, R-hat at most",
      populated.map(\.rHat).max() ?? .nan, "effective at least",
      populated.map { min($0.bulkEffectiveCount, $0.tailEffectiveCount) }.min() ?? .nan)
  }

  /// ψ and the shares of a coming period, η anew around κ. How many of our draws are below a quantile of theirs is
  /// known to `√(p(1 − p)/n)` of either run; effective draws are those of κ, the only ones stated.
  private func comparePeriodToCome(_ found: DestinationSharePosterior, _ table: LongTable) {
    let names = found.model.destinations
    let futures = (0..<found.draws.total).map { draw in
      var stream = RandomStream(Self.key, unit: UnitKey("KAZ"), draw: draw, time: 1)
      let weights = names.indices.map { j in
        exp(found.draws[draw, j] + found.draws[draw, names.count + j] * stream.normal())
      }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
    let levels = found.levelShares.summaries
    for (row, destination) in table.texts("dest").enumerated()
    where table.numbers("total_flow")[row] > 0 {
      guard let j = names.firstIndex(of: destination) else {
        Issue.record("no \(destination)")
        continue
      }
      let own = min(levels[j].bulkEffectiveCount, levels[j].tailEffectiveCount)
      let scarcity = 1 / own + 1 / table.numbers("kappa_centred_neff")[row]
      let values = futures.map { $0[j] }
      for (p, column) in [(0.1, "share_q10"), (0.5, "share_median"), (0.9, "share_q90")] {
        let quantile = table.numbers(column)[row]
        let below = Double(values.count { $0 < quantile }) / Double(values.count)
        #expect(
          abs(below - p) < 4 * (p * (1 - p) * scarcity).squareRoot(),
          "\(destination) \(column): \(below)")
      }
      let error = (Statistics.variance(values) * scarcity).squareRoot()
      #expect(
        abs(Statistics.mean(values) - table.numbers("share_mean")[row]) < 4 * error,
        "\(destination) mean: \(Statistics.mean(values)) ± \(error)")
      let deviation = found.draws.summary(names.count + j)
      let theirs =
        table.numbers("psi_sd")[row] / table.numbers("kappa_centred_neff")[row].squareRoot()
      let both =
        (theirs * theirs + deviation.monteCarloError * deviation.monteCarloError).squareRoot()
      #expect(
        abs(deviation.mean - table.numbers("psi_mean")[row]) < 4 * both,
        "\(destination) psi: \(deviation.mean)")
    }
  }

  static func small() -> DestinationShareModel? {
    DestinationShareModel(
      destinations: ["B", "C", "D"], periods: 4,
      flows: [80, 15, 5, 75, 20, 5, 90, .nan, 3, 70, 25, 0])
  }

  /// Two destinations and one period: the share is a logistic of one number, and can be integrated.
  @Test func aShareOfTwoAgreesWithItsIntegral() throws {
    let model = try #require(
      DestinationShareModel(destinations: ["B", "C"], periods: 1, flows: [30, 10]))
    let posterior = try model.sample(SamplingPlan(warmup: 500, draws: 2000), key: Self.key)
    // d = κ_B − κ_C ~ N(0, 200); η_B − η_C = d + N(0, ψ_B² + ψ_C²).
    let prior = Beta(a: 7.40995, b: 3.893723)
    let deviations = (0..<40).map { prior.quantile((Double($0) + 0.5) / 40) }
    let sums = deviations.flatMap { a in deviations.map { a * a + $0 * $0 } }.sorted()
    let spreads = (0..<40).map { sums[$0 * 40 + 20].squareRoot() }
    var (mass, first) = (0.0, 0.0)
    for k in -400...400 {
      let d = Double(k) * 0.02
      var likelihood = 0.0
      for spread in spreads {
        for q in 0..<60 {
          let e = normalQuantile((Double(q) + 0.5) / 60) * spread
          likelihood += exp(-30 * log1pExp(-d - e) - 10 * log1pExp(d + e))
        }
      }
      let weight = likelihood * exp(-d * d / 400)
      mass += weight
      first += weight * logistic(d)
    }
    let share = posterior.levelShares.summary(0)
    // The quadrature in ψ and noise is good to some 1e-3.
    #expect(abs(share.mean - first / mass) < 4 * share.monteCarloError + 1e-3)
    #expect(share.hasMixed(chains: 4))
  }

  @Test func aMissingFlowIsNotZero() throws {
    let missing = try #require(Self.small())
    let zero = try #require(
      DestinationShareModel(
        destinations: ["B", "C", "D"], periods: 4,
        flows: [80, 15, 5, 75, 20, 5, 90, 0, 3, 70, 25, 0]))
    let plan = SamplingPlan(draws: 500)
    let a = try missing.sample(plan, key: Self.key).levelShares.summary(1)
    let b = try zero.sample(plan, key: Self.key).levelShares.summary(1)
    #expect(abs(a.mean - 0.2) < 0.06)
    #expect(b.mean < a.mean - 0.02)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let model = try #require(Self.small())
    let plan = SamplingPlan(warmup: 50, draws: 50)
    let one = try model.sample(plan, key: Self.key, threads: 1).draws
    let four = try model.sample(plan, key: Self.key, threads: 4).draws
    for k in one.names.indices { #expect(one.all(k) == four.all(k)) }
    #expect(
      DestinationShareModel(destinations: ["B"], periods: 2, flows: [0, .nan]) == nil)
  }
}
