import Glibc
import Kernel

/// Draws of several series that depend on each other as their errors did.
///
/// Each series keeps the distribution of its own forecast, at evenly spaced probabilities; a Gaussian copula with
/// the shrunk correlations of the errors (Schäfer and Strimmer 2005) puts their ranks together. Of the errors
/// of T moments, w of them standard normal and ε too, `√(1 − λ) Σ w_t e_t/√T + √λ ε` has exactly these
/// correlations, whatever their rank, in O(series · T) a draw.
struct JointDraws {
  private let standard: Matrix
  private let intensity: Double
  private let names: [String]
  private let key: StreamKey

  /// - Parameter errors: series by moment; moments at which one is missing are left out.
  /// - Throws: `.tooFewErrors`, `.notFinite`.
  init(errors: Matrix, names: [String], seed: UInt32) throws(CoherenceError) {
    let centred = ErrorCovariance.centred(try ErrorCovariance.complete(errors))
    intensity = try ErrorCovariance.shrunk(errors).intensity
    let squares = centred.outerGram().diagonal
    standard = centred.scalingRows(by: squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 })
    self.names = names
    key = StreamKey(seed: seed, stream: "coherence")
  }

  /// - Parameters:
  ///   - quantiles: of each series at (k + ½)/count, ascending, all of one count.
  ///   - step: names the draws; ranks of different steps are independent.
  /// - Returns: series by draw.
  func draws(_ quantiles: [[Double]], step: Int) -> Matrix {
    let count = quantiles[0].count
    let units = names.map { UnitKey($0) }
    let moments = UnitKey("moments")
    var shocks = Matrix(rows: names.count, columns: count)
    for k in 0..<count {
      var stream = RandomStream(key, unit: moments, draw: k, time: step)
      let common = standard.times(stream.normals(standard.columns))
      for i in names.indices {
        let own = normalPair(key, unit: units[i], draw: k, time: step).0
        // An error that never varies is tied to nothing.
        let isTied = standard.row(i).contains { $0 != 0 }
        shocks[i, k] =
          isTied
          ? (1 - intensity).squareRoot() * common[i] + intensity.squareRoot() * own : own
      }
    }
    var result = Matrix(rows: names.count, columns: count)
    for i in names.indices {
      let row = shocks.row(i)
      let order = row.indices.sorted { (row[$0], $0) < (row[$1], $1) }
      for (rank, k) in order.enumerated() { result[i, k] = quantiles[i][rank] }
    }
    return result
  }
}

extension Predictive {
  /// Quantiles of each step at (k + ½)/count, ascending.
  ///
  /// - Returns: `nil` without a distribution.
  func quantiles(_ count: Int) -> [[Double]]? {
    guard hasIntervals else { return nil }
    var steps = (0..<horizon).map { [Double](repeating: back(centre($0)), count: count) }
    for k in 0..<count / 2 {
      let reach = reaches(100 * (1 - 2 * (Double(k) + 0.5) / Double(count)))
      for step in 0..<horizon {
        steps[step][k] = back(centre(step) - reach[step].below)
        steps[step][count - 1 - k] = back(centre(step) + reach[step].above)
      }
    }
    return steps
  }
}
