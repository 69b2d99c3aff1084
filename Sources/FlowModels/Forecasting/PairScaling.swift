import Kernel

/// Proportional fitting over the pairs of a panel, which need not fill a table.
///
/// Totals are those of another list of the same pairs, so that a solution close to the seed exists
/// wherever the seed is not zero.
struct PairScaling {
  private let origins: [Int]
  private let destinations: [Int]
  private let areas: Int

  init(_ panel: FlowPanel) {
    origins = panel.pairs.map(\.origin)
    destinations = panel.pairs.map(\.destination)
    areas = panel.areas.count
  }

  /// The seed with the totals of `target` by origin and by destination.
  ///
  /// - Parameters:
  ///   - seed: in the order of the pairs, not negative; NaN is left out on both sides.
  ///   - tolerance: how far from 1 the factors of the last sweep may be.
  /// - Returns: `nil` when the factors are still further from 1 after `sweeps`.
  /// - Complexity: O(pairs) a sweep.
  func scaled(_ seed: [Double], to target: [Double], tolerance: Double, sweeps: Int) -> [Double]? {
    let known = seed.indices.filter { !seed[$0].isNaN && !target[$0].isNaN }
    let rows = totals(origins, target, known)
    let columns = totals(destinations, target, known)
    var values = seed
    for _ in 0..<sweeps {
      let first = fit(&values, origins, rows, known)
      let second = fit(&values, destinations, columns, known)
      if max(first, second) <= tolerance { return values }
    }
    return nil
  }

  private func totals(_ areaOf: [Int], _ values: [Double], _ known: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: areas)
    for k in known { sums[areaOf[k]] += values[k] }
    return sums
  }

  /// - Returns: the largest distance of a factor from 1.
  private func fit(
    _ values: inout [Double], _ areaOf: [Int], _ wanted: [Double], _ known: [Int]
  ) -> Double {
    let sums = totals(areaOf, values, known)
    let factors = zip(wanted, sums).map { $1 > 0 ? $0 / $1 : 1 }
    for k in known { values[k] *= factors[areaOf[k]] }
    return factors.reduce(0) { max($0, abs($1 - 1)) }
  }
}
