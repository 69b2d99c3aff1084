public import Demography
import Kernel

/// A score of a forecast by draws, as outputs and law tests iterate over it.
public struct SeriesScore: Sendable {
  public let card: Card
  /// Whether the smallest value is the best one; coverage has none.
  public let isLoss: Bool
  /// - Parameters: the value that came, and the draws of its forecast, at least two.
  public let measure: @Sendable (_ observed: Double, _ draws: [Double]) -> Double

  init(
    _ id: String, _ reference: String, isLoss: Bool = true,
    _ measure: @escaping @Sendable (Double, [Double]) -> Double
  ) {
    card = Card(catalogue: "series_score", id: id, reference: reference)
    self.isLoss = isLoss
    self.measure = measure
  }
}

/// Every score of one forecast value. A new score is one function and one line here.
public enum SeriesScoreCatalogue {
  public static let all: [SeriesScore] = [
    SeriesScore("absolute_error", "Gneiting 2011") { abs($0 - Statistics.median($1)) },
    SeriesScore("squared_error", "Gneiting 2011") { y, x in
      let error = y - Statistics.mean(x)
      return error * error
    },
    SeriesScore("crps", "Gneiting & Raftery 2007") {
      SampleScores.rankedProbability(observed: $0, samples: $1)
    },
    SeriesScore("dawid_sebastiani", "Dawid & Sebastiani 1999") {
      SampleScores.dawidSebastiani(observed: $0, samples: $1)
    },
    SeriesScore("pinball_10", "Koenker & Bassett 1978") { pinball($0, $1, 0.1) },
    SeriesScore("pinball_90", "Koenker & Bassett 1978") { pinball($0, $1, 0.9) },
    SeriesScore("interval_80", "Winkler 1972") { interval($0, $1, 0.8) },
    SeriesScore("interval_95", "Winkler 1972") { interval($0, $1, 0.95) },
    SeriesScore("coverage_80", "Gneiting, Balabdaoui & Raftery 2007", isLoss: false) {
      isCovered($0, $1, 0.8)
    },
    SeriesScore("coverage_95", "Gneiting, Balabdaoui & Raftery 2007", isLoss: false) {
      isCovered($0, $1, 0.95)
    },
  ]

  /// The score whose card has this id; `nil` when there is none.
  public static func score(named id: String) -> SeriesScore? { all.first { $0.card.id == id } }

  private static func ends(_ draws: [Double], _ coverage: Double) -> [Double] {
    Statistics.quantiles(draws, [0.5 * (1 - coverage), 0.5 * (1 + coverage)])
  }

  private static func pinball(_ y: Double, _ draws: [Double], _ p: Double) -> Double {
    SampleScores.pinball(observed: y, quantile: Statistics.quantile(draws, p), level: p)
  }

  private static func interval(_ y: Double, _ draws: [Double], _ coverage: Double) -> Double {
    let ends = ends(draws, coverage)
    return SampleScores.intervalScore(
      observed: y, lower: ends[0], upper: ends[1], coverage: coverage)
  }

  private static func isCovered(_ y: Double, _ draws: [Double], _ coverage: Double) -> Double {
    let ends = ends(draws, coverage)
    return PointScores.coverage([y], lower: [ends[0]], upper: [ends[1]])
  }
}
