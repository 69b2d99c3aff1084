public import Kernel

extension MultiregionalLifeTable {
  /// Growth in the long run and where people then live.
  public struct Stable: Hashable, Sendable {
    /// Factor of growth per step.
    public let growth: Double
    /// Share of each region in all ages; they sum to 1.
    public let regionShares: [Double]
    /// Shares of ages and regions, region fastest; they sum to 1.
    public let shares: [Double]
    /// Steps until the growth of a step was the same as of the one before to 1e-13.
    public let steps: Int
  }

  /// The stable population under the growth matrix, by taking it on from one person in every group.
  ///
  /// The matrix is used block by block, so 20 regions of single years need no eigenvalues of 2,000 rows.
  /// - Throws: `noConvergence` with code 1 after 20,000 steps; code 0 where nobody is born.
  /// - Complexity: O(steps · ages · regions²)
  public func stablePopulation() throws(KernelError) -> Stable {
    var people = [Double](repeating: 1 / Double(ages * regions), count: ages * regions)
    var growth = 0.0
    for step in 1...20_000 {
      var next = onward(people)
      let total = next.reduce(0, +)
      guard total > 0 else { throw .noConvergence(routine: "stablePopulation", code: 0) }
      for k in next.indices { next[k] /= total }
      let change = zip(people, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
      people = next
      let isSettled = abs(total - growth) <= 1e-13 * total && change <= 1e-13
      growth = total
      if isSettled {
        return Stable(
          growth: growth, regionShares: shares(people), shares: people, steps: step)
      }
    }
    throw .noConvergence(routine: "stablePopulation", code: 1)
  }

  /// A population one step later, region fastest.
  func onward(_ people: [Double]) -> [Double] {
    var next = [Double](repeating: 0, count: people.count)
    for x in 0..<ages {
      for j in 0..<regions {
        let persons = people[x * regions + j]
        for i in 0..<regions {
          next[i] += births[x][i, j] * persons
          if x + 1 < ages { next[(x + 1) * regions + i] += survivorship[x][i, j] * persons }
        }
      }
    }
    return next
  }

  private func shares(_ people: [Double]) -> [Double] {
    (0..<regions).map { i in (0..<ages).reduce(0) { $0 + people[$1 * regions + i] } }
  }
}
