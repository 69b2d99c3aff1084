import Kernel

/// A variable beside the series: a driver's values or a dated intervention.
public struct Regressor: Hashable, Sendable {
  private enum Source: Hashable, Sendable {
    case values([Double])
    case intervention(Intervention)
  }

  public let name: String
  private let source: Source
  /// Steps by which the driver goes before the series.
  public let lag: Int

  /// - Parameters:
  ///   - values: from the first step of the series, as far into the future as it shall be forecast.
  ///   - lag: the value of so many steps before explains the present one.
  public init(_ name: String, _ values: [Double], lag: Int = 0) {
    precondition(lag >= 0, "a lag of \(lag)")
    self.name = lag == 0 ? name : "\(name).lag\(lag)"
    source = .values(values)
    self.lag = lag
  }

  public init(_ intervention: Intervention) {
    name = intervention.name
    source = .intervention(intervention)
    lag = 0
  }

  /// Value that explains a step; NaN where it is not known.
  public func value(_ t: Int) -> Double {
    switch source {
    case .values(let values): values.indices.contains(t - lag) ? values[t - lag] : .nan
    case .intervention(let intervention): intervention.value(t)
    }
  }

  /// Steps from the first of the series for which it is known; an intervention is for all.
  func known(upTo limit: Int) -> Int {
    if case .intervention = source { return limit }
    var t = 0
    while t < limit, !value(t).isNaN || t < lag { t += 1 }
    return t
  }
}

extension TimeSeries {
  /// Columns of the regressors at the steps of the series, checked on those that are observed: known,
  /// finite and no combination of each other.
  ///
  /// - Parameter plus: columns that the model has besides, such as a constant.
  /// - Throws: `.regressorMissing`, `.regressorsDependent`.
  func columns(
    _ regressors: [Regressor], besides plus: [[Double]] = [], model: String
  ) throws(SeriesError) -> [[Double]] {
    let columns = regressors.map { regressor in values.indices.map { regressor.value($0) } }
    let observed = values.indices.filter { !values[$0].isNaN }
    for (regressor, column) in zip(regressors, columns) {
      if let t = observed.first(where: { !column[$0].isFinite }) {
        throw .regressorMissing(series: id, regressor: regressor.name, period: "\(period(t))")
      }
    }
    let all = (plus + columns).map { column in observed.map { column[$0] } }
    guard !all.isEmpty else { return columns }
    let lengths = all.map { norm($0) }
    var table = Matrix(rows: observed.count, columns: all.count)
    for (j, column) in all.enumerated() where lengths[j] > 0 {
      table.setColumn(j, column.map { $0 / lengths[j] })
    }
    guard let factors = try? PivotedQR(table, tolerance: 1e-10), factors.rank < all.count else {
      return columns
    }
    let names = factors.dependent.filter { $0 >= plus.count }.map {
      regressors[$0 - plus.count].name
    }
    throw .regressorsDependent(
      series: id, model: model,
      names: names.isEmpty
        ? regressors.map(\.name).joined(separator: ", ")
        : names.joined(separator: ", "))
  }
}
