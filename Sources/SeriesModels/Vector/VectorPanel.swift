public import Kernel

/// Several series over the same steps without gaps, and the table of a vector autoregression on them.
public struct VectorPanel: Hashable, Sendable {
  public let names: [String]
  /// Steps × variables.
  public let values: Matrix

  /// - Throws: `.empty` without a series; `.stepsDiffer`; `.missingValues`.
  public init(_ series: [TimeSeries]) throws(SeriesError) {
    let first = try TimeSeries.first(ofSameSteps: series)
    for one in series {
      guard !one.hasGaps else {
        throw .missingValues(
          series: one.id, model: "var", count: one.count - one.observedCount)
      }
    }
    names = series.map(\.id)
    values = Matrix(
      rows: first.count, columns: series.count, values: series.flatMap(\.values))
  }

  /// That no series is a combination of others in the same periods: what they do not explain of it must be more than
  /// 1e-6 of its standard deviation, or rounding would be taken for shocks.
  ///
  /// - Throws: `.seriesDependent` for the first that is.
  func requireIndependent() throws(SeriesError) {
    guard count > variables + 1 else { return }
    var columns: [[Double]] = []
    for j in 0..<variables {
      let column = values.column(j)
      let mean = Statistics.mean(column)
      let centred = column.map { $0 - mean }
      let norm = dot(centred, centred).squareRoot()
      let size = column.reduce(0) { max($0, abs($1)) }
      guard norm > 1e-12 * size * Double(count).squareRoot() else {
        throw .seriesDependent(series: names[j], others: "")
      }
      columns.append(centred.map { $0 / norm })
    }
    let unit = Matrix(rows: count, columns: variables, values: columns.flatMap { $0 })
    guard let found = try? PivotedQR(unit, tolerance: 1e-6), found.rank < variables else { return }
    let last = found.pivots[found.rank]
    throw .seriesDependent(
      series: names[last],
      others: found.pivots.prefix(found.rank).sorted().map { names[$0] }.joined(separator: ", "))
  }

  var count: Int { values.rows }
  var variables: Int { values.columns }

  /// Rows `(1, y'_{t−1}, …, y'_{t−p})` and what follows them, from step `start` on.
  func table(lags p: Int, from start: Int) -> (design: Matrix, response: Matrix) {
    let k = variables
    var X = Matrix(rows: count - start, columns: 1 + k * p)
    for t in start..<count {
      X[t - start, 0] = 1
      for lag in 1..<(p + 1) {
        for j in 0..<k { X[t - start, 1 + (lag - 1) * k + j] = values[t - lag, j] }
      }
    }
    return (X, values.selectingRows(Array(start..<count)))
  }
}

extension TimeSeries {
  /// The first of several series that all stand on its steps.
  /// - Throws: `.empty` without a series; `.stepsDiffer` at the first that begins, ends or steps otherwise.
  static func first(ofSameSteps series: [TimeSeries]) throws(SeriesError) -> TimeSeries {
    guard let first = series.first else { throw .empty(series: "") }
    for one in series where one.clock != first.clock || one.count != first.count {
      throw .stepsDiffer(
        series: one.id, steps: one.stretch, other: first.id, otherSteps: first.stretch)
    }
    return first
  }

  /// First and last period, as a message has them.
  private var stretch: String {
    count == 0 ? "–" : "\(period(0))" + (count > 1 ? ", \(period(1)) … \(period(count - 1))" : "")
  }
}

/// Moves the coefficients of a vector autoregression through time.
struct VectorRecursion {
  /// `1 + k p` × k: constant, then lags.
  let coefficients: Matrix
  let lags: Int

  private var k: Int { coefficients.columns }

  /// The next step after `past`, oldest first.
  func next(_ past: [[Double]]) -> [Double] {
    var row = [1.0]
    for lag in 1..<(lags + 1) { row += past[past.count - lag] }
    return coefficients.transposeTimes(row)
  }

  /// Φ_0 = I, Φ_1, …: what a unit of each error does to each variable later (rows: variables).
  func responses(_ horizon: Int) -> [Matrix] {
    var all = [Matrix.identity(k)]
    for h in 1..<max(1, horizon + 1) {
      var sum = Matrix(rows: k, columns: k)
      for lag in 1..<(min(lags, h) + 1) {
        let rows = (0..<k).map { 1 + (lag - 1) * k + $0 }
        sum += coefficients.selectingRows(rows).transposed.times(all[h - lag])
      }
      all.append(sum)
    }
    return all
  }
}
