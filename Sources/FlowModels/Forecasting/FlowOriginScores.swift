import Kernel

/// Scores of one forecaster at one origin, over the pairs with a forecast and an outcome.
public struct FlowOriginScores: Sendable {
  /// Pairs scored.
  public let count: Int
  /// Mean absolute error, persons.
  public let meanAbsoluteError: Double
  public let rootMeanSquare: Double
  /// Mean of `100 |t − f| / (t + 1)`, per cent.
  public let meanAbsolutePercentage: Double
  public let commonPart: Double
  public let standardisedRootMeanSquare: Double
  /// `(Σf − Σt) / Σt`.
  public let bias: Double
  public let meanAbsoluteLog: Double
  /// Mean continuous ranked probability score, persons; NaN, as all that follow, without past
  /// errors.
  public let rankedProbability: Double
  /// Shares of the outcomes inside the 80 and 95 per cent intervals.
  public let coverage80: Double
  public let coverage95: Double
  /// Mean interval scores, persons.
  public let intervalScore80: Double
  public let intervalScore95: Double
  /// What the forecaster learnt at this origin.
  public let constants: [(name: String, value: Double)]
  /// Whether the chains mixed, of a forecaster that is sampled; true of every other.
  public let hasMixed: Bool
  /// In the order of the panel's pairs, NaN where not scored.
  let absoluteErrors: [Double]

  init(_ forecast: FlowForecast, _ outcome: [Double]) {
    let used = outcome.indices.filter { !outcome[$0].isNaN && !forecast.medians[$0].isNaN }
    let truth = used.map { outcome[$0] }
    let fitted = used.map { forecast.medians[$0] }
    absoluteErrors = zip(outcome, forecast.medians).map { abs($0 - $1) }
    constants = forecast.constants
    hasMixed = forecast.draws?.report.hasMixed ?? true
    count = used.count
    func of(_ score: ([Double], [Double]) -> Double) -> Double {
      used.isEmpty ? .nan : score(truth, fitted)
    }
    meanAbsoluteError = of(FlowScores.meanAbsoluteError)
    rootMeanSquare = of(FlowScores.rootMeanSquare)
    meanAbsolutePercentage = 100 * of(FlowScores.meanAbsolutePercentagePlusOne)
    commonPart = of(FlowScores.commonPart)
    standardisedRootMeanSquare = of(FlowScores.standardisedRootMeanSquare)
    bias = of(FlowScores.bias)
    meanAbsoluteLog = of(FlowScores.meanAbsoluteLog)
    var sums = [Double](repeating: forecast.hasIntervals ? 0 : .nan, count: 5)
    for pair in used {
      guard let q = forecast.quantiles(pair: pair, Self.levels + [0.1, 0.9, 0.025, 0.975]) else {
        continue
      }
      let (y, ends) = (outcome[pair], Array(q.suffix(4)))
      sums[0] += FlowScores.rankedProbability(observed: y, samples: Array(q.dropLast(4)))
      sums[1] += Self.isInside(y, ends[0], ends[1]) ? 1 : 0
      sums[2] += Self.isInside(y, ends[2], ends[3]) ? 1 : 0
      sums[3] += FlowScores.intervalScore(
        observed: y, lower: ends[0], upper: ends[1], coverage: 0.8)
      sums[4] += FlowScores.intervalScore(
        observed: y, lower: ends[2], upper: ends[3], coverage: 0.95)
    }
    let n = Double(used.count)
    rankedProbability = sums[0] / n
    coverage80 = sums[1] / n
    coverage95 = sums[2] / n
    intervalScore80 = sums[3] / n
    intervalScore95 = sums[4] / n
  }

  /// Levels at which the distribution is sampled for the ranked probability score.
  private static let levels = (0..<99).map { (Double($0) + 0.5) / 99 }

  /// Ends are `exp(ln(y + ½)) − ½`: a flow that has not moved must not fall out by rounding.
  private static func isInside(_ y: Double, _ lower: Double, _ upper: Double) -> Bool {
    let slack = 1e-12 * (1 + y)
    return y >= lower - slack && y <= upper + slack
  }
}
