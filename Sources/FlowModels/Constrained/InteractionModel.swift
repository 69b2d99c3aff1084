import Demography

/// Maximum likelihood for the family of interaction models.
///
/// The Poisson maximum with effects of the constrained side is also that of the multinomial choice of a
/// destination, and meets the mean of every deterrence term (Flowerdew & Aitkin 1982; Davies & Guy 1987); so one
/// calibration serves the whole family.
public enum InteractionModel {
  /// - Parameters:
  ///   - flows: `origins · destinations`, origin fastest, not negative; of closed pairs not read.
  /// - Throws: `Faults`: flows missing or negative, masses missing or not positive, terms that others determine, no
  ///   maximum (`interaction.not-converged`).
  /// - Complexity: O(pairs · terms² + parameters³) an iteration, some 10 iterations.
  public static func fit(
    _ specification: InteractionSpecification, _ table: InteractionTable, flows: [Double],
    masses: InteractionMasses = InteractionMasses(), options: InteractionOptions
  ) throws -> InteractionFit {
    try check(flows, table)
    if specification.locality == .byDestination {
      let turned = try fit(
        specification.transposed(table), table.transposed, flows: table.transposing(flows),
        masses: masses.transposed, options: options)
      return turned.transposed(as: specification)
    }
    let design = try InteractionDesign(specification, table, flows: flows, masses: masses)
    let solution = try InteractionNewton(design, flows: flows).solve()
    return InteractionFit(specification, design, flows: flows, solution, options)
  }

  /// One model for each origin on its own row, with its own constant: what a production-constrained local
  /// model consists of, each with its own measures of fit.
  ///
  /// - Throws: the faults of all origins that cannot be fitted.
  public static func fitByOrigin(
    _ specification: InteractionSpecification, _ table: InteractionTable, flows: [Double],
    masses: InteractionMasses, options: InteractionOptions
  ) throws -> [InteractionFit] {
    try check(flows, table)
    var faults: [Fault] = []
    var fits: [InteractionFit] = []
    for i in table.origins.indices {
      let row = InteractionSpecification(
        .production, specification.deterrence,
        destinationExponent: specification.destinationExponent,
        covariates: specification.covariates.map {
          InteractionCovariate($0.name, table.row($0.values, i))
        })
      do {
        fits.append(
          try fit(
            row, table.only(origin: i), flows: table.row(flows, i),
            masses: InteractionMasses(destinations: masses.destinations), options: options))
      } catch let found as Faults {
        faults += found.all
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return fits
  }

  /// As `fitByOrigin`, one model for each destination on its own column; the fits are of the transposed table.
  public static func fitByDestination(
    _ specification: InteractionSpecification, _ table: InteractionTable, flows: [Double],
    masses: InteractionMasses, options: InteractionOptions
  ) throws -> [InteractionFit] {
    try fitByOrigin(
      specification.transposed(table), table.transposed, flows: table.transposing(flows),
      masses: masses.transposed, options: options)
  }

  private static func check(_ flows: [Double], _ table: InteractionTable) throws {
    precondition(flows.count == table.count, "\(flows.count) flows for \(table.count) pairs")
    let n = table.origins.count
    let faults = flows.indices.filter {
      table.isOpen[$0] && !(flows[$0] >= 0 && flows[$0] < .infinity)
    }.prefix(100).map { cell in
      Fault(
        .badData, "interaction.bad-flow",
        [
          "origin": table.origins[cell % n], "destination": table.destinations[cell / n],
          "found": text(flows[cell]),
        ])
    }
    guard faults.isEmpty else { throw Faults(Array(faults)) }
  }
}
