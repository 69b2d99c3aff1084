import Demography
import FlowModels

/// A model to be fitted to a file, as the flow commands ask for it.
public struct FlowModelRequest: Sendable {
  public var file: String
  public var formula: String
  /// A further part of the linear predictor with coefficient 1, as in `offset()`.
  public var offset: String?
  /// By what each row counts, see `Formula.parse`.
  public var weights: String?
  /// `sampling` or `frequency`; nothing asked for where `nil`.
  public var weighting: String?
  /// `keep` or `drop`, of rows alone in a level of an effect.
  public var singletons = "keep"
  public var family: String
  public var covariance: String
  public var smallSample: String
  public var filter: String?
  /// Coverage of the confidence intervals, per cent.
  public var level: Double
  /// Formula of the zero part and columns of random effects, for families by full likelihood.
  public var zero: String?
  public var random: String?
  /// Of quadrature over the random effects; 1 is Laplace's approximation.
  public var nodes = 1

  public init(
    file: String, formula: String, family: String, covariance: String, smallSample: String,
    filter: String?, level: Double
  ) {
    self.file = file
    self.formula = formula
    self.family = family
    self.covariance = covariance
    self.smallSample = smallSample
    self.filter = filter
    self.level = level
  }

  func options() throws -> RegressionOptions {
    guard let rule = SmallSample(rawValue: smallSample) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--ssc", "value": smallSample,
          "known": SmallSample.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    let level = try ResearchFlows.coverage(level)
    return RegressionOptions(
      covariance: try Covariance.parse(covariance), smallSample: rule, level: level,
      dropsSingletons: try dropsSingletons(), weighting: try chosenWeighting())
  }

  private func dropsSingletons() throws -> Bool {
    guard let found = ["keep": false, "drop": true][singletons] else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--singletons", "value": singletons, "known": "keep, drop"])
    }
    return found
  }

  private func chosenWeighting() throws -> Weighting {
    guard let weighting else { return .sampling }
    guard let found = Weighting(rawValue: weighting) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--weighting", "value": weighting,
          "known": Weighting.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    try [GivenOption("--weighting", weights == nil ? weighting : nil)].refuse(without: "--weights")
    return found
  }

  /// - Throws: `Faults` where a zero part or random effects are asked of a family without them.
  func requireRegression() throws {
    var faults: [Fault] = []
    if zero != nil { faults.append(Fault(.usage, "fit.no-zero-part", ["family": family])) }
    if random != nil { faults.append(Fault(.usage, "fit.no-random-part", ["family": family])) }
    if nodes != 1 { faults.append(Fault(.usage, "fit.no-quadrature", ["family": family])) }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// Models asked for together, each without the zero part and the random effects that its family does not
  /// take.
  /// - Throws: `Faults` where none of them takes what is asked for.
  static func adapted(_ models: [FlowModelRequest]) throws -> [FlowModelRequest] {
    let adapted = models.map { request in
      let model = FlowModelCatalogue.likelihood(named: request.family)
      var request = request
      if model?.hasZeroPart != true { request.zero = nil }
      if model?.takesRandomEffects != true {
        request.random = nil
        request.nodes = 1
      }
      return request
    }
    let families = models.map(\.family).joined(separator: ", ")
    var faults: [Fault] = []
    if models.contains(where: { $0.zero != nil }), adapted.allSatisfy({ $0.zero == nil }) {
      faults.append(Fault(.usage, "fit.no-zero-part", ["family": families]))
    }
    if models.contains(where: { $0.random != nil }), adapted.allSatisfy({ $0.random == nil }) {
      faults.append(Fault(.usage, "fit.no-random-part", ["family": families]))
    }
    if models.contains(where: { $0.nodes != 1 }), adapted.allSatisfy({ $0.nodes == 1 }) {
      faults.append(Fault(.usage, "fit.no-quadrature", ["family": families]))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return adapted
  }

  func regression() throws -> any FlowRegression {
    if FlowModelCatalogue.likelihood(named: family) != nil {
      throw Fault(.usage, "flows.fit-only", ["family": family])
    }
    guard let regression = FlowModelCatalogue.regression(named: family) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--family", "value": family,
          "known": ResearchFlows.families.map(\.id).joined(separator: ", "),
        ])
    }
    return regression
  }

  /// The formula with offset and weights of the options.
  func parsedFormula() throws -> Formula {
    try Formula.parse(formula, offset: offset, weights: weights)
  }

  func readData() throws -> FlowData {
    let data = try UserFile.flows(file)
    guard let filter else { return data }
    return try data.filtered(by: RowFilter.parse(filter))
  }

  /// The model, of either kind, fitted to data that were read before.
  func fit(_ data: FlowData) throws -> any FlowFit {
    guard let model = FlowModelCatalogue.likelihood(named: family) else {
      try requireRegression()
      return try inOrderOfPlaces { try regression().fit(parsedFormula(), data, options()) }
    }
    return try likelihoodFit(model, data)
  }

  private func likelihoodFit(
    _ model: any LikelihoodFlowModel, _ data: FlowData
  ) throws -> LikelihoodFit {
    guard (1...64).contains(nodes) else {
      throw Fault(
        .usage, "option.wrong", ["option": "--nodes", "value": "\(nodes)", "form": "1 … 64"])
    }
    let specification = try LikelihoodSpecification(
      formula: formula, offset: offset, weights: weights, zero: zero, random: random, nodes: nodes)
    return try inOrderOfPlaces { try model.fit(specification, data, options()) }
  }

  /// The fit of a family by full likelihood with the seconds that reading and fitting took.
  func fitted(_ model: any LikelihoodFlowModel) throws -> FittedRequest<LikelihoodFit> {
    let (data, read) = try seconds { try readData() }
    let (fit, fitting) = try seconds { try likelihoodFit(model, data) }
    return FittedRequest(fit: fit, data: data, readSeconds: read, fitSeconds: fitting)
  }

  /// The fit of any family with the seconds that reading and fitting took.
  func fittedOfAnyKind() throws -> FittedRequest<any FlowFit> {
    if let model = FlowModelCatalogue.likelihood(named: family) {
      let found = try fitted(model)
      return FittedRequest(
        fit: found.fit, data: found.data, readSeconds: found.readSeconds,
        fitSeconds: found.fitSeconds)
    }
    try requireRegression()
    let found = try fitted()
    return FittedRequest(
      fit: found.fit, data: found.data, readSeconds: found.readSeconds,
      fitSeconds: found.fitSeconds)
  }

  /// The fit of a regression with the seconds that reading and fitting took.
  func fitted() throws -> FittedRequest<RegressionFit> {
    let model = try regression()
    let parsed = try parsedFormula()
    let choices = try options()
    let (data, read) = try seconds { try readData() }
    let (fit, fitting) = try seconds {
      try inOrderOfPlaces { try model.fit(parsed, data, choices) }
    }
    // As many parameters as rows leave errors that a rule would multiply by infinity.
    guard fit.covariance.factor.isFinite, fit.covariance.factor > 0 else {
      throw Fault(
        .badData, "fit.saturated",
        ["rows": "\(fit.observations)", "parameters": "\(fit.parameterCount)"])
    }
    return FittedRequest(fit: fit, data: data, readSeconds: read, fitSeconds: fitting)
  }
}

/// A model fitted as it was asked for.
struct FittedRequest<Fit> {
  let fit: Fit
  let data: FlowData
  let readSeconds: Double
  let fitSeconds: Double
}

/// What the user asks of `flows fit` beside the model.
public struct FlowFitExtras: Sendable {
  /// `weidner-zylkin`, or none.
  public var correction: String?
  /// Column of clusters or `areas(a,b)` for CR3 and the wild bootstrap, however many there are; or
  /// `noFewClusters`.
  public var fewClusters: String?
  /// Of the bootstrap.
  public var draws: Int
  /// `nil` is 0.
  public var seed: UInt32?
  /// Where the fit is kept for `flows compare`.
  public var save: String?
  /// `table`, or the file the levels of the fixed effects are written to; neither where `nil`.
  public var fixedEffects: String?
  /// `rows`, a column or `areas(a,b)`, drawn with replacement.
  public var bootstrap: String?
  /// A term, and what is dealt out to test it.
  public var randomise: (term: String, over: String)?
  /// Draws of both.
  public var resamples = standardResamples
  public static let standardResamples = 999

  public init(
    correction: String?, fewClusters: String?, draws: Int, seed: UInt32?, save: String?,
    fixedEffects: String?
  ) {
    self.correction = correction
    self.fewClusters = fewClusters
    self.draws = draws
    self.seed = seed
    self.save = save
    self.fixedEffects = fixedEffects
  }

  static let corrections = ["weidner-zylkin"]
  /// Leaves out what would stand beside the fit by itself.
  static let noFewClusters = "none"

  /// Refuses files that cannot be written before anything is computed.
  ///
  /// - Throws: `paths.input` for a file that is read or written twice; `format.unknown`.
  func refuse(reading file: String) throws {
    let levels = fixedEffects == "table" ? nil : fixedEffects
    try UserFile.refuse(
      writing: [("--save", save), ("--fixed-effects", levels)], reading: [file])
    let known = ["csv", "parquet", "xlsx", "json"]
    if let levels, !known.contains(TableText.ending(levels)) {
      throw Fault(
        .usage, "format.unknown",
        ["format": TableText.ending(levels), "known": known.joined(separator: ", ")])
    }
  }

  /// Refuses for a family by full likelihood what is for regressions only.
  func refuse(for family: String) throws {
    try [
      GivenOption("--fixed-effects", fixedEffects), GivenOption("--bootstrap", bootstrap),
      GivenOption("--randomise", randomise?.term),
    ].refuse(
      with: "--family \(family)",
      for: FlowModelCatalogue.regressions.map(\.card.id).joined(separator: ", "))
    if correction != nil {
      throw Fault(.usage, "flows.correction-family", ["family": family])
    }
    // No rows of a mixed model can be left out without the effects they share with others.
    let isMixed = FlowModelCatalogue.likelihood(named: family)?.takesRandomEffects == true
    if let fewClusters, fewClusters != Self.noFewClusters, isMixed {
      throw Fault(.usage, "fit.few-clusters-family", ["family": family])
    }
  }
}

/// Runs a step whose faults come column by column, and throws them line by line, as a file is read.
private func inOrderOfPlaces<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let faults as Faults {
    let all = faults.all
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      guard let one = all[a].place, let other = all[b].place else {
        return all[a].place == nil && all[b].place != nil
          || (all[a].place == nil) == (all[b].place == nil) && a < b
      }
      if one.file != other.file { return one.file < other.file }
      if one.line != other.line { return one.line < other.line }
      return a < b
    }
    throw Faults(all.indices.sorted(by: isBefore).map { all[$0] })
  }
}

extension ResearchFlows {
  /// Coverage of intervals as a part of 1.
  ///
  /// - Parameter level: `--level`, per cent.
  /// - Throws: `option.wrong` outside 1 to 99.9.
  static func coverage(_ level: Double) throws -> Double {
    guard (1...99.9).contains(level) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--level", "value": text(level), "form": "90, 95, 99"])
    }
    return level / 100
  }
}
