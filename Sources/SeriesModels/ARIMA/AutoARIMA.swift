public import Demography

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

  public init() { largest = nil }
  init(largest: Int?) { self.largest = largest }

  public var card: Card {
    Card(
      catalogue: "series", id: "auto-arima",
      reference: "Hyndman and Khandakar (2008), Journal of Statistical Software 27(3)")
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try select(series)
  }

  /// - Throws: `.tooShort` below three observed values.
  public func select(_ series: TimeSeries) throws(SeriesError) -> ARIMAFit {
    guard series.observedCount >= 3 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: 3)
    }
    let flat = ARIMAOrder(0, 0, 0, hasConstant: true)
    if series.isConstant { return try ARIMAModel(order: flat).estimate(series) }
    var search = ARIMAOrderSearch(series, largest: largest)
    if let found = search.run() { return found }
    return try ARIMAModel(order: flat).estimate(series)
  }
}

/// The orders tried for one series, and the best of them.
struct ARIMAOrderSearch {
  private let series: TimeSeries
  private let d: Int
  private let seasonalD: Int
  private let isSeasonal: Bool
  private let mostCoefficients: Int
  private var tried: [ARIMAOrder: Double] = [:]
  private var best: Candidate?
  private var runnersUp: [Candidate] = []

  private struct Candidate {
    let order: ARIMAOrder
    let coefficients: ARIMACoefficients
    /// The corrected criterion, the plain one for three values.
    let aicc: Double
  }

  init(_ series: TimeSeries, largest: Int?) {
    self.series = series
    let m = series.season
    let filled = Stationarity.interpolated(series.values)
    isSeasonal = m > 1 && m <= 24 && series.observedCount >= 2 * m + 5
    seasonalD = isSeasonal ? Stationarity.seasonalDifferences(filled, season: m) : 0
    let rest = ARIMAOrder(0, 0, 0, seasonal: (0, seasonalD, 0), hasConstant: false)
      .differenced(filled, season: m)
    d = Stationarity.differences(rest, limit: 2 - seasonalD)
    let left = series.observedCount - d - m * seasonalD
    mostCoefficients = min(max(1, left / 3 - 1), largest ?? .max)
  }

  mutating func run() -> ARIMAFit? {
    begin()
    climb()
    return polished()
  }

  private mutating func begin() {
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

  /// The few best searched again from every start, and the best of those.
  private func polished() -> ARIMAFit? {
    guard let best else { return nil }
    let close = runnersUp.filter { $0.aicc < best.aicc + 2 }.sorted { $0.aicc < $1.aicc }
    var winner = best
    for entry in [best] + close.prefix(2) {
      let again = candidate(entry.order, warm: [entry.coefficients], isThorough: true)
      if let again, again.aicc < winner.aicc { winner = again }
    }
    return ARIMAFit(series, winner.order, winner.coefficients, isGiven: false)
  }
}
