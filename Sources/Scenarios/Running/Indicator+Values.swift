/// An indicator of one area and year in every draw.
struct IndicatorSample: Sendable {
  /// NaN in a draw without a value: a quotient whose divisor is 0.
  let values: [Double]
  /// The least difference that means something in each draw: what a millionth of a person in each
  /// metric changes, because sums over millions of people round there.
  let resolution: [Double]

  /// What a millionth of a person changes in a metric.
  static let ofMetric = 1e-6

  init(values: [Double], resolution: [Double]) {
    precondition(values.count == resolution.count, "\(values.count) draws")
    self.values = values
    self.resolution = resolution
  }

  init(metric values: [Double]) {
    self.init(values: values, resolution: values.map { _ in Self.ofMetric })
  }

  /// The values, 0 where they are below what sums over millions of people are known to.
  var levels: [Double] { zip(values, resolution).map { abs($0) < $1 ? 0 : $0 } }

  /// Differences to another sample, draw by draw; 0 below the larger resolution of the draw.
  func differences(to other: IndicatorSample) -> [Double] {
    values.indices.map { k in
      let difference = values[k] - other.values[k]
      return abs(difference) < max(resolution[k], other.resolution[k]) ? 0 : difference
    }
  }
}

extension Indicator {
  /// The indicator of an area in every draw; `nil` outside the horizon.
  func sample(
    _ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int
  ) -> IndicatorSample? {
    switch self {
    case .metric(let metric):
      return metric.values(store, area, year: year, launch: launch).map {
        IndicatorSample(metric: $0)
      }
    case .named(let indicator):
      guard let found = indicator.expression.rounded(store, area, year: year, launch: launch)
      else { return nil }
      return IndicatorSample(
        values: found.map { $0.value.isFinite ? $0.value : .nan },
        resolution: found.map { $0.value.isFinite ? $0.error : 0 })
    }
  }

  /// The values alone.
  func values(_ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int) -> [Double]? {
    sample(store, area, year: year, launch: launch)?.values
  }
}

/// A number with the error to first order that rounding in its metrics may bring.
private struct Rounded {
  let value: Double
  let error: Double

  func combined(_ operation: Expression.Operation, _ other: Rounded) -> Rounded {
    let (a, b) = (value, other.value)
    switch operation {
    case .plus: return Rounded(value: a + b, error: error + other.error)
    case .minus: return Rounded(value: a - b, error: error + other.error)
    case .times: return Rounded(value: a * b, error: abs(a) * other.error + abs(b) * error)
    case .over:
      return Rounded(value: a / b, error: (error + abs(a / b) * other.error) / abs(b))
    }
  }
}

extension Expression {
  /// - Complexity: O(draws · size)
  fileprivate func rounded(
    _ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int
  ) -> [Rounded]? {
    switch self {
    case .number(let value):
      return [Rounded](repeating: Rounded(value: value, error: 0), count: store.draws)
    case .reference(let reference):
      return reference.values(store, area, year: year, launch: launch)?.map {
        Rounded(value: $0, error: IndicatorSample.ofMetric)
      }
    case .negative(let part):
      return part.rounded(store, area, year: year, launch: launch)?.map {
        Rounded(value: -$0.value, error: $0.error)
      }
    case .operation(let operation, let a, let b):
      guard let left = a.rounded(store, area, year: year, launch: launch),
        let right = b.rounded(store, area, year: year, launch: launch)
      else { return nil }
      return zip(left, right).map { $0.combined(operation, $1) }
    case .probability(let condition):
      guard let found = condition.sample(store, area, year: year, launch: launch) else {
        return nil
      }
      // A draw without a value makes the share one of nothing.
      let share =
        found.contains { $0.holds == nil }
        ? .nan : Double(found.count { $0.holds == true }) / Double(store.draws)
      return [Rounded](repeating: Rounded(value: share, error: 0), count: store.draws)
    }
  }
}

extension Expression.Reference {
  /// The metric in every draw; `nil` outside the horizon.
  fileprivate func values(
    _ store: DrawStore, _ asked: Scenario.Area, year: Int, launch: Int
  ) -> [Double]? {
    let area = area ?? asked
    let year = self.year ?? year
    guard metric != .medianAge, cells != nil || programme != nil else {
      return metric.values(store, area, year: year, launch: launch, cells: cells)
    }
    let layout = store.layout
    guard let step = metric.step(year, launch, layout) else { return nil }
    if let programme, let what = metric.permitPlace {
      return store.sums(
        area.members.map { layout.permit(what, programme: programme, step: step, region: $0) })
    }
    guard let cells, let band = layout.requests.bands.firstIndex(of: cells) else {
      preconditionFailure("ages of an indicator that the run does not keep")
    }
    return store.sums(area.members.map { layout.band(own: band, step: step, region: $0) })
  }
}

extension Condition {
  /// One comparison in one draw.
  struct Outcome {
    let left: Double
    let right: Double
    /// `nil` where a side has no value.
    let holds: Bool?
  }

  /// The comparison in every draw; `nil` outside the horizon.
  func sample(_ store: DrawStore, _ area: Scenario.Area, year: Int, launch: Int) -> [Outcome]? {
    guard let a = left.rounded(store, area, year: year, launch: launch),
      let b = right.rounded(store, area, year: year, launch: launch)
    else { return nil }
    return zip(a, b).map { left, right in
      let isKnown = left.value.isFinite && right.value.isFinite
      return Outcome(
        left: left.value, right: right.value,
        holds: isKnown
          ? comparator.holds(left.value, right.value, slack: left.error + right.error) : nil)
    }
  }
}
