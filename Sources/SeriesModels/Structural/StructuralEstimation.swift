import Glibc

/// Relative variances of a structural model of greatest likelihood, the common scale profiled out.
///
/// The search runs over signed standard deviations, of which only the ratios count: a variance of
/// zero is an inner point, where the likelihood is smooth. A small one is set to zero where that
/// loses nothing, and one of zero is left only where no small value of it is better.
struct StructuralEstimation {
  private let form: StructuralForm
  private let season: Int
  private let values: [Double]
  private let system: StateSpace
  /// Sum of squares below which a fit counts as exact.
  private let floor: Double

  init(_ series: TimeSeries, form: StructuralForm, columns: [[Double]]) {
    self.form = form
    season = series.season
    values = series.values
    let flat = [Double](repeating: 1, count: form.components.count)
    system = form.system(flat, season: series.season, columns: columns, count: series.count)
    let observed = series.values.filter { !$0.isNaN }
    let mean = observed.reduce(0, +) / Double(max(1, observed.count))
    floor = 1e-24 * observed.reduce(1e-300) { $0 + mean * mean + ($1 - mean) * ($1 - mean) }
  }

  private func sums(_ relative: [Double]) -> KalmanFilter.Sums? {
    var filter = KalmanFilter(
      system.with(noise: form.noise(relative, season: season), errors: [relative[0]]))
    filter.run([values])
    let sums = filter.sums
    guard !filter.isDiffuse, !sums.isDegenerate, sums.observed > 0, sums.squares.isFinite else {
      return nil
    }
    return sums
  }

  private func relative(_ theta: [Double]) -> [Double]? {
    let whole = theta.reduce(0) { $0 + $1 * $1 }
    guard whole > 0, whole.isFinite else { return nil }
    return theta.map { $0 * $0 / whole }
  }

  /// ½ (n ln(Σ v²/F / n) + Σ ln F).
  private func objective(_ theta: [Double]) -> Double {
    guard let relative = relative(theta), let sums = sums(relative) else { return 1e12 }
    let n = Double(sums.observed)
    return 0.5 * (n * Glibc.log(max(sums.squares, floor) / n) + sums.logVariances)
  }

  /// Variances, in the order of the form's components.
  func best(warm: [Double]?) -> [Double]? {
    var starts = Self.starts.map { Array($0.prefix(2)) + rest($0) }
    if let warm, warm.count == form.components.count {
      starts.append(warm.map { max($0, 1e-8).squareRoot() })
    }
    if let scale = sums(relative(starts[0]) ?? [])?.squares, scale <= floor {
      return form.components.map { _ in 0 }
    }
    let ranked = starts.map { (point: $0, value: objective($0)) }.sorted { $0.value < $1.value }
    var best: (point: [Double], value: Double)?
    for start in ranked.prefix(3) {
      let found = searched(start.point)
      if found.value < best?.value ?? .infinity { best = found }
    }
    guard var best, best.value < 1e11 else { return nil }
    for _ in 0..<4 {
      best = snapped(best)
      guard let better = leaving(best) else { break }
      best = better
    }
    guard let relative = relative(best.point), let sums = sums(relative) else { return nil }
    return relative.map { $0 * sums.squares / Double(sums.observed) }
  }

  private func searched(_ start: [Double]) -> (point: [Double], value: Double) {
    let first = searchedMinimum(from: start, iterations: 200) { objective($0) }
    let size = first.point.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return searchedMinimum(from: first.point.map { $0 / size }, iterations: 100) { objective($0) }
  }

  /// Sets to zero what is not needed.
  private func snapped(
    _ found: (point: [Double], value: Double)
  ) -> (point: [Double], value: Double) {
    var best = found
    for k in best.point.indices.sorted(by: { abs(best.point[$0]) < abs(best.point[$1]) }) {
      guard best.point[k] != 0 else { continue }
      var less = best.point
      less[k] = 0
      let value = objective(less)
      if value <= best.value + 1e-10 { best = (less, min(value, 1e12)) }
    }
    return best
  }

  /// A better point with a variance that was zero; `nil` where there is none.
  private func leaving(
    _ found: (point: [Double], value: Double)
  ) -> (point: [Double], value: Double)? {
    let size = found.point.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for k in found.point.indices where found.point[k] == 0 {
      for share in [1e-3, 1e-2, 1e-1, 0.5] {
        var more = found.point
        more[k] = share * size
        guard objective(more) < found.value - 1e-9 else { continue }
        let better = searched(more)
        if better.value < found.value - 1e-9 { return better }
      }
    }
    return nil
  }

  private func rest(_ start: [Double]) -> [Double] {
    (form.hasSlope ? [start[2]] : []) + (form.seasonal == .none ? [] : [start[3]])
  }

  /// Standard deviations of irregular, level, slope and season, relative to each other.
  private static let starts: [[Double]] = [
    [1, 0.4, 0.05, 0.1], [1, 0.1, 0.01, 0.02], [0.2, 1, 0.1, 0.2], [0.5, 0.5, 0.3, 0.5],
    [0.5, 0.1, 0.1, 1], [0.1, 0.1, 1, 0.3],
  ]
}
