import Demography
import Export
import Formats
import Kernel
import SeriesModels

/// Columns beside `unique_id,ds,y` and what a command does with them.
public struct DriverRequest: Sendable {
  let columns: [String]?
  let isDropped: Bool
  let lags: [String: ClosedRange<Int>]
  let plain: [String]
  let future: String?
  let scenario: String?
  let calendar: CalendarRequest?

  /// - Parameters:
  ///   - columns: the drivers; `nil` takes all columns.
  ///   - isDropped: whether none is taken.
  ///   - lags: by driver; without one it acts at once.
  ///   - plain: drivers that enter a model of logarithms as they are.
  ///   - future: a table of the drivers' values after the series.
  ///   - scenario: the column that tells futures apart.
  ///   - calendar: what working days, holidays and feasts tell of every period.
  public init(
    columns: [String]? = nil, isDropped: Bool = false, lags: [String: ClosedRange<Int>] = [:],
    plain: [String] = [], future: String? = nil, scenario: String? = nil,
    calendar: CalendarRequest? = nil
  ) {
    self.calendar = calendar
    self.columns = columns
    self.isDropped = isDropped
    self.lags = lags
    self.plain = plain
    self.future = future
    self.scenario = scenario
  }

  /// Whether nothing is asked about columns.
  var isEmpty: Bool {
    columns == nil && lags.isEmpty && plain.isEmpty && future == nil && scenario == nil
      && calendar == nil
  }

  /// What changes nothing without a driver.
  private var given: [GivenOption] {
    [
      GivenOption("--lags", lags.first), GivenOption("--plain", plain.first),
      GivenOption("--future", future), GivenOption("--scenario", scenario),
    ]
  }

  /// Drivers that enter a model of logarithms as they are; a calendar's may be zero.
  var plainNames: Set<String> { Set(plain + (calendar?.columns ?? [])) }

  /// Whether there are drivers.
  /// - Parameter names: those of the file.
  func hasDrivers(_ names: [String]) -> Bool { !names.isEmpty || calendar != nil }

  /// Drivers of a file for a model; empty without any.
  ///
  /// - Parameter model: as it was asked for; `takes` says whether it takes regressors.
  /// - Throws: `series.x` for columns that the model cannot take; `series.driver` for options on columns that
  ///   are no drivers; `option.unused` for options without a driver.
  func drivers(of grid: TextGrid, model: String, takes: Bool) throws -> [String] {
    let wanted = isDropped ? [] : DriverTable.columns(of: grid, asked: columns)
    if let calendar {
      guard takes else {
        throw Fault(
          .usage, "series.x",
          ["model": model, "columns": calendar.columns.joined(separator: ", ")])
      }
      let twice = calendar.columns.filter(wanted.contains)
      guard twice.isEmpty else {
        throw Fault(.usage, "calendar.both", ["columns": twice.joined(separator: ", ")])
      }
    }
    guard !wanted.isEmpty else {
      try given.refuse(
        with: isDropped ? "--drop-x" : "unique_id,ds,y", for: "unique_id,ds,y,x1,x2…")
      return []
    }
    let own = wanted.filter { ["unique_id", "ds", "y"].contains($0.lowercased()) }
    guard own.isEmpty else {
      throw Fault(.usage, "series.driver.own", ["columns": own.joined(separator: ", ")])
    }
    if let scenario, wanted.contains(scenario) || scenario == "ds" {
      throw Fault(.usage, "series.driver.scenario", ["column": scenario])
    }
    guard takes else {
      // A table without its own columns is told so first.
      _ = try readSeries(grid, season: nil)
      throw Fault(
        .usage, "series.x", ["model": model, "columns": wanted.joined(separator: ", ")])
    }
    let strangers = (lags.keys.sorted() + plain).filter { !wanted.contains($0) }
    guard strangers.isEmpty else {
      throw Faults(
        strangers.map {
          Fault(
            .usage, "series.driver",
            [
              "name": $0, "nearest": nearest(to: $0, in: wanted) ?? "",
              "known": wanted.joined(separator: ", "),
            ])
        })
    }
    return wanted
  }
}

/// Series with their drivers in each scenario.
struct DrivenSeries {
  /// Up to the last value each.
  let series: [TimeSeries]
  let scenarios: [String]
  var names: [String] { history.names }
  private let history: DriverTable
  private let future: DriverTable?
  private let lags: [String: ClosedRange<Int>]
  private let calendar: CalendarColumns?
  private let ahead: Int

  /// - Parameter ahead: steps after the series for which a calendar is asked.
  /// - Throws: `Faults` of all tables.
  init(
    _ grid: TextGrid, _ names: [String], season: Int?, _ request: DriverRequest, ahead: Int = 0
  ) throws {
    calendar = try request.calendar?.calendar()
    self.ahead = ahead
    series = try readSeries(grid, season: season).map { one in
      one.prefix((one.values.lastIndex { !$0.isNaN } ?? -1) + 1)
    }
    try calendar?.refuse(series)
    history = try DriverTable(grid, columns: names)
    if let path = request.future {
      future = try DriverTable(
        UserFile.grid(path), columns: names, scenario: request.scenario, isShared: true)
    } else {
      try [GivenOption("--scenario", request.scenario)].refuse(
        with: "FILE.csv", for: "--future")
      future = nil
    }
    scenarios = future?.scenarios ?? [""]
    lags = request.lags
  }

  func drivers(of one: TimeSeries, scenario: String) -> [Driver] {
    zip(history.names, history.paths(of: one, future: future, scenario: scenario)).map {
      Driver($0, $1, lags: lags[$0] ?? 0...0)
    } + (calendar?.drivers(of: one, ahead: ahead) ?? [])
  }
}

/// A fit of one series in one scenario.
struct DrivenFit: Sendable {
  let scenario: String
  let fit: DriverRegression.Fit
}

extension DriverRegression {
  /// Every series in every scenario, in parallel; none stops another.
  func fits(_ data: DrivenSeries) -> (fits: [DrivenFit], failures: [Fault]) {
    let cases = data.series.flatMap { one in data.scenarios.map { (one, $0) } }
    let inputs = cases.map { ($0.0, $0.1, data.drivers(of: $0.0, scenario: $0.1)) }
    let results = parallelMap(inputs.count) { k -> Result<DrivenFit, SeriesError> in
      let (one, scenario, drivers) = inputs[k]
      do throws(SeriesError) {
        return .success(DrivenFit(scenario: scenario, fit: try fit(one, drivers: drivers)))
      } catch {
        return .failure(error)
      }
    }
    var fits: [DrivenFit] = []
    var failures: [Fault] = []
    for result in results {
      switch result {
      case .success(let fit): fits.append(fit)
      case .failure(let error): if !failures.contains(error.fault) { failures.append(error.fault) }
      }
    }
    return (fits, failures)
  }
}
