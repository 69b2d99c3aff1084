import Kernel

/// How a series depends on its own past.
public enum Autocorrelation {
  /// Autocorrelations of lags 0 to `lags`, with divisor n throughout; NaN for a constant. Values that are missing
  /// keep their place: products are of values as far apart as the lag says, both of them known.
  ///
  /// - Parameter values: more than `lags`; NaN where missing.
  public static func whole(_ values: [Double], lags: Int) -> [Double] {
    precondition(values.count > lags && lags >= 0, "\(lags) lags of \(values.count) values")
    let mean = Statistics.mean(values.filter { !$0.isNaN })
    let x = values.map { $0.isNaN ? 0 : $0 - mean }
    let variance = Statistics.sum(x.map { $0 * $0 })
    return (0...lags).map { k in
      Statistics.sum((k..<x.count).map { x[$0] * x[$0 - k] }) / variance
    }
  }

  /// Partial autocorrelations of lags 1 to `lags`, by Durbin (1960) and Levinson, from those of `whole`.
  public static func partial(_ values: [Double], lags: Int) -> [Double] {
    let r = whole(values, lags: lags)
    var phi: [Double] = []
    var result: [Double] = []
    for k in 1...max(lags, 1) where k <= lags {
      var top = r[k]
      var bottom = 1.0
      for j in phi.indices {
        top -= phi[j] * r[k - 1 - j]
        bottom -= phi[j] * r[j + 1]
      }
      let last = top / bottom
      phi = phi.indices.map { phi[$0] - last * phi[phi.count - 1 - $0] } + [last]
      result.append(last)
    }
    return result
  }

  /// The test of Ljung and Box (1978, Biometrika 65) for autocorrelation up to `lags`.
  ///
  /// - Parameter fitted: parameters of the model the values are residuals of; fewer than `lags`.
  public static func ljungBox(
    _ values: [Double], lags: Int, fitted: Int = 0
  ) -> (statistic: Double, pValue: Double) {
    precondition(fitted < lags, "\(fitted) parameters, \(lags) lags")
    let n = Double(values.count)
    let r = whole(values, lags: lags)
    let statistic =
      n * (n + 2) * Statistics.sum((1...lags).map { r[$0] * r[$0] / (n - Double($0)) })
    return (statistic, gammaQ(0.5 * Double(lags - fitted), 0.5 * statistic))
  }
}
