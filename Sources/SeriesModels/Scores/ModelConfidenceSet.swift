import Glibc
import Kernel

/// The models that cannot be told from the best at a level of confidence.
///
/// Hansen, Lunde and Nason 2011, Econometrica 79, 453–497, with their statistic T_max: while the mean loss of
/// some model is above the others' by more than a bootstrap of blocks on a circle of origins explains, the worst
/// by its t-ratio leaves. Its p-value is the largest met so far. Blocks of b of n origins hold less of the variance
/// of a mean than there is, about 1 − b/n of it, which the t-ratio makes good.
public struct ModelConfidenceSet: Hashable, Sendable {
  /// One a model; the last to stay has 1.
  public let pValues: [Double]

  /// - Parameters:
  ///   - losses: for each model one loss an origin, in order of time; the same origins, none missing.
  ///   - block: neighbouring origins drawn together; the horizon where origins stand a step apart.
  ///   - draws: of the bootstrap.
  ///   - unit: whom it concerns; the same name draws the same blocks.
  /// - Precondition: there are models, and more origins than one and than a block has.
  /// - Complexity: O(draws · models · origins).
  public init(
    losses: [[Double]], block: Int, draws: Int = 1_000, seed: UInt32, unit: String
  ) {
    let origins = losses.first?.count ?? 0
    precondition(origins > 1 && losses.allSatisfy { $0.count == origins }, "losses of no origins")
    precondition(block > 0 && block < origins && draws > 0, "block \(block), \(draws) draws")
    let means = losses.map { Statistics.mean($0) }
    let starts = Self.samples(
      origins, block: block, draws: draws, seed: seed, unit: unit)
    // Mean of each sample less the mean itself.
    let shifts = zip(losses, means).map { loss, mean in
      starts.map { rows in rows.reduce(0) { $0 + loss[$1] } / Double(rows.count) - mean }
    }
    let widening = (Double(origins) / Double(origins - block)).squareRoot()
    var left = Array(losses.indices)
    var values = [Double](repeating: 1, count: losses.count)
    var largest = 0.0
    while left.count > 1 {
      let (worst, pValue) = Self.worst(left, means: means, shifts: shifts, widening: widening)
      largest = max(largest, pValue)
      values[left[worst]] = largest
      left.remove(at: worst)
    }
    pValues = values
  }

  /// Whether a model is in the set of a confidence, 0.9 for 90 per cent.
  public func contains(_ model: Int, confidence: Double) -> Bool {
    pValues[model] >= 1 - confidence
  }

  /// The place of the model with the greatest t-ratio, and the share of samples with a greater one.
  private static func worst(
    _ left: [Int], means: [Double], shifts: [[Double]], widening: Double
  ) -> (place: Int, pValue: Double) {
    let count = Double(left.count)
    let centre = left.reduce(0) { $0 + means[$1] } / count
    let draws = shifts[left[0]].count
    let centres = (0..<draws).map { b in left.reduce(0) { $0 + shifts[$1][b] } / count }
    let deviations = left.map { model in
      let squares = (0..<draws).reduce(0.0) { sum, b in
        let d = shifts[model][b] - centres[b]
        return sum + d * d
      }
      return (squares / Double(draws)).squareRoot()
    }
    // A difference without any spread is no evidence where it is zero, and sure where it is not.
    func ratio(_ difference: Double, _ deviation: Double) -> Double {
      let noise = 1e-12 * abs(centre)
      if deviation > noise { return difference / deviation }
      return abs(difference) <= noise ? 0 : difference > 0 ? .infinity : -.infinity
    }
    let ratios = left.indices.map { ratio(means[left[$0]] - centre, widening * deviations[$0]) }
    var place = 0
    for k in left.indices where ratios[k] > ratios[place] { place = k }
    let greater = (0..<draws).count { b in
      left.indices.contains { k in
        deviations[k] > 0 && (shifts[left[k]][b] - centres[b]) / deviations[k] >= ratios[place]
      }
    }
    let isEqual = ratios[place] <= 0
    return (place, isEqual ? 1 : Double(greater) / Double(draws))
  }

  /// For each draw as many origins as there are, in blocks on a circle.
  private static func samples(
    _ origins: Int, block: Int, draws: Int, seed: UInt32, unit: String
  ) -> [[Int]] {
    (0..<draws).map { draw in
      var stream = RandomStream(
        StreamKey(seed: seed, stream: "confidence-set"), unit: UnitKey(unit), draw: draw, time: 0)
      var rows: [Int] = []
      while rows.count < origins {
        let start = min(origins - 1, Int(stream.uniform() * Double(origins)))
        for k in 0..<block where rows.count < origins { rows.append((start + k) % origins) }
      }
      return rows
    }
  }
}
