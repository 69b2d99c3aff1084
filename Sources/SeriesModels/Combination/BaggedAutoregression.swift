public import Demography
import Glibc
import Kernel

/// The mean of many autoregressions, each fitted to other stretches of the past, a regression of its own for every
/// step ahead.
///
/// What comes h steps after a value is explained by that value, the changes just before it and, with a season, the
/// value of the same season; coefficients are drawn to those of the last value going on as if by one more row (ridge
/// on standardised columns). A hundred members see rows drawn in blocks with replacement (Künsch 1989). Errors of
/// each row by the members that did not see it are what intervals rest on (Xu and Xie 2021), with `--conformal
/// enbpi` alone, otherwise by their spread.
public struct BaggedAutoregressionModel: SeriesModel {
  static let memberCount = 100
  private static let needed = 12

  public init() {}

  public var card: Card {
    Card(
      catalogue: "series", id: "bagged-ar",
      reference: "Xu and Xie (2021), Conformal prediction interval for dynamic time-series, ICML")
  }

  /// - Throws: `.tooShort` below twelve values, `.missingValues` between the first and the last.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let own = series.trimmed
    try own.requireWhole(name, needed: Self.needed)
    return BaggedAutoregressionFit(series: series, own: own)
  }
}

/// The members are fitted when a step is asked for; the same step has the same members every time.
struct BaggedAutoregressionFit: FittedSeries {
  let series: TimeSeries
  /// Without missing values at its ends.
  private let own: TimeSeries

  init(series: TimeSeries, own: TimeSeries) {
    self.series = series
    self.own = own
  }

  /// Missing values at the end: so many more steps lie between the last value and the first forecast.
  private var passed: Int { series.values.reversed().prefix(while: \.isNaN).count }
  private var last: Double { own.values[own.count - 1] }

  var label: String { own.count > 0 && hasSeason ? "bagged AR[\(own.season)]" : "bagged AR" }
  private var hasSeason: Bool { BaggedRows.hasSeason(own) }
  var structure: any SeriesModel { BaggedAutoregressionModel() }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }

  /// Mean coefficients of the members one step ahead.
  var parameters: [SeriesParameter] {
    guard let step = BaggedStep(own, ahead: 1) else { return [] }
    return zip(step.names, step.meanCoefficients).map { SeriesParameter($0, $1) }
  }

  /// By the members that did not see the value.
  var fittedValues: [Double] {
    var result = [Double](repeating: .nan, count: series.count)
    guard let step = BaggedStep(own, ahead: 1),
      let first = series.values.firstIndex(where: { !$0.isNaN })
    else { return result }
    for (row, error) in step.errors.enumerated() {
      let t = step.first + row
      result[first + t] = own.values[t] - error
    }
    return result
  }

  /// NaN for steps of which the series is too short to learn.
  private func means(_ steps: [BaggedStep?]) -> [Double] {
    steps.map { step in step.map { last + $0.ahead } ?? .nan }
  }

  private func steps(_ horizon: Int) -> [BaggedStep?] {
    (1...max(1, horizon)).map { BaggedStep(own, ahead: $0 + passed) }
  }

  /// Student's t about the mean of the members, with the deviation of the errors of each step. Rows that look h steps
  /// ahead overlap: they count for one in h, which widens the distribution by what so few rows leave open.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let steps = steps(horizon)
    let known = steps.compactMap { $0 }
    guard known.count == steps.count, known.allSatisfy({ $0.knownErrors.count > 2 }) else {
      return Predictive(.bare(means(steps)))
    }
    let degrees = known.map(\.effectiveRows).min() ?? 1
    return Predictive(
      mean: means(steps), deviation: known.map { $0.deviation }, degrees: max(2, degrees - 1))
  }

  /// The means, and errors of the past as they followed one another from one origin, less their mean.
  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let steps = steps(horizon)
    let means = means(steps)
    let seen = byOrigin(steps)
    guard seen.count > 1 else { return [[Double]](repeating: means, count: draws) }
    let centres = means.indices.map { step in Statistics.mean(seen.map { $0[step] }) }
    let widths = steps.map { $0?.widening ?? 1 }
    let noise = SeriesNoise(seed: errors.seed, series: series.id)
    return (0..<draws).map { draw in
      let place = Int(noise.uniform(draw: draw, step: 0) * Double(seen.count))
      let own = seen[min(place, seen.count - 1)]
      return means.indices.map { means[$0] + widths[$0] * (own[$0] - centres[$0]) }
    }
  }

  /// Errors of all steps from each origin that has them all.
  private func byOrigin(_ steps: [BaggedStep?]) -> [[Double]] {
    own.values.indices.compactMap { origin -> [Double]? in
      let row = steps.enumerated().map { k, step in
        step?.error(at: origin + k + 1 + passed) ?? .nan
      }
      return row.allSatisfy { !$0.isNaN } ? row : nil
    }
  }

  func leaveOneOutErrors(_ horizon: Int) -> [[Double]]? { steps(horizon).map { $0?.errors ?? [] } }
}

/// What explains values h steps ahead.
struct BaggedRows {
  private let y: [Double]
  private let h: Int
  private let changes: Int
  private let cycle: Int?

  static func hasSeason(_ series: TimeSeries) -> Bool {
    series.season > 1 && series.count >= 3 * series.season
  }

  init(_ series: TimeSeries, ahead h: Int) {
    y = series.values
    self.h = h
    changes = min(2, y.count / 16)
    let m = series.season
    cycle = Self.hasSeason(series) ? (h + m - 1) / m * m : nil
  }

  var names: [String] {
    ["level"] + (0..<changes).map { "change\($0 + 1)" } + (cycle == nil ? [] : ["season"])
  }

  /// The first value that all columns can explain.
  var first: Int { max(h + changes, cycle ?? 0) }

  /// Columns of the value at `t`, relative to the one known h steps before.
  func columns(_ t: Int) -> [Double] {
    let base = y[t - h]
    return [base] + (0..<changes).map { y[t - h - $0] - y[t - h - $0 - 1] }
      + (cycle.map { [y[t - $0] - base] } ?? [])
  }

  /// What is to be explained.
  func change(_ t: Int) -> Double { y[t] - y[t - h] }
}

/// The members of one step ahead.
struct BaggedStep {
  /// Time of the first row.
  let first: Int
  /// Steps ahead.
  let steps: Int
  let names: [String]
  /// Of each row, by the members that did not see it; NaN where all did.
  let errors: [Double]
  /// What the members expect the series to change by after its last value.
  let ahead: Double
  let meanCoefficients: [Double]

  /// - Returns: `nil` unless there are four rows more than columns.
  init?(_ series: TimeSeries, ahead h: Int) {
    let rows = BaggedRows(series, ahead: h)
    steps = h
    let n = series.count
    first = rows.first
    names = rows.names
    let count = n - first
    let k = names.count
    guard count >= k + 4 else { return nil }
    let times = first..<n
    let X = times.map { rows.columns($0) }
    let z = times.map { rows.change($0) }
    let centres = (0..<k).map { j in Statistics.mean(X.map { $0[j] }) }
    let scales = (0..<k).map { j -> Double in
      let spread = Statistics.standardDeviation(X.map { $0[j] })
      return spread > 1e-12 * abs(centres[j]) ? spread : 0
    }
    func standardised(_ x: [Double]) -> [Double] {
      x.indices.map { scales[$0] > 0 ? (x[$0] - centres[$0]) / scales[$0] : 0 }
    }
    let S = X.map(standardised)
    let next = standardised(rows.columns(n - 1 + h))
    let key = StreamKey(seed: 1, stream: "series.bagged")
    let unit = UnitKey(series.id)
    let block = max(1, Int(Glibc.cbrt(Double(count)).rounded()))
    var fitted: [[Double]] = []
    var seen: [[Bool]] = []
    var sum = 0.0
    var coefficients = [Double](repeating: 0, count: k)
    for member in 0..<BaggedAutoregressionModel.memberCount {
      var stream = RandomStream(key, unit: unit, draw: member, time: h)
      var weights = [Double](repeating: 0, count: count)
      for _ in 0..<((count + block - 1) / block) {
        let places = count - block + 1
        let start = min(places - 1, Int(stream.uniform() * Double(places)))
        for row in start..<start + block { weights[row] += 1 }
      }
      let fit = Self.regression(S, z, weights)
      fitted.append(S.map { fit.constant + dot($0, fit.slopes) })
      seen.append(weights.map { $0 > 0 })
      sum += fit.constant + dot(next, fit.slopes)
      for j in 0..<k where scales[j] > 0 { coefficients[j] += fit.slopes[j] / scales[j] }
    }
    let members = Double(fitted.count)
    errors = EnsembleConformal.leaveOneOut(values: z, fitted: fitted, seen: seen)
    ahead = sum / members
    meanCoefficients = coefficients.map { $0 / members }
  }

  var knownErrors: [Double] { errors.filter { !$0.isNaN } }
  /// Rows that do not overlap.
  var effectiveRows: Double { max(1, Double(errors.count) / Double(steps)) }
  /// What estimating constant and slopes from them adds to a deviation.
  var widening: Double { (1 + Double(names.count + 1) / effectiveRows).squareRoot() }
  var deviation: Double { Statistics.standardDeviation(knownErrors) * widening }

  /// The error of the value at a time; NaN where there is none.
  func error(at t: Int) -> Double {
    errors.indices.contains(t - first) ? errors[t - first] : .nan
  }

  /// Weighted least squares with one row's weight on slopes of zero.
  private static func regression(
    _ S: [[Double]], _ z: [Double], _ weights: [Double]
  ) -> (constant: Double, slopes: [Double]) {
    let k = S[0].count
    let whole = weights.reduce(0, +)
    var centre = [Double](repeating: 0, count: k)
    var level = 0.0
    for (row, w) in weights.enumerated() where w > 0 {
      for j in 0..<k { centre[j] += w / whole * S[row][j] }
      level += w / whole * z[row]
    }
    var A = Matrix(rows: k, columns: k)
    var b = [Double](repeating: 0, count: k)
    for (row, w) in weights.enumerated() where w > 0 {
      for i in 0..<k {
        let x = S[row][i] - centre[i]
        b[i] += w * x * (z[row] - level)
        for j in 0...i { A[i, j] += w * x * (S[row][j] - centre[j]) }
      }
    }
    for i in 0..<k {
      A[i, i] += 1
      for j in 0..<i { A[j, i] = A[i, j] }
    }
    // Never singular: its diagonal is one more than that of a sum of squares.
    guard let slopes = (try? Cholesky(A))?.solve(b) else { return (level, centre.map { _ in 0 }) }
    return (level - dot(centre, slopes), slopes)
  }
}
