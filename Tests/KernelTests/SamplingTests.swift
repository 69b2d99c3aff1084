import Foundation
import Kernel
import Testing

@Suite struct SamplingTests {
  static let key = StreamKey(seed: 20, stream: "test.sampling")

  /// Mean and second moment of a density within four Monte Carlo errors of the known ones.
  static func check(_ chains: [[Double]], mean: Double, variance: Double, _ name: String) {
    #expect(ChainDiagnostics.rHat(chains) < 1.01, "\(name)")
    let error = ChainDiagnostics.monteCarloError(chains)
    let found = Statistics.mean(chains.flatMap { $0 })
    #expect(abs(found - mean) < 4 * error, "\(name): mean \(found), \(mean) ± \(error)")
    let squares = chains.map { $0.map { ($0 - mean) * ($0 - mean) } }
    let spread = Statistics.mean(squares.flatMap { $0 })
    let second = ChainDiagnostics.monteCarloError(squares)
    #expect(abs(spread - variance) < 4 * second, "\(name): variance \(spread), \(variance)")
  }

  static func slices(
    _ sampler: SliceSampler, from start: Double, _ f: (Double) -> Double
  ) -> [[Double]] {
    (0..<4).map { c in
      var stream = RandomStream(key, unit: UnitKey(number: UInt32(c)), draw: 0, time: 0)
      var (x, value) = (start, f(start))
      return (0..<5000).map { _ in
        (x, value) = sampler.step(from: x, value, using: &stream, f)
        return x
      }
    }
  }

  /// Widths far too small and far too large give the same distribution.
  @Test(arguments: [0.05, 1, 30]) func slicesOfKnownDensities(width: Double) {
    let sampler = SliceSampler(width: width)
    let targets: [(String, any Distribution, Double)] = [
      ("normal", Normal(mean: 3, standardDeviation: 2), 3), ("beta", Beta(a: 6.26, b: 12.03), 0.4),
      ("gamma", Gamma(shape: 1.5, rate: 2), 1), ("logistic", Logistic(location: -1, scale: 0.5), 0),
    ]
    for (name, target, start) in targets {
      // A normal walked in steps of 0.05 with 50 of them is no test of anything but patience.
      if width < target.standardDeviation / 20 { continue }
      let chains = Self.slices(sampler, from: start) { target.logDensity($0) }
      #expect(chains.allSatisfy { $0.allSatisfy { target.logDensity($0) > -.infinity } })
      Self.check(chains, mean: target.mean, variance: target.variance, "\(name) \(width)")
    }
  }

  /// Inversion: at the uniform u the distribution function of the cut-off normal is u.
  @Test func theTruncatedNormalInvertsItsDistribution() {
    for (mean, deviation, lower, upper) in [
      (0.0, 1.0, -1.0, 2.0), (0.98, 0.01, 0, 1), (-8, 1, 0, 1), (9, 1, 0, 1), (0.5, 1e3, 0, 1),
    ] {
      for u in [0.001, 0.2, 0.5, 0.9, 0.999] {
        let x = truncatedNormal(
          mean: mean, standardDeviation: deviation, in: lower...upper, u)
        #expect((lower...upper).contains(x))
        let (a, b, z) = (
          (lower - mean) / deviation, (upper - mean) / deviation, (x - mean) / deviation
        )
        let reached =
          a > 0
          ? (normalComplementary(a) - normalComplementary(z))
            / (normalComplementary(a) - normalComplementary(b))
          : (normalCumulative(z) - normalCumulative(a))
            / (normalCumulative(b) - normalCumulative(a))
        #expect(abs(reached - u) < 1e-9, "\(mean) \(deviation) \(u): \(reached)")
      }
    }
    // Forty deviations out there is no mass left in a double: the nearest bound.
    #expect(truncatedNormal(mean: -60, standardDeviation: 1, in: 0...1, 0.5) < 0.02)
    #expect(truncatedNormal(mean: 60, standardDeviation: 1, in: 0...1, 0.5) > 0.98)
  }

  /// Three normals of scales 1/100, 1 and 100, the first two correlated by 0.8.
  static let normalDensity: LogDensityGradient = { x, g in
    let (a, b, c) = ((x[0] - 1) / 0.01, x[1] + 2, x[2] / 100)
    let scale = 1 / (1 - 0.64)
    g[0] = -scale * (a - 0.8 * b) / 0.01
    g[1] = -scale * (b - 0.8 * a)
    g[2] = -c / 100
    return -0.5 * (scale * (a * a - 1.6 * a * b + b * b) + c * c)
  }

  static func normalRun(threads: Int?) throws -> NoUTurnDraws {
    try NoUTurnSampler(chains: 4, warmup: 500, draws: 2000).sample(
      normalDensity, from: [[0, 0, 0], [2, 1, 50], [1, -3, -200], [0.9, 5, 10]], key: key,
      threads: threads, names: ["a", "b", "c", "ab"]
    ) { x in x + [(x[0] - 1) * (x[1] + 2)] }
  }

  @Test func theSamplerKnowsACorrelatedNormal() throws {
    let run = try Self.normalRun(threads: nil)
    #expect(run.divergences == 0 && run.saturated == 0)
    Self.check(run.draws.chains(0), mean: 1, variance: 1e-4, "a")
    Self.check(run.draws.chains(1), mean: -2, variance: 1, "b")
    Self.check(run.draws.chains(2), mean: 0, variance: 1e4, "c")
    let product = run.draws.summary(3)
    #expect(abs(product.mean - 0.008) < 4 * product.monteCarloError)
    #expect(run.draws.summaries.allSatisfy { $0.hasMixed(chains: 4) })
    #expect(run.meanSteps.allSatisfy { (1...31).contains($0) })
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let (one, four) = (try Self.normalRun(threads: 1), try Self.normalRun(threads: 4))
    for k in one.draws.names.indices { #expect(one.draws.all(k) == four.draws.all(k)) }
  }

  /// A bounded quantity by its logit: the log-odds of Beta(2, 5) with the Jacobian.
  @Test func theSamplerKnowsATransformedBeta() throws {
    let run = try NoUTurnSampler(chains: 4, warmup: 500, draws: 2000).sample(
      { x, g in
        let p = logistic(x[0])
        g[0] = 2 * (1 - p) - 5 * p
        return 2 * log(p) + 5 * log(1 - p)
      }, from: [[-1], [0], [1], [2]], key: Self.key, names: ["p"]
    ) { [logistic($0[0])] }
    Self.check(run.draws.chains(0), mean: 2.0 / 7, variance: Beta(a: 2, b: 5).variance, "p")
  }

  /// Where no step can follow the density, as at a cliff that the gradient does not announce, paths end
  /// with an energy far above the first, and are counted.
  @Test func aCliffDiverges() throws {
    let run = try NoUTurnSampler(chains: 2, warmup: 200, draws: 500).sample(
      { x, g in
        g[0] = -x[0]
        return -0.5 * x[0] * x[0] - (x[0] > 1 ? 5000 : 0)
      }, from: [[-1], [0]], key: Self.key, names: ["x"]
    ) { $0 }
    #expect(run.divergences > 100)
    #expect(run.draws.all(0).allSatisfy { $0 <= 1 })
  }

  /// Neal's funnel cannot be followed with one step length, and the diagnostics say so.
  @Test func aFunnelDoesNotMix() throws {
    let run = try NoUTurnSampler(chains: 4, warmup: 300, draws: 500).sample(
      { x, g in
        let precision = exp(-x[0])
        var squares = 0.0
        for k in 1...9 {
          squares += x[k] * x[k]
          g[k] = -x[k] * precision
        }
        g[0] = -x[0] / 9 + 0.5 * squares * precision - 4.5
        return -x[0] * x[0] / 18 - 0.5 * squares * precision - 4.5 * x[0]
      }, from: (0..<4).map { c in [Double](repeating: 0.5 * Double(c + 1), count: 10) },
      key: Self.key, names: ["scale"]
    ) { [$0[0]] }
    #expect(!run.draws.summary(0).hasMixed(chains: 4))
  }

  @Test func aStartOutsideTheSupportIsRefused() {
    #expect(throws: KernelError.objectiveNotFinite(at: [-1])) {
      _ = try NoUTurnSampler(chains: 1, warmup: 20, draws: 10).sample(
        { x, g in
          g[0] = 1 / x[0] - 1
          return x[0] > 0 ? log(x[0]) - x[0] : -.infinity
        }, from: [[-1]], key: Self.key, names: ["x"]
      ) { $0 }
    }
  }
}

@Suite struct GammaDrawTests {
  static let key = StreamKey(seed: 22, stream: "test.gamma")

  static func draws(_ next: (inout RandomStream) -> Double) -> [[Double]] {
    (0..<4).map { c in
      var stream = RandomStream(key, unit: UnitKey(number: UInt32(c)), draw: 0, time: 0)
      return (0..<20_000).map { _ in next(&stream) }
    }
  }

  @Test(arguments: [0.3, 1, 4.5, 60]) func gammasHaveTheirMoments(shape: Double) {
    let chains = Self.draws { $0.gamma(shape: shape) }
    SamplingTests.check(chains, mean: shape, variance: shape, "gamma \(shape)")
    // The distribution function at its median holds half of them.
    let median = Gamma(shape: shape).quantile(0.5)
    let below = chains.joined().count { $0 < median }
    #expect(abs(Double(below) / 80_000 - 0.5) < 4 * (0.25 / 80_000).squareRoot())
  }

  /// Bounds in the middle, where candidates fall inside, and far out, where inversion takes over.
  @Test func boundedGammasStayAndHaveTheirDistribution() {
    for bounds in [2.0...6.0, 0...0.05, 14.0...30.0] {
      let gamma = Gamma(shape: 4, rate: 1.5)
      let chains = Self.draws { $0.gamma(shape: 4, rate: 1.5, in: bounds) }
      let all = chains.flatMap { $0 }
      #expect(all.allSatisfy { bounds.contains($0) })
      let (low, high) = (bounds.lowerBound, bounds.upperBound)
      let mass = gamma.complementary(low) - gamma.complementary(high)
      for share in [0.2, 0.7] {
        let point = gamma.upperQuantile(gamma.complementary(low) - share * mass)
        let below = Double(all.count { $0 < point }) / Double(all.count)
        #expect(abs(below - share) < 4 * (share * (1 - share) / 80_000).squareRoot(), "\(bounds)")
      }
    }
  }

  @Test func boundedNormalsStayAndHaveTheirDistribution() {
    for (mean, deviation) in [(0.7, 0.2), (-0.5, 0.1), (3, 1)] {
      let chains = Self.draws { $0.normal(mean: mean, standardDeviation: deviation, in: 0...1) }
      let all = chains.flatMap { $0 }
      #expect(all.allSatisfy { (0...1).contains($0) })
      for share in [0.2, 0.7] {
        let point = truncatedNormal(mean: mean, standardDeviation: deviation, in: 0...1, share)
        let below = Double(all.count { $0 < point }) / Double(all.count)
        #expect(abs(below - share) < 4 * (share * (1 - share) / 80_000).squareRoot(), "\(mean)")
      }
    }
  }
}
