import Demography
import Kernel

/// The rows of a count model and the columns of both its linear predictors.
struct CountDesign {
  let design: RegressionDesign
  let rows: [Int]
  let dropped: [DroppedRows]
  let count: PartDesign
  /// `nil` for families without a zero part.
  let zero: PartDesign?
  /// Offset of the zero part.
  let zeroOffset: [Double]?

  /// - Throws: `Faults` of the formulas and the data; `fit.no-zeros` where a zero part has nothing to
  ///   explain.
  init(
    _ specification: LikelihoodSpecification, _ part: ZeroPart, _ data: FlowData,
    _ options: RegressionOptions
  ) throws {
    let formula = specification.formula
    guard part != .none else {
      let design = try RegressionDesign.ofFlows(formula, data, options)
      self.design = design
      rows = design.rows
      dropped = design.dropped
      count = try PartDesign(design, data)
      zero = nil
      zeroOffset = nil
      return
    }
    let zeroFormula = specification.zero ?? formula.regressorsAlone
    let usable = try RegressionDesign(zeroFormula, data, clusters: [])
    let isUsable = Set(usable.rows)
    let narrowed = data.filtered { isUsable.contains($0) }
    design =
      part == .inflated
      ? try RegressionDesign.ofFlows(formula, narrowed, options)
      : try Self.ofHurdle(formula, narrowed, options)
    guard design.y.contains(0) else {
      throw Faults(Fault(.badData, "fit.no-zeros", ["column": formula.response.name]))
    }
    rows = design.rows.map { usable.rows[$0] }
    dropped = usable.dropped + design.dropped
    count = try PartDesign(design, narrowed)
    var zeroDesign = usable
    let isKept = Set(design.rows)
    zeroDesign.keep(usable.rows.indices.map { isKept.contains($0) })
    zero = try PartDesign(zeroDesign, data)
    zeroOffset = zeroDesign.offset
  }

  /// Zeros say nothing of the truncated count, so that none is separated from it.
  private static func ofHurdle(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionDesign {
    var design = try RegressionDesign(formula, data, clusters: options.covariance.columns)
    try design.refuseNegative(formula, data)
    design.dropEmptyLevels(data)
    if options.dropsSingletons { design.dropSingletons(data, options.weighting) }
    try design.requireRows(formula, data)
    return design
  }
}
