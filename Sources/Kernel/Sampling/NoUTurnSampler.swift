import Glibc

/// Hamiltonian Monte Carlo without a length of path to choose, with steps and variances that are learnt
/// during a warm-up.
///
/// Goals, in order: 1 draws from the density and nothing else, 2 the same bits for any number of
/// threads, 3 effective draws a second. M. D. Hoffman and A. Gelman, The No-U-Turn Sampler, Journal of
/// Machine Learning Research 15 (2014); see `NoUTurnTrajectory` for the choice within a path. The mass
/// matrix is diagonal: rotate or rescale parameters that are strongly correlated.
public struct NoUTurnSampler: Hashable, Sendable {
  public var chains: Int
  /// Iterations of every chain that only adapt, and are not kept.
  public var warmup: Int
  /// Iterations of every chain that are kept.
  public var draws: Int
  /// Share of accepted proposals the step is adapted to; nearer 1 for densities of sharp curvature.
  public var targetAcceptance: Double
  /// A path has at most 2 to this many steps.
  public var maximumDepth: Int

  public init(
    chains: Int = 4, warmup: Int = 1000, draws: Int = 1000, targetAcceptance: Double = 0.8,
    maximumDepth: Int = 10
  ) {
    precondition(chains > 0 && warmup >= 20 && draws > 0, "\(chains), \(warmup), \(draws)")
    precondition(targetAcceptance > 0 && targetAcceptance < 1, "acceptance \(targetAcceptance)")
    precondition(maximumDepth > 0 && maximumDepth < 31, "depth \(maximumDepth)")
    self.chains = chains
    self.warmup = warmup
    self.draws = draws
    self.targetAcceptance = targetAcceptance
    self.maximumDepth = maximumDepth
  }

  /// Samples `density`, chains in parallel. Iteration t of chain c has the stream of draw t and unit c
  /// of the key, so a chain does not depend on the others.
  ///
  /// - Parameters:
  ///   - start: a point of finite density for each chain, best spread wider than the density.
  ///   - names: of what `kept` gives for a point.
  ///   - kept: the quantities of a point that are recorded.
  /// - Throws: `objectiveNotFinite` at a start.
  public func sample(
    _ density: @escaping LogDensityGradient, from start: [[Double]], key: StreamKey,
    threads: Int? = nil, names: [String], kept: @Sendable (_ x: [Double]) -> [Double]
  ) throws(KernelError) -> NoUTurnDraws {
    precondition(start.count == chains, "\(start.count) starts of \(chains) chains")
    let results = try parallelMap(chains, threads: threads) { c throws(KernelError) -> ChainRun in
      var chain = try NoUTurnChain(self, density, start[c], key, UnitKey(number: UInt32(c)))
      chain.warmUp()
      return chain.run(names.count, kept)
    }
    return NoUTurnDraws(
      draws: PosteriorDraws(names: names, chains: results.map(\.values)),
      divergences: results.reduce(0) { $0 + $1.divergences },
      saturated: results.reduce(0) { $0 + $1.saturated },
      meanSteps: results.map(\.meanSteps))
  }
}

/// What a run of the sampler brought.
public struct NoUTurnDraws: Sendable {
  public let draws: PosteriorDraws
  /// Kept iterations whose path left the density because the steps were too long: draws near them are
  /// too few.
  public let divergences: Int
  /// Kept iterations whose path reached the greatest length before it turned.
  public let saturated: Int
  /// Steps a kept iteration, by chain.
  public let meanSteps: [Double]
}

/// What one chain recorded.
private struct ChainRun: Sendable {
  var values: [Double] = []
  var divergences = 0
  var saturated = 0
  var meanSteps = 0.0
}

/// The state of one chain.
private struct NoUTurnChain {
  private let sampler: NoUTurnSampler
  private let density: LogDensityGradient
  private let key: StreamKey
  private let unit: UnitKey
  private var point: PhasePoint
  private var inverseMass: [Double]
  private var step = 1.0

  init(
    _ sampler: NoUTurnSampler, _ density: @escaping LogDensityGradient, _ start: [Double],
    _ key: StreamKey, _ unit: UnitKey
  ) throws(KernelError) {
    self.sampler = sampler
    self.density = density
    self.key = key
    self.unit = unit
    let zeros = [Double](repeating: 0, count: start.count)
    inverseMass = [Double](repeating: 1, count: start.count)
    point = PhasePoint(position: start, momentum: zeros, gradient: zeros, value: 0)
    point.value = density(start, &point.gradient)
    guard point.value.isFinite, point.gradient.allSatisfy(\.isFinite) else {
      throw .objectiveNotFinite(at: start)
    }
  }

  private mutating func transition(_ iteration: Int, _ step: Double) -> NoUTurnTrajectory {
    var stream = RandomStream(key, unit: unit, draw: iteration, time: 0)
    var path = NoUTurnTrajectory(density: density, inverseMass: inverseMass, step: step)
    point = path.propose(from: point, maximumDepth: sampler.maximumDepth, using: &stream)
    return path
  }

  mutating func warmUp() {
    let schedule = WarmupSchedule(sampler.warmup)
    step = reasonableStep(0)
    var adaptation = StepSizeAdaptation(target: sampler.targetAcceptance, from: step)
    var variances = RunningVariances(dimension: inverseMass.count)
    for iteration in 0..<sampler.warmup {
      let path = transition(iteration, step)
      step = adaptation.next(after: path.acceptance)
      guard schedule.counts(iteration) else { continue }
      variances.add(point.position)
      if schedule.ends.contains(iteration) {
        inverseMass = variances.shrunken
        variances = RunningVariances(dimension: inverseMass.count)
        step = reasonableStep(iteration)
        adaptation = StepSizeAdaptation(target: sampler.targetAcceptance, from: step)
      }
    }
    step = adaptation.result
  }

  /// Doubles or halves the step until the acceptance of one step crosses 80 per cent (Hoffman & Gelman
  /// 2014, algorithm 4, with Stan's threshold).
  private func reasonableStep(_ iteration: Int) -> Double {
    var stream = RandomStream(key, unit: unit, draw: iteration, time: 1)
    func accepts(_ step: Double, _ stream: inout RandomStream) -> Bool {
      let path = NoUTurnTrajectory(density: density, inverseMass: inverseMass, step: step)
      var moved = point
      path.drawMomentum(&moved, using: &stream)
      let before = path.energy(moved)
      path.advance(&moved, step)
      return before - path.energy(moved) > Glibc.log(0.8)
    }
    var found = step
    let grows = accepts(found, &stream)
    // 2⁻⁵⁰ to 2⁵⁰: beyond that the density is flat or a wall, and the adaptation goes on from there.
    for _ in 0..<50 {
      found *= grows ? 2 : 0.5
      if accepts(found, &stream) != grows { break }
    }
    return found
  }

  mutating func run(_ count: Int, _ kept: (_ x: [Double]) -> [Double]) -> ChainRun {
    var result = ChainRun()
    result.values.reserveCapacity(sampler.draws * count)
    var steps = 0
    for iteration in sampler.warmup..<sampler.warmup + sampler.draws {
      let path = transition(iteration, step)
      let values = kept(point.position)
      precondition(values.count == count, "\(values.count) values of \(count) names")
      result.values += values
      steps += path.steps
      if path.isDivergent { result.divergences += 1 }
      if path.depth == sampler.maximumDepth { result.saturated += 1 }
    }
    result.meanSteps = Double(steps) / Double(sampler.draws)
    return result
  }
}
