/// What scenarios ask of the record of a draw beyond what every record holds.
struct RecordRequests: Hashable, Sendable {
  /// The median age of the people of some places together.
  struct MedianAge: Hashable, Sendable {
    /// Places by index.
    let members: [Int]
    /// Ages and sexes that count, `2 · ages` values; `nil` for everybody.
    let cells: [Bool]?
  }

  /// Ages and sexes that are counted, `2 · ages` values each, every one once.
  private(set) var bands: [[Bool]] = []
  private(set) var medianAges: [MedianAge] = []
  /// Whether settlers are followed by the year in which they settled.
  private(set) var followsSettlers = false

  init(_ scenarios: [Scenario] = []) {
    for scenario in scenarios { add(scenario) }
  }

  private mutating func add(_ scenario: Scenario) {
    let areas = scenario.askedAreas
    for indicator in scenario.askedIndicators {
      switch indicator {
      case .metric(let metric): add(metric, areas, cells: nil)
      case .named(let named): add(named.expression.references, areas)
      }
    }
    add(scenario.checks.flatMap(\.condition.references), areas)
  }

  private mutating func add(_ references: [Expression.Reference], _ areas: [Scenario.Area]) {
    for reference in references {
      add(reference.metric, reference.area.map { [$0] } ?? areas, cells: reference.cells)
    }
  }

  private mutating func add(_ metric: Metric, _ areas: [Scenario.Area], cells: [Bool]?) {
    if metric.isOfSettlers { followsSettlers = true }
    guard metric == .medianAge else {
      if let cells, !bands.contains(cells) { bands.append(cells) }
      return
    }
    for area in areas {
      let wanted = MedianAge(members: area.members, cells: cells)
      if !medianAges.contains(wanted) { medianAges.append(wanted) }
    }
  }
}

extension Scenario {
  /// Areas for which metrics and indicators are asked.
  fileprivate var askedAreas: [Area] {
    comparison.areas + comparison.thresholds.map(\.area) + (goal.map { [$0.area] } ?? [])
  }

  /// All that is asked of them; an indicator that nothing compares is in tables all the same.
  fileprivate var askedIndicators: [Indicator] {
    comparison.metrics + comparison.thresholds.map(\.metric) + (goal.map { [$0.metric] } ?? [])
      + indicators.map { .named($0) }
  }
}
