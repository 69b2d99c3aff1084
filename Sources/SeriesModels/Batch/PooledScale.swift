/// What sibling series together tell of a variable's steps and of its pull to the mean.
///
/// Series are put on one footing by dividing by their mean absolute value (on logarithms, by 1). Steps
/// z_t − z_{t−1} give the variance of a random walk. The within-series regression of z_t on z_{t−1}
/// gives φ, corrected for the bias of short panels by (1 + φ)/(T − 1) (Nickell 1981, Econometrica 49)
/// and kept in 0…1, and the variance of its errors.
struct PooledScale {
  /// Variance of a step, on the common footing; NaN without a step.
  private(set) var step = Double.nan
  /// Most steps any one series shows. They count as the degrees of freedom of `step`, since siblings
  /// may move together.
  private(set) var steps = 0
  private(set) var phi = Double.nan
  private(set) var error = Double.nan
  private(set) var degrees = 0
  /// Variance of z about its series' mean.
  private(set) var spread = Double.nan
  private let isLogarithmic: Bool

  /// - Parameter series: sorted by id, on the model's scale.
  init(_ series: [[Double]], isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    var stepSquares = 0.0
    var squares = (before: 0.0, product: 0.0, now: 0.0)
    var pairs = 0
    var groups = 0
    var about = 0.0
    var values = 0
    var all = 0
    for raw in series {
      let scale = Self.footing(raw, isLogarithmic: isLogarithmic)
      guard scale > 0 else { continue }
      let z = raw.map { $0 / scale }
      let known = z.filter { !$0.isNaN }
      let mean = known.reduce(0, +) / Double(known.count)
      if known.count > 2 { groups += 1 }
      var own = 0
      var before: Int?
      for t in z.indices where !z[t].isNaN {
        defer { before = t }
        guard let last = before else { continue }
        stepSquares += (z[t] - z[last]) * (z[t] - z[last]) / Double(t - last)
        own += 1
        guard last == t - 1 else { continue }
        guard known.count > 2 else { continue }
        pairs += 1
        let (a, b) = (z[t - 1] - mean, z[t] - mean)
        squares.before += a * a
        squares.product += a * b
        squares.now += b * b
      }
      all += own
      steps = max(steps, own)
      if known.count > 2 {
        values += known.count
        about += known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    if all > 0 { step = stepSquares / Double(all) }
    degrees = pairs - groups - 1
    guard degrees > 0, squares.before > 0 else { return }
    let raw = squares.product / squares.before
    let length = Double(pairs) / Double(groups) + 1
    phi = min(1, max(0, raw + (1 + raw) / (length - 1)))
    let left = squares.now - 2 * phi * squares.product + phi * phi * squares.before
    error = max(left, squares.now - raw * squares.product) / Double(degrees)
    spread = about / Double(max(1, values - groups))
  }

  /// Unit of one series on the common footing; 0 when it has no value but zeros.
  static func footing(_ values: [Double], isLogarithmic: Bool) -> Double {
    let known = values.filter { !$0.isNaN }
    guard !known.isEmpty else { return 0 }
    return isLogarithmic ? 1 : known.reduce(0) { $0 + abs($1) } / Double(known.count)
  }

  /// Whether siblings show enough neighbouring pairs for φ.
  var hasReversion: Bool { degrees > 0 && error > 0 }

  /// The last value, with the pooled variance of a random walk.
  func lastValue(_ values: [Double], horizon: Int) -> Predictive {
    let last = values.last { !$0.isNaN } ?? .nan
    let mean = [Double](repeating: last, count: horizon)
    let unit = Self.footing(values, isLogarithmic: isLogarithmic)
    guard steps > 0, step > 0, unit > 0 else { return Predictive(.bare(mean)) }
    let deviation = (1...horizon).map { unit * (step * Double($0)).squareRoot() }
    return Predictive(mean: mean, deviation: deviation, degrees: Double(steps))
  }

  /// From the last value back to the series' mean at the pooled rate φ. The variance h steps ahead is
  /// σ² (1 − φ^{2h})/(1 − φ²), and that of the mean for the share of it in the forecast.
  func meanReversion(_ values: [Double], horizon: Int) -> Predictive {
    let known = values.filter { !$0.isNaN }
    let unit = Self.footing(values, isLogarithmic: isLogarithmic)
    guard let last = known.last, hasReversion, unit > 0 else {
      return lastValue(values, horizon: horizon)
    }
    let centre = known.reduce(0, +) / Double(known.count)
    var mean: [Double] = []
    var deviation: [Double] = []
    var power = 1.0
    var sum = 0.0
    for _ in 0..<horizon {
      sum += power * power
      power *= phi
      mean.append(centre + power * (last - centre))
      let ofMean = (1 - power) * (1 - power) * spread / Double(known.count)
      deviation.append(unit * (error * sum + ofMean).squareRoot())
    }
    return Predictive(mean: mean, deviation: deviation, degrees: Double(degrees))
  }
}
