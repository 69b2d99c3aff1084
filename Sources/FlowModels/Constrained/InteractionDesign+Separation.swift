import Demography

extension InteractionDesign {
  /// Why no finite estimate exists, where that is so: a combination of terms and effects that is 0 in every
  /// pair with a flow and above 0 in some without, whose means would go to 0 for ever.
  ///
  /// - Parameter flows: by cell.
  /// - Returns: `nil` where no such combination exists.
  /// - Throws: as `Separation.find`.
  func separation(_ flows: [Double]) throws -> Fault? {
    let cells = cells
    let n = table.origins.count
    let terms = separable
    var columns = [("flow", cells.map { text(flows[$0]) })]
    columns.append(("origin", cells.map { table.origins[$0 % n] }))
    columns.append(("destination", cells.map { table.destinations[$0 / n] }))
    for (k, term) in terms.enumerated() {
      columns.append(("x\(k)", cells.map { text(term.values[$0]) }))
    }
    let effects =
      (originParameter.contains { $0 >= 0 } ? ["origin"] : [])
      + (destinationParameter.contains { $0 >= 0 } ? ["destination"] : [])
    let right = terms.isEmpty ? "1" : terms.indices.map { "x\($0)" }.joined(separator: " + ")
    let formula = try Formula.parse(
      "flow ~ \(right)\(effects.isEmpty ? "" : " | " + effects.joined(separator: " + "))")
    let design = try RegressionDesign(formula, FlowData(columns: columns), clusters: [])
    let search = Separation(design, hasIntercept: formula.hasIntercept)
    guard let found = try search.find(.automatic).first else { return nil }
    let pairs = found.rows.prefix(3).map { row in
      let cell = cells[design.rows[row]]
      return "\(table.origins[cell % n]) → \(table.destinations[cell / n])"
    }
    return Fault(
      .incomplete, "interaction.separated",
      [
        "combination": search.text(of: found.combination, terms: terms.map(\.name)),
        "count": "\(found.rows.count)",
        "pairs": pairs.joined(separator: ", ") + (found.rows.count > 3 ? ", …" : ""),
      ])
  }

  /// Terms by cell, those of one origin 0 elsewhere; without the constant.
  private var separable: [(name: String, values: [Double])] {
    let n = table.origins.count
    var terms = common.indices.dropFirst(hasIntercept ? 1 : 0).map { (commonNames[$0], common[$0]) }
    for i in table.origins.indices where localParameter[i] >= 0 {
      for k in local.indices {
        terms.append(
          (
            "\(localNames[k]):\(table.origins[i])",
            local[k].indices.map { $0 % n == i ? local[k][$0] : 0 }
          ))
      }
    }
    return terms
  }
}
