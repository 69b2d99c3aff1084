import Demography
import Export
import FlowModels

/// Several models to be put side by side.
public struct FlowComparisonRequest: Sendable {
  /// One file of flows, or files that `flows fit --save` wrote.
  public var files: [String]
  /// One of each for all models, or one for each model; without covariances those of the families.
  public var formulas: [String]
  public var families: [String]
  public var covariances: [String]
  /// Of the models that have a zero part, and of those that take random effects.
  public var zero: String?
  public var random: String?
  public var nodes: Int
  public var smallSample: String
  public var filter: String?
  /// `common` or `own`.
  public var sample: String
  public var hasStars: Bool

  public init(
    files: [String], formulas: [String], families: [String], covariances: [String],
    zero: String?, random: String?, nodes: Int, smallSample: String, filter: String?,
    sample: String,
    hasStars: Bool
  ) {
    self.files = files
    self.formulas = formulas
    self.families = families
    self.covariances = covariances
    self.zero = zero
    self.random = random
    self.nodes = nodes
    self.smallSample = smallSample
    self.filter = filter
    self.sample = sample
    self.hasStars = hasStars
  }

  var isOfRecords: Bool { files.allSatisfy { $0.lowercased().hasSuffix(".json") } }

  /// One request for each model.
  func models() throws -> [FlowModelRequest] {
    let counts = [formulas.count, families.count, max(1, covariances.count)]
    let count = counts.max() ?? 0
    guard files.count == 1, !formulas.isEmpty, counts.allSatisfy({ $0 == 1 || $0 == count }) else {
      throw Fault(
        .usage, "compare.counts",
        [
          "files": "\(files.count)", "formulas": "\(formulas.count)",
          "families": "\(families.count)", "covariances": "\(covariances.count)",
        ])
    }
    let models = (0..<count).map { k in
      let family = families[families.count == 1 ? 0 : k]
      var model = FlowModelRequest(
        file: files[0], formula: formulas[formulas.count == 1 ? 0 : k], family: family,
        covariance: covariances.isEmpty
          ? ResearchFlows.standardCovariance(of: family)
          : covariances[covariances.count == 1 ? 0 : k], smallSample: smallSample,
        filter: filter, level: 95)
      model.zero = zero
      model.random = random
      model.nodes = nodes
      return model
    }
    return try FlowModelRequest.adapted(models)
  }
}

extension ResearchFlows {
  /// Fits models to one sample, or reads fits that were kept, and puts them side by side.
  ///
  /// With the sample `common` all models are fitted to the rows that every one of them can use; rows that
  /// are left out for that are counted. With `own`, and for fits that were kept, samples that
  /// differ are named, for their likelihoods cannot be compared.
  public static func compare(_ request: FlowComparisonRequest) throws -> ResearchAnswer {
    guard ["common", "own"].contains(request.sample) else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--sample", "value": request.sample, "known": "common, own"])
    }
    var notes: [Note] = []
    let records: [FitRecord]
    var vuong: Table?
    if request.isOfRecords {
      guard request.formulas.isEmpty else { throw Fault(.usage, "compare.records-and-formulas") }
      records = try request.files.map { try FitRecord.read($0) }
    } else {
      let fits = try fitted(request, &notes)
      records = fits.map { FitRecord($0.fit, $0.summary, file: request.files[0]) }
      vuong = Self.vuong(fits.map(\.fit), &notes)
    }
    notes += nests(records)
    notes += differences(records)
    let tidy = tidy(records)
    let hasNests = records.contains { $0.nests != nil }
    return ResearchAnswer(
      [tidy] + (vuong.map { [$0] } ?? []),
      models: ModelTable(records.map { $0.column(hasNests: hasNests) }, hasStars: request.hasStars),
      notes: notes,
      json: .members([
        ("schema", .integer(1)), ("models", .array(records.map(\.json))),
        ("same_rows", .bool(Set(records.map(\.lines)).count == 1)),
        ("vuong", vuong.map { .array(rowObjects($0)) } ?? .null),
        ("same_response", .bool(Set(records.map(\.response)).count == 1)),
        ("notes", .array(notes.map { .string($0.key) })),
      ]))
  }

  private static func fitted(
    _ request: FlowComparisonRequest, _ notes: inout [Note]
  ) throws -> [(fit: any FlowFit, summary: FitSummary)] {
    let models = try request.models()
    var data = try models[0].readData()
    var fits = try models.map { try $0.fit(data) }
    if request.sample == "common" {
      let most = fits.map(\.observations)
      var rounds = 0
      while Set(fits.map(\.rows)).count > 1 {
        rounds += 1
        guard rounds <= 10 else { throw Fault(.incomplete, "compare.no-common-sample") }
        let common = fits.dropFirst().reduce(Set(fits[0].rows)) { $0.intersection($1.rows) }
        guard !common.isEmpty else { throw Fault(.badData, "compare.empty-sample") }
        data = data.filtered { common.contains($0) }
        fits = try models.map { try $0.fit(data) }
      }
      for (k, before) in most.enumerated() where before > fits[k].observations {
        notes.append(
          (
            "compare.left_out",
            ["model": "(\(k + 1))", "count": "\(before - fits[k].observations)"]
          ))
      }
    }
    let summaries = fits.map { $0.summary() }
    for (k, fit) in fits.enumerated() {
      if let fault = summaries[k].resetFault {
        notes.append(("compare.no_reset", ["model": "(\(k + 1))"]))
        notes.append(("fault.\(fault.code).what", fault.arguments))
      }
      if fit.covariance.isRepaired {
        notes.append(("compare.repaired", ["model": "(\(k + 1))"]))
      }
      if !fit.collinear.isEmpty {
        notes.append(
          (
            "compare.collinear",
            ["model": "(\(k + 1))", "terms": fit.collinear.joined(separator: ", ")]
          ))
      }
    }
    notes += ownLikelihoods(fits)
    return zip(fits, summaries).map { ($0, $1) }
  }

  /// Fits whose likelihood is of something else than the flows of single rows.
  private static func ownLikelihoods(_ fits: [any FlowFit]) -> [Note] {
    let places = { (families: [String]) in
      fits.indices.filter { families.contains(fits[$0].model) }.map { "(\($0 + 1))" }
    }
    return [
      (["clogit", "nested-logit"], "compare.conditional"),
      (["gaussian-mixed"], "compare.restricted"),
    ]
    .compactMap { families, key in
      let found = places(families)
      guard !found.isEmpty, found.count < fits.count else { return nil }
      return (key, ["models": found.joined(separator: ", ")])
    }
  }

  /// Nests whose choices are of no maximum of utility.
  private static func nests(_ records: [FitRecord]) -> [Note] {
    records.enumerated().compactMap { k, record in
      guard let lambda = record.nestParameter, lambda.estimate > 1 else { return nil }
      return (
        "compare.nest_above",
        [
          "model": "(\(k + 1))", "lambda": rounded(lambda.estimate),
          "error": lambda.standardError.map { rounded($0) } ?? "–",
        ]
      )
    }
  }

  /// What forbids reading likelihoods beside each other.
  private static func differences(_ records: [FitRecord]) -> [Note] {
    var notes: [Note] = []
    if Set(records.map(\.lines)).count > 1 || Set(records.map(\.file)).count > 1 {
      let counts = records.map { "\($0.observations)" }.joined(separator: ", ")
      notes.append(("compare.samples_differ", ["counts": counts]))
    } else if Set(records.map(\.response)).count > 1 {
      notes.append(("compare.responses_differ", [:]))
    }
    if Set(records.map(\.smallSample)).count > 1 {
      notes.append(("compare.rules_differ", [:]))
    } else {
      notes.append(("compare.rule", ["rule": records[0].smallSample]))
    }
    return notes
      + records.enumerated().map { k, record in
        ("compare.model", ["model": "(\(k + 1))", "formula": record.formula])
      }
  }

  /// A row for each coefficient and each figure of each model.
  private static func tidy(_ records: [FitRecord]) -> Table {
    var rows:
      [(model: Int, part: String, term: String, value: Double?, error: Double?, p: Double?)] = []
    for (k, record) in records.enumerated() {
      rows += record.coefficients.map {
        (k, "coefficient", $0.term, $0.estimate, $0.standardError, $0.pValue)
      }
      if let lambda = record.nestParameter {
        rows.append((k, "nests", lambda.term, lambda.estimate, lambda.standardError, nil))
      }
      let figures: [(String, Double?)] = [
        ("observations", Double(record.observations)), ("zeros", Double(record.zeros)),
        ("log_likelihood", record.logLikelihood), ("aic", record.aic), ("bic", record.bic),
        ("pseudo_r2", record.pseudoR2), ("cpc", record.commonPart),
        ("srmse", record.standardisedError), ("reset_p_value", record.resetPValue),
      ]
      rows += figures.map { (k, "fit", $0.0, $0.1, nil, nil) }
    }
    return Table(
      "model_comparison",
      [
        .integer("model", rows.map { $0.model + 1 }),
        .text("family", rows.map { records[$0.model].family }),
        .text("formula", rows.map { records[$0.model].formula }),
        .text("covariance", rows.map { records[$0.model].covariance }),
        .text("part", rows.map(\.part)), .text("term", rows.map(\.term)),
        .real("estimate", rows.map(\.value)), .real("std_error", rows.map(\.error)),
        .real("p_value", rows.map(\.p)),
      ])
  }
}
