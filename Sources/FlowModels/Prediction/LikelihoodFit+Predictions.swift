import Demography
import Glibc
import Kernel

extension LikelihoodFit {
  /// Expected flows of other rows with standard errors and intervals.
  ///
  /// Errors are those of all parameters by the delta method: coefficients of both parts, levels of effects
  /// and shape, and of mixed models the effects as well. Levels of random effects that were not fitted are
  /// integrated out; migrants of a group are as many as in the fit, and choose among the rows of the file.
  ///
  /// - Parameter unseen: what to do with a level of a fixed effect that was not fitted.
  /// - Throws: `Faults` when a column is missing or holds no numbers, `flows.level-unseen` when
  ///   `unseen` is `refuse`.
  public func predictions(
    for data: FlowData, unseen: UnseenLevels = .refuse
  ) throws -> FlowPredictions {
    try predictions(data, Array(0..<data.count), unseen, isOfFit: false)
  }

  /// Expected flows of the rows of the fit, in their order.
  public func predictions() throws -> FlowPredictions {
    try predictions(basis.data, rows, .refuse, isOfFit: true)
  }

  private func predictions(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> FlowPredictions {
    let outlooks = try basis.outlooks(data, rows, unseen, isOfFit: isOfFit)
    let critical = covariance.critical(level: options.level)
    let level = options.level
    let found = parallelMap(outlooks.count) { k -> FlowPredictions.Row? in
      guard case .known(let row) = outlooks[k] else { return nil }
      return row.prediction(critical, level)
    }
    var missing: [FlowPredictions.Reason: [Int]] = [:]
    for (k, outlook) in outlooks.enumerated() where found[k] == nil {
      let reason: FlowPredictions.Reason =
        if case .none(let reason) = outlook { reason } else { .notFinite }
      missing[reason, default: []].append(data.line(of: rows[k]))
    }
    return FlowPredictions(
      rows: found, lines: rows.map { data.line(of: $0) },
      labels: labels(data, rows),
      observed: isOfFit ? basis.response : nil, missing: missing, dispersion: dispersion,
      level: level, covariance: options.covariance)
  }

  /// Pearson's statistic by its degrees of freedom: 1 where the family has the right variance. NaN where
  /// rows have no distribution.
  public var dispersion: Double {
    guard let residuals = try? residuals(.pearson) else { return .nan }
    let pearson = Statistics.sum(residuals.map { $0 * $0 })
    // Rows count as often as their weights say.
    let count = basis.weights.map { Statistics.sum($0) } ?? Double(observations)
    return pearson / (count - Double(parameterCount))
  }
}

extension RowOutlook.Known {
  /// Intervals of the mean on the scale of its logarithm, of a probability on that of its logit; that of a
  /// flow from the law, widened by the error of the predictor.
  /// - Returns: `nil` where one of them is no number.
  func prediction(_ critical: Double, _ level: Double) -> FlowPredictions.Row? {
    let reach = critical * meanError
    let low = isLogarithmic ? mean * Glibc.exp(-reach) : mean - reach
    let high = isLogarithmic ? mean * Glibc.exp(reach) : mean + reach
    guard law?.isFinite != false, mean.isFinite, meanError.isFinite, linearError.isFinite,
      low <= high
    else { return nil }
    return FlowPredictions.Row(
      linear: linear, linearError: linearError, mean: mean,
      meanError: isLogarithmic ? mean * meanError : meanError, confidence: low...high,
      prediction: law.flatMap { $0.widened(by: lawVariance).interval(level) },
      zero: zero.flatMap { zero in
        guard zero.logit.isFinite, zero.error.isFinite else { return nil }
        let p = logistic(zero.logit)
        let reach = critical * zero.error
        return FlowPredictions.Zero(
          probability: p, error: p * logistic(-zero.logit) * zero.error,
          confidence: logistic(zero.logit - reach)...logistic(zero.logit + reach))
      })
  }
}
