import Demography
import Glibc
import Kernel

/// The objective of a fit of Rogers and Castro's schedule, with derivatives.
struct ScheduleProblem: Sendable {
  let ages: [Double]
  let rates: [Double]
  let form: RogersCastroFit.Form
  let criterion: RogersCastroFit.Criterion
  let bounds: [ClosedRange<Double>]
  /// Sum of the rates, in which levels are measured.
  private let scale: Double

  init(
    ages: [Double], rates: [Double], form: RogersCastroFit.Form,
    criterion: RogersCastroFit.Criterion
  ) throws(Fault) {
    precondition(ages.count == rates.count, "\(ages.count) ages, \(rates.count) rates")
    for age in ages where !age.isFinite {
      throw Fault(.badData, "schedule.bad-age", ["found": text(age)])
    }
    // Rates of one age tell one thing, however many they are.
    let different = Set(ages).count
    guard different >= form.names.count else {
      throw Fault(
        .badData, "schedule.few-ages",
        ["found": "\(different)", "needed": "\(form.names.count)"])
    }
    for (age, rate) in zip(ages, rates) where !(rate >= 0 && rate.isFinite) {
      throw Fault(.badData, "schedule.bad-rate", ["age": text(age), "found": text(rate)])
    }
    let scale = Statistics.sum(rates)
    guard scale > 0 else { throw Fault(.badData, "schedule.no-moves") }
    if case .poisson(let exposures) = criterion {
      precondition(exposures.count == ages.count, "\(exposures.count) exposures")
      for (age, value) in zip(ages, exposures) where !(value > 0 && value.isFinite) {
        throw Fault(.badData, "schedule.bad-exposure", ["age": text(age), "found": text(value)])
      }
    }
    self.ages = ages
    self.rates = rates
    self.form = form
    self.criterion = criterion
    self.scale = scale
    bounds = form.bounds(scale: scale)
  }

  func schedule(_ point: [Double]) -> RogersCastro? {
    RogersCastro(named: Dictionary(uniqueKeysWithValues: zip(form.names, point)))
  }

  /// A plausible point: levels as parts of the sum of rates, slopes over two orders of magnitude.
  func start(_ stream: inout RandomStream) -> [Double] {
    form.names.indices.map { k in
      let u = stream.uniform()
      switch form.names[k] {
      case "c", "a4": return 0.01 * scale * u
      case "a1", "a3": return 0.05 * scale * u
      case "a2": return 0.01 * scale * Glibc.exp(3 * u)
      case "mu2": return 15 + 15 * u
      case "mu3": return 58 + 14 * u
      case "alpha4": return 0.01 * Glibc.exp(2.5 * u)
      default: return 0.02 * Glibc.exp(3.5 * u)
      }
    }
  }

  func local(_ point: [Double]) -> BoxedGaussNewton.Local? {
    guard let schedule = schedule(point) else { return nil }
    let fitted = schedule.rates(ages)
    let J = jacobian(point)
    switch criterion {
    case .leastSquares:
      let rest = zip(fitted, rates).map { $0 - $1 }
      return BoxedGaussNewton.Local(
        value: dot(rest, rest), gradient: J.transposeTimes(rest).map { 2 * $0 },
        curvature: 2 * J.gram())
    case .poisson(let exposures):
      guard fitted.allSatisfy({ $0 > 0 }) else { return nil }
      var deviance: [Double] = []
      for ((y, m), e) in zip(zip(rates, fitted), exposures) {
        deviance.append(2 * e * ((y > 0 ? y * Glibc.log(y / m) : 0) - (y - m)))
      }
      let score = fitted.indices.map { 2 * exposures[$0] * (1 - rates[$0] / fitted[$0]) }
      let weights = fitted.indices.map { 2 * exposures[$0] / fitted[$0] }
      return BoxedGaussNewton.Local(
        value: Statistics.sum(deviance), gradient: J.transposeTimes(score),
        curvature: J.gram(weights: weights))
    }
  }

  /// Derivatives of the rates, ages by parameters.
  private func jacobian(_ point: [Double]) -> Matrix {
    var J = Matrix(rows: ages.count, columns: point.count)
    for (row, x) in ages.enumerated() {
      J[row, 0] = 1
      let child = Glibc.exp(-point[2] * x)
      J[row, 1] = child
      J[row, 2] = -point[1] * x * child
      peak(x, point, 3, &J, row)
      var next = 7
      if form.hasRetirement {
        peak(x, point, 7, &J, row)
        next = 11
      }
      if form.hasOldest {
        let old = Glibc.exp(point[next + 1] * x)
        J[row, next] = old
        J[row, next + 1] = point[next] * x * old
      }
    }
    return J
  }

  /// With `u = x − μ` and `v = e^{−λu}`: the derivatives of `a e^{−αu − v}`.
  private func peak(_ x: Double, _ point: [Double], _ k: Int, _ J: inout Matrix, _ row: Int) {
    let past = x - point[k + 2]
    let rise = Glibc.exp(-point[k + 3] * past)
    let form = Glibc.exp(-point[k + 1] * past - rise)
    guard form > 0 else { return }
    let rate = point[k] * form
    J[row, k] = form
    J[row, k + 1] = -rate * past
    J[row, k + 2] = rate * (point[k + 1] - point[k + 3] * rise)
    J[row, k + 3] = rate * past * rise
  }

  func atBounds(_ point: [Double]) -> [String] {
    form.names.indices.filter {
      point[$0] <= bounds[$0].lowerBound || point[$0] >= bounds[$0].upperBound
    }.map { form.names[$0] }
  }

  /// Singular values of the weighted Jacobian in the logarithms of the parameters that are not at a
  /// bound, and the direction of the smallest.
  func identification(_ point: [Double]) -> (values: [Double], weakest: [String: Double]) {
    let held = Set(atBounds(point))
    let free = form.names.indices.filter { !held.contains(form.names[$0]) }
    let J = jacobian(point)
    let fitted = schedule(point)?.rates(ages) ?? rates
    var A = Matrix(rows: ages.count, columns: free.count)
    for (column, k) in free.enumerated() {
      for row in ages.indices {
        var weight = 1.0
        if case .poisson(let exposures) = criterion {
          weight = (exposures[row] / fitted[row]).squareRoot()
        }
        A[row, column] = weight * J[row, k] * point[k]
      }
    }
    guard let svd = try? SVD(A), let largest = svd.values.first, largest > 0 else {
      return ([], [:])
    }
    let last = svd.values.count - 1
    let weakest = free.indices.map { (form.names[free[$0]], svd.vt[last, $0]) }
    return (
      svd.values.map { $0 / largest }, Dictionary(uniqueKeysWithValues: weakest)
    )
  }
}
