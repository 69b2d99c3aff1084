import Demography
import Glibc
import Kernel

/// Maximum likelihood of mixed models: Newton's method on Laplace's approximation, and from its maximum
/// on adaptive quadrature where the specification asks for nodes.
///
/// Second derivatives are differences of the exact gradient. Standard errors of count models are those
/// of all parameters together; of normal ones those of the coefficients at the variances found, as
/// `(X'V⁻¹X)⁻¹`. Normal responses are divided by their spread about least squares before the search,
/// and what is found is multiplied by it again: steps and bounds of the search hold in any unit.
struct MixedRegression {
  let id: String
  let response: MixedResponse
  /// Whether every row has an effect of its own beside the groupings asked for.
  let hasRowEffect: Bool
  let isRestricted: Bool

  func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try specification.require(zero: false, random: hasRowEffect ? .optional : .needed, of: id)
    guard options.covariance == .iid else {
      throw Faults(Fault(.usage, "fit.mixed-covariance", ["found": options.covariance.text]))
    }
    let design = try self.design(specification.formula, data, options)
    let part = try PartDesign(design, data)
    let random = try RandomDesign(
      specification.random, withRow: hasRowEffect, design, data)
    let known = design.offset
    let unit = try self.unit(known.map { zip(design.y, $0).map { $0 - $1 } } ?? design.y, part.X)
    let likelihood = LaplaceLikelihood(
      y: design.y.map { $0 / unit }, X: part.X, random: random, response: response,
      isRestricted: isRestricted, offset: known?.map { $0 / unit })
    let search = LaplaceSearch(likelihood: likelihood, names: part.names, options: options)
    let found =
      try quadrature(specification.nodes, likelihood).map { quadrature in
        try LaplaceSearch(
          likelihood: likelihood, names: part.names, options: options, quadrature: quadrature
        ).maximum(from: search.maximum().point)
      } ?? search.maximum()
    let mode = try search.mode(found.point)
    return try MixedResult(
      id: id, specification: specification, options: options, design: design, part: part,
      likelihood: likelihood, unit: unit, found: found, mode: mode, data: data
    ).fit()
  }

  /// - Throws: `Faults` where effects of several groupings, or normal rows, leave nothing to quadrature.
  private func quadrature(
    _ nodes: Int, _ likelihood: LaplaceLikelihood
  ) throws -> QuadratureLikelihood? {
    guard nodes > 1 else { return nil }
    guard response != .normal else {
      throw Faults(Fault(.usage, "fit.no-quadrature", ["family": id]))
    }
    let names = likelihood.random.names
    guard names.count == 1 else {
      throw Faults(
        Fault(.usage, "fit.quadrature-groupings", ["found": names.joined(separator: ", ")]))
    }
    guard let rule = try? GaussRule.normal(nodes) else { throw FitError.singular.fault }
    return QuadratureLikelihood(likelihood, rule)
  }

  /// What responses are divided by, so that the search knows no unit: the spread of normal ones about
  /// least squares. Counts have their unit.
  /// - Throws: `fit.singular` where the regressors leave nothing to explain.
  private func unit(_ y: [Double], _ X: Matrix) throws -> Double {
    guard response == .normal else { return 1 }
    let fitted = X.times(LeastSquaresStart(y: y, X: X).coefficients())
    let rest = y.indices.map { y[$0] - fitted[$0] }
    let spread = norm(rest) / Double(y.count).squareRoot()
    guard spread > 0 else { throw FitError.singular.fault }
    return spread
  }

  private func design(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionDesign {
    guard response == .normal else { return try RegressionDesign.ofFlows(formula, data, options) }
    var design = try RegressionDesign(formula, data, clusters: [])
    if options.dropsSingletons { design.dropSingletons(data, options.weighting) }
    try design.requireRows(formula, data)
    return design
  }
}

/// The search for the maximum of Laplace's approximation, or of quadrature about its modes.
struct LaplaceSearch {
  let likelihood: LaplaceLikelihood
  let names: [String]
  let options: RegressionOptions
  var quadrature: QuadratureLikelihood?

  func maximum(from given: [Double]? = nil) throws -> NewtonMaximum.Result {
    let rows = Double(likelihood.y.count).squareRoot()
    let fixed = likelihood.isRestricted ? [] : likelihood.X.columnNorms
    let rest = likelihood.parameterCount - fixed.count
    return try NewtonMaximum(
      names: (likelihood.isRestricted ? [] : names)
        + likelihood.random.names.map { "variance(\($0))" }
        + (likelihood.response.hasShape ? ["shape"] : []),
      sizes: fixed + [Double](repeating: rows, count: rest),
      maximumIterations: options.maximumIterations
    ).maximise(
      from: try given ?? start(), value: { value($0) }, derivatives: { try derivatives($0) })
  }

  func mode(_ psi: [Double]) throws -> LaplaceLikelihood.Mode {
    do { return try likelihood.mode(psi, from: nil) } catch { throw error.fault }
  }

  /// −∞ where a step went so far that the effects of the point cannot be found: it is then halved.
  private func value(_ psi: [Double]) -> Double {
    guard let mode = try? likelihood.mode(psi, from: nil) else { return -.infinity }
    return quadrature?.value(psi, mode) ?? mode.value
  }

  /// The gradient, and the information by central differences of it.
  private func derivatives(_ psi: [Double]) throws -> NewtonMaximum.Derivatives {
    let p = psi.count
    let fixed = likelihood.isRestricted ? [] : likelihood.X.columnNorms
    let root = Double(likelihood.y.count).squareRoot()
    let steps = (0..<p).map { $0 < fixed.count ? 1e-4 * root / fixed[$0] : 1e-4 }
    let points =
      [psi]
      + (0..<p).flatMap { k in
        [steps[k], -steps[k]].map { step in
          var moved = psi
          moved[k] += step
          return moved
        }
      }
    let centre = try mode(psi)
    let (likelihood, quadrature) = (likelihood, quadrature)
    let gradients: [[Double]]
    do {
      gradients = try parallelMap(points.count) { i throws(FitError) -> [Double] in
        let mode = try likelihood.mode(points[i], from: centre.u)
        return quadrature?.gradient(points[i], mode) ?? likelihood.gradient(points[i], mode)
      }
    } catch {
      throw error.fault
    }
    var H = Matrix(rows: p, columns: p)
    for k in 0..<p {
      for j in 0..<p {
        H[j, k] = (gradients[2 + 2 * k][j] - gradients[1 + 2 * k][j]) / (2 * steps[k])
      }
    }
    return NewtonMaximum.Derivatives(
      gradient: gradients[0], information: 0.5 * (H + H.transposed))
  }

  /// Coefficients without random effects, a third as deviation of each effect, the rest as shape.
  private func start() throws -> [Double] {
    let sigma = likelihood.random.groupings.map { _ in 1.0 / 3 }
    guard likelihood.response != .normal else {
      let y = likelihood.offset.map { zip(likelihood.y, $0).map { $0 - $1 } } ?? likelihood.y
      let beta = LeastSquaresStart(y: y, X: likelihood.X).coefficients()
      // The spread about them is 1: half the variance to the rows, half to the effects.
      let part = (0.5 / Double(sigma.count)).squareRoot()
      return (likelihood.isRestricted ? [] : beta) + sigma.map { _ in part }
        + [0.5 * Glibc.log(0.5)]
    }
    let beta = try PoissonStart(
      y: likelihood.y, X: likelihood.X, offset: likelihood.offset
    ).coefficients(options)
    return beta + sigma + (likelihood.response.hasShape ? [1] : [])
  }
}
