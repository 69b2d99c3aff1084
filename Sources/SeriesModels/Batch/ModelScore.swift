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
  /// Mean absolute error over that of `naive` at the same origins.
  public let relativeToNaive: Double
  /// Share of values inside the model's own intervals, before any calibration.
  public let coverage80: Double
  public let coverage95: Double
  /// Mean continuous ranked probability score, from 20 quantiles.
  public let crps: Double
  public internal(set) var chosen: Bool
  /// Code: `best`, `naive-not-beaten`, `beaten`, `failed` (text `series.reason.<code>`).
  public internal(set) var reason: String
}

/// One forecast of the past beside what came.
struct OriginResult: Hashable, Sendable {
  /// Number of values the model saw.
  let origin: Int
  let actual: [Double]
  let median: [Double]
  /// Scale of the MASE: mean absolute seasonal step of the values seen.
  let scale: Double
  /// Errors in half-widths of the model's 80 and 95 per cent intervals on their side; NaN without.
  let reach80: [Double]
  let reach95: [Double]
  let crps: [Double]
}

extension ModelScore {
  /// - Parameter naive: mean absolute error of `naive` at the same origins.
  init(model: String, horizon: Int, results: [OriginResult], naive: Double?) {
    var errors: [Double] = []
    var scaled: [Double] = []
    var inside80: [Double] = []
    var inside95: [Double] = []
    var crps: [Double] = []
    for result in results {
      for step in result.actual.indices where !result.actual[step].isNaN {
        let error = abs(result.actual[step] - result.median[step])
        errors.append(error)
        scaled.append(error / result.scale)
        if !result.reach80[step].isNaN {
          inside80.append(result.reach80[step] <= 1 ? 1 : 0)
          inside95.append(result.reach95[step] <= 1 ? 1 : 0)
          crps.append(result.crps[step])
        }
      }
    }
    func mean(_ values: [Double]) -> Double {
      values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }
    self.model = model
    origins = results.count
    self.horizon = horizon
    mae = mean(errors)
    rmse = mean(errors.map { $0 * $0 }).squareRoot()
    mase = mean(scaled)
    relativeToNaive = naive.map { mean(errors) / $0 } ?? .nan
    coverage80 = mean(inside80)
    coverage95 = mean(inside95)
    self.crps = mean(crps)
    chosen = false
    reason = results.isEmpty ? "failed" : "beaten"
  }
}
