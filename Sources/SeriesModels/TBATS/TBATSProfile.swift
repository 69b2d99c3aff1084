import Glibc

/// A TBATS form on one series with the states before the first value profiled out: the errors are affine in
/// them, so least squares gives the best ones, and the search runs over the parameters alone.
///
/// The objective is ½ n ln Σ ε² − (ω − 1) Σ ln y (De Livera, Hyndman and Snyder 2011, 3.1). Where the states
/// are at their best only the parameters' own derivatives count; a pass back gives them all.
struct TBATSProfile {
  let form: TBATSForm
  private let values: [Double]
  private let logarithms: [Double]
  private let observed: Int
  private let sumOfLogarithms: Double
  /// Share of Σ y² below which a fit counts as exact.
  private static let exact = 1e-26

  /// - Precondition: values are positive where the form has a Box–Cox transformation.
  init(_ form: TBATSForm, _ values: [Double]) {
    self.form = form
    self.values = values
    observed = values.count { !$0.isNaN }
    logarithms = form.hasBoxCox ? values.map { Glibc.log($0) } : []
    sumOfLogarithms = logarithms.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
  }

  /// The values on the scale of the model: (y^ω − 1)/ω.
  func transformed(_ omega: Double) -> [Double] {
    guard form.hasBoxCox else { return values }
    return omega == 0 ? logarithms : logarithms.map { Glibc.expm1(omega * $0) / omega }
  }

  private func floor(_ z: [Double]) -> Double {
    Self.exact * z.reduce(1e-300) { $0 + ($1.isNaN ? 0 : $1 * $1) }
  }

  /// Best states before the first value, ARMA errors at zero; `nil` where they are not finite.
  ///
  /// By normal equations, summed as the rows come: a search calls this thousands of times, and the sum of squares
  /// comes from the errors themselves.
  func start(_ system: TBATSSystem, _ z: [Double]) -> [Double]? {
    let count = system.ownCount
    var gram = [Double](repeating: 0, count: count * count)
    var right = [Double](repeating: 0, count: count)
    var row = system.firstRow
    var zero = [Double](repeating: 0, count: system.size)
    // A missing value moves states in another way, so that rows follow from each other no more.
    var units = z.contains(where: \.isNaN) ? units(count, size: system.size) : []
    for y in z {
      let mean = system.step(&zero, y)
      for i in units.indices { row[i] = system.step(&units[i], y.isNaN ? .nan : 0) }
      if !y.isNaN {
        let e = y - mean
        for i in 0..<count {
          let c = row[i]
          guard c != 0 else { continue }
          right[i] += c * e
          for j in 0...i { gram[i * count + j] += c * row[j] }
        }
      }
      if units.isEmpty { system.advance(&row) }
    }
    let solution = Self.solved(&gram, right)
    guard solution.allSatisfy(\.isFinite) else { return nil }
    return solution + [Double](repeating: 0, count: system.size - count)
  }

  /// States before the first value, each with one of the first `count` at 1.
  private func units(_ count: Int, size: Int) -> [[Double]] {
    (0..<count).map { i in (0..<size).map { $0 == i ? 1 : 0 } }
  }

  /// Solution of a positive semidefinite system, lower triangle by rows, overwritten by its Cholesky factor. A
  /// column of which less than 1e-11 is left beside those before it gets the coefficient 0.
  private static func solved(_ A: inout [Double], _ b: [Double]) -> [Double] {
    let n = b.count
    var x = b
    for i in 0..<n {
      let whole = A[i * n + i]
      for j in 0..<i {
        var sum = A[i * n + j]
        for k in 0..<j { sum -= A[i * n + k] * A[j * n + k] }
        A[i * n + j] = A[j * n + j] > 0 ? sum / A[j * n + j] : 0
      }
      var pivot = whole
      for k in 0..<i {
        pivot -= A[i * n + k] * A[i * n + k]
        x[i] -= A[i * n + k] * x[k]
      }
      A[i * n + i] = pivot > 1e-11 * whole ? pivot.squareRoot() : 0
      x[i] = A[i * n + i] > 0 ? x[i] / A[i * n + i] : 0
    }
    for i in stride(from: n - 1, through: 0, by: -1) where A[i * n + i] > 0 {
      for k in (i + 1)..<max(n, i + 1) { x[i] -= A[k * n + i] * x[k] }
      x[i] /= A[i * n + i]
    }
    return x
  }

  /// Σ ε² from given states, not below what counts as exact.
  private func squares(_ system: TBATSSystem, _ z: [Double], from states: [Double]) -> Double {
    var x = states
    var sum = 0.0
    for y in z {
      let mean = system.step(&x, y)
      if !y.isNaN { sum += (y - mean) * (y - mean) }
    }
    return max(sum, floor(z))
  }

  /// The objective at free numbers; a large number where it cannot be had or the limit on the spectral
  /// radius is passed.
  func objective(_ u: [Double], radius: Double? = nil) -> Double {
    let parameters = TBATSParameters(free: u, form: form)
    let system = TBATSSystem(form, parameters)
    if let radius, system.spectralRadius() > radius { return 1e12 }
    let z = transformed(parameters.omega)
    guard let states = start(system, z) else { return 1e12 }
    return value(squares(system, z, from: states), parameters.omega)
  }

  private func value(_ squares: Double, _ omega: Double) -> Double {
    guard squares.isFinite else { return 1e12 }
    return 0.5 * Double(observed) * Glibc.log(squares) - (omega - 1) * sumOfLogarithms
  }

  /// The objective with its gradient.
  func objective(_ u: [Double], radius: Double?, _ gradient: inout [Double]) -> Double {
    let parameters = TBATSParameters(free: u, form: form)
    let system = TBATSSystem(form, parameters)
    if let radius, system.spectralRadius() > radius { return 1e12 }
    let z = transformed(parameters.omega)
    guard let states = start(system, z) else { return 1e12 }
    var tape: [Double] = []
    tape.reserveCapacity(z.count * system.size)
    var x = states
    var errors: [Double] = []
    errors.reserveCapacity(z.count)
    var sum = 0.0
    for y in z {
      tape.append(contentsOf: x)
      let e = y - system.step(&x, y)
      errors.append(e)
      if !e.isNaN { sum += e * e }
    }
    guard sum.isFinite else { return 1e12 }
    let least = floor(z)
    let weight = sum > least ? Double(observed) / sum : 0
    var g = TBATSParameters.zero(form)
    var back = [Double](repeating: 0, count: system.size)
    for t in z.indices.reversed() {
      for i in x.indices { x[i] = tape[t * system.size + i] }
      let d = z[t].isNaN ? system.errorMean(x) : z[t] - system.ownMean(x)
      let ofValue = system.stepBack(x, d, weighted: weight * errors[t], &back, &g)
      if form.hasBoxCox, !z[t].isNaN {
        g.omega += ofValue * slope(z[t], logarithms[t], parameters.omega)
      }
    }
    g.omega -= form.hasBoxCox ? sumOfLogarithms : 0
    gradient = TBATSParameters.free(g, at: u, form: form)
    return value(max(sum, least), parameters.omega)
  }

  /// ∂z/∂ω at a value with the logarithm l: (y^ω l − z)/ω, and l²/2 at ω = 0.
  private func slope(_ z: Double, _ l: Double, _ omega: Double) -> Double {
    abs(omega * l) < 1e-5 ? l * l / 2 : (Glibc.exp(omega * l) * l - z) / omega
  }

  /// The best parameters found, roughly from the best of `warm` and two standard starts, or to the end from
  /// `warm` alone or, without it, from both.
  ///
  /// Old errors may grow by a tenth over the whole series at most. Searches run without that limit, which
  /// costs the eigenvalues at every point, and once more with it where they end beyond it.
  func best(warm: TBATSParameters?, isRough: Bool) -> (parameters: TBATSParameters, value: Double)?
  {
    let limit = 1 + 0.1 / Double(values.count)
    let standard = [0.1, 0.6].map { TBATSParameters(start: $0, form: form) }
    let given = warm.map { [$0.fitted(to: form)] } ?? []
    let starts = isRough || given.isEmpty ? given + standard : given
    let ranked = starts.map { $0.free(form) }.map { (u: $0, value: objective($0, radius: limit)) }
      .filter { $0.value < 1e11 }.sorted { $0.value < $1.value }
    guard let first = ranked.first else { return nil }
    var best = (point: first.u, value: first.value)
    for start in ranked.prefix(isRough ? 1 : 2) {
      var found = search(from: start.u, isRough: isRough, radius: nil)
      if objective(found.point, radius: limit) > 1e11 {
        found = search(from: start.u, isRough: isRough, radius: limit)
      }
      if found.value < best.value { best = found }
    }
    return (TBATSParameters(free: best.point, form: form), best.value)
  }

  private func search(
    from u: [Double], isRough: Bool, radius: Double?
  ) -> (point: [Double], value: Double) {
    searchedMinimum(
      from: u, isRough: isRough, iterations: isRough ? 15 : 200,
      gradient: { objective($0, radius: radius, &$1) })
  }
}

extension TBATSParameters {
  /// All numbers zero, to add derivatives up in.
  static func zero(_ form: TBATSForm) -> TBATSParameters {
    var result = TBATSParameters(start: 0, form: form)
    (result.beta, result.phi, result.omega) = (0, 0, 0)
    result.gamma1 = form.active.map { _ in 0 }
    result.gamma2 = result.gamma1
    return result
  }
}
