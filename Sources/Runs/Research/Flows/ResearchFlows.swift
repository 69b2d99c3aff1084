public import Demography
import Export
import FlowModels
import Formats
import Foundation

/// The one-shot flow commands: plain files in, a result out, no workspace.
public enum ResearchFlows {
  /// Families that `fit` knows, with their cards.
  public static var families: [Card] {
    FlowModelCatalogue.regressions.map(\.card) + FlowModelCatalogue.likelihoods.map(\.card)
  }

  /// All flow models with their cards.
  public static var models: [Card] { FlowModelCatalogue.all.map(\.card) }

  /// Fits an origin–destination regression to a delimited file.
  /// - Throws: `Faults` of the file, of the formula, or of the fit.
  public static func fit(
    _ request: FlowModelRequest, _ extras: FlowFitExtras
  ) throws -> ResearchAnswer {
    if let correction = extras.correction, !FlowFitExtras.corrections.contains(correction) {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--correction", "value": correction,
          "known": FlowFitExtras.corrections.joined(separator: ", "),
        ])
    }
    try extras.refuse(reading: request.file)
    if let model = FlowModelCatalogue.likelihood(named: request.family) {
      try extras.refuse(for: request.family)
      return try fit(model, request, extras)
    }
    try request.requireRegression()
    let fitted = try request.fitted()
    let fit = fitted.fit
    var notes = notes(fit) + diagonals(fitted) + [intervals(fit.options.level)]
    let corrected = try extras.correction.map { _ in try fit.biasCorrected() }
    if let corrected { notes.append(note(corrected)) }
    let few = try fewClusters(
      extras, fit.covariance.kind, &notes,
      asked: { try fit.fewClusters(by: $0, draws: extras.draws, seed: extras.seed ?? 0) },
      unasked: { try fit.fewClusters(draws: extras.draws, seed: extras.seed ?? 0) })
    let resampled = try resampled(fit, extras)
    notes += resampled.notes
    let isEnumerated = few?.bootstrap.map { $0.weights == .enumerated } ?? true
    if extras.seed != nil, isEnumerated, extras.bootstrap == nil, extras.randomise == nil {
      notes.append(("flows.seed.unused", [:]))
    }
    let levels = try extras.fixedEffects.map { try effectLevels(fit, $0, &notes) }
    try extras.save.map { try save(fit, of: request.file, to: $0) }
    let beside =
      (corrected.map { [$0.table(level: fit.options.level)] } ?? [])
      + (few.map { [$0.table] } ?? [])
      + resampled.tables
      + (extras.fixedEffects == "table" ? levels.map { [$0.table] } ?? [] : [])
    return ResearchAnswer(
      [fit.coefficientTable(model: request.family)] + beside,
      figure: {
        .fit(try points(of: fit, formula: fit.formula.text), source: request.file, language: $0)
      }, notes: notes,
      json: json(fitted, corrected, few, levels, resampled))
  }

  /// The levels of the fixed effects, written to a file unless they are to be shown.
  private static func effectLevels(
    _ fit: RegressionFit, _ path: String,
    _ notes: inout [(key: String, arguments: [String: String])]
  ) throws -> EffectLevels {
    guard !fit.formula.effects.isEmpty else {
      throw Fault(
        .usage, "option.without", ["option": "--fixed-effects", "needed": "| in --formula"])
    }
    let found = fit.effectLevels()
    if path != "table" { try TableText.write(found.table, to: path) }
    let first = fit.fixedEffects.first { effect in
      fit.formula.effects.contains { $0.name == effect.name && !$0.hasSlope }
    }
    notes.append(
      (
        "flows.fixed_effects" + (found.isExact ? "" : ".bound"),
        [
          "levels": "\(found.table.rowCount)", "redundant": "\(found.redundant)",
          "first": first?.name ?? "–",
        ]
      ))
    if path != "table" { notes.append(("flows.fixed_effects.file", ["path": path])) }
    return found
  }

  /// Keeps what `flows compare` puts side by side.
  static func save(_ fit: any FlowFit, of file: String, to path: String) throws {
    let record = FitRecord(fit, fit.summary(), file: file)
    try AtomicFile.write(
      Array(record.json.text(isPretty: true).utf8), to: URL(fileURLWithPath: path))
  }

  /// How much the columns of lower and upper bounds hold.
  static func intervals(_ level: Double) -> (key: String, arguments: [String: String]) {
    ("flows.intervals", ["level": text((1000 * level).rounded() / 10)])
  }

  private static func note(_ found: BiasCorrection) -> (key: String, arguments: [String: String]) {
    (
      found.ways == 3 ? "flows.correction.three_way" : "flows.correction.two_way",
      ["pairs": "\(found.pairs)"]
    )
  }

  /// Rows of flows within an area, which are fitted as all others are.
  private static func diagonals(
    _ fitted: FittedRequest<RegressionFit>
  ) -> [(key: String, arguments: [String: String])] {
    let fit = fitted.fit
    let named = fit.formula.effects.flatMap(\.columns) + fit.options.covariance.columns
    return fitted.data.diagonals(
      of: named.flatMap { $0.split(separator: "^").map(String.init) }, rows: fit.rows
    ).map {
      (
        "flows.diagonal",
        ["rows": "\($0.rows)", "origin": $0.origin, "destination": $0.destination]
      )
    }
  }

  /// Groups of rows left out that are told one by one; JSON has them all.
  private static let mostNotes = 10

  static func notes(_ fit: RegressionFit) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.fit.summary",
        [
          "observations": "\(fit.observations)", "iterations": "\(fit.iterations)",
          "deviance": rounded(fit.deviance), "log_likelihood": rounded(fit.logLikelihood),
          "pseudo_r2": text((fit.pseudoR2 * 10_000).rounded() / 10_000),
        ]
      ),
      errors(fit.covariance),
    ]
    notes.append(("flows.stop.\(fit.stopReason.rawValue)", [:]))
    if fit.covariance.fullLeverageRows > 0 {
      notes.append(
        ("flows.errors.full_leverage", ["count": "\(fit.covariance.fullLeverageRows)"]))
    }
    notes += droppedNotes(fit.dropped)
    notes += singletonNotes(fit)
    if let weights = fit.weights {
      notes.append(weightNote(weights.name, weights.sum, fit.options, rows: fit.observations))
    }
    if !fit.collinear.isEmpty {
      notes.append(("flows.collinear", ["terms": fit.collinear.joined(separator: ", ")]))
    }
    if fit.isCovarianceRepaired { notes.append(("flows.covariance.repaired", [:])) }
    return notes
  }

  /// How many rows are alone in a level of an effect, whether they stay or not, and both numbers of rows.
  private static func singletonNotes(
    _ fit: RegressionFit
  ) -> [(key: String, arguments: [String: String])] {
    let left = fit.dropped.reduce(0) { $0 + ($1.reason == .singleton ? $1.count : 0) }
    let count = fit.singletons + left
    guard count > 0 else { return [] }
    return [
      (
        "flows.singletons." + (fit.options.dropsSingletons ? "dropped" : "kept"),
        [
          "count": "\(count)", "with": "\(fit.observations + left)",
          "without": "\(fit.observations - fit.singletons)",
        ]
      )
    ]
  }

  /// What the weights are taken to say.
  static func weightNote(
    _ name: String, _ sum: Double, _ options: RegressionOptions, rows: Int
  ) -> (key: String, arguments: [String: String]) {
    let isAnalytic = options.weighting == .sampling && options.covariance == .iid
    return (
      "flows.weights." + (isAnalytic ? "analytic" : options.weighting.rawValue),
      ["weights": name, "sum": rounded(sum), "rows": "\(rows)"]
    )
  }

  static func droppedNotes(
    _ all: [DroppedRows]
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = []
    let dropped = all.filter { $0.count > 0 }
    for part in dropped.prefix(mostNotes) {
      notes.append(
        (
          "flows.dropped.\(part.reason.rawValue)",
          ["count": "\(part.count)", "detail": part.detail]
        ))
    }
    let rest = dropped.dropFirst(mostNotes)
    if !rest.isEmpty {
      notes.append(
        (
          "flows.dropped.further",
          ["count": "\(rest.reduce(0) { $0 + $1.count })", "groups": "\(rest.count)"]
        ))
    }
    return notes
  }

  /// Which errors the coefficients have, by which rule, from how many groups, read by which law.
  private static func errors(
    _ covariance: CovarianceEstimate
  ) -> (key: String, arguments: [String: String]) {
    let groups = covariance.groupCounts.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value)" }
    let lag = covariance.lag.map { ["lag: \($0)"] } ?? []
    return (
      "flows.errors",
      [
        "covariance": covariance.kind.text, "rule": covariance.rule.rawValue,
        "factor": rounded(covariance.factor),
        "groups": (groups + lag).map { " · " + $0 }.joined(),
        "law": covariance.degreesOfFreedom.map { "t(\(text($0)))" } ?? "N(0, 1)",
      ]
    )
  }

  /// To three places, as a person reads a likelihood; JSON has it in full.
  static func rounded(_ value: Double) -> String { text((value * 1000).rounded() / 1000) }

  static func coefficientObject(_ coefficient: Coefficient) -> JSON {
    .members([
      ("term", .string(coefficient.term)), ("estimate", .finite(coefficient.estimate)),
      ("std_error", .finite(coefficient.standardError)),
      ("statistic", .finite(coefficient.statistic)), ("p_value", .finite(coefficient.pValue)),
      ("conf_low", .finite(coefficient.confidenceLow)),
      ("conf_high", .finite(coefficient.confidenceHigh)),
    ])
  }

  static func droppedArray(_ dropped: [DroppedRows]) -> JSON {
    .array(
      dropped.map { part in
        .members([
          ("reason", .string(part.reason.rawValue)), ("count", .integer(part.count)),
          ("lines", .array(part.lines.map { .integer($0) })), ("detail", .string(part.detail)),
        ])
      })
  }

  private static func json(
    _ fitted: FittedRequest<RegressionFit>, _ corrected: BiasCorrection?, _ few: FewClusters?,
    _ levels: EffectLevels?, _ resampled: Resampled
  ) -> JSON {
    let fit = fitted.fit
    let correction: JSON =
      corrected.map { .array(rowObjects($0.table(level: fit.options.level))) } ?? .null
    let beside: JSON = few.map { .array(rowObjects($0.table)) } ?? .null
    let by: JSON = few.map { json($0) } ?? .null
    let bootstrap: JSON = resampled.bootstrap.map { .array(rowObjects($0.table)) } ?? .null
    let deal: JSON = resampled.randomisation.map { .array(rowObjects($0.table)) } ?? .null
    let coefficients: [JSON] = fit.coefficients.map { coefficientObject($0) }
    let members: [(String, JSON)] = [
      ("schema", .integer(1)), ("family", .string(fit.model)),
      ("formula", .string(fit.formula.text)), ("coefficients", .array(coefficients)),
      ("covariance", json(fit.covariance)), ("bias_correction", correction),
      ("few_clusters", beside), ("few_clusters_by", by), ("bootstrap", bootstrap),
      ("randomisation", deal), ("fixed_effects", levels.map { json($0) } ?? .null),
      ("fit", fitObject(fit)),
      ("timing", .timing(read: fitted.readSeconds, fit: fitted.fitSeconds)),
    ]
    return .members(members)
  }

  private static func json(_ levels: EffectLevels) -> JSON {
    .members([
      ("normalisation", .string("mean 0 within parts, first effect free")),
      ("redundant", .integer(levels.redundant)), ("is_exact", .bool(levels.isExact)),
      ("gap", .finite(levels.gap)), ("levels", .array(rowObjects(levels.table))),
    ])
  }

  private static func fitObject(_ fit: RegressionFit) -> JSON {
    var weights = JSON.null
    if let found = fit.weights {
      weights = .members([
        ("expression", .string(found.name)), ("sum", .finite(found.sum)),
        ("kind", .string(fit.options.weighting.rawValue)),
      ])
    }
    let singletons = JSON.members([
      ("rule", .string(fit.options.dropsSingletons ? "drop" : "keep")),
      ("kept", .integer(fit.singletons)),
    ])
    let collinear: [JSON] = fit.collinear.map { .string($0) }
    let members: [(String, JSON)] = [
      ("observations", .integer(fit.observations)),
      ("counted_observations", .finite(fit.countedObservations)), ("weights", weights),
      ("singletons", singletons), ("dropped", droppedArray(fit.dropped)),
      ("collinear", .array(collinear)), ("log_likelihood", .finite(fit.logLikelihood)),
      ("deviance", .finite(fit.deviance)), ("aic", .finite(fit.aic)), ("bic", .finite(fit.bic)),
      ("iterations", .integer(fit.iterations)), ("sweeps", .integer(fit.sweeps)),
      ("converged", .bool(fit.converged)), ("stop_reason", .string(fit.stopReason.rawValue)),
    ]
    return .members(members)
  }

  private static func json(_ covariance: CovarianceEstimate) -> JSON {
    .members([
      ("kind", .string(covariance.kind.text)), ("rule", .string(covariance.rule.rawValue)),
      ("factor", .finite(covariance.factor)),
      (
        "groups",
        .members(
          covariance.groupCounts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
      ),
      ("lag", covariance.lag.map { .integer($0) } ?? .null),
      ("degrees_of_freedom", .finite(covariance.degreesOfFreedom)),
      ("full_leverage_rows", .integer(covariance.fullLeverageRows)),
      ("repaired", .bool(covariance.isRepaired)),
    ])
  }
}
