import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Covariance of the coefficients where none is asked for: robust for regressions, whose mean alone
  /// need be right; the model's own for full likelihoods.
  public static func standardCovariance(of family: String) -> String {
    FlowModelCatalogue.likelihood(named: family) == nil ? "hetero" : "iid"
  }

  /// Fits a model by its full likelihood.
  static func fit(
    _ model: any LikelihoodFlowModel, _ request: FlowModelRequest, _ extras: FlowFitExtras
  ) throws -> ResearchAnswer {
    let fitted = try request.fitted(model)
    let fit = fitted.fit
    var notes = notes(fit) + [intervals(fit.options.level)]
    let few = try fewClusters(
      extras, fit.covariance.kind, &notes, asked: { try fit.fewClusters(by: $0) },
      unasked: { try fit.fewClusters() })
    try extras.save.map { try save(fit, of: request.file, to: $0) }
    let scatter = fit.scatterTable()
    return ResearchAnswer(
      [fit.coefficientTable(model: request.family)] + (scatter.rowCount > 0 ? [scatter] : [])
        + (few.map { [$0.table] } ?? []),
      figure: {
        .fit(
          try points(of: fit, formula: fit.specification.formula.text), source: request.file,
          language: $0)
      },
      notes: notes, json: json(fit, few, fitted.readSeconds, fitted.fitSeconds))
  }

  /// What is to be said of a fit of either kind.
  static func notes(of fit: any FlowFit) -> [(key: String, arguments: [String: String])] {
    if let fit = fit as? LikelihoodFit { return notes(fit) }
    return (fit as? RegressionFit).map { notes($0) } ?? []
  }

  private static func notes(
    _ fit: LikelihoodFit
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.fit.likelihood",
        [
          "observations": "\(fit.observations)", "iterations": "\(fit.iterations)",
          "log_likelihood": rounded(fit.logLikelihood), "aic": rounded(fit.aic),
          "gradient": ResearchSeries.brief(fit.gradientNorm),
        ]
      ), ("flows.stop.newton", [:]),
    ]
    notes += droppedNotes(fit.dropped)
    if let weights = fit.weights {
      notes.append(weightNote(weights.name, weights.sum, fit.options, rows: fit.observations))
    }
    if !fit.collinear.isEmpty {
      notes.append(("flows.collinear", ["terms": fit.collinear.joined(separator: ", ")]))
    }
    if fit.specification.nodes > 1 {
      notes.append(("flows.fit.quadrature", ["nodes": "\(fit.specification.nodes)"]))
    }
    if fit.covariance.isRepaired { notes.append(("flows.covariance.repaired", [:])) }
    if let lambda = fit.nestParameter, lambda.estimate > 1 {
      notes.append(
        (
          "flows.fit.nest_above",
          ["lambda": rounded(lambda.estimate), "error": rounded(lambda.standardError)]
        ))
    }
    let none = fit.components.filter(\.isAtBoundary).map(\.name)
    if !none.isEmpty {
      notes.append(("flows.fit.boundary", ["names": none.joined(separator: ", ")]))
    }
    return notes
  }

  private static func json(
    _ fit: LikelihoodFit, _ few: FewClusters?, _ readSeconds: Double, _ fitSeconds: Double
  ) -> JSON {
    let zero = fit.parts.dropFirst().first
    return .members([
      ("schema", .integer(1)),
      ("coefficients", .array(fit.parts[0].coefficients.map { coefficientObject($0) })),
      (
        "zero_coefficients",
        zero.map { .array($0.coefficients.map { coefficientObject($0) }) } ?? .null
      ),
      (
        "levels",
        .array(
          fit.levels.map { level in
            .members([
              ("level", .string(level.name)), ("estimate", .finite(level.estimate)),
              ("std_error", .finite(level.standardError)),
            ])
          })
      ),
      (
        "dispersion",
        .array(
          fit.shapes.map { shape in
            .members([
              ("name", .string(shape.name)), ("estimate", .finite(shape.estimate)),
              ("std_error", .finite(shape.standardError)),
              ("log_std_error", .finite(shape.logStandardError)),
            ])
          })
      ),
      (
        "variance_components",
        .array(
          fit.components.map { component in
            .members([
              ("name", .string(component.name)), ("levels", .integer(component.levels.count)),
              ("variance", .finite(component.variance)),
              ("at_boundary", .bool(component.isAtBoundary)),
            ])
          })
      ),
      ("few_clusters", few.map { .array(rowObjects($0.table)) } ?? .null),
      ("few_clusters_by", few.map { json($0) } ?? .null),
      (
        "fit",
        .members([
          ("observations", .integer(fit.observations)), ("dropped", droppedArray(fit.dropped)),
          ("collinear", .array(fit.collinear.map { .string($0) })),
          ("parameters", .integer(fit.parameterCount)),
          ("log_likelihood", .finite(fit.logLikelihood)), ("aic", .finite(fit.aic)),
          ("bic", .finite(fit.bic)), ("iterations", .integer(fit.iterations)),
          ("gradient_norm", .finite(fit.gradientNorm)), ("stop", .string(fit.stop.rawValue)),
          ("converged", .bool(true)), ("quadrature_nodes", .integer(fit.specification.nodes)),
        ])
      ),
      ("timing", .timing(read: readSeconds, fit: fitSeconds)),
    ])
  }
}
