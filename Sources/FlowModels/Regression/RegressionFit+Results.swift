public import Demography
import Glibc

extension RegressionFit {
  /// Expected flows of other rows, on the scale of the response.
  ///
  /// - Returns: one value for each row; `nil` where a value is missing or a level was not fitted, of
  ///   an effect or of `i(…)`.
  /// - Throws: `Faults` when a column is missing or holds no numbers.
  public func predict(_ data: FlowData) throws -> [Double?] {
    let slopes = formula.effects.map(\.slope)
    let columns = try data.inputs(
      of: (formula.terms + formula.offsets + slopes.compactMap { $0 }).map(\.expression))
    let indices = try formula.effects.map { effect in
      try effect.columns.map { try data.index(of: $0, namedAt: effect.place) }
    }
    let levels = zip(indices, fixedEffects).map { columns, effect in
      let lookup = Dictionary(uniqueKeysWithValues: zip(effect.levels, effect.values))
      let grouping = Grouping(data, rows: Array(0..<data.count), columns: columns)
      let values = grouping.levels.map { lookup[$0] }
      return grouping.level.map { values[Int($0)] }
    }
    let multipliers = slopes.map { $0?.expression.values(columns, count: data.count) }
    let terms = formula.terms.map { $0.expression.values(columns, count: data.count) }
    let offsets = formula.offsets.map { $0.expression.values(columns, count: data.count) }
    let unseen = try factors.map { try $0.unseen(in: data) }
    let estimates = Dictionary(uniqueKeysWithValues: coefficients.map { ($0.term, $0.estimate) })
    return (0..<data.count).map { row in
      guard unseen.allSatisfy({ $0[row] == nil }) else { return nil }
      var linear = estimates["(Intercept)"] ?? 0
      for (term, values) in zip(formula.terms, terms) {
        guard let estimate = estimates[term.name] else { continue }
        guard values[row].isFinite else { return nil }
        linear += estimate * values[row]
      }
      for values in offsets {
        guard values[row].isFinite else { return nil }
        linear += values[row]
      }
      for (values, factor) in zip(levels, multipliers) {
        guard let value = values[row] else { return nil }
        let part = value * (factor?[row] ?? 1)
        guard part.isFinite else { return nil }
        linear += part
      }
      return model == LinearFlowModel.id ? linear : exp(linear)
    }
  }

  /// The coefficients as a run publishes them.
  public func coefficientTable(model: String) -> Table {
    Table(
      "gravity",
      [
        .text("model", coefficients.map { _ in model }),
        .text("term", coefficients.map(\.term)),
        .real("estimate", coefficients.map(\.estimate)),
        .real("std_error", coefficients.map(\.standardError)),
        .real("statistic", coefficients.map(\.statistic)),
        .real("p_value", coefficients.map(\.pValue)),
        .real("conf_low", coefficients.map(\.confidenceLow)),
        .real("conf_high", coefficients.map(\.confidenceHigh)),
      ])
  }
}
