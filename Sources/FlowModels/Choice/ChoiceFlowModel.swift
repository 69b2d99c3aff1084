public import Demography
import Glibc
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
    let count = specification.formula.effects.count
    guard count == 1 else {
      throw Faults(Fault(.usage, "fit.choice-group", ["found": "\(count)"]))
    }
    return try Self.fit(specification, data, options, card.id, nest: nil)
  }

  /// - Parameter nest: the column of the nests; `nil` for none.
  static func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions,
    _ id: String, nest: Formula.Effect?
  ) throws -> LikelihoodFit {
    try specification.require(zero: false, random: .none, slopes: false, of: id)
    var formula = specification.formula
    formula.effects = [formula.effects[0]]
    let design = try RegressionDesign.ofFlows(formula, data, options)
    let group = design.effects[0]
    let part = try PartDesign(design, data, x: design.x.map { Self.within(group, $0) })
    let nests = try nest.map { nest in
      try requireNests(nest, data, rows: design.rows)
      return try ChoiceLikelihood.Nests(nest, within: formula.effects[0], data, design.rows, group)
    }
    let likelihood = ChoiceLikelihood(
      y: design.y, X: part.X, group: group, offset: design.offset, nests: nests)
    func search(_ more: [String]) -> NewtonMaximum {
      let size = Double(design.count).squareRoot()
      return NewtonMaximum(
        names: part.names + more, sizes: part.X.columnNorms + more.map { _ in size },
        maximumIterations: options.maximumIterations)
    }
    let plain = ChoiceLikelihood(y: design.y, X: part.X, group: group, offset: design.offset)
    var found = try search([]).maximise(
      from: part.names.map { _ in 0 }, value: { plain.value($0) },
      derivatives: { plain.derivatives($0) })
    // Without nests λ is 1: nests only raise the likelihood from there.
    if let nests {
      found = try NestIdentification(likelihood: likelihood, nests: nests).maximise(
        search(["lambda"]), from: found.point + [0])
    }
    let covariance = try LikelihoodCovariance(
      information: found.derivatives.information, scores: likelihood.scores(found.point),
      coefficientCount: part.names.count + group.count - design.nestedLevels,
      groups: design.clusters
    ).result(options.covariance, options.smallSample, shown: Array(part.names.indices))
    return LikelihoodFit(
      model: id, specification: specification, options: options,
      parts: [
        LikelihoodFit.Part(
          name: "choice",
          coefficients: covariance.estimate.coefficients(
            names: part.names, estimates: Array(found.point.prefix(part.names.count)),
            level: options.level))
      ], levels: [], shapes: nests == nil ? [] : [lambda(found.point, covariance.matrix)],
      components: [], covariance: covariance.estimate,
      collinear: part.collinear, dropped: design.dropped, rows: design.rows,
      fitted: likelihood.expected(found.point), zeroProbability: [],
      parameterCount: found.point.count, logLikelihood: found.value, iterations: found.iterations,
      gradientNorm: found.gradientNorm, stop: .gradient,
      basis: ChoiceBasis(
        data: data, likelihood: likelihood, nest: nest, columns: part.columns, beta: found.point,
        covariance: ParameterCovariance(
          matrix: covariance.matrix, isRepaired: covariance.estimate.isRepaired)))
  }

  /// - Throws: `fit.nest-missing` for a row that belongs to no nest.
  private static func requireNests(
    _ nest: Formula.Effect, _ data: FlowData, rows: [Int]
  ) throws {
    for column in try nest.columns.map({ try data.index(of: $0, namedAt: nest.place) }) {
      guard let row = rows.first(where: { data.text(row: $0, column: column).isEmpty }) else {
        continue
      }
      throw Faults(
        Fault(
          .badData, "fit.nest-missing", ["column": nest.name],
          at: data.place(row: row, column: column)))
    }
  }

  private static func lambda(_ point: [Double], _ V: Matrix) -> ShapeParameter {
    let last = point.count - 1
    let (value, error) = (Glibc.exp(point[last]), V[last, last].squareRoot())
    return ShapeParameter(
      name: "lambda", estimate: value, standardError: value * error, logStandardError: error)
  }

  /// A regressor about its mean in each group; zero where nothing but rounding is left.
  static func within(_ group: Grouping, _ x: [Double]) -> [Double] {
    let sizes = group.sizes
    let means = group.sums(x).enumerated().map { $1 / Double(sizes[$0]) }
    let rest = x.indices.map { x[$0] - means[Int(group.level[$0])] }
    return dot(rest, rest) > 1e-20 * dot(x, x) ? rest : rest.map { _ in 0 }
  }
}
