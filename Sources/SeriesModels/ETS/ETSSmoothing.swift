import Glibc

/// Smoothing parameters: level α, slope β, season γ, damping φ. Those a form does not have are 0
/// (φ: 1).
public struct ETSSmoothing: Hashable, Sendable {
  public var alpha: Double
  public var beta: Double
  public var gamma: Double
  public var phi: Double

  public init(alpha: Double, beta: Double = 0, gamma: Double = 0, phi: Double = 1) {
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.phi = phi
  }

  static let least = 1e-4
  static let dampings = 0.8...0.98

  /// From free numbers, one for each parameter the form has. The usual region: 1e-4 ≤ β ≤ α ≤ .9999,
  /// 1e-4 ≤ γ ≤ 1 − α, .8 ≤ φ ≤ .98.
  init(free u: ArraySlice<Double>, form: ETSForm) {
    var index = u.startIndex
    func next(_ lower: Double, _ upper: Double) -> Double {
      let share = 1 / (1 + Glibc.exp(-u[index]))
      index += 1
      return lower + (upper - lower) * share
    }
    let least = Self.least
    alpha = next(least, 1 - least)
    beta = form.hasTrend ? next(least, alpha) : 0
    gamma = form.isSeasonal ? next(least, 1 - alpha) : 0
    phi = form.trend == .damped ? next(Self.dampings.lowerBound, Self.dampings.upperBound) : 1
  }

  /// The free numbers of these parameters, kept off the borders.
  func free(form: ETSForm) -> [Double] {
    func back(_ value: Double, _ lower: Double, _ upper: Double) -> Double {
      let share = upper > lower ? min(max((value - lower) / (upper - lower), 1e-4), 1 - 1e-4) : 0.5
      return Glibc.log(share / (1 - share))
    }
    let least = Self.least
    var u = [back(alpha, least, 1 - least)]
    if form.hasTrend { u.append(back(beta, least, alpha)) }
    if form.isSeasonal { u.append(back(gamma, least, 1 - alpha)) }
    if form.trend == .damped {
      u.append(back(phi, Self.dampings.lowerBound, Self.dampings.upperBound))
    }
    return u
  }

  /// Where searches begin.
  static func starts(form: ETSForm) -> [ETSSmoothing] {
    var starts: [ETSSmoothing] = []
    for alpha in [0.1, 0.5, 0.85] {
      for gamma in form.isSeasonal ? [0.05, 0.5] : [0] {
        starts.append(
          ETSSmoothing(
            alpha: alpha, beta: form.hasTrend ? 0.1 * alpha : 0, gamma: gamma * (1 - alpha),
            phi: form.trend == .damped ? 0.95 : 1))
      }
    }
    if form.hasTrend {
      starts.append(
        ETSSmoothing(
          alpha: 0.05, beta: 0.04, gamma: form.isSeasonal ? 0.65 : 0,
          phi: form.trend == .damped ? 0.95 : 1))
    }
    return starts
  }

  /// A free number that stands for a border itself.
  static let border = 40.0

  /// Smoothing numbers moved onto their borders one by one where that lowers `f`; the rest of the point
  /// stays. Searches only approach a border, on which many optima lie.
  static func snapped(
    _ found: (point: [Double], value: Double), form: ETSForm, _ f: ([Double]) -> Double
  ) -> (point: [Double], value: Double) {
    var best = found
    for index in 0..<form.smoothingCount where abs(best.point[index]) > 2 {
      for side in [-border, border] {
        var point = best.point
        point[index] = side
        let value = f(point)
        if value < best.value { best = (point, value) }
      }
    }
    return best
  }
}
