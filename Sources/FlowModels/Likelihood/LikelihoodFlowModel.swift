import Demography

/// A model of flows by its full likelihood: several linear predictors, random effects or choices.
public protocol LikelihoodFlowModel: FlowModel {
  /// Whether zeros have a linear predictor of their own.
  var hasZeroPart: Bool { get }
  /// Whether columns may have normal effects.
  var takesRandomEffects: Bool { get }

  /// - Throws: `Faults` for everything the formulas or the data are to blame for; `Fault` where no
  ///   finite maximum exists or the search ends without it.
  func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit
}

extension LikelihoodFlowModel {
  public var hasZeroPart: Bool { false }
  public var takesRandomEffects: Bool { false }
}

/// What is fitted by likelihood: the mean and, where the family has them, zeros and random effects.
public struct LikelihoodSpecification: Hashable, Sendable {
  /// Of the flow, with fixed effects after `|`; offsets are added to the predictor of the count, and rows
  /// count by the weights, as in regressions.
  public let formula: Formula
  /// Of whether the flow is zero; `nil` takes the regressors of the mean, without its effects
  /// and offsets.
  public let zero: Formula?
  /// Columns, `a^b` joined, each level of which has a normal effect of its own.
  public let random: [String]
  /// Of adaptive quadrature over the effects of one grouping; 1 is Laplace's approximation.
  public let nodes: Int

  /// - Precondition: 1 to 64 nodes.
  public init(_ formula: Formula, zero: Formula? = nil, random: [String] = [], nodes: Int = 1) {
    precondition((1...64).contains(nodes), "\(nodes) nodes")
    self.formula = formula
    self.zero = zero
    self.random = random
    self.nodes = nodes
  }

  /// Reads the formulas as an author writes them.
  /// - Parameters:
  ///   - offset, weights: as in `Formula.parse`.
  ///   - zero: `distance + contig`, with or without `~` before it.
  ///   - random: columns with commas between.
  ///   - nodes: of quadrature, 1 to 64.
  /// - Throws: `Faults` of kind usage.
  public init(
    formula: String, offset: String? = nil, weights: String? = nil, zero: String?,
    random: String?, nodes: Int = 1
  ) throws {
    let mean = try Formula.parse(formula, offset: offset, weights: weights)
    let right = zero.map { $0.split(separator: "~", maxSplits: 1).last.map(String.init) ?? "" }
    self.init(
      mean, zero: try right.map { try Formula.parse("\(mean.response.name) ~ \($0)") },
      random: random?.split(separator: ",").map { String($0).trimmed } ?? [],
      nodes: nodes)
  }

  /// What a family does with groupings of random effects.
  enum Random { case none, optional, needed }

  /// Refuses what a family cannot use, rather than leaving it aside unsaid.
  func require(
    zero takesZero: Bool, random use: Random, slopes: Bool = true, weights: Bool = false,
    of family: String
  ) throws {
    var faults: [Fault] = []
    if zero != nil, !takesZero {
      faults.append(Fault(.usage, "fit.no-zero-part", ["family": family]))
    }
    if use == .needed, random.isEmpty {
      faults.append(Fault(.usage, "fit.random-missing", ["family": family]))
    } else if !random.isEmpty, use == .none {
      faults.append(Fault(.usage, "fit.no-random-part", ["family": family]))
    }
    if use == .none, nodes > 1 {
      faults.append(Fault(.usage, "fit.no-quadrature", ["family": family]))
    }
    for part in [formula] + (zero.map { [$0] } ?? []) {
      faults += part.refused(by: family, slopes: slopes, weights: weights)
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}
