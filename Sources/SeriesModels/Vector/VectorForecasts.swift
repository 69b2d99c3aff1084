public import Kernel

/// Forecasts of models of several series together, series by series.
extension VARFit {
  public var label: String { "VAR(\(lags))" }

  /// Normal with the covariance of the errors, without that of the coefficients.
  ///
  /// - Parameters:
  ///   - series: those of the panel, in its order.
  ///   - levels: per cent.
  public func forecasts(
    of series: [TimeSeries], _ horizon: Int, levels: [Double]
  ) -> [Forecast] {
    let means = forecast(horizon)
    let covariances = forecastCovariances(horizon)
    return series.enumerated().map { j, one in
      Predictive(
        mean: means.column(j), deviation: covariances.map { $0[j, j].squareRoot() },
        degrees: .infinity
      ).forecast(of: one, label: label, levels: levels, calibration: nil)
    }
  }

  /// The number of lags with the least Bayesian criterion among as many as leave each equation two values more than
  /// coefficients, eight at most, all on the steps that the most lags can explain.
  ///
  /// - Throws: as `VARModel.fit` with one lag.
  public static func chosenLags(_ panel: VectorPanel) throws(SeriesError) -> Int {
    let most = min(8, max(1, (panel.count - 3) / (panel.variables + 1)))
    let all = try VARModel.criteria(panel, most: most)
    return (all.min { $0.bic < $1.bic } ?? all[0]).lags
  }
}

extension BayesianVARFit {
  public var label: String { "BVAR(\(lags))" }

  /// Quantiles of draws with everything uncertain: errors, their covariance and the coefficients.
  ///
  /// - Throws: `notPositiveDefinite`.
  public func forecasts(
    of series: [TimeSeries], _ horizon: Int, levels: [Double], draws: Int, seed: UInt32
  ) throws(KernelError) -> [Forecast] {
    let all = try paths(horizon, draws: draws, seed: seed)
    return series.enumerated().map { j, one in
      Predictive(paths: all.map { $0.column(j) }).forecast(
        of: one, label: label, levels: levels, calibration: nil)
    }
  }
}

/// A dynamic factor of standardised series: each less its mean, over its deviation, missing values passed over.
public struct StandardisedFactor: Sendable {
  public let fit: DynamicFactorFit
  private let series: [TimeSeries]
  private let means: [Double]
  private let deviations: [Double]

  /// - Throws: as `DynamicFactorModel.fit`.
  public init(_ series: [TimeSeries]) throws(SeriesError) {
    let known = series.map { $0.values.filter { !$0.isNaN } }
    let means = known.map { Statistics.mean($0) }
    let deviations = known.map { Statistics.standardDeviation($0) }
    for (k, one) in series.enumerated() where known[k].count > 1 {
      let size = known[k].reduce(0) { max($0, abs($1)) }
      // What differs by rounding alone does not vary.
      guard deviations[k] > 1e-12 * size else {
        throw .seriesDependent(series: one.id, others: "")
      }
    }
    for (one, deviation) in zip(series, deviations) where !(deviation > 0) {
      throw .notFitted(series: one.id, model: "dynamic-factor")
    }
    var scaled: [TimeSeries] = []
    for (k, one) in series.enumerated() {
      scaled.append(one.replacing(one.values.map { ($0 - means[k]) / deviations[k] }))
    }
    self.series = series
    self.means = means
    self.deviations = deviations
    fit = try DynamicFactorModel().fit(scaled)
  }

  /// Normal, without the uncertainty of the parameters.
  ///
  /// - Parameter levels: per cent.
  public func forecasts(_ horizon: Int, levels: [Double]) -> [Forecast] {
    zip(series.indices, fit.forecast(horizon)).map { k, ahead in
      Predictive(
        mean: ahead.means.map { means[k] + deviations[k] * $0 },
        deviation: ahead.deviations.map { deviations[k] * $0 }, degrees: .infinity
      ).forecast(of: series[k], label: "dynamic factor", levels: levels, calibration: nil)
    }
  }

  /// Share of each series' variance in its own steps that the factor has.
  public var shares: [Double] {
    let p = fit.parameters
    let ofFactor = 1 / (1 - p.persistence * p.persistence)
    return zip(p.loadings, p.errors).map { loading, error in
      let common = loading * loading * ofFactor
      return common / (common + error)
    }
  }
}
