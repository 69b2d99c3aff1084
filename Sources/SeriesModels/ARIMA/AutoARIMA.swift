public import Demography
import Kernel

/// ARIMA with orders chosen: differences by tests, the rest by the corrected Akaike criterion.
///
/// D = 1 when the season of an STL decomposition is strong, d by repeated KPSS tests, d + D ≤ 2
/// (Hyndman and Khandakar 2008, Journal of Statistical Software 27(3)). Where nothing is seasonal
/// every p, q ≤ 3 is tried; then, and with a season from six standard starts, the search climbs over
/// neighbouring orders up to p, q ≤ 5 and P, Q ≤ 2. Every candidate has its exact likelihood; those
/// with a root within 1.01 of the unit circle, or more coefficients than a third of the values,
/// are refused. Three values leave the corrected criterion without degrees of freedom; the plain one
/// decides there, as in R.
public struct AutoARIMAModel: SeriesModel {
  /// Most coefficients; `nil` leaves it to the series' length.
  let largest: Int?
  /// Whether every order with at most five coefficients is tried before the climb: slower, and the only way
  /// to be sure where the criterion has several hills.
  public let isExhaustive: Bool

  public init(isExhaustive: Bool = false) {
    largest = nil
    self.isExhaustive = isExhaustive
  }
  init(largest: Int?) {
    self.largest = largest
    isExhaustive = false
  }

  public var name: String { isExhaustive ? "auto-arima(exhaustive)" : "auto-arima" }

  public var card: Card {
    Card(
      catalogue: "series", id: "auto-arima",
      reference: "Hyndman and Khandakar (2008), Journal of Statistical Software 27(3)")
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try select(series)
  }

  /// The order of the errors about a regression, and the regression with it.
  ///
  /// Differences are those that the residuals of least squares need; every candidate order has its own
  /// effects, by exact likelihood.
  ///
  /// - Throws: `.tooShort` unless there are three observed values more than regressors; `.regressorMissing`,
  ///   `.regressorsDependent`, `.notFitted`.
  public func select(
    _ series: TimeSeries, regressors: [Regressor]
  ) throws(SeriesError) -> RegressionARIMAFit {
    guard series.observedCount >= 3 + regressors.count else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount,
        needed: 3 + regressors.count)
    }
    let columns = try series.columns(regressors, model: name)
    var search = ARIMAOrderSearch(
      series, columns: columns, largest: largest, isExhaustive: isExhaustive)
    let flat = ARIMAOrder(0, 0, 0, hasConstant: true)
    guard let found = search.winner() else {
      let lost = search.lostColumns.map { regressors[$0].name }
      guard lost.isEmpty else {
        throw .regressorsDependent(
          series: series.id, model: search.differencing, names: lost.joined(separator: ", "))
      }
      return try RegressionARIMAModel(order: flat, regressors: regressors).estimate(series)
    }
    return try RegressionARIMAModel(
      order: found.order, regressors: regressors, warm: found.coefficients
    ).estimate(series)
  }

  /// - Throws: `.tooShort` below three observed values.
  public func select(_ series: TimeSeries) throws(SeriesError) -> ARIMAFit {
    guard series.observedCount >= 3 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: 3)
    }
    let flat = ARIMAOrder(0, 0, 0, hasConstant: true)
    if series.isConstant { return try ARIMAModel(order: flat).estimate(series) }
    var search = ARIMAOrderSearch(series, largest: largest, isExhaustive: isExhaustive)
    if let found = search.run() { return found }
    return try ARIMAModel(order: flat).estimate(series)
  }
}

/// The orders tried for one series, and the best of them; with regressors those of the errors about the
/// regression, each order with its own effects.
struct ARIMAOrderSearch {
  private let series: TimeSeries
  /// Columns of the regressors at the steps of the series.
  private let columns: [[Double]]
  private let d: Int
  private let seasonalD: Int
  private let isSeasonal: Bool
  private let mostCoefficients: Int
  private let isExhaustive: Bool
  private var tried: [ARIMAOrder: Double] = [:]
  private var best: Candidate?
  private var runnersUp: [Candidate] = []

  private struct Candidate {
    let order: ARIMAOrder
    let coefficients: ARIMACoefficients
    /// The corrected criterion, the plain one for three values.
    let aicc: Double
  }

  init(
    _ series: TimeSeries, columns: [[Double]] = [], largest: Int?, isExhaustive: Bool = false
  ) {
    self.isExhaustive = isExhaustive
    self.series = series
    self.columns = columns
    let m = series.season
    let filled = Stationarity.interpolated(Self.residuals(series.values, columns))
    isSeasonal = m > 1 && m <= 24 && series.observedCount >= 2 * m + 5
    seasonalD = isSeasonal ? Stationarity.seasonalDifferences(filled, season: m) : 0
    let rest = ARIMAOrder(0, 0, 0, seasonal: (0, seasonalD, 0), hasConstant: false)
      .differenced(filled, season: m)
    d = Stationarity.differences(rest, limit: 2 - seasonalD)
    let left = series.observedCount - d - m * seasonalD
    mostCoefficients = min(max(1, left / 3 - 1 - columns.count), largest ?? .max)
  }

  /// The differences that the tests ask for, as a model is written.
  var differencing: String {
    ARIMAModel(order: ARIMAOrder(0, d, 0, seasonal: (0, seasonalD, 0), hasConstant: false)).name
  }

  /// Places of regressors of which these differences leave nothing but what others tell, as a holiday of the same month
  /// every year under seasonal ones.
  var lostColumns: [Int] {
    let order = ARIMAOrder(0, d, 0, seasonal: (0, seasonalD, 0), hasConstant: false)
    guard d + seasonalD > 0, !columns.isEmpty else { return [] }
    let all = columns.map { column in
      let sizes = column.map { $0.isNaN ? 0 : $0 }
      let scale = norm(sizes)
      return order.differenced(sizes, season: series.season).map { scale > 0 ? $0 / scale : 0 }
    }
    var table = Matrix(rows: all[0].count, columns: all.count)
    for (j, column) in all.enumerated() { table.setColumn(j, column) }
    return (try? PivotedQR(table, tolerance: 1e-10))?.dependent.sorted() ?? []
  }

  /// What a regression on the columns and a constant leaves: the series that the tests for differences see.
  private static func residuals(_ values: [Double], _ columns: [[Double]]) -> [Double] {
    guard !columns.isEmpty else { return values }
    let observed = values.indices.filter { !values[$0].isNaN }
    let ones = [Double](repeating: 1, count: values.count)
    var design = ([ones] + columns).flatMap { column in observed.map { column[$0] } }
    var target = observed.map { values[$0] }
    let beta = StateRegression(design: &design, target: &target, columns: columns.count + 1)
      .coefficients
    return values.indices.map { t in
      columns.indices.reduce(values[t]) { $0 - beta[$1 + 1] * columns[$1][t] }
    }
  }

  mutating func run() -> ARIMAFit? {
    guard let best = winner() else { return nil }
    return ARIMAFit(series, best.order, best.coefficients, .estimated)
  }

  /// The best order and its coefficients; `nil` where no order can be fitted.
  mutating func winner() -> (order: ARIMAOrder, coefficients: ARIMACoefficients)? {
    begin()
    climb()
    return polished().map { ($0.order, $0.coefficients) }
  }

  private mutating func everyOrder() {
    let seasonal = isSeasonal ? 2 : 0
    for size in 0...5 {
      for P in 0...min(seasonal, size) {
        for Q in 0...min(seasonal, size - P) {
          for p in 0...(size - P - Q) {
            attempt(order(p, size - P - Q - p, P, Q, true))
            attempt(order(p, size - P - Q - p, P, Q, false))
          }
        }
      }
    }
  }

  private mutating func begin() {
    if isExhaustive { everyOrder() }
    if isSeasonal {
      for (p, q, P, Q) in [
        (0, 1, 0, 1), (1, 0, 1, 0), (0, 0, 0, 0), (0, 3, 0, 1), (1, 1, 0, 1), (2, 2, 1, 1),
      ] {
        attempt(order(p, q, P, Q, true))
        attempt(order(p, q, P, Q, false))
      }
    } else {
      for size in 0...6 {
        for p in 0...min(3, size) where size - p <= 3 {
          attempt(order(p, size - p, 0, 0, true))
          attempt(order(p, size - p, 0, 0, false))
        }
      }
    }
  }

  private mutating func climb() {
    while let current = best?.order {
      for move in Self.moves {
        var next = current
        next.p += move.0
        next.q += move.1
        next.seasonalP += move.2
        next.seasonalQ += move.3
        attempt(next)
      }
      var toggled = current
      toggled.hasConstant.toggle()
      attempt(toggled)
      if best?.order == current { return }
    }
  }

  private static let moves: [(Int, Int, Int, Int)] = [
    (1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0, -1, 0, 0), (1, 1, 0, 0), (-1, -1, 0, 0),
    (1, -1, 0, 0), (-1, 1, 0, 0), (0, 0, 1, 0), (0, 0, -1, 0), (0, 0, 0, 1), (0, 0, 0, -1),
    (0, 0, 1, 1), (0, 0, -1, -1), (0, 0, 1, -1), (0, 0, -1, 1), (-1, 0, 1, 0), (1, 0, -1, 0),
    (0, -1, 0, 1), (0, 1, 0, -1),
  ]

  private func order(_ p: Int, _ q: Int, _ P: Int, _ Q: Int, _ constant: Bool) -> ARIMAOrder {
    ARIMAOrder(p, d, q, seasonal: (P, seasonalD, Q), hasConstant: constant)
  }

  private func isAllowed(_ order: ARIMAOrder) -> Bool {
    let seasonalLimit = isSeasonal ? 0...2 : 0...0
    return (0...5).contains(order.p) && (0...5).contains(order.q)
      && seasonalLimit.contains(order.seasonalP) && seasonalLimit.contains(order.seasonalQ)
      && order.coefficientCount <= mostCoefficients
      && !(order.hasConstant && order.differences > 1)
  }

  /// Fits an order from its best neighbour so far, and keeps it when it is better.
  private mutating func attempt(_ order: ARIMAOrder) {
    guard isAllowed(order), tried[order] == nil else { return }
    let zero = ARIMACoefficients(
      free: [Double](repeating: 0, count: order.armaCount), order: order)
    let warm = (best.map { [$0.coefficients] } ?? []) + [zero]
    guard let candidate = candidate(order, warm: warm, isThorough: false) else {
      tried[order] = .infinity
      return
    }
    tried[order] = candidate.aicc
    if candidate.aicc < best?.aicc ?? .infinity {
      if let best { runnersUp.append(best) }
      best = candidate
    } else if candidate.aicc < (best?.aicc ?? 0) + 2 {
      runnersUp.append(candidate)
    }
  }

  private func candidate(
    _ order: ARIMAOrder, warm: [ARIMACoefficients], isThorough: Bool
  ) -> Candidate? {
    guard columns.isEmpty else { return regression(order, warm: warm, isThorough: isThorough) }
    let estimation = ARIMAEstimation(series, order: order)
    guard let found = estimation.best(warm: warm, isThorough: isThorough),
      found.smallestRoot >= 1.01, let sums = estimation.sums(found)
    else { return nil }
    let likelihood = sums.squares > 0 ? sums.logLikelihood : .infinity
    let k = order.coefficientCount + 1
    let criterion =
      series.observedCount > 3
      ? correctedAkaike(likelihood, parameters: k, observations: sums.observed)
      : 2 * (Double(k) - likelihood)
    return criterion.isNaN ? nil : Candidate(order: order, coefficients: found, aicc: criterion)
  }

  private func regression(
    _ order: ARIMAOrder, warm: [ARIMACoefficients], isThorough: Bool
  ) -> Candidate? {
    let constant = ARIMAEstimation.regressor(order, from: 0, count: series.count)
    let all = (constant.isEmpty ? [] : [constant]) + columns
    let estimation = RegressionARIMAEstimation(series, order: order, columns: all)
    guard let found = estimation.best(warm: warm, isThorough: isThorough),
      found.smallestRoot >= 1.01, let whole = estimation.regression(found)
    else { return nil }
    let aicc = correctedAkaike(
      whole.squares > 0 ? whole.logLikelihood : .infinity,
      parameters: order.armaCount + all.count + 1, observations: whole.observed)
    return aicc.isNaN ? nil : Candidate(order: order, coefficients: found, aicc: aicc)
  }

  /// The few best searched again from every start, and the best of those.
  private func polished() -> Candidate? {
    guard let best else { return nil }
    let close = runnersUp.filter { $0.aicc < best.aicc + 2 }.sorted { $0.aicc < $1.aicc }
    var winner = best
    for entry in [best] + close.prefix(2) {
      let again = candidate(entry.order, warm: [entry.coefficients], isThorough: true)
      if let again, again.aicc < winner.aicc { winner = again }
    }
    return winner
  }
}
