import Demography
import Kernel

// What files say must hold, and want to be warned of.

extension ResultTables {
  /// Looks at what a file says must hold, and at what it wants to be warned of.
  ///
  /// - Throws: `scenario.assert-failed`, one for each `assert` that does not hold in every draw.
  mutating func addChecks(
    _ store: DrawStore, _ scenario: Scenario, _ variant: String
  ) throws(Faults) {
    var broken: [Fault] = []
    for check in scenario.checks {
      guard let worst = worst(check, store, scenario) else { continue }
      let fault = Fault(
        .checkFailed,
        check.kind == .assert ? "scenario.assert-failed" : "scenario.warn-if",
        [
          "check": check.text, "scenario": scenario.id, "variant": variant,
          "area": worst.area, "year": String(worst.year), "count": String(worst.count),
          "draws": String(store.draws), "left": shown(worst.left), "right": shown(worst.right),
        ], at: check.place)
      if check.kind == .assert { broken.append(fault) } else { checkWarnings.append(fault) }
    }
    if !broken.isEmpty { throw Faults(broken) }
  }

  /// Where the most draws break an `assert`, or meet a `warn_if` in more than half of them; `nil` nowhere.
  ///
  /// - Returns: with the sides of the first such draw.
  private func worst(
    _ check: Check, _ store: DrawStore, _ scenario: Scenario
  ) -> (area: String, year: Int, count: Int, left: Double, right: Double)? {
    var worst: (area: String, year: Int, count: Int, left: Double, right: Double)?
    let isStock = check.condition.references.allSatisfy { $0.metric.isStock || $0.year != nil }
    for area in scenario.comparison.areas {
      for year in years(scenario, isStock: isStock) {
        guard
          let found = check.condition.sample(store, area, year: year, launch: baseline.launch)
        else { continue }
        // What has no value does not hold.
        let hits = found.filter { check.kind == .assert ? $0.holds != true : $0.holds == true }
        guard let first = hits.first, hits.count > worst?.count ?? 0,
          check.kind == .assert || 2 * hits.count > found.count
        else { continue }
        worst = (area.name, year, hits.count, first.left, first.right)
      }
    }
    return worst
  }

  /// The years of a comparison; the horizon, with which no year begins, stands for the last one where
  /// something of a whole year is asked for.
  func years(_ scenario: Scenario, isStock: Bool) -> [Int] {
    let last = baseline.horizon - (isStock ? 0 : baseline.stepYears)
    return Set(scenario.comparison.years.map { min($0, last) }).sorted()
  }

  /// Six digits, enough for a message.
  private func shown(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return text(value) }
    let scale = power(10, 5 - decimalLog(abs(value)).rounded(.down))
    return text((value * scale).rounded() / scale)
  }
}
