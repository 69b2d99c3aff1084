import Glibc
import Kernel

/// How flows fall with the cost of a pair: `ln f(c) = Σ θ_k g_k(c)`, linear in its parameters.
///
/// Costs are positive, in any unit; another unit changes the parameters and no flow. Fotheringham &
/// O'Kelly 1989; Tanner 1961; Taylor 1971.
public enum Deterrence: Sendable {
  /// `f = c^θ`.
  case power
  /// `f = e^{θc}`.
  case exponential
  /// `f = c^{θ₁} e^{θ₂c}`.
  case tanner
  /// `f = exp(θ₁ ln c + θ₂ (ln c)²)`, a lognormal density of cost where θ₂ < 0.
  case logNormal
  /// A natural cubic spline in ln c: cubic between the knots, a power law beyond them.
  /// - Parameter knots: at least three costs, rising; `splineKnots` proposes some.
  case spline(knots: [Double])
  /// Any functions of the cost, one for each named term.
  case user(terms: [String], basis: @Sendable (Double) -> [Double])

  /// Names of the parameters, in order.
  public var terms: [String] {
    switch self {
    case .power: ["log(cost)"]
    case .exponential: ["cost"]
    case .tanner: ["log(cost)", "cost"]
    case .logNormal: ["log(cost)", "log(cost)^2"]
    case .spline(let knots): (1..<knots.count).map { "spline(log(cost))\($0)" }
    case .user(let terms, _): terms
    }
  }

  /// `g_k(c)` for every term.
  public func basis(_ cost: Double) -> [Double] {
    switch self {
    case .power: return [Glibc.log(cost)]
    case .exponential: return [cost]
    case .tanner: return [Glibc.log(cost), cost]
    case .logNormal:
      let x = Glibc.log(cost)
      return [x, x * x]
    case .spline(let knots): return Self.naturalCubic(Glibc.log(cost), knots.map { Glibc.log($0) })
    case .user(let terms, let basis):
      let values = basis(cost)
      precondition(values.count == terms.count, "\(values.count) values for \(terms.count) terms")
      return values
    }
  }

  /// Harrell's restricted basis: x, then for each knot but the last two the truncated cubes that are linear
  /// beyond the last knot, over the squared range of the knots (Regression Modeling Strategies 2015, 2.4.5).
  private static func naturalCubic(_ x: Double, _ t: [Double]) -> [Double] {
    precondition(t.count >= 3, "\(t.count) knots, at least 3")
    precondition(zip(t, t.dropFirst()).allSatisfy { $0 < $1 }, "knots that do not rise")
    func cube(_ z: Double) -> Double { z > 0 ? z * z * z : 0 }
    let last = t[t.count - 1]
    let before = t[t.count - 2]
    let scale = (last - t[0]) * (last - t[0])
    var basis = [x]
    for knot in t.dropLast(2) {
      let right = cube(x - before) * (last - knot) / (last - before)
      let far = cube(x - last) * (before - knot) / (last - before)
      basis.append((cube(x - knot) - right + far) / scale)
    }
    return basis
  }

  /// Knots at the quantiles that Harrell recommends: for 3 knots 0.1, 0.5, 0.9; for more, evenly from 0.05
  /// to 0.95.
  public static func splineKnots(_ costs: [Double], count: Int) -> [Double] {
    precondition(count >= 3, "\(count) knots, at least 3")
    let end = count == 3 ? 0.1 : 0.05
    let levels = (0..<count).map { end + (1 - 2 * end) * Double($0) / Double(count - 1) }
    return Statistics.quantiles(costs, levels)
  }
}
