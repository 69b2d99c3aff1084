import Glibc
import Kernel

/// The likelihood of a mixed model with normal effects integrated out by Laplace's method.
///
/// Linear predictor `η = o + Xβ + Σ_k σ_k u_k[level]`, `u ~ N(0, I)`. With `û` the most likely effects,
/// `A` the rows of effects in units of u and `W` the observed information of the rows,
/// `L = ℓ(η̂) − ½ û'û − ½ ln|I + A'WA|`; exact for normal rows. A restricted likelihood integrates β
/// out as well, under a flat prior, as if it were one more effect. The gradient is exact: it follows
/// û as the parameters move. Even in every σ, so that a variance of zero is an inner point.
///
/// Tierney & Kadane 1986; Breslow & Clayton 1993; Skaug & Fournier 2006; Patterson & Thompson 1971.
struct LaplaceLikelihood {
  let y: [Double]
  let X: Matrix
  let random: RandomDesign
  let response: MixedResponse
  let isRestricted: Bool
  /// The part of the linear predictor with coefficient 1.
  var offset: [Double]?

  /// β where it is not integrated out, then σ of every grouping, then τ.
  var parameterCount: Int {
    fixedCount + random.groupings.count + (response.hasShape ? 1 : 0)
  }
  var fixedCount: Int { isRestricted ? 0 : X.columns }

  struct Point {
    let beta: [Double]
    let sigma: [Double]
    let tau: Double
  }

  func point(_ psi: [Double]) -> Point {
    Point(
      beta: Array(psi[..<fixedCount]),
      sigma: Array(psi[fixedCount..<(fixedCount + random.groupings.count)]),
      tau: response.hasShape ? psi[psi.count - 1] : 0)
  }

  /// The linear predictor without random effects, nor β where it is integrated out.
  func fixed(_ point: Point) -> [Double] {
    let zero = [Double](repeating: 0, count: y.count)
    var eta = isRestricted ? zero : X.times(point.beta)
    if let offset { for row in eta.indices { eta[row] += offset[row] } }
    return eta
  }

  /// The most likely effects at a point and what follows from them.
  struct Mode {
    /// Effects u of the first grouping, of the others, then β where it is integrated out.
    var u: [Double]
    var eta: [Double]
    var jets: [ResponseJet]
    let system: ArrowSystem
    let value: Double
  }

  /// Newton's method on the effects, steps halved where they lower the penalised likelihood.
  /// - Throws: `notConverged`; `singular`.
  func mode(_ psi: [Double], from start: [Double]?) throws(FitError) -> Mode {
    let rows = MixedRows(self, point(psi))
    var u = start ?? [Double](repeating: 0, count: rows.effectCount)
    var eta = rows.predictor(u)
    var value = rows.penalised(u, eta)
    if !value.isFinite {
      u = [Double](repeating: 0, count: rows.effectCount)
      eta = rows.predictor(u)
      value = rows.penalised(u, eta)
    }
    for _ in 0..<200 {
      let jets = rows.jets(eta)
      let system = try rows.system(jets)
      let slope = rows.slope(jets, u)
      let step = system.solve(slope)
      let length = dot(step, slope)
      if length < 1e-16 {
        u = u.indices.map { u[$0] + step[$0] }
        eta = rows.predictor(u)
        let last = rows.jets(eta)
        return rows.mode(u, eta, last, try rows.system(last), rows.penalised(u, eta))
      }
      var part = 1.0
      var isBetter = false
      for _ in 0..<40 where !isBetter {
        let trial = u.indices.map { u[$0] + part * step[$0] }
        let next = rows.predictor(trial)
        let found = rows.penalised(trial, next)
        // So near the top the sum over rows cannot tell better from worse.
        isBetter = length < 1e-6 || found >= value
        if isBetter { (u, eta, value) = (trial, next, found) } else { part *= 0.5 }
      }
      if !isBetter { throw .notConverged(iterations: 200, change: length) }
    }
    throw .notConverged(iterations: 200, change: 1)
  }

  /// The gradient of the likelihood at a point whose mode is known.
  func gradient(_ psi: [Double], _ mode: Mode) -> [Double] {
    MixedRows(self, point(psi)).gradient(mode)
  }
}
