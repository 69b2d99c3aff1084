import Glibc
import Kernel

/// The coordinates in which the chains of `DestinationShareModel` run.
///
/// Goals: 1 the same density, 2 parameters that hardly depend on one another, since the mass of the
/// sampler is diagonal. Flows fix differences of η within a period to a thousandth, and leave its level
/// to the priors; so everything is measured from the destination r with the greatest flow:
/// `s = η_r1`, `v_t = η_rt − s`, `d_j = κ_j − s`. Where flows say more of η than its prior does, it is
/// carried as `θ_jt = η_jt − η_rt` (centred); where they say less, for a destination that hardly anybody
/// chose, as `z_jt = (η_jt − κ_j)/ψ_j` (Papaspiliopoulos, Roberts & Sköld 2007, Statistical Science 22).
/// All maps are linear with determinant 1 but for z, whose `ψ_j` cancels that of the normal density. ψ is
/// carried as its logit.
///
/// Order: θ or z of all cells, destination fastest, with s and v_2, v_3 … in the places of r; d; logit ψ.
struct DestinationShareCoordinates: Sendable {
  private let flows: [Double]
  private let count: Int
  private let periods: Int
  /// Sums of the known flows of each period.
  private let totals: [Double]
  private let reference: Int
  private let isCentred: [Bool]
  private let isKnown: [Bool]

  init(_ model: DestinationShareModel) {
    flows = model.flows.map { $0.isNaN ? 0 : $0 }
    isKnown = model.flows.map { !$0.isNaN }
    count = model.destinations.count
    periods = model.periods
    let (count, flows) = (count, flows)
    totals = (0..<periods).map { t in Statistics.sum(Array(flows[t * count..<(t + 1) * count])) }
    let sums = (0..<count).map { model.total($0) }
    reference = sums.indices.max { (sums[$0], $1) < (sums[$1], $0) } ?? 0
    // A flow of M persons says of η what a normal of precision M would; the prior's precision is some 2.
    isCentred = sums.map { $0 > 2 * Double(model.periods) }
  }

  var dimension: Int { count * (periods + 2) }
  private var cells: Int { count * periods }

  func point(_ x: [Double]) -> DestinationShareModel.Point {
    let s = x[reference]
    var logits = [Double](repeating: 0, count: cells)
    let psi = x[(cells + count)...].map { logistic($0) }
    for t in 0..<periods {
      let v = t == 0 ? 0 : x[t * count + reference]
      for j in 0..<count {
        let k = t * count + j
        logits[k] =
          j == reference
          ? s + v : isCentred[j] ? s + v + x[k] : s + x[cells + j] + psi[j] * x[k]
      }
    }
    return DestinationShareModel.Point(
      logits: logits, levels: (0..<count).map { s + x[cells + $0] }, deviations: psi)
  }

  func coordinates(_ point: DestinationShareModel.Point) -> [Double] {
    let s = point.logits[reference]
    var x = point.logits
    for t in 0..<periods {
      let v = point.logits[t * count + reference] - s
      for j in 0..<count {
        let k = t * count + j
        if j == reference {
          x[k] = t == 0 ? s : v
        } else if isCentred[j] {
          x[k] -= s + v
        } else {
          x[k] = (point.logits[k] - point.levels[j]) / point.deviations[j]
        }
      }
    }
    return x + point.levels.map { $0 - s } + point.deviations.map { logit($0) }
  }

  /// Logarithm of the density in these coordinates up to a constant, with its gradient.
  func density(_ x: [Double], _ gradient: inout [Double]) -> Double {
    // ψ = 1/(1 + e^−u), ln ψ = −ln(1 + e^−u), ln(1 − ψ) = ln ψ − u.
    let inverses = Kernel.exp(x[(cells + count)...].map { -$0 }).map { 1 + $0 }
    let psi = inverses.map { 1 / $0 }
    for k in cells..<dimension { gradient[k] = 0 }
    var value = 0.0
    // η from η_r, for the softmax.
    var shifted = [Double](repeating: -.infinity, count: cells)
    for t in 0..<periods {
      let v = t == 0 ? 0 : x[t * count + reference]
      for j in 0..<count where isKnown[t * count + j] {
        let k = t * count + j
        shifted[k] =
          j == reference ? 0 : isCentred[j] ? x[k] : x[cells + j] + psi[j] * x[k] - v
      }
    }
    let weights = Kernel.exp(shifted)
    for t in 0..<periods {
      let first = t * count
      var sum = 0.0
      for k in first..<first + count { sum += weights[k] }
      // A period of which nothing is known says nothing.
      if sum > 0 { value -= totals[t] * Glibc.log(sum) }
      let scale = sum > 0 ? totals[t] / sum : 0
      let v = t == 0 ? 0 : x[first + reference]
      var slope = 0.0
      for j in 0..<count {
        let k = first + j
        let excess = isKnown[k] ? flows[k] - scale * weights[k] : 0
        if isKnown[k] && j != reference { value += flows[k] * shifted[k] }
        if isCentred[j] || j == reference {
          let inverse = 1 / (psi[j] * psi[j])
          let distance = (j == reference ? 0 : x[k]) + v - x[cells + j]
          value -= 0.5 * distance * distance * inverse
          gradient[k] = excess - distance * inverse
          slope -= distance * inverse
          gradient[cells + j] += distance * inverse
          gradient[cells + count + j] += distance * distance * inverse * (1 - psi[j])
        } else {
          value -= 0.5 * x[k] * x[k]
          gradient[k] = excess * psi[j] - x[k]
          slope -= excess
          gradient[cells + j] += excess
          gradient[cells + count + j] += excess * x[k] * psi[j] * (1 - psi[j])
        }
      }
      gradient[first + reference] = t == 0 ? 0 : slope
    }
    return value + priors(x, psi, Kernel.log(inverses), &gradient)
  }

  /// Of κ and ψ, with what is left of the normal densities' `ψ` and the Jacobian of the logit.
  /// - Parameter losses: −ln ψ.
  private func priors(
    _ x: [Double], _ psi: [Double], _ losses: [Double], _ gradient: inout [Double]
  ) -> Double {
    let s = x[reference]
    let precision =
      1 / (DestinationShareModel.levelDeviation * DestinationShareModel.levelDeviation)
    let prior = DestinationShareModel.deviationPrior
    var (value, slope) = (0.0, 0.0)
    for j in 0..<count {
      let kappa = s + x[cells + j]
      value -= 0.5 * precision * kappa * kappa
      gradient[cells + j] -= precision * kappa
      slope -= precision * kappa
      let u = x[cells + count + j]
      let power = prior.a - (isCentred[j] || j == reference ? Double(periods) : 0)
      value -= power * losses[j] + prior.b * (losses[j] + u)
      gradient[cells + count + j] += power * (1 - psi[j]) - prior.b * psi[j]
    }
    gradient[reference] = slope
    return value
  }
}
