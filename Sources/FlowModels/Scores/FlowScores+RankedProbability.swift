public import Kernel

/// The continuous ranked probability score `∫ (F(x) − 1[x ≥ y])² dx = E|X − y| − ½ E|X − X'|`, in persons:
/// the absolute error of a forecast that admits to be uncertain (Gneiting & Raftery 2007). Forecasts given
/// as distributions have it as `rankedProbability` of their own.
extension FlowScores {
  /// Of the empirical distribution of a sample of draws. O(m log m).
  public static func rankedProbability(observed y: Double, samples: [Double]) -> Double {
    SampleScores.rankedProbability(observed: y, samples: samples)
  }

  /// Of the distribution a sample of draws comes from, without the bias of a small sample: pairs of
  /// different draws only (Ferro 2014). May be negative.
  public static func fairRankedProbability(observed y: Double, samples: [Double]) -> Double {
    SampleScores.fairRankedProbability(observed: y, samples: samples)
  }

  /// From quantiles, as `SampleScores.rankedProbability(observed:quantiles:levels:)`.
  public static func rankedProbability(
    observed y: Double, quantiles: [Double], levels: [Double]
  ) -> Double {
    SampleScores.rankedProbability(observed: y, quantiles: quantiles, levels: levels)
  }

  /// Of a distribution whose score has a closed form.
  public static func rankedProbability(
    observed y: Double, _ forecast: some ScoredForecast
  ) -> Double {
    forecast.rankedProbability(y)
  }

  /// Of a lognormal distribution given by mean and standard deviation of the logarithm.
  public static func rankedProbability(
    observed y: Double, logMean: Double, logStandardDeviation: Double
  ) -> Double {
    LogNormal(logMean: logMean, logStandardDeviation: logStandardDeviation).rankedProbability(y)
  }
}
