import Glibc
import Kernel

/// A series, its course and pulses as a regression whose errors are whitened.
struct WhitenedCourse {
  private let values: [Double]
  private let memory: BurgAutoregression
  /// Coefficients of the predictors of each order up to that of the memory.
  private let predictors: [[Double]]
  /// What the first values are multiplied with, which have less of a past.
  private let weights: [Double]
  private let basis: [[Double]]
  private let left: [Double]
  private let course: [[Double]]
  private let pulses: [Int]
  /// What M leaves.
  let squares: Double
  var freedom: Int { values.count - course.count - pulses.count - memory.order }

  init(
    _ values: [Double], course: [[Double]], pulses: [Int] = [],
    memory: BurgAutoregression = BurgAutoregression(coefficients: [])
  ) {
    self.values = values
    self.memory = memory
    self.pulses = pulses
    self.course = course
    let partials = SeriesModels.partials(memory.coefficients)
    predictors = (0...partials.count).map { autoregression(Array(partials.prefix($0))) }
    var variances = [1.0]
    for r in partials { variances.append(variances[variances.count - 1] * (1 - r * r)) }
    let last = variances[partials.count]
    weights = variances.map { (last / $0).squareRoot() }
    var basis: [[Double]] = []
    let whitening = (predictors, weights)
    for column in course {
      Self.extend(&basis, by: Self.whitened(column, whitening))
    }
    for place in pulses {
      var column = [Double](repeating: 0, count: values.count)
      column[place] = 1
      Self.extend(&basis, by: Self.whitened(column, whitening))
    }
    var rest = Self.whitened(values, whitening)
    // Twice, so that rounding of the first pass goes too.
    for _ in 0..<2 { for q in basis { removePart(along: q, of: &rest) } }
    self.basis = basis
    left = rest
    squares = dot(rest, rest)
  }

  private static func whitened(
    _ x: [Double], _ by: (predictors: [[Double]], weights: [Double])
  ) -> [Double] {
    let order = by.predictors.count - 1
    return x.indices.map { t in
      let j = min(t, order)
      var value = x[t]
      for (k, phi) in by.predictors[j].enumerated() { value -= phi * x[t - 1 - k] }
      return by.weights[j] * value
    }
  }

  private static func extend(_ basis: inout [[Double]], by column: [Double]) {
    var x = column
    let whole = dot(x, x)
    for _ in 0..<2 { for q in basis { removePart(along: q, of: &x) } }
    let size = dot(x, x)
    // A pulse that the course takes in already adds nothing.
    guard size > 1e-12 * whole else { return }
    basis.append(x.map { $0 / size.squareRoot() })
  }

  /// Squares that a pulse at a place takes off, and those that it leaves; `nil` where it cannot be told from the rest.
  private func taken(_ place: Int) -> (own: Double, rest: Double)? {
    let order = predictors.count - 1
    var entries: [(row: Int, value: Double)] = [(place, weights[min(place, order)])]
    for k in 1..<(order + 1) where place + k < values.count {
      let j = min(place + k, order)
      if k <= j { entries.append((place + k, -weights[j] * predictors[j][k - 1])) }
    }
    let whole = entries.reduce(0) { $0 + $1.value * $1.value }
    var norm = whole
    for q in basis {
      let share = entries.reduce(0) { $0 + $1.value * q[$1.row] }
      norm -= share * share
    }
    guard norm > 1e-9 * whole else { return nil }
    let product = entries.reduce(0) { $0 + $1.value * left[$1.row] }
    let own = product * product / norm
    return (own, max(0, squares - own))
  }

  /// The t statistic of a pulse; infinite where nothing else is left.
  func statistic(of place: Int) -> Double? {
    guard freedom > 2, let (own, rest) = taken(place) else { return nil }
    return (own * Double(freedom - 1) / rest).squareRoot()
  }

  func largest() -> (place: Int, statistic: Double)? {
    var best: (place: Int, statistic: Double)?
    for t in values.indices where !pulses.contains(t) {
      guard let found = statistic(of: t), found > best?.statistic ?? 0 else { continue }
      best = (t, found)
    }
    return best
  }

  /// What course and pulses leave, not whitened; a pulse's own place takes what its neighbours foretell.
  var errors: [Double] {
    var errors = [Double](repeating: 0, count: values.count)
    let order = predictors.count - 1
    for t in values.indices {
      let j = min(t, order)
      var value = left[t] / weights[j]
      for (k, phi) in predictors[j].enumerated() { value += phi * errors[t - 1 - k] }
      errors[t] = value
    }
    return errors
  }

  /// `−2 ln L` less its constant, with the memory estimated from what is left, and ln n for each parameter.
  ///
  /// - Parameter floor: squares below it are rounding.
  func criterion(parameters: Int, floor: Double = 0) -> Double {
    var fit = self
    for _ in 0..<2 {
      fit = WhitenedCourse(
        values, course: course, pulses: pulses,
        memory: BurgAutoregression(fit.errors, most: max(1, min(4, values.count / 100))))
    }
    let n = Double(values.count)
    let determinant = values.indices.reduce(0) {
      $0 + 2 * Glibc.log(fit.weights[min($1, fit.weights.count - 1)])
    }
    return n * Glibc.log(max(fit.squares, floor) / n) - determinant
      + Double(parameters) * Glibc.log(n)
  }
}
