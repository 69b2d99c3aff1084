import Kernel

/// How evenly moves are spread over the pairs of areas.
///
/// Gini indices compare every flow with every other: `Σ|m − m'|` over ordered pairs of flows. With
/// `N = n(n−1)` flows the total index is divided by `2(N−1)M`, its greatest value; those of rows, columns and
/// exchanges by `2N M`. "Standardised" is the part of the undivided total, `Σ|m − m'| / 2N M`.
enum ConcentrationIndices {
  private static let plane = "Plane & Mulligan, Demography 34 (1997)"
  private static let rogers = "Rogers & Raymer, Population, Space and Place 4 (1998)"
  private static let bell = "Bell et al. 2002"

  static let all: [FlowIndex] = [
    FlowIndex("connectivity", bell, range: 0...1) { system in
      Double(system.pairs.count { $0 > 0 }) / Double(system.pairs.count)
    },
    // ½ Σ|m/M − 1/N|.
    FlowIndex("inequality_equal", bell, range: 0...1) { system in
      let even = system.moves / Double(system.pairs.count)
      return difference(system.pairs, system.pairs.map { _ in even }, system.moves)
    },
    // The same against the flows that the two totals of each area lead to expect.
    FlowIndex("inequality_expected", bell, range: 0...1) { system throws(BalancingError) in
      difference(system.flows, try system.expected(), system.moves)
    },
    FlowIndex("gini_total", plane, range: 0...1) { system in
      let count = Double(system.pairs.count)
      return allDifferences(system.pairs) / (2 * (count - 1) * system.moves)
    },
    FlowIndex("gini_origins", plane, range: 0...1) { over($0, rowDifferences($0)) },
    FlowIndex("gini_destinations", plane, range: 0...1) { over($0, columnDifferences($0)) },
    FlowIndex("gini_exchange", plane, range: 0...1) { over($0, exchangeDifferences($0)) },
    FlowIndex("gini_origins_standardised", plane, range: 0...1) {
      part(rowDifferences($0), of: $0)
    },
    FlowIndex("gini_destinations_standardised", plane, range: 0...1) {
      part(columnDifferences($0), of: $0)
    },
    FlowIndex("gini_exchange_standardised", plane, range: 0...1) {
      part(exchangeDifferences($0), of: $0)
    },
    FlowIndex("gini_out_weighted", plane, range: 0...1) { weightedGini($0).out },
    FlowIndex("gini_in_weighted", plane, range: 0...1) { weightedGini($0).into },
    FlowIndex("gini_mean_weighted", plane, range: 0...1) { system in
      let found = weightedGini(system)
      return (found.out + found.into) / 2
    },
    // As migest computes it: over all n² cells, the empty diagonal included.
    FlowIndex("cv", rogers, degree: 0.5) { system in
      let cells = Double(system.flows.count)
      let mean = system.moves / cells
      let squares = Statistics.sum(system.flows.map { ($0 - mean) * ($0 - mean) })
      return (squares / (cells * (cells - 1)) / mean).squareRoot()
    },
    FlowIndex("acv_out", rogers) { weightedVariation($0).out },
    FlowIndex("acv_in", rogers) { weightedVariation($0).into },
    FlowIndex("acv", rogers) { system in
      let found = weightedVariation(system)
      return found.out + found.into
    },
  ]

  /// The Gini index of one area's flows to, or from, the n − 1 others: `Σ|m − m'| / 2(n−2) Σm`; NaN without
  /// flows.
  static func gini(_ flows: [Double]) -> Double {
    allDifferences(flows) / (2 * Double(flows.count - 1) * Statistics.sum(flows))
  }

  /// Standard deviation, divisor n − 1 areas, by mean; NaN without flows.
  static func variation(_ flows: [Double]) -> Double {
    let mean = Statistics.mean(flows)
    return Statistics.mean(flows.map { ($0 - mean) * ($0 - mean) }).squareRoot() / mean
  }

  /// `Σ|x − x'|` over ordered pairs, by sorting. O(n log n).
  private static func allDifferences(_ x: [Double]) -> Double {
    let sorted = x.sorted()
    let count = Double(x.count)
    return 2
      * Statistics.sum(sorted.enumerated().map { $1 * (2 * Double($0) - count + 1) })
  }

  private static func rowDifferences(_ system: MigrationSystem) -> Double {
    Statistics.sum(system.areas.indices.map { allDifferences(system.out(of: $0)) })
  }

  private static func columnDifferences(_ system: MigrationSystem) -> Double {
    Statistics.sum(system.areas.indices.map { allDifferences(system.into($0)) })
  }

  private static func exchangeDifferences(_ system: MigrationSystem) -> Double {
    let n = system.n
    return Statistics.sum(
      system.flows.indices.map { abs(system.flows[$0] - system.flows[$0 % n * n + $0 / n]) })
  }

  private static func over(_ system: MigrationSystem, _ differences: Double) -> Double {
    differences / (2 * Double(system.pairs.count) * system.moves)
  }

  private static func part(_ differences: Double, of system: MigrationSystem) -> Double {
    let all = allDifferences(system.pairs)
    return all > 0 ? differences / all : 0
  }

  /// Means over the areas, weighted by the other direction: the spread of an area's departures counts
  /// by its arrivals, as the packages compute it.
  private static func weightedGini(_ system: MigrationSystem) -> (out: Double, into: Double) {
    mean(system, outWeights: system.arrivals, intoWeights: system.departures) {
      gini($0) / Double(system.n)
    }
  }

  private static func weightedVariation(_ system: MigrationSystem) -> (out: Double, into: Double) {
    mean(system, outWeights: system.departures, intoWeights: system.arrivals, variation)
  }

  /// Areas without flows in a direction have no spread and are left out.
  private static func mean(
    _ system: MigrationSystem, outWeights: [Double], intoWeights: [Double],
    _ measure: ([Double]) -> Double
  ) -> (out: Double, into: Double) {
    func sum(_ flows: (Int) -> [Double], _ weights: [Double]) -> Double {
      Statistics.sum(
        system.areas.indices.map { area in
          let list = flows(area)
          guard list.contains(where: { $0 > 0 }) else { return 0 }
          return measure(list) * weights[area] / system.moves
        })
    }
    return (sum(system.out, outWeights), sum(system.into, intoWeights))
  }

  private static func difference(_ a: [Double], _ b: [Double], _ sum: Double) -> Double {
    Statistics.sum(zip(a, b).map { abs($0 - $1) }) / (2 * sum)
  }
}
