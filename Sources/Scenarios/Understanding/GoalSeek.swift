public import Demography
import Kernel

/// What was found when a value of a parameter was sought that reaches a goal.
public struct GoalSeek: Sendable {
  public let goal: Scenario.Goal
  /// The value to be reached.
  public let target: Double
  /// The parameter's value; `nil` where no value within the bounds reaches the target.
  public let value: Double?
  /// Parameter values that were tried, ascending, with what they bring.
  public let tried: [(parameter: Double, outcome: Double)]

  /// `goal_seek`: every value tried with its outcome and the distance to the target.
  public func table(scenario: String) -> Table {
    let sorted = tried.sorted { $0.parameter < $1.parameter }
    return Table(
      "goal_seek",
      [
        .text("scenario", sorted.map { _ in scenario }),
        .text("variant", sorted.map { _ in goal.variant }),
        .text("parameter", sorted.map { _ in goal.parameter }),
        .real("value", sorted.map(\.parameter)), .real("outcome", sorted.map(\.outcome)),
        .real("target", sorted.map { _ in target }),
        .real("distance", sorted.map { $0.outcome - target }),
      ])
  }
}

extension ScenarioRun {
  /// Points of the bounds tried before a root is enclosed, so that a goal reached in the middle only is
  /// found.
  static var scanPoints: Int { 5 }

  /// Looks for the value of a parameter at which a quantile of a metric reaches its target.
  ///
  /// All values are tried on the same draws, so the outcome is a plain function of the parameter. The
  /// bounds are scanned in equal parts; the first part whose ends lie on both sides of the target is
  /// narrowed by Brent's method to a thousandth of the bounds. Nothing is extrapolated.
  /// - Throws: `Faults` when an account does not close.
  public func seek(
    _ scenario: Scenario, _ goal: Scenario.Goal, progress: (@Sendable (Double) -> Void)? = nil
  ) throws(Faults) -> GoalSeek {
    if let own = apart(scenario) { return try own.seek(scenario, goal, progress: progress) }
    var search = try GoalSearch(self, scenario, goal)
    let target = try search.target()
    let width = goal.bounds.upperBound - goal.bounds.lowerBound
    var below: (x: Double, gap: Double)?
    for k in 0..<Self.scanPoints {
      let x = goal.bounds.lowerBound + width * Double(k) / Double(Self.scanPoints - 1)
      let gap = search.outcome(x) - target
      if let fault = search.fault { throw fault }
      progress?(Double(k + 1) / Double(2 * Self.scanPoints))
      if gap == 0 { return search.found(x, target) }
      guard !gap.isNaN else {
        below = nil
        continue
      }
      if let start = below, (start.gap < 0) != (gap < 0) {
        let root = try search.root(in: start.x...x, target)
        return search.found(root, target)
      }
      below = (x, gap)
    }
    return search.found(nil, target)
  }
}

/// The outcome of a goal's metric as a function of its parameter.
private struct GoalSearch {
  private let run: ScenarioRun
  private let scenario: Scenario
  private let goal: Scenario.Goal
  private let active: [Scenario.Lever]
  private let set: [String: Double]
  private let lastYear: Int
  private let shared: SharedDraws
  private var tried: [(parameter: Double, outcome: Double)] = []
  /// The first account that did not close.
  private(set) var fault: Faults?

  init(_ run: ScenarioRun, _ scenario: Scenario, _ goal: Scenario.Goal) throws(Faults) {
    self.run = run
    self.scenario = scenario
    self.goal = goal
    let variant = scenario.variants.first { $0.id == goal.variant }
    active = scenario.levers.filter { variant?.isOn($0) ?? $0.isEnabled }
    set = variant?.set ?? [:]
    var last = goal.year
    if case .levelOf(let year) = goal.target { last = max(last, year) }
    lastYear = min(run.baseline.horizon, goal.metric.lastJanuary(for: last, run.baseline.stepYears))
    shared = try run.shared(lastYear: lastYear)
  }

  func target() throws(Faults) -> Double {
    switch goal.target {
    case .value(let value): return value
    case .levelOf(let year):
      return level(
        try run.store(scenario, [], [:], lastYear: lastYear, shared: shared), year)
    }
  }

  /// NaN, and a fault noted, where an account does not close.
  mutating func outcome(_ x: Double) -> Double {
    if let known = tried.first(where: { $0.parameter == x }) { return known.outcome }
    do throws(Faults) {
      let store = try run.store(
        scenario, active, set.merging([goal.parameter: x]) { $1 }, lastYear: lastYear,
        shared: shared)
      let outcome = level(store, goal.year)
      tried.append((x, outcome))
      return outcome
    } catch {
      fault = error
      return .nan
    }
  }

  /// - Throws: the fault of an account, or `scenario.goal-search` where the search does not end.
  mutating func root(in part: ClosedRange<Double>, _ target: Double) throws(Faults) -> Double {
    let width = goal.bounds.upperBound - goal.bounds.lowerBound
    let size = max(abs(part.lowerBound), abs(part.upperBound))
    do {
      return try brentRoot(in: part, tolerance: 1e-3 * width / size) { outcome($0) - target }
    } catch {
      throw fault
        ?? Faults(
          Fault(.checkFailed, "scenario.goal-search", ["parameter": goal.parameter]))
    }
  }

  /// NaN where a draw has no value.
  private func level(_ store: DrawStore, _ year: Int) -> Double {
    let values = goal.metric.values(store, goal.area, year: year, launch: run.baseline.launch)
    guard let values, !values.contains(where: \.isNaN) else { return .nan }
    return Statistics.quantile(values, goal.quantile)
  }

  func found(_ value: Double?, _ target: Double) -> GoalSeek {
    GoalSeek(goal: goal, target: target, value: value, tried: tried)
  }
}
