import Glibc
import Kernel

/// The innovations form of a TBATS model. With the level ℓ, slope b, harmonics s and s*, and the ARMA error d,
///
///     y = ℓ + φ b + Σ s + d,   d = Σ φᵢ d₋ᵢ + Σ θᵢ ε₋ᵢ + ε
///     ℓ' = ℓ + φ b + α d,   b' = φ b + β d
///     s' = s cos λ + s* sin λ + γ₁ d,   s*' = −s sin λ + s* cos λ + γ₂ d
///
/// in the states ℓ, b, all s, all s*, the last d and the last ε. A missing value has ε = 0.
struct TBATSSystem {
  let parameters: TBATSParameters
  private let hasTrend: Bool
  private let seasonOf: [Int]
  private let cosines: [Double]
  private let sines: [Double]
  /// Of d on the level, slope and harmonics.
  private let gains: [Double]
  /// Where harmonics, past errors d and past ε begin.
  private let base: Int
  private let dBase: Int
  private let eBase: Int
  let size: Int

  init(_ form: TBATSForm, _ parameters: TBATSParameters) {
    self.parameters = parameters
    let angles = form.angles
    hasTrend = form.hasTrend
    seasonOf = angles.map(\.season)
    cosines = angles.map { Glibc.cos($0.angle) }
    sines = angles.map { Glibc.sin($0.angle) }
    gains =
      [parameters.alpha] + (form.hasTrend ? [parameters.beta] : [])
      + seasonOf.map { parameters.gamma1[$0] } + seasonOf.map { parameters.gamma2[$0] }
    base = form.hasTrend ? 2 : 1
    dBase = base + 2 * angles.count
    eBase = dBase + form.p
    size = eBase + form.q
  }

  /// Level, slope and harmonics: the states of which a start is estimated.
  var ownCount: Int { dBase }
  private var harmonics: Int { cosines.count }

  /// Mean of the next value but for the ARMA part.
  func ownMean(_ x: [Double]) -> Double {
    var sum = x[0]
    if hasTrend { sum += parameters.phi * x[1] }
    for j in 0..<harmonics { sum += x[base + j] }
    return sum
  }

  /// Mean of the next ARMA error.
  func errorMean(_ x: [Double]) -> Double {
    var sum = 0.0
    for i in parameters.ar.indices { sum += parameters.ar[i] * x[dBase + i] }
    for i in parameters.ma.indices { sum += parameters.ma[i] * x[eBase + i] }
    return sum
  }

  /// One step on with the error d and its innovation ε.
  func move(_ x: inout [Double], _ d: Double, _ e: Double) {
    if hasTrend {
      let damped = parameters.phi * x[1]
      x[0] += damped + gains[0] * d
      x[1] = damped + gains[1] * d
    } else {
      x[0] += gains[0] * d
    }
    for j in 0..<harmonics {
      let (s, c) = (x[base + j], x[base + harmonics + j])
      x[base + j] = s * cosines[j] + c * sines[j] + gains[base + j] * d
      x[base + harmonics + j] = c * cosines[j] - s * sines[j] + gains[base + harmonics + j] * d
    }
    shift(&x, from: dBase, count: parameters.ar.count, d)
    shift(&x, from: eBase, count: parameters.ma.count, e)
  }

  private func shift(_ x: inout [Double], from start: Int, count: Int, _ first: Double) {
    guard count > 0 else { return }
    for i in stride(from: count - 1, to: 0, by: -1) { x[start + i] = x[start + i - 1] }
    x[start] = first
  }

  /// Goes over a value, NaN where missing, and returns its mean.
  func step(_ x: inout [Double], _ y: Double) -> Double {
    let own = ownMean(x)
    let error = errorMean(x)
    if y.isNaN { move(&x, error, 0) } else { move(&x, y - own, y - own - error) }
    return own + error
  }

  /// The row of what the states of the start add to a mean, one step later with a value between that is
  /// observed: `r F` less `r g w'`.
  func advance(_ r: inout [Double]) {
    var gain = 0.0
    for i in 0..<dBase { gain += r[i] * gains[i] }
    if !parameters.ar.isEmpty { gain += r[dBase] }
    let ofLast = parameters.ma.isEmpty ? 0 : r[eBase]
    if hasTrend { r[1] = parameters.phi * (r[0] + r[1]) }
    for j in 0..<harmonics {
      let (s, c) = (r[base + j], r[base + harmonics + j])
      r[base + j] = s * cosines[j] - c * sines[j]
      r[base + harmonics + j] = s * sines[j] + c * cosines[j]
    }
    for i in parameters.ar.indices {
      r[dBase + i] = i + 1 < parameters.ar.count ? r[dBase + i + 1] : 0
    }
    for i in parameters.ma.indices {
      r[eBase + i] = i + 1 < parameters.ma.count ? r[eBase + i + 1] : 0
    }
    // d is the value less its own mean, and ε is d less the ARMA mean.
    let whole = gain + ofLast
    r[0] -= whole
    if hasTrend { r[1] -= whole * parameters.phi }
    for j in 0..<harmonics { r[base + j] -= whole }
    for i in parameters.ar.indices { r[dBase + i] -= ofLast * parameters.ar[i] }
    for i in parameters.ma.indices { r[eBase + i] -= ofLast * parameters.ma[i] }
  }

  /// The row of the first mean.
  var firstRow: [Double] {
    var r = [Double](repeating: 0, count: size)
    r[0] = 1
    if hasTrend { r[1] = parameters.phi }
    for j in 0..<harmonics { r[base + j] = 1 }
    for i in parameters.ar.indices { r[dBase + i] = parameters.ar[i] }
    for i in parameters.ma.indices { r[eBase + i] = parameters.ma[i] }
    return r
  }

  /// Largest modulus by which an old error's weight in the mean changes a step; above 1 it grows.
  func spectralRadius() -> Double {
    var D = Matrix(rows: size, columns: size)
    for i in 0..<size {
      var row = [Double](repeating: 0, count: size)
      row[i] = 1
      advance(&row)
      for j in 0..<size { D[i, j] = row[j] }
    }
    guard let values = try? eigenvalues(of: D) else { return .infinity }
    return values.reduce(0) { max($0, $1.modulus) }
  }

  /// Derivatives by the states before a step, from those by the states after it, and the parameters' share.
  ///
  /// - Parameters:
  ///   - x: the states before the step.
  ///   - back: derivatives, replaced.
  ///   - e: the innovation, weighted as the objective weights it; NaN at a missing value.
  /// - Returns: derivative by the value.
  func stepBack(
    _ x: [Double], _ d: Double, weighted e: Double, _ back: inout [Double],
    _ g: inout TBATSParameters
  ) -> Double {
    for j in 0..<harmonics {
      g.gamma1[seasonOf[j]] += back[base + j] * d
      g.gamma2[seasonOf[j]] += back[base + harmonics + j] * d
    }
    g.alpha += back[0] * d
    if hasTrend { g.beta += back[1] * d }
    var ofD = parameters.ar.isEmpty ? 0 : back[dBase]
    for i in 0..<dBase { ofD += back[i] * gains[i] }
    let isObserved = !e.isNaN
    let ofE = isObserved ? e + (parameters.ma.isEmpty ? 0 : back[eBase]) : 0
    let ofMean = isObserved ? -ofE : ofD
    let ofValue = isObserved ? ofD + ofE : 0
    if hasTrend {
      g.phi += (back[0] + back[1] - ofValue) * x[1]
      back[1] = parameters.phi * (back[0] + back[1] - ofValue)
    }
    back[0] -= ofValue
    for j in 0..<harmonics {
      let (s, c) = (back[base + j], back[base + harmonics + j])
      back[base + j] = s * cosines[j] - c * sines[j] - ofValue
      back[base + harmonics + j] = s * sines[j] + c * cosines[j]
    }
    for i in parameters.ar.indices {
      g.ar[i] += ofMean * x[dBase + i]
      back[dBase + i] =
        (i + 1 < parameters.ar.count ? back[dBase + i + 1] : 0) + ofMean * parameters.ar[i]
    }
    for i in parameters.ma.indices {
      g.ma[i] += ofMean * x[eBase + i]
      back[eBase + i] =
        (i + 1 < parameters.ma.count ? back[eBase + i + 1] : 0) + ofMean * parameters.ma[i]
    }
    return ofValue
  }
}
