public import Demography
import Kernel

/// Conditional logit of the destination: each migrant of a group chooses among the rows of the group.
///
/// The one effect after `|` is the group, `orig` or `orig^year`; the rows that share it are the
/// alternatives. Equal to Poisson with this effect, production-constrained gravity, in coefficients
/// and standard errors. The log-likelihood is that of single choices, without the multinomial
/// coefficient. McFadden 1974; Guimarães, Figueiredo & Woodward 2003.
public struct ChoiceFlowModel: LikelihoodFlowModel {
  public init() {}

  public var card: Card {
    .ofFamily("clogit", reference: "McFadden 1974; Guimarães, Figueiredo & Woodward 2003")
  }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try specification.require(zero: false, random: .none, slopes: false, of: card.id)
    let formula = specification.formula
    guard formula.effects.count == 1 else {
      throw Faults(Fault(.usage, "fit.choice-group", ["found": "\(formula.effects.count)"]))
    }
    let design = try RegressionDesign.ofFlows(formula, data, options)
    let group = design.effects[0]
    let part = try PartDesign(design, data, x: design.x.map { Self.within(group, $0) })
    let likelihood = ChoiceLikelihood(
      y: design.y, X: part.X, group: group, offset: design.offset)
    let found = try NewtonMaximum(
      names: part.names, sizes: part.X.columnNorms, maximumIterations: options.maximumIterations
    ).maximise(
      from: part.names.map { _ in 0 }, value: { likelihood.value($0) },
      derivatives: { likelihood.derivatives($0) })
    let covariance = try LikelihoodCovariance(
      information: found.derivatives.information, scores: likelihood.scores(found.point),
      coefficientCount: part.names.count + group.count - design.nestedLevels,
      groups: design.clusters
    ).result(options.covariance, options.smallSample, shown: Array(part.names.indices))
    return LikelihoodFit(
      model: card.id, specification: specification, options: options,
      parts: [
        LikelihoodFit.Part(
          name: "choice",
          coefficients: covariance.estimate.coefficients(
            names: part.names, estimates: found.point, level: options.level))
      ], levels: [], shapes: [], components: [], covariance: covariance.estimate,
      collinear: part.collinear, dropped: design.dropped, rows: design.rows,
      fitted: likelihood.expected(found.point), zeroProbability: [],
      parameterCount: part.names.count, logLikelihood: found.value, iterations: found.iterations,
      gradientNorm: found.gradientNorm, stop: .gradient,
      basis: ChoiceBasis(
        data: data, likelihood: likelihood, columns: part.columns, beta: found.point,
        covariance: ParameterCovariance(
          matrix: covariance.matrix, isRepaired: covariance.estimate.isRepaired)))
  }

  /// A regressor about its mean in each group; zero where nothing but rounding is left.
  static func within(_ group: Grouping, _ x: [Double]) -> [Double] {
    let sizes = group.sizes
    let means = group.sums(x).enumerated().map { $1 / Double(sizes[$0]) }
    let rest = x.indices.map { x[$0] - means[Int(group.level[$0])] }
    return dot(rest, rest) > 1e-20 * dot(x, x) ? rest : rest.map { _ in 0 }
  }
}
