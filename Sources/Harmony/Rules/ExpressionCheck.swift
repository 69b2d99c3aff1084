internal import Demography

/// Evaluates an expression over groups of observations, once a period, for the rules built on one.
struct ExpressionCheck {
  let expression: Expression
  let tolerance: Tolerance
  /// Axes that may differ within a check.
  let bridged: Set<Axis>
  /// Judges a check whose sides are further apart than the tolerance; `nil` leaves it a failure.
  var judge: (Finding) -> Finding? = { _ in nil }

  /// Whether all terms are numeric columns, so that the check is about single rows.
  var isRowWise: Bool {
    expression.terms.allSatisfy { term in
      Observation.Column(rawValue: term.name).map(Observation.numberColumns.contains) ?? false
    }
  }

  func run(_ rows: [Observation], by columns: [Observation.Column], into tally: inout RuleTally) {
    if isRowWise {
      for row in rows { checkRow(row, &tally) }
      return
    }
    let names = Set(expression.terms.map(\.name))
    let relevant = rows.filter { names.contains($0.measure) }
    let columns = columns.filter { $0 != .period && $0 != .frequency }
    for group in Group.groups(relevant, by: columns) {
      let index = MeasureIndex(group.rows)
      for period in index.anchors { check(period, index, &tally) }
    }
  }

  private func checkRow(_ row: Observation, _ tally: inout RuleTally) {
    func number(_ term: Expression.Term) -> Double? {
      Observation.Column(rawValue: term.name).flatMap { row.number($0) }
    }
    guard let left = Expression.value(expression.left, number),
      let right = Expression.value(expression.right, number)
    else {
      let missing = expression.terms.first { number($0) == nil }?.name ?? "/ 0"
      tally.skip(Finding(row, detail: Detail("rule.detail.missing", ["term": missing])))
      return
    }
    conclude(left, right, rounding: 0, row.period, row.place, [row], &tally)
  }

  private func check(_ period: Period, _ index: MeasureIndex, _ tally: inout RuleTally) {
    var used: [Observation] = []
    var problem: Detail?
    func resolve(_ term: Expression.Term) -> Double? {
      let rows = index.rows(term, at: period)
      guard term.isSum || rows.count <= 1 else {
        problem = Detail("rule.detail.ambiguous", ["term": term.name, "count": "\(rows.count)"])
        return nil
      }
      var sum = 0.0
      for row in rows {
        guard let value = row.scaledValue else { return nil }
        sum += value
      }
      guard !rows.isEmpty else { return nil }
      used += rows
      return sum
    }
    let left = Expression.value(expression.left, resolve)
    let right = Expression.value(expression.right, resolve)
    guard let left, let right else {
      let found = used
      let missing = expression.terms.first { resolve($0) == nil }?.name ?? "/ 0"
      tally.skip(
        Finding(
          period: period.description, area: Group(key: [], rows: found).area,
          left: expression.leftText, left, right: expression.rightText, right,
          detail: problem ?? Detail("rule.detail.missing", ["term": missing]), observations: found))
      return
    }
    let rounding = used.reduce(0) { $0 + $1.scaledRounding }
    let area = Group(key: [], rows: used).area
    if let mixed = Comparability.firstDifference(used, except: bridged) {
      tally.fail(Finding.refusal(mixed, period: period, area: area, used))
      return
    }
    conclude(left, right, rounding: rounding, period, area, used, &tally)
  }

  private func conclude(
    _ left: Double, _ right: Double, rounding: Double, _ period: Period, _ area: String,
    _ used: [Observation], _ tally: inout RuleTally
  ) {
    let width = tolerance.width(left, right, rounding: rounding)
    let holds =
      switch expression.relation {
      case .equal: abs(left - right) <= width
      case .atMost: left <= right + width
      case .atLeast: left >= right - width
      }
    let finding = Finding.difference(
      expression.leftText, left, expression.rightText, right, tolerance: width, period, area, used)
    if let judged = judge(finding) {
      judged.outcome == .failed ? tally.fail(judged) : tally.pass(declared: judged)
    } else if holds {
      tally.pass(used)
    } else {
      tally.fail(finding)
    }
  }
}

extension Finding {
  /// Two sides that should agree and do not.
  static func difference(
    _ left: String, _ leftValue: Double, _ right: String, _ rightValue: Double, tolerance: Double,
    _ period: Period, _ area: String, _ used: [Observation]
  ) -> Finding {
    Finding(
      period: period.description, area: area, left: left, leftValue, right: right, rightValue,
      tolerance: tolerance,
      detail: Detail(
        "rule.detail.differs",
        [
          "left": left, "left_value": text(leftValue), "right": right,
          "right_value": text(rightValue), "difference": text(leftValue - rightValue),
        ]), observations: used)
  }

  /// Numbers that were not compared because their definitions differ.
  static func refusal(
    _ mixed: (axis: Axis, a: Observation, b: Observation), period: Period, area: String,
    _ used: [Observation]
  ) -> Finding {
    Finding(
      period: period.description, area: area, left: mixed.a.source, mixed.a.value,
      right: mixed.b.source, mixed.b.value,
      detail: Detail(
        "rule.detail.incomparable",
        [
          "axis": mixed.axis.rawValue, "left": mixed.axis.value(of: mixed.a),
          "right": mixed.axis.value(of: mixed.b),
        ]), observations: used, isRefusal: true)
  }
}

/// The rows of a group by measure and period.
private struct MeasureIndex {
  private var byPeriod: [String: [Period: [Observation]]] = [:]
  private var byDay: [String: [Day: [Observation]]] = [:]
  /// The periods to check: those of flows, or the days of stocks when there are no flows.
  let anchors: [Period]

  init(_ rows: [Observation]) {
    for row in rows {
      byPeriod[row.measure, default: [:]][row.period, default: []].append(row)
      if row.period.frequency == "D" {
        byDay[row.measure, default: [:]][row.period.firstDay, default: []].append(row)
      }
    }
    let periods = Set(rows.map(\.period))
    let spans = periods.filter { $0.unit == .month }
    anchors = (spans.isEmpty ? periods : spans).sorted()
  }

  func rows(_ term: Expression.Term, at anchor: Period) -> [Observation] {
    let period = anchor.advanced(by: term.offset)
    let rows = byPeriod[term.name]?[period] ?? byDay[term.name]?[period.firstDay] ?? []
    guard let selector = term.selector else { return rows }
    return rows.filter { selector.holds(for: $0) }
  }
}
