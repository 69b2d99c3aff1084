import Demography

/// Fits gravity specifications to estimated tables.
public enum GravityFit {
  /// Fits a specification to the flows between areas; the diagonal is left out.
  ///
  /// Columns of the formula: `flow`, `origin`, `destination`, `distance` (km), `contig` (0 or 1).
  /// - Throws: as `FlowRegression.fit`.
  public static func fit(
    _ specification: GravitySpecification, on estimate: ODEstimate, inputs: ODInputs
  ) throws -> RegressionFit {
    guard let formula = specification.formula,
      let regression = FlowModelCatalogue.regression(named: specification.model)
    else {
      throw Fault(
        .badConfiguration, "model.kind", ["found": specification.model, "known": "", "nearest": ""])
    }
    return try regression.fit(formula, rows(estimate, inputs), specification.options)
  }

  private static func rows(_ estimate: ODEstimate, _ inputs: ODInputs) -> FlowData {
    let n = estimate.areas.count
    let pairs = estimate.areas.indices.flatMap { i in
      estimate.areas.indices.filter { $0 != i }.map { (i: i, j: $0) }
    }
    let cells = pairs.map { $0.j * n + $0.i }
    return FlowData(
      columns: [
        ("origin", pairs.map { estimate.areas[$0.i] }),
        ("destination", pairs.map { estimate.areas[$0.j] }),
        ("flow", cells.map { text(estimate.flows.values[$0]) }),
        ("distance", cells.map { text(inputs.distances[$0]) }),
        ("contig", cells.map { inputs.isAdjacent[$0] ? "1" : "0" }),
      ], name: estimate.specification.id)
  }
}
