import Glibc
public import Kernel

/// How far flows from stocks may be off, because stocks are and because nobody counts stayers.
///
/// Draw k multiplies every stock by a lognormal error with mean 1 and the coefficient of variation of the
/// source of its area of residence, and takes ω from a uniform distribution over its range; the flows
/// follow from both. Errors of one cell are the same at the start and at the end to the degree
/// `persistence`, as one register misses the same people twice.
public struct StockUncertainty: Hashable, Sendable {
  /// Coefficient of variation of the stocks by area of residence.
  public var variation: [Double]
  /// Correlation of the log errors at the two moments, from 0 to 1.
  public var persistence: Double
  /// The range of the weight of the flows with most stayers.
  public var weights: ClosedRange<Double>
  /// Where the three come from.
  public var source: String

  public init(
    variation: [Double], persistence: Double, weights: ClosedRange<Double>, source: String
  ) {
    precondition(variation.allSatisfy { $0 >= 0 && $0.isFinite }, "a negative variation")
    precondition(persistence >= 0 && persistence <= 1, "persistence \(persistence)")
    precondition(weights.lowerBound >= 0 && weights.upperBound <= 1, "weights \(weights)")
    self.variation = variation
    self.persistence = persistence
    self.weights = weights
    self.source = source
  }

  /// Flows of all draws.
  public struct Draws: Hashable, Sendable {
    /// Draw by draw, each `areas²`, origin fastest.
    public let values: [Double]
    public let count: Int
    /// ω of every draw.
    public let weights: [Double]
    /// Draws whose stocks allowed no flows and were drawn again.
    public let redrawn: Int

    /// A quantile of every cell over the draws.
    public func quantile(_ p: Double) -> [Double] {
      let cells = values.count / max(count, 1)
      return (0..<cells).map { cell in
        Statistics.quantile((0..<count).map { values[$0 * cells + cell] }, p)
      }
    }
  }

  private struct Drawn: Sendable {
    let moves: [Double]
    let weight: Double
    let attempt: Int
  }

  private static let attempts = 50

  /// - Parameter key: of the run; draw k depends on it and on k alone.
  /// - Throws: the error of a draw for which no flows are found in fifty attempts.
  /// - Complexity: O(draws · areas³ · sweeps), draws in parallel.
  public func draws(
    _ count: Int, of stocks: StockTables, matching: StockMatching, seed: [Double]? = nil,
    key: StreamKey, threads: Int? = nil
  ) throws(StockError) -> Draws {
    precondition(variation.count == stocks.areas.count, "variations of another number")
    let found = try parallelMap(count, threads: threads) { k throws(StockError) -> Drawn in
      var last = StockError.badWeight(.nan)
      for attempt in 0..<Self.attempts {
        let (drawn, weight) = perturbed(stocks, key: key, draw: k, attempt: attempt)
        do throws(StockError) {
          let flows = try StockFlowModel.flows(
            drawn, matching: matching, stayers: .mixture(weight: weight, source: source),
            seed: seed, threads: 1)
          return Drawn(moves: flows.moves, weight: weight, attempt: attempt)
        } catch {
          last = error
        }
      }
      throw last
    }
    return Draws(
      values: found.flatMap(\.moves), count: count, weights: found.map(\.weight),
      redrawn: found.count { $0.attempt > 0 })
  }

  private func perturbed(
    _ stocks: StockTables, key: StreamKey, draw: Int, attempt: Int
  ) -> (StockTables, weight: Double) {
    let n = stocks.areas.count
    var drawn = stocks
    for (r, area) in stocks.areas.enumerated() {
      var stream = RandomStream(key, unit: UnitKey(area), draw: draw, time: attempt)
      let variance = Glibc.log1p(variation[r] * variation[r])
      let deviation = variance.squareRoot()
      let rest = (1 - persistence * persistence).squareRoot()
      for b in 0..<n {
        let first = stream.normal()
        let second = persistence * first + rest * stream.normal()
        drawn.start[r * n + b] *= Glibc.exp(deviation * first - variance / 2)
        drawn.end[r * n + b] *= Glibc.exp(deviation * second - variance / 2)
      }
    }
    var stream = RandomStream(key, unit: UnitKey(number: 0), draw: draw, time: attempt)
    let width = weights.upperBound - weights.lowerBound
    return (drawn, weights.lowerBound + width * stream.uniform())
  }
}
