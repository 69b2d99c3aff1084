import Demography

extension RegressionDesign {
  /// The rows of a formula whose response are flows: none negative, and only those on which a model
  /// with a logarithmic link has a finite maximum. What is left out is listed.
  ///
  /// - Parameters:
  ///   - takesZeros: `false` for families that know no zero; zeros are then left out.
  ///   - searchesSeparation: `false` where the caller sees to separated rows, see `PoissonMaximum`.
  static func ofFlows(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions, takesZeros: Bool = true,
    searchesSeparation: Bool = true
  ) throws -> RegressionDesign {
    var design: RegressionDesign
    do {
      design = try RegressionDesign(formula, data, clusters: options.covariance.columns)
    } catch let faults as Faults {
      // Negative flows are told with the other faults of the file, not after they are mended.
      throw Faults(faults.all + negativeCells(formula, data))
    }
    try design.refuseNegative(formula, data)
    if takesZeros { design.dropEmptyLevels(data) } else { design.dropZeros(data) }
    if options.dropsSingletons { design.dropSingletons(data, options.weighting) }
    try design.requireRows(formula, data)
    guard searchesSeparation else { return design }
    try design.dropSeparated(data, options.separation)
    try design.requireRows(formula, data)
    return design
  }

  private mutating func dropZeros(_ data: FlowData) {
    let zeros = rows.indices.filter { y[$0] == 0 }
    guard !zeros.isEmpty else { return }
    dropped.append(DroppedRows(.zeroFlow, lines: zeros.map { data.line(of: rows[$0]) }))
    keep(y.map { $0 != 0 })
  }

  /// Negative cells of a response that is a column as it stands.
  private static func negativeCells(_ formula: Formula, _ data: FlowData) -> [Fault] {
    guard let column = data.columnNames.firstIndex(of: formula.response.name) else { return [] }
    return (0..<data.count).compactMap { row in
      guard case .number(let value) = data.cell(row: row, column: column), value < 0 else {
        return nil
      }
      return Fault(
        .badData, "flows.negative", ["found": text(value), "column": formula.response.name],
        at: data.place(row: row, column: column))
    }
  }

  /// - Throws: `Faults` with every negative flow, the first hundred.
  func refuseNegative(_ formula: Formula, _ data: FlowData) throws {
    let faults = y.indices.filter { y[$0] < 0 }.prefix(100).map { k in
      Fault(
        .badData, "flows.negative", ["found": text(y[k]), "column": formula.response.name],
        at: data.place(of: formula.response, row: rows[k]))
    }
    guard faults.isEmpty else { throw Faults(Array(faults)) }
  }
}
