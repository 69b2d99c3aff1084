import Demography

/// A moment on the axis of a projection, counted in quarters since the start of year 0.
struct QuarterIndex: Hashable, Sendable, Comparable {
  let number: Int

  init(year: Int, quarter: Int = 0) { number = year * 4 + quarter }

  /// `2027`, `2027-Q2`, or a day that begins a quarter; whether it names a whole year comes with it.
  static func read(_ text: String) -> (index: QuarterIndex, isYear: Bool)? {
    guard let period = Period(text) else { return nil }
    switch period.frequency {
    case "A": return (QuarterIndex(year: period.year), true)
    case "Q":
      return (QuarterIndex(year: period.year, quarter: (period.firstDay.month - 1) / 3), false)
    case "D" where period.firstDay.day == 1 && period.firstDay.month % 3 == 1:
      return (
        QuarterIndex(year: period.year, quarter: (period.firstDay.month - 1) / 3),
        period.firstDay.month == 1
      )
    default: return nil
    }
  }

  static func < (a: QuarterIndex, b: QuarterIndex) -> Bool { a.number < b.number }

  /// Its days; the upper bound is the first day of the next quarter.
  var days: Range<Day> {
    Day(
      year: number / 4, month: number % 4 * 3 + 1, day: 1)..<Day(
        year: (number + 1) / 4, month: (number + 1) % 4 * 3 + 1, day: 1)
  }

  /// Part of its year by days: a little less than a quarter of it for the first, more for the last two.
  var partOfYear: Double {
    let year =
      Day(year: number / 4 + 1, month: 1, day: 1).number
      - Day(year: number / 4, month: 1, day: 1).number
    return Double(days.upperBound.number - days.lowerBound.number) / Double(year)
  }
}

/// How a lever's size develops: dated points, what holds between them and after the last.
///
/// Before the first point the lever has no effect.
public struct Path: Hashable, Sendable {
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    case set, add, multiply, cap, floor
  }

  public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    /// `logistic` meets both points along the stretch of the logistic curve from 5 % to 95 %.
    case step, linear, logistic
  }

  public let operation: Operation
  public let unit: String
  let points: [(at: QuarterIndex, value: Quantity)]
  let interpolation: Interpolation
  /// Whether the effect ends one year after the last point.
  let reverts: Bool
  /// Whether all points name whole years, so that a year has one value.
  let isAnnual: Bool
  let factor: Quantity

  public static func == (a: Path, b: Path) -> Bool {
    a.operation == b.operation && a.unit == b.unit && a.interpolation == b.interpolation
      && a.reverts == b.reverts && a.factor == b.factor
      && a.points.map(\.at) == b.points.map(\.at) && a.points.map(\.value) == b.points.map(\.value)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(operation)
    hasher.combine(points.map(\.at))
    hasher.combine(points.map(\.value))
  }

  /// First year with an effect.
  var firstYear: Int { points[0].at.number / 4 }
  /// Last year with an effect; `nil` when it holds to the horizon.
  var lastYear: Int? { reverts ? points[points.count - 1].at.number / 4 : nil }

  /// The value at a quarter; `nil` where the path has no effect.
  ///
  /// Linear and logistic paths run on the natural scale for `add`, `set`, `cap`, `floor` and on the log scale for
  /// `multiply`.
  func value(at quarter: QuarterIndex, _ parameters: [Double]) -> Double? {
    guard quarter >= points[0].at else { return nil }
    let last = points[points.count - 1]
    if reverts && quarter.number >= last.at.number + (isAnnual ? 4 : 1) { return nil }
    let scale = factor.value(parameters)
    guard quarter < last.at else { return last.value.value(parameters) * scale }
    let next = points.firstIndex { $0.at > quarter } ?? points.count - 1
    let before = points[next - 1]
    let a = before.value.value(parameters)
    guard interpolation != .step else { return a * scale }
    let b = points[next].value.value(parameters)
    // A level stretch is that level, to the last bit.
    guard a != b else { return a * scale }
    let part = way(
      Double(quarter.number - before.at.number) / Double(points[next].at.number - before.at.number))
    if operation == .multiply && a > 0 && b > 0 {
      return exponential(naturalLog(a) + part * (naturalLog(b) - naturalLog(a))) * scale
    }
    return (a + part * (b - a)) * scale
  }

  /// Part of the change done when a part of the time has gone.
  private func way(_ time: Double) -> Double {
    guard interpolation == .logistic else { return time }
    // The logit of 95 % is ln 19.
    let curve = 1 / (1 + exponential((1 - 2 * time) * naturalLog(19)))
    return (curve - 0.05) / 0.9
  }

  /// The value over a year: at its start when all points are years, else the mean of its quarters by their
  /// days, with `neutral` where there is no effect; `nil` when there is none in the whole year.
  func value(year: Int, _ parameters: [Double], neutral: Double) -> Double? {
    if isAnnual { return value(at: QuarterIndex(year: year), parameters) }
    let quarters = (0..<4).map { QuarterIndex(year: year, quarter: $0) }
    let values = quarters.map { value(at: $0, parameters) }
    guard let first = values.lazy.compactMap({ $0 }).first else { return nil }
    // A level year has that level, to the last bit.
    if values.allSatisfy({ $0 == first }) { return first }
    return zip(quarters, values).reduce(0) { $0 + $1.0.partOfYear * ($1.1 ?? neutral) }
  }
}

extension Reader {
  /// Reads `{op, unit, points, interpolate, after, multiply_by}`.
  mutating func path(
    _ node: Document, lever: String, operations: [Path.Operation], units: [String],
    range: ClosedRange<Double>
  ) -> Path? {
    closed(node, ["op", "unit", "points", "interpolate", "after", "multiply_by"])
    let op = choice(node, "op", operations.map(\.rawValue))
    let unit = choice(node, "unit", units, standard: units.count == 1 ? units[0] : nil)
    let how = choice(
      node, "interpolate", Path.Interpolation.allCases.map(\.rawValue), standard: "step")
    let after = choice(node, "after", ["hold", "revert"], standard: "hold")
    let factor = quantity(
      node, "multiply_by", name: lever + ".multiply_by", in: 0...1e9, standard: 1)
    guard let list = required(node, "points") else { return nil }
    guard case .map = list.content else {
      report("scenario.points-map", at: list.place)
      return nil
    }
    var points: [(at: QuarterIndex, value: Quantity)] = []
    var isAnnual = true
    for entry in list.entries {
      guard let time = QuarterIndex.read(entry.key) else {
        report("scenario.time", ["value": entry.key], at: entry.keyPlace)
        continue
      }
      if let last = points.last, time.index <= last.at {
        report("scenario.points-order", ["value": entry.key], at: entry.keyPlace)
      }
      if time.index > QuarterIndex(year: horizon) {
        report(
          "scenario.points-late", ["value": entry.key, "horizon": String(horizon)],
          at: entry.keyPlace)
      }
      isAnnual = isAnnual && time.isYear
      if let value = quantity(entry.value, name: "\(lever).points.\(entry.key)", in: range) {
        points.append((time.index, value))
      }
    }
    guard !points.isEmpty, let op, let unit, let how, let after, let factor else {
      if list.entries.isEmpty { report("scenario.key-missing", ["key": "points"], at: node.place) }
      return nil
    }
    return Path(
      operation: Path.Operation(rawValue: op) ?? .multiply, unit: unit, points: points,
      interpolation: Path.Interpolation(rawValue: how) ?? .step, reverts: after == "revert",
      isAnnual: isAnnual, factor: factor)
  }
}
