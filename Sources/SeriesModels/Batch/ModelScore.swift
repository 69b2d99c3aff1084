import Kernel

/// How one model did at the rolling origins of one series.
public struct ModelScore: Hashable, Sendable {
  public let model: String
  /// Origins at which it forecast; each scored on the full horizon.
  public let origins: Int
  public let horizon: Int
  /// Mean absolute error of the medians; NaN without an origin.
  public let mae: Double
  public let rmse: Double
  /// Mean absolute error in units of the training values' own mean absolute (seasonal) step.
  public let mase: Double
  /// Root mean square error in units of the training values' own (seasonal) step.
  public let rmsse: Double
  /// Mean of `200 |y − f| / (|y| + |f|)`, 0 where both are 0.
  public let smape: Double
  /// Mean absolute error over that of `naive` at the same origins.
  public let relativeToNaive: Double
  /// Share of values inside the model's own intervals, before any calibration.
  public let coverage80: Double
  public let coverage95: Double
  /// Mean interval scores (Winkler 1972).
  public let intervalScore80: Double
  public let intervalScore95: Double
  /// Mean continuous ranked probability score, from 20 quantiles; twice the mean pinball loss over them.
  public let crps: Double
  /// Mean logarithm of the density; `nil` for models whose distribution is simulated.
  public let logScore: Double?
  /// Mean energy score of 100 joint futures, over origins with every value known; `nil` unless asked for.
  public let energy: Double?
  /// Shares of the values in each tenth of the distribution; a tenth each where it is honest.
  public let tenths: [Double]
  /// Of Diebold and Mariano's comparison with `naive` on ranked probability scores by origin; `nil` where there is
  /// none.
  public internal(set) var dieboldMariano: Double?
  /// p-value in the model confidence set on the same scores; below 0.1 outside that of 90 per cent. `nil` where
  /// there is none.
  public internal(set) var confidence: Double?
  public internal(set) var chosen: Bool
  /// Code: `best`, `naive-not-beaten`, `beaten`, `ex-post`, `failed` (text `series.reason.<code>`).
  public internal(set) var reason: String
  /// Why it could not forecast at every origin.
  public internal(set) var failure: SeriesError?
}

/// One forecast of the past beside what came.
struct OriginResult: Hashable, Sendable {
  /// Number of values the model saw.
  let origin: Int
  let actual: [Double]
  let median: [Double]
  /// Scale of the MASE: mean absolute seasonal step of the values seen.
  let scale: Double
  /// Mean squared step of the same kind.
  let squaredScale: Double
  /// Errors in half-widths of the model's 80 and 95 per cent intervals on their side; NaN without.
  let reach80: [Double]
  let reach95: [Double]
  let interval80: [Double]
  let interval95: [Double]
  let crps: [Double]
  let logScore: [Double]
  let tenth: [Int?]
  /// NaN unless asked for.
  let energy: Double

  /// Mean ranked probability score of the values that came; NaN without any. What is below the rounding of
  /// the values is 0, so that forecasts of a constant do not differ.
  var loss: Double {
    let mean = Statistics.mean(crps.filter { !$0.isNaN })
    let size = actual.reduce(0) { max($0, $1.isNaN ? 0 : abs($1)) }
    return mean <= 1e-12 * size ? 0 : mean
  }
}

extension ModelScore {
  /// - Parameter naive: mean absolute error of `naive` at the same origins.
  init(model: String, horizon: Int, results: [OriginResult], naive: Double?) {
    func mean(_ values: [Double]) -> Double { Statistics.mean(values.filter { !$0.isNaN }) }
    func all(_ values: (OriginResult) -> [Double]) -> Double { mean(results.flatMap(values)) }
    func errors(_ loss: (OriginResult, Int, Double) -> Double) -> Double {
      all { result in
        result.actual.indices.map { loss(result, $0, result.actual[$0] - result.median[$0]) }
      }
    }
    func some(_ value: Double) -> Double? { value.isNaN ? nil : value }
    func inside(_ reach: KeyPath<OriginResult, [Double]>) -> Double {
      all { $0[keyPath: reach].map { $0.isNaN ? .nan : $0 <= 1 ? 1 : 0 } }
    }
    self.model = model
    origins = results.count
    self.horizon = horizon
    let absolute = errors { abs($2) }
    mae = absolute
    rmse = errors { $2 * $2 }.squareRoot()
    mase = errors { abs($2) / $0.scale }
    rmsse = errors { $2 * $2 / $0.squaredScale }.squareRoot()
    smape = errors { result, step, error in
      let size = abs(result.actual[step]) + abs(result.median[step])
      return size == 0 ? 0 : 200 * abs(error) / size
    }
    relativeToNaive = naive.map { absolute / $0 } ?? .nan
    coverage80 = inside(\.reach80)
    coverage95 = inside(\.reach95)
    intervalScore80 = all(\.interval80)
    intervalScore95 = all(\.interval95)
    crps = all(\.crps)
    logScore = some(all(\.logScore))
    energy = some(mean(results.map(\.energy)))
    let places = results.flatMap { $0.tenth.compactMap { $0 } }
    tenths = (0..<10).map { k in
      places.isEmpty ? .nan : Double(places.count { $0 == k }) / Double(places.count)
    }
    chosen = false
    reason = results.isEmpty ? "failed" : "beaten"
  }
}
