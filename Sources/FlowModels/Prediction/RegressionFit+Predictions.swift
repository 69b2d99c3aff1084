import Demography
import Glibc
import Kernel

extension RegressionFit {
  /// Expected flows of other rows with standard errors and intervals.
  ///
  /// - Parameters:
  ///   - unseen: what to do with a level that was not fitted.
  ///   - covariance: of the parameters; that of the fit where absent.
  /// - Throws: `Faults` when a column is missing or holds no numbers, `flows.level-unseen` when
  ///   `unseen` is `refuse`, `fit.too-many-levels` for large tables with very many levels.
  /// - Complexity: O(rows · (regressors + effects)²) after O(rows of the fit · parameters²) for the
  ///   covariance of all parameters.
  public func predictions(
    for data: FlowData, unseen: UnseenLevels = .refuse, covariance: Covariance? = nil
  ) throws -> FlowPredictions {
    try Predictor(self, covariance).predictions(
      data, Array(0..<data.count), unseen, isOfFit: false)
  }

  /// Expected flows of the rows of the fit, in their order.
  public func predictions(covariance: Covariance? = nil) throws -> FlowPredictions {
    try Predictor(self, covariance).predictions(estimation.data, rows, .refuse, isOfFit: true)
  }
}

/// Predictions of a fit by the delta method.
///
/// With `c = (x − Γ'd, d)`, Γ the fit of the regressors on the effects, the linear predictor has the
/// variance `c'Vc`, V of all parameters.
private struct Predictor {
  private let fit: RegressionFit
  private let estimation: Estimation
  private let kind: Covariance
  private let V: Matrix
  private let critical: Double
  private let dispersion: Double
  /// Directions in which effects can move without changing a fitted value.
  private let free: [[Double]]
  private let redundant: RedundantTerms

  init(_ fit: RegressionFit, _ kind: Covariance?) throws {
    self.fit = fit
    estimation = fit.estimation
    self.kind = kind ?? fit.options.covariance
    V = try estimation.sandwich(self.kind, fit.options.smallSample).ofAllParameters()
    critical = try estimation.covariance(self.kind, fit.options.smallSample).critical(
      level: fit.options.level)
    let (scores, weights) = (estimation.solution.scores, estimation.solution.weights)
    // Of a flow that counts as much as the mean row, so that it is the same in any unit of the weights.
    let unit = estimation.frequencies == nil ? estimation.design.weights : nil
    dispersion =
      Statistics.sum(scores.indices.map { scores[$0] * scores[$0] / weights[$0] })
      / (estimation.observations - Double(fit.parameterCount))
      / (unit.map { Statistics.mean($0) } ?? 1)
    free = try (0..<2).map { try Self.freeDirection(fit.estimation, $0) }
    redundant = try RedundantTerms(fit.estimation)
  }

  /// A random direction of the effects less its fit on the rows: with probability 1 it moves every sum
  /// of effects that the data do not determine.
  private static func freeDirection(_ estimation: Estimation, _ draw: Int) throws -> [Double] {
    let space = estimation.regressors.space
    let key = StreamKey(seed: 0, stream: "flows.identification")
    let direction = (0..<space.levelCount).map { level in
      var stream = RandomStream(key, unit: UnitKey("level"), draw: level, time: draw)
      return stream.uniform() - 0.5
    }
    var column = [Double](repeating: 0, count: estimation.design.count)
    for (e, effect) in space.effects.enumerated() {
      for row in column.indices {
        column[row] +=
          direction[space.offsets[e] + Int(effect.level[row])] * effect.factor(row)
      }
    }
    var fit = [Double](repeating: 0, count: space.levelCount)
    guard
      space.residual(
        column, weights: estimation.solution.weights, solution: &fit, tolerance: 1e-14) != nil
    else { throw FitError.partiallingFailed.fault }
    return direction.indices.map { direction[$0] - fit[$0] }
  }

  func predictions(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> FlowPredictions {
    let terms = try termValues(data)
    // In the rows of the fit every sum is determined, and every term set aside follows from the others.
    let spares = isOfFit ? [] : try spareValues(data)
    let levels = try levels(data, rows, unseen)
    let strangers = try strangers(data, rows, unseen)
    let factors = try factors(data)
    var missing: [FlowPredictions.Reason: [Int]] = [:]
    let predicted = rows.map { row -> FlowPredictions.Row? in
      let x = terms.map { $0[row] }
      let found = levels.map { $0[row] }
      let factor = factors.map { $0?[row] ?? 1 }
      let numbers = x + spares.map { $0[row] } + factor
      let reason: FlowPredictions.Reason? =
        if numbers.contains(where: { !$0.isFinite }) || found.contains(LevelPlaces.empty) {
          .missingValue
        } else if found.contains(LevelPlaces.unseen)
          || strangers.contains(where: { $0[row] != nil })
        {
          .unseenLevel
        } else if !isOfFit, !isDetermined(x, spares.map { $0[row] }, found, factor) {
          .notIdentified
        } else {
          nil
        }
      if let reason {
        missing[reason, default: []].append(data.line(of: row))
        return nil
      }
      switch prediction(x, found, factor) {
      case .known(let row): return row
      case .none(let reason):
        missing[reason, default: []].append(data.line(of: row))
        return nil
      }
    }
    let columns = fit.formula.effects.flatMap(\.columns) + kind.columns
    return FlowPredictions(
      rows: predicted, lines: rows.map { data.line(of: $0) },
      labels: data.labels(rows, naming: columns, without: FlowPredictions.ownColumns),
      observed: isOfFit ? fit.response : nil, missing: missing,
      dispersion: dispersion, level: fit.options.level, covariance: kind)
  }

  /// The regressors of the fit, and then the offsets, in every row of the data.
  private func termValues(_ data: FlowData) throws -> [[Double]] {
    let terms = estimation.regressors.kept.map { fit.formula.terms[$0] }
    let offsets = fit.formula.offsets
    let columns = try data.inputs(of: (terms + offsets).map(\.expression))
    return (terms + offsets).map { $0.expression.values(columns, count: data.count) }
  }

  /// The terms set aside as collinear in every row of the data.
  private func spareValues(_ data: FlowData) throws -> [[Double]] {
    let terms = redundant.terms.map { fit.formula.terms[$0].expression }
    let columns = try data.inputs(of: terms)
    return terms.map { $0.values(columns, count: data.count) }
  }

  /// Places among all levels of the space, by effect and row of the data.
  private func levels(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels
  ) throws -> [[Int]] {
    let space = estimation.regressors.space
    if estimation.regressors.hasIntercept {
      return [[Int](repeating: 0, count: data.count)]
    }
    return try fit.formula.effects.enumerated().map { e, effect in
      let known = fit.fixedEffects[e].levels.enumerated().map { ($1, space.offsets[e] + $0) }
      return try LevelPlaces(
        of: effect.columns.joined(separator: "^"), known: Dictionary(uniqueKeysWithValues: known),
        in: data, rows: rows, unseen: unseen, namedAt: effect.place
      ).places
    }
  }

  /// Levels of every `i(…)` that were not fitted, by row of the data.
  private func strangers(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels
  ) throws -> [[String?]] {
    try fit.factors.map { try $0.unseen(in: data, rows: rows, unseen) }
  }

  /// What the values of the levels are multiplied by, by effect; `nil` for 1.
  private func factors(_ data: FlowData) throws -> [[Double]?] {
    if estimation.regressors.hasIntercept { return [nil] }
    let slopes = fit.formula.effects.map(\.slope)
    let columns = try data.inputs(of: slopes.compactMap { $0?.expression })
    return zip(slopes, estimation.design.effects).map { term, effect in
      guard let term, let slope = effect.slope else { return nil }
      return term.expression.values(columns, count: data.count).map {
        ($0 - slope.centre) / slope.scale
      }
    }
  }

  /// - Parameter spares: values of the terms set aside.
  private func isDetermined(
    _ x: [Double], _ spares: [Double], _ levels: [Int], _ factors: [Double]
  ) -> Bool {
    guard redundant.follow(spares, x, levels: levels, factors: factors) else { return false }
    if estimation.regressors.hasIntercept || levels.count < 2 { return true }
    return free.allSatisfy { direction in
      abs(zip(levels, factors).reduce(0) { $0 + direction[$1.0] * $1.1 }) < 1e-5
    }
  }

  private enum Outcome {
    case known(FlowPredictions.Row)
    case none(FlowPredictions.Reason)
  }

  private func prediction(
    _ x: [Double], _ levels: [Int], _ factors: [Double]
  ) -> Outcome {
    var linear = 0.0
    var c: [(place: Int, value: Double)] = []
    let count = estimation.solution.beta.count
    for offset in x.dropFirst(count) { linear += offset }
    for k in 0..<count {
      linear += estimation.solution.beta[k] * x[k]
      let explained = zip(levels, factors).reduce(0) {
        $0 + estimation.explained[k][$1.0] * $1.1
      }
      c.append((k, x[k] - explained))
    }
    for (level, factor) in zip(levels, factors) {
      linear += fit.effects[level] * factor
      c.append((count + level, factor))
    }
    var variance = 0.0
    for a in c { for b in c { variance += a.value * b.value * V[a.place, b.place] } }
    guard variance.isFinite, linear.isFinite, estimation.hasIdentityLink || abs(linear) <= 690
    else {
      return .none(.notFinite)
    }
    guard variance >= 0 else { return .none(.negativeVariance) }
    let error = variance.squareRoot()
    let reach = critical * error
    if estimation.hasIdentityLink {
      let spread = critical * (dispersion + variance).squareRoot()
      return .known(
        FlowPredictions.Row(
          linear: linear, linearError: error, mean: linear, meanError: error,
          confidence: (linear - reach)...(linear + reach),
          prediction: (linear - spread)...(linear + spread)))
    }
    let mean = Glibc.exp(linear)
    guard (mean * error).isFinite else { return .none(.notFinite) }
    return .known(
      FlowPredictions.Row(
        linear: linear, linearError: error, mean: mean, meanError: mean * error,
        confidence: Glibc.exp(linear - reach)...Glibc.exp(linear + reach),
        prediction: estimation.variance.flatMap { family in
          scatter(mean, dispersion * family(mean) + mean * mean * variance)
        }))
  }

  /// The interval of a gamma variable of this mean and variance: above 0, and the same in any unit.
  /// - Returns: `nil` where its shape or rate is no number above 0.
  private func scatter(_ mean: Double, _ variance: Double) -> ClosedRange<Double>? {
    if variance <= 0 { return mean...mean }
    let tail = 0.5 * (1 - fit.options.level)
    let (shape, rate) = (mean * mean / variance, mean / variance)
    guard shape > 0, shape.isFinite, rate > 0, rate.isFinite else { return nil }
    let flow = Gamma(shape: shape, rate: rate)
    return flow.quantile(tail)...flow.upperQuantile(tail)
  }
}
