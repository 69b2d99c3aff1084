import Glibc
import Kernel

/// The profile likelihood of a regression with ARIMA errors over the coefficients of the errors.
struct RegressionARIMAEstimation {
  private let order: ARIMAOrder
  private let m: Int
  private let values: [Double]
  private let columns: [[Double]]
  private let hasGaps: Bool
  private let differenced: [Double]
  private let differencedColumns: [[Double]]
  private let floor: Double

  init(_ series: TimeSeries, order: ARIMAOrder, columns: [[Double]]) {
    self.order = order
    m = series.season
    values = series.values
    // Where the series is missing nothing is learnt from a column, whatever stands there.
    self.columns = columns.map { column in
      zip(column, series.values).map { $0.isFinite || !$1.isNaN ? $0 : 0 }
    }
    hasGaps = series.hasGaps
    let period = series.season
    differenced = hasGaps ? [] : order.differenced(values, season: period)
    differencedColumns =
      hasGaps ? [] : columns.map { order.differenced($0, season: period) }
    floor = 1e-26 * values.reduce(1e-300) { $0 + ($1.isNaN ? 0 : $1 * $1) }
  }

  /// `nil` at the border of stationarity.
  func regression(_ coefficients: ARIMACoefficients) -> WhitenedRegression? {
    if !hasGaps {
      let process = ARMAProcess(ar: coefficients.expandedAR(m), ma: coefficients.expandedMA(m))
      if let whitening = ARMAWhitening(process, count: differenced.count) {
        let table = differencedColumns.flatMap { whitening.whitened($0) }
        return WhitenedRegression(
          whitening.whitened(differenced),
          columns: Matrix(
            rows: differenced.count, columns: differencedColumns.count, values: table),
          logVariances: whitening.logVariances)
      }
    }
    guard let system = order.system(coefficients, season: m) else { return nil }
    var filter = KalmanFilter(system, regressors: columns.count)
    filter.run([values], regressors: columns)
    return Self.regression(filter, given: nil)
  }

  /// What a filter that has run says of the regression. Σ ln F∞ of the values that the start takes up counts,
  /// as in `ARIMAFilter`: it is nought without gaps and, with them, the same for all coefficients.
  static func regression(_ filter: KalmanFilter, given: [Double]?) -> WhitenedRegression? {
    guard !filter.sums.isDegenerate, !filter.isDiffuse else { return nil }
    let k = filter.columns.count
    var table = Matrix(rows: filter.whitened.count, columns: k)
    for (t, row) in filter.whitened.enumerated() {
      for j in 0..<k { table[t, j] = row[j + 1] }
    }
    return WhitenedRegression(
      filter.whitened.map { $0[0] }, columns: table,
      logVariances: filter.sums.logVariances + filter.sums.logDiffuse, given: given)
  }

  private func objective(_ u: [Double]) -> Double {
    guard let found = regression(ARIMACoefficients(free: u, order: order)) else { return 1e12 }
    let n = Double(found.observed)
    return 0.5 * (n * Glibc.log(max(found.squares, floor) / n) + found.logVariances)
  }

  /// Coefficients of the errors of the greatest likelihood found.
  /// - Parameter isThorough: searches from the three most promising starts to the end, not roughly from the best
  ///   of `warm` alone.
  func best(warm: [ARIMACoefficients], isThorough: Bool = true) -> ARIMACoefficients? {
    let count = order.armaCount
    let zero = [Double](repeating: 0, count: count)
    let white = ARIMACoefficients(free: zero, order: order)
    guard let start = regression(white) else { return nil }
    guard count > 0, start.squares > floor else { return white }
    let sizes = [order.p, order.q, order.seasonalP, order.seasonalQ]
    let signed: [[Double]] = Self.signs.map { signs in
      zip(sizes, signs).flatMap { size, sign in (0..<size).map { $0 == 0 ? sign : 0 } }
    }
    let starts = warm.map { $0.free(order) } + (isThorough || warm.isEmpty ? [zero] + signed : [])
    let ranked = starts.map { (u: $0, value: objective($0)) }.sorted { $0.value < $1.value }
    var best: (point: [Double], value: Double)?
    for start in ranked.prefix(isThorough ? 3 : 1) {
      let found = searchedMinimum(
        from: start.u, isRough: !isThorough, iterations: isThorough ? 200 : 60
      ) { objective($0) }
      if found.value < best?.value ?? .infinity { best = found }
    }
    guard let best, best.value < 1e11 else { return nil }
    return ARIMACoefficients(free: best.point, order: order)
  }

  /// Moderate dependence of either sign in the first lag of each part.
  private static let signs: [[Double]] = [
    [0.5, -0.5, 0.3, -0.5], [0.8, 0.3, 0.5, 0.3], [-0.4, 0.4, -0.3, 0.4], [1.2, 0.8, 0.8, -0.8],
  ]
}
