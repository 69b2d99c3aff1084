public import Demography
import Kernel

/// Flows between areas from stocks by place of birth at two moments, by demographic accounting.
///
/// Once only moves are left between the two tables (`StockMatching`), the natives of each place have a
/// table of their own: as many leave each area as lived there, as many arrive as live there
/// afterwards. A seed shapes what the margins leave open. How many have stayed is the assumption that
/// decides the size of the flows (`Stayers`).
///
/// Abel 2013; Abel & Sander 2014; Azose & Raftery, PNAS 116 (2019); Abel & Cohen 2019.
public struct StockFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "stock_accounting",
      reference: "Abel 2013; Abel & Sander 2014; Azose & Raftery 2019; Abel & Cohen 2019",
      parameters: [
        Card.Parameter("matching", standard: "rescale"),
        Card.Parameter("stayers", standard: "minimum"),
      ])
  }

  /// How many of those who lived in an area at both moments have never left it.
  public enum Stayers: Hashable, Sendable {
    /// As many as the stocks allow: the fewest moves.
    case most
    /// As many as independence, or the seed's diagonal, gives.
    case independent
    /// `ω` times the flows with most stayers, `1 − ω` times the independent ones: the pseudo-Bayes
    /// estimate. `source` is where ω comes from, and is kept with the result; there is no standard value.
    case mixture(weight: Double, source: String)
  }

  /// Flows by origin, destination and place of birth.
  public struct Flows: Hashable, Sendable {
    public let areas: [String]
    /// `areas³` persons, origin fastest, then destination, then place of birth; stayers on the diagonals.
    public let values: [Double]
    public let matching: StockMatching
    public let stayers: Stayers

    /// Moves of all natives, `areas²`, origin fastest, diagonal 0.
    public var moves: [Double] {
      let n = areas.count
      var moves = [Double](repeating: 0, count: n * n)
      for (cell, value) in values.enumerated() { moves[cell % (n * n)] += value }
      for i in 0..<n { moves[i * n + i] = 0 }
      return moves
    }

    public var total: Double { Statistics.sum(moves) }
  }

  /// - Parameters:
  ///   - seed: `areas²`, origin fastest, the same for all places of birth; `nil` for ones. Its diagonal is
  ///     only used where stayers are independent.
  /// - Throws: `StockError`, naming the place of birth that no flows fit.
  /// - Complexity: O(areas³ · sweeps), places of birth in parallel.
  public static func flows(
    _ stocks: StockTables, matching: StockMatching, stayers: Stayers, seed: [Double]? = nil,
    threads: Int? = nil
  ) throws(StockError) -> Flows {
    let n = stocks.areas.count
    let seed = seed ?? [Double](repeating: 1, count: n * n)
    precondition(seed.count == n * n, "a seed of another shape")
    if case .mixture(let weight, _) = stayers, !(weight >= 0 && weight <= 1) {
      throw .badWeight(weight)
    }
    let tables = try matching.matched(stocks)
    let parts = try parallelMap(n, threads: threads) { b throws(StockError) in
      let before = (0..<n).map { tables.start[$0 * n + b] }
      let after = (0..<n).map { tables.end[$0 * n + b] }
      do throws(BalancingError) {
        return try natives(before, after, stayers, seed)
      } catch {
        throw .noFlows(birth: b, error)
      }
    }
    return Flows(
      areas: stocks.areas, values: parts.flatMap { $0 }, matching: matching, stayers: stayers)
  }

  /// The flows of the natives of one place.
  private static func natives(
    _ before: [Double], _ after: [Double], _ stayers: Stayers, _ seed: [Double]
  ) throws(BalancingError) -> [Double] {
    switch stayers {
    case .independent:
      return try Balancing.fit(
        seed: seed, rows: before, columns: scaled(after, to: before), tolerance: 1e-12
      ).values
    case .most: return try mostStayers(before, after, seed)
    case .mixture(let weight, _):
      let most = try mostStayers(before, after, seed)
      let independent = try natives(before, after, .independent, seed)
      return zip(most, independent).map { weight * $0 + (1 - weight) * $1 }
    }
  }

  private static func mostStayers(
    _ before: [Double], _ after: [Double], _ seed: [Double]
  ) throws(BalancingError) -> [Double] {
    let n = before.count
    let staying = zip(before, after).map { min($0, $1) }
    let leaving = zip(before, staying).map { $0 - $1 }
    let coming = zip(after, staying).map { $0 - $1 }
    var values = [Double](repeating: 0, count: n * n)
    // What rounding alone has left is no move.
    let noise = 1e-12 * Statistics.sum(before)
    if Statistics.sum(leaving) > noise {
      var open = seed
      for i in 0..<n { open[i * n + i] = 0 }
      values = try Balancing.fit(
        seed: open, rows: leaving, columns: scaled(coming, to: leaving), tolerance: 1e-12
      ).values
    }
    for i in 0..<n { values[i * n + i] = staying[i] }
    return values
  }

  /// Makes two totals that are equal but for rounding equal to the last digit, so that a tight
  /// tolerance can be met.
  private static func scaled(_ list: [Double], to other: [Double]) -> [Double] {
    let sum = Statistics.sum(list)
    let wanted = Statistics.sum(other)
    guard sum > 0, abs(sum - wanted) <= 1e-9 * wanted else { return list }
    return list.map { $0 * (wanted / sum) }
  }
}
