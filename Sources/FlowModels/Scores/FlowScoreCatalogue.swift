public import Demography
import Kernel

/// A score as outputs and law tests iterate over it.
public struct FlowScore: Sendable {
  public enum Measure: Sendable {
    /// Of a fitted table: observed and fitted flows in one order.
    case table(@Sendable (_ observed: [Double], _ fitted: [Double]) -> Double)
    /// Of a forecast of one flow as a sample of draws.
    case forecast(@Sendable (_ observed: Double, _ samples: [Double]) -> Double)
  }

  /// What a perfect table or a sure and right forecast has; `nil` where there is no best value.
  public let ideal: Double?
  /// Whether a larger value is the better one.
  public let isGreaterBetter: Bool
  public let card: Card
  public let measure: Measure

  init(_ id: String, _ reference: String, ideal: Double?, up: Bool = false, _ measure: Measure) {
    card = Card(catalogue: "flow_score", id: id, reference: reference)
    self.ideal = ideal
    isGreaterBetter = up
    self.measure = measure
  }
}

/// Every score of flows Agyn has. A new score is one function and one line here.
public enum FlowScoreCatalogue {
  public static let all: [FlowScore] = tables + forecasts

  /// Scores of a fitted table.
  public static let tables: [FlowScore] = [
    FlowScore(
      "cpc", "Lenormand et al. 2012", ideal: 1, up: true, .table(FlowScores.commonPart)),
    FlowScore(
      "cpl", "Lenormand, Bassolas & Ramasco 2016", ideal: 1, up: true,
      .table(FlowScores.commonLinks)),
    FlowScore("ssi", "Sørensen 1948", ideal: 1, up: true, .table(FlowScores.sorensen)),
    FlowScore(
      "srmse", "Knudsen & Fotheringham 1986", ideal: 0,
      .table(FlowScores.standardisedRootMeanSquare)),
    FlowScore("rmse", "Knudsen & Fotheringham 1986", ideal: 0, .table(FlowScores.rootMeanSquare)),
    FlowScore("mae", "Welch & Raftery 2022", ideal: 0, .table(FlowScores.meanAbsoluteError)),
    FlowScore(
      "mape", "Hyndman & Koehler 2006", ideal: 0, .table(FlowScores.meanAbsolutePercentage)),
    FlowScore(
      "mape1", "Welch & Raftery 2022", ideal: 0, .table(FlowScores.meanAbsolutePercentagePlusOne)),
    FlowScore("log_mae", "Hyndman & Koehler 2006", ideal: 0, .table(FlowScores.meanAbsoluteLog)),
    FlowScore("bias", "Hyndman & Koehler 2006", ideal: 0, .table(FlowScores.bias)),
    FlowScore(
      "r2", "Knudsen & Fotheringham 1986", ideal: 1, up: true, .table(FlowScores.explainedVariance)),
    FlowScore("pearson", "Pearson 1896", ideal: 1, up: true, .table(FlowScores.correlation)),
    FlowScore("pearson_log", "Pearson 1896", ideal: 1, up: true, .table(FlowScores.logCorrelation)),
    FlowScore("deviance", "McCullagh & Nelder 1989", ideal: 0, .table(FlowScores.poissonDeviance)),
    FlowScore("d2", "Oshan 2016", ideal: 1, up: true, .table(FlowScores.explainedDeviance)),
    FlowScore("kl", "Kullback & Leibler 1951", ideal: 0, .table(FlowScores.kullbackLeibler)),
    FlowScore("dissimilarity", "Duncan & Duncan 1955", ideal: 0, .table(FlowScores.dissimilarity)),
  ]

  /// Scores of a forecast by draws.
  public static let forecasts: [FlowScore] = [
    FlowScore(
      "crps", "Gneiting & Raftery 2007", ideal: 0,
      .forecast { FlowScores.rankedProbability(observed: $0, samples: $1) }),
    FlowScore(
      "pinball_10", "Koenker & Bassett 1978", ideal: 0, .forecast { pinball($0, $1, 0.1) }),
    FlowScore(
      "pinball_90", "Koenker & Bassett 1978", ideal: 0, .forecast { pinball($0, $1, 0.9) }),
    FlowScore("interval_80", "Winkler 1972", ideal: 0, .forecast { interval($0, $1, 0.8) }),
    FlowScore("interval_95", "Winkler 1972", ideal: 0, .forecast { interval($0, $1, 0.95) }),
    FlowScore(
      "coverage_80", "Gneiting, Balabdaoui & Raftery 2007", ideal: nil,
      .forecast { isCovered($0, $1, 0.8) }),
    FlowScore(
      "coverage_95", "Gneiting, Balabdaoui & Raftery 2007", ideal: nil,
      .forecast { isCovered($0, $1, 0.95) }),
    FlowScore(
      "pit", "Dawid 1984", ideal: nil,
      .forecast { FlowScores.integralTransform(observed: $0, samples: $1, uniform: 0.5) }),
  ]

  /// The score whose card has this id; `nil` when there is none.
  public static func score(named id: String) -> FlowScore? { all.first { $0.card.id == id } }

  private static func pinball(_ y: Double, _ samples: [Double], _ p: Double) -> Double {
    FlowScores.pinball(observed: y, quantile: Statistics.quantile(samples, p), level: p)
  }

  private static func ends(_ samples: [Double], _ coverage: Double) -> [Double] {
    Statistics.quantiles(samples, [0.5 * (1 - coverage), 0.5 * (1 + coverage)])
  }

  private static func interval(_ y: Double, _ samples: [Double], _ coverage: Double) -> Double {
    let ends = ends(samples, coverage)
    return FlowScores.intervalScore(
      observed: y, lower: ends[0], upper: ends[1], coverage: coverage)
  }

  private static func isCovered(_ y: Double, _ samples: [Double], _ coverage: Double) -> Double {
    let ends = ends(samples, coverage)
    return FlowScores.coverage(observed: [y], lower: [ends[0]], upper: [ends[1]])
  }
}
