import Glibc

/// The likelihood of one series under one order, as a function of free numbers, and its maximum.
struct ARIMAEstimation {
  let order: ARIMAOrder
  let m: Int
  private let values: [Double]
  private let hasGaps: Bool
  private let differenced: [Double]
  private let regressor: [Double]
  private let differencedRegressor: [Double]
  private let delta: [Double]
  /// Sum of squares below which a fit counts as exact.
  private let floor: Double

  init(_ series: TimeSeries, order: ARIMAOrder) {
    self.order = order
    m = series.season
    values = series.values
    hasGaps = series.hasGaps
    differenced = hasGaps ? [] : order.differenced(values, season: m)
    regressor = Self.regressor(order, from: 0, count: values.count)
    differencedRegressor = hasGaps ? [] : order.differenced(regressor, season: m)
    delta = order.differencing(m)
    floor = 1e-26 * values.reduce(1e-300) { $0 + ($1.isNaN ? 0 : $1 * $1) }
  }

  /// Ones for a mean, 1, 2, 3, … for a drift, nothing without a constant.
  static func regressor(_ order: ARIMAOrder, from start: Int, count: Int) -> [Double] {
    guard order.hasConstant else { return [] }
    return (start..<(start + count)).map { order.differences == 0 ? 1 : Double($0 + 1) }
  }

  /// The sums over innovations; `nil` where the process is at its border.
  func sums(_ coefficients: ARIMACoefficients) -> WhitenedSums? {
    let process = ARMAProcess(ar: coefficients.expandedAR(m), ma: coefficients.expandedMA(m))
    var sums: WhitenedSums?
    if let given = coefficients.constant {
      let less = regressor.isEmpty ? values : zip(values, regressor).map { $0 - given * $1 }
      sums =
        hasGaps
        ? filtered(process, less, [])
        : whitened(order.differenced(less, season: m), regressor: [], by: process)
          ?? filtered(process, less, [])
    } else {
      sums =
        hasGaps
        ? filtered(process, values, regressor)
        : whitened(differenced, regressor: differencedRegressor, by: process)
          ?? filtered(process, values, regressor)
    }
    guard let sums, sums.squares.isFinite, sums.observed > 0 else { return nil }
    return sums
  }

  private func filtered(
    _ process: ARMAProcess, _ y: [Double], _ x: [Double]
  ) -> WhitenedSums? {
    guard var filter = ARIMAFilter(process, differencing: delta) else { return nil }
    filter.run(y, regressor: x)
    return filter.sums
  }

  /// ½ (n ln(Σ v²/F / n) + Σ ln F), a large number at the border.
  func objective(_ u: [Double]) -> Double {
    value(sums(ARIMACoefficients(free: u, order: order)))
  }

  private func value(_ sums: WhitenedSums?) -> Double {
    guard let sums else { return 1e12 }
    let n = Double(sums.observed)
    return 0.5 * (n * Glibc.log(max(sums.squares, floor) / n) + sums.logVariances)
  }

  /// The same at several points, side by side where no value is missing.
  func objectives(_ points: [[Double]]) -> [Double] {
    if order.p == 0, order.seasonalP == 0, order.armaCount > 0, !hasGaps, points.count > 1 {
      return ofMovingAverages(points)
    }
    return sums(points.map { ARIMACoefficients(free: $0, order: order) }).map(value)
  }

  private func ofMovingAverages(_ points: [[Double]]) -> [Double] {
    let size = order.q + m * order.seasonalQ + 1
    var result: [Double] = []
    result.reserveCapacity(points.count)
    while result.count < points.count {
      let some = points[result.count...].prefix(8)
      let lags = LagLanes<SIMD8<Double>>(free: some, order: order, season: m)
      let all = whitened(
        differenced, regressor: differencedRegressor, byMovingAverages: lags.ma, size: size,
        count: some.count)
      for (point, own) in zip(some, all) {
        let isSound = own.map { $0.squares.isFinite && $0.observed > 0 } ?? false
        result.append(isSound ? value(own) : objective(point))
      }
    }
    return result
  }

  /// The sums under several coefficients without a constant, side by side where no value is missing.
  func sums(_ several: [ARIMACoefficients]) -> [WhitenedSums?] {
    guard !hasGaps, several.count > 1, several.allSatisfy({ $0.constant == nil }) else {
      return several.map { sums($0) }
    }
    let processes = several.map {
      ARMAProcess(ar: $0.expandedAR(m), ma: $0.expandedMA(m))
    }
    let all = whitened(differenced, regressor: differencedRegressor, by: processes)
    return zip(several, all).map { coefficients, own in
      guard let own, own.squares.isFinite, own.observed > 0 else { return sums(coefficients) }
      return own
    }
  }

  /// Coefficients of the greatest likelihood found.
  /// - Parameters:
  ///   - warm: coefficients of a neighbouring order or of less data.
  ///   - isThorough: searches from every start, not only from the most promising one.
  func best(warm: [ARIMACoefficients], isThorough: Bool) -> ARIMACoefficients? {
    let count = order.armaCount
    guard count > 0, !isExact else {
      let zero = ARIMACoefficients(free: [Double](repeating: 0, count: count), order: order)
      return sums(zero) == nil ? nil : zero
    }
    var starts = warm.map { $0.free(order) }
    if isThorough || starts.isEmpty {
      starts.append([Double](repeating: 0, count: count))
      starts.append(contentsOf: signedStarts)
    }
    var ranked = zip(starts, objectives(starts)).map { (u: $0, value: $1) }
      .sorted { $0.value < $1.value }
    if isThorough, !hasGaps { ranked = withConditionalOptima(ranked) }
    if isThorough, ranked.count == 1 {
      let found = newtonMinimum(from: ranked[0].u, iterations: 200, together: objectives)
      return found.value < 1e11 ? ARIMACoefficients(free: found.point, order: order) : nil
    }
    let rough = ranked.prefix(isThorough ? 4 : 1).map { start in
      newtonMinimum(from: start.u, isRough: true, iterations: 60, together: objectives)
    }
    .sorted { $0.value < $1.value }
    var best = rough.first
    if isThorough { best = polished(rough) }
    guard let best, best.value < 1e11 else { return nil }
    return ARIMACoefficients(free: best.point, order: order)
  }

  /// Starts from where the conditional sum of squares, searched from each of these, is least, and these
  /// themselves: the best, and others that are within 4 of it and no two alike.
  private func withConditionalOptima(
    _ starts: [(u: [Double], value: Double)]
  ) -> [(u: [Double], value: Double)] {
    let conditional = ConditionalObjective(
      differenced, regressor: differencedRegressor, order: order, season: m, floor: floor)
    let points = starts.prefix(4).map { start in
      let least = newtonMinimum(
        from: start.u, isRough: true, iterations: 60, together: conditional.values)
      // Conditional squares may fall all the way to the border, where the likelihood does not.
      return least.point.map { min(max($0, -2), 2) }
    }
    let found = zip(points, objectives(points)).map { (u: $0, value: $1) }
    var kept: [(u: [Double], value: Double)] = []
    for start in (found + starts).sorted(by: { $0.value < $1.value }) {
      guard let best = kept.first, let last = kept.last else {
        kept.append(start)
        continue
      }
      if start.value - best.value < 4, start.value - last.value > 1e-2 { kept.append(start) }
    }
    return kept
  }

  /// The best of full searches from where rough ones ended: those within 2 of the least value, each value once.
  private func polished(
    _ rough: [(point: [Double], value: Double)]
  ) -> (point: [Double], value: Double)? {
    var best: (point: [Double], value: Double)?
    var before = -Double.infinity
    for start in rough where start.value - rough[0].value < 2 && start.value - before > 1e-2 {
      before = start.value
      let found = newtonMinimum(from: start.point, iterations: 200, together: objectives)
      if found.value < best?.value ?? .infinity { best = found }
    }
    return best
  }

  /// Whether the differenced series is a constant that the model reproduces.
  private var isExact: Bool {
    let zero = [Double](repeating: 0, count: order.armaCount)
    guard let sums = sums(ARIMACoefficients(free: zero, order: order)) else { return false }
    return sums.squares <= floor
  }

  /// Moderate dependence of either sign in the first lag of each part.
  private var signedStarts: [[Double]] {
    let sizes = [order.p, order.q, order.seasonalP, order.seasonalQ]
    return [
      [0.5, -0.5, 0.3, -0.5], [0.8, 0.3, 0.5, 0.3], [-0.4, 0.4, -0.3, 0.4], [1.2, 0.8, 0.8, 0.8],
    ]
    .map { signs in
      zip(sizes, signs).flatMap { size, sign in
        (0..<size).map { $0 == 0 ? sign : 0 }
      }
    }
  }
}
