import Glibc

/// Logarithm of a density up to a constant, with its gradient written into the second argument.
public typealias LogDensityGradient =
  @Sendable (_ x: [Double], _ gradient: inout [Double]) -> Double

/// A place on the way of a particle that rolls over −ln density.
struct PhasePoint {
  var position: [Double]
  var momentum: [Double]
  var gradient: [Double]
  var value: Double
}

/// One proposal of the No-U-Turn sampler: the particle is followed forwards and backwards in doubling
/// stretches until it turns, and one of the places is chosen in proportion to its weight.
///
/// M. Betancourt, A conceptual introduction to Hamiltonian Monte Carlo, arXiv:1701.02434 (2017),
/// appendix A: multinomial choice, a bias towards the newer half, and the generalised criterion of
/// turning, also across the seam of two halves.
struct NoUTurnTrajectory {
  /// Part of the trajectory, in order of time.
  private struct Stretch {
    var leftMomentum: [Double]
    var rightMomentum: [Double]
    var sum: [Double]
    var logWeight: Double
    var chosen: PhasePoint
  }

  /// An energy this much above the first one means that the steps are too long for the curvature.
  private static let divergence = 1000.0

  let density: LogDensityGradient
  let inverseMass: [Double]
  let step: Double
  private var firstEnergy = 0.0
  private(set) var isDivergent = false
  private(set) var depth = 0
  private(set) var steps = 0
  private var accepted = 0.0

  init(density: @escaping LogDensityGradient, inverseMass: [Double], step: Double) {
    self.density = density
    self.inverseMass = inverseMass
    self.step = step
  }

  /// Mean over the steps of the probability with which a Metropolis step would have been accepted.
  var acceptance: Double { steps == 0 ? 0 : accepted / Double(steps) }

  /// - Parameter start: the momentum is drawn anew.
  mutating func propose(
    from start: PhasePoint, maximumDepth: Int, using stream: inout RandomStream
  ) -> PhasePoint {
    var first = start
    drawMomentum(&first, using: &stream)
    firstEnergy = energy(first)
    var (left, right) = (first, first)
    var whole = Stretch(
      leftMomentum: first.momentum, rightMomentum: first.momentum, sum: first.momentum,
      logWeight: 0, chosen: first)
    while depth < maximumDepth {
      let isForward = stream.uniform() < 0.5
      let grown =
        isForward
        ? build(depth, &right, step, using: &stream)
        : build(depth, &left, -step, using: &stream)
      guard let grown else { break }
      depth += 1
      if Glibc.log(stream.uniform()) < grown.logWeight - whole.logWeight {
        whole.chosen = grown.chosen
      }
      let (joined, turns) = isForward ? join(whole, grown) : join(grown, whole)
      let chosen = whole.chosen
      whole = joined
      whole.chosen = chosen
      if turns { break }
    }
    return whole.chosen
  }

  func drawMomentum(_ point: inout PhasePoint, using stream: inout RandomStream) {
    for k in inverseMass.indices {
      point.momentum[k] = stream.normal() / inverseMass[k].squareRoot()
    }
  }

  /// `½ p'M⁻¹p − ln density`; +∞ where the density is not a number.
  func energy(_ point: PhasePoint) -> Double {
    var kinetic = 0.0
    for k in inverseMass.indices {
      kinetic += inverseMass[k] * point.momentum[k] * point.momentum[k]
    }
    let energy = 0.5 * kinetic - point.value
    return energy.isNaN ? .infinity : energy
  }

  /// One leapfrog step.
  func advance(_ point: inout PhasePoint, _ step: Double) {
    for k in inverseMass.indices {
      point.momentum[k] += 0.5 * step * point.gradient[k]
      point.position[k] += step * inverseMass[k] * point.momentum[k]
    }
    point.value = density(point.position, &point.gradient)
    for k in inverseMass.indices { point.momentum[k] += 0.5 * step * point.gradient[k] }
  }

  /// 2^depth steps from an edge, which moves along; `nil` where they diverge or turn.
  private mutating func build(
    _ depth: Int, _ edge: inout PhasePoint, _ step: Double, using stream: inout RandomStream
  ) -> Stretch? {
    if depth == 0 {
      advance(&edge, step)
      let excess = energy(edge) - firstEnergy
      steps += 1
      accepted += min(1, Glibc.exp(-excess))
      if excess > Self.divergence {
        isDivergent = true
        return nil
      }
      return Stretch(
        leftMomentum: edge.momentum, rightMomentum: edge.momentum, sum: edge.momentum,
        logWeight: -excess, chosen: edge)
    }
    guard let near = build(depth - 1, &edge, step, using: &stream),
      let far = build(depth - 1, &edge, step, using: &stream)
    else { return nil }
    var (whole, turns) = step > 0 ? join(near, far) : join(far, near)
    if turns { return nil }
    let takesFar = Glibc.log(stream.uniform()) < far.logWeight - whole.logWeight
    whole.chosen = takesFar ? far.chosen : near.chosen
    return whole
  }

  private func join(_ left: Stretch, _ right: Stretch) -> (Stretch, turns: Bool) {
    let sum = plus(left.sum, right.sum)
    let top = max(left.logWeight, right.logWeight)
    let weight =
      top == -.infinity
      ? top
      : top + Glibc.log(Glibc.exp(left.logWeight - top) + Glibc.exp(right.logWeight - top))
    let turns =
      hasTurned(sum, left.leftMomentum, right.rightMomentum)
      || hasTurned(plus(left.sum, right.leftMomentum), left.leftMomentum, right.leftMomentum)
      || hasTurned(plus(right.sum, left.rightMomentum), left.rightMomentum, right.rightMomentum)
    let joined = Stretch(
      leftMomentum: left.leftMomentum, rightMomentum: right.rightMomentum, sum: sum,
      logWeight: weight, chosen: left.chosen)
    return (joined, turns)
  }

  private func plus(_ a: [Double], _ b: [Double]) -> [Double] {
    var sum = a
    for k in sum.indices { sum[k] += b[k] }
    return sum
  }

  /// Whether the sum of momenta no longer points along one of the two ends.
  private func hasTurned(_ sum: [Double], _ first: [Double], _ last: [Double]) -> Bool {
    precondition(
      sum.count == inverseMass.count && first.count == sum.count && last.count == sum.count)
    var (start, end) = (0.0, 0.0)
    for k in inverseMass.indices {
      let along = inverseMass[k] * sum[k]
      start += along * first[k]
      end += along * last[k]
    }
    return !(start > 0 && end > 0)
  }
}
