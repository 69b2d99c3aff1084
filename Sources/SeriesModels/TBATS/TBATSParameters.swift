import Glibc

/// Numbers of a TBATS model; those that its form does not have are empty, 0, or 1 for φ and ω.
public struct TBATSParameters: Hashable, Sendable {
  public var alpha: Double
  public var beta: Double = 0
  public var phi: Double = 1
  /// Power of the Box–Cox transformation.
  public var omega: Double = 1
  /// One a season with harmonics.
  public var gamma1: [Double] = []
  public var gamma2: [Double] = []
  public var ar: [Double] = []
  public var ma: [Double] = []

  static let dampings = 0.8...1.0
  /// What one free number of β and γ is worth.
  private static let unit = 0.1

  /// A level smoothed by α, every other number that of a form without it.
  public init(alpha: Double) { self.alpha = alpha }

  /// Where a search begins.
  init(start alpha: Double, form: TBATSForm) {
    self.alpha = alpha
    beta = form.hasTrend ? 0.02 : 0
    phi = form.trend == .damped ? 0.95 : 1
    omega = form.hasBoxCox ? 0.3 : 1
    gamma1 = form.active.map { _ in 0.001 }
    gamma2 = gamma1
    ar = [Double](repeating: 0, count: form.p)
    ma = [Double](repeating: 0, count: form.q)
  }

  /// These numbers in another form; what it has besides begins as above.
  func fitted(to form: TBATSForm) -> TBATSParameters {
    var result = TBATSParameters(start: alpha, form: form)
    if form.hasTrend, beta != 0 { result.beta = beta }
    if form.trend == .damped, phi < 1 { result.phi = phi }
    if form.hasBoxCox, omega < 1 { result.omega = omega }
    for i in result.gamma1.indices where i < gamma1.count {
      result.gamma1[i] = gamma1[i]
      result.gamma2[i] = gamma2[i]
    }
    for i in result.ar.indices where i < ar.count { result.ar[i] = ar[i] }
    for i in result.ma.indices where i < ma.count { result.ma[i] = ma[i] }
    return result
  }

  /// From free numbers: ω and φ by logistic curves, ARMA coefficients by partial autocorrelations, so that
  /// those are stationary and invertible for any numbers.
  init(free u: [Double], form: TBATSForm) {
    var rest = u[...]
    func next() -> Double { rest.removeFirst() }
    func share() -> Double { 1 / (1 + Glibc.exp(-next())) }
    func lags(_ count: Int) -> [Double] {
      autoregression((0..<count).map { _ in Glibc.tanh(next()) * (1 - 1e-9) })
    }
    alpha = next()
    if form.hasTrend { beta = Self.unit * next() }
    if form.trend == .damped {
      let width = Self.dampings.upperBound - Self.dampings.lowerBound
      phi = Self.dampings.lowerBound + width * share()
    }
    if form.hasBoxCox {
      // Closer to the logarithm the power loses digits on the way back.
      let power = share()
      omega = power < 1e-6 ? 0 : power
    }
    for _ in form.active {
      gamma1.append(Self.unit * next())
      gamma2.append(Self.unit * next())
    }
    ar = lags(form.p)
    ma = lags(form.q).map { -$0 }
  }

  /// The free numbers of these parameters, kept off the borders.
  func free(_ form: TBATSForm) -> [Double] {
    func back(_ share: Double) -> Double {
      let inside = min(max(share, 1e-4), 1 - 1e-4)
      return Glibc.log(inside / (1 - inside))
    }
    func lags(_ coefficients: [Double]) -> [Double] {
      partials(coefficients).map { Glibc.atanh(min(max($0, -0.98), 0.98)) }
    }
    var u = [alpha]
    if form.hasTrend { u.append(beta / Self.unit) }
    if form.trend == .damped {
      let width = Self.dampings.upperBound - Self.dampings.lowerBound
      u.append(back((phi - Self.dampings.lowerBound) / width))
    }
    if form.hasBoxCox { u.append(back(omega)) }
    for (a, b) in zip(gamma1, gamma2) { u += [a / Self.unit, b / Self.unit] }
    return u + lags(ar) + lags(ma.map { -$0 })
  }

  /// Derivatives by the free numbers at `u`, from those by the parameters; through the partial
  /// autocorrelations by differences.
  static func free(_ g: TBATSParameters, at u: [Double], form: TBATSForm) -> [Double] {
    func slope(_ x: Double) -> Double {
      let share = 1 / (1 + Glibc.exp(-x))
      return share * (1 - share)
    }
    var result = [g.alpha]
    if form.hasTrend { result.append(unit * g.beta) }
    if form.trend == .damped {
      let width = dampings.upperBound - dampings.lowerBound
      result.append(width * slope(u[result.count]) * g.phi)
    }
    if form.hasBoxCox { result.append(slope(u[result.count]) * g.omega) }
    for (a, b) in zip(g.gamma1, g.gamma2) { result += [unit * a, unit * b] }
    let step = 1e-6
    for (gradient, sign) in [(g.ar, 1.0), (g.ma, -1.0)] {
      let own = Array(u[result.count..<(result.count + gradient.count)])
      result += own.indices.map { index in
        func moved(_ by: Double) -> [Double] {
          var x = own
          x[index] += by
          return autoregression(x.map { Glibc.tanh($0) * (1 - 1e-9) })
        }
        return sign
          * zip(gradient, zip(moved(step), moved(-step)))
          .reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) } / (2 * step)
      }
    }
    return result
  }
}
