import Glibc

/// Whether several chains tell the same story, and how many independent draws they are worth.
///
/// A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, Rank-normalization, folding, and
/// localization: an improved R̂ for assessing convergence of MCMC, Bayesian Analysis 16 (2021). Chains
/// are lists of equal length, at least four draws each; every one is split into halves. A quantity that
/// does not vary has no diagnostics: NaN.
public enum ChainDiagnostics {
  /// The greater of R̂ of the ranks and of the ranks of the distances from the median; 1 where all
  /// chains agree.
  public static func rHat(_ chains: [[Double]]) -> Double {
    let halves = split(chains)
    let centre = Statistics.median(halves.flatMap { $0 })
    let folded = halves.map { $0.map { abs($0 - centre) } }
    return max(plainRHat(rankNormalised(halves)), plainRHat(rankNormalised(folded)))
  }

  /// Independent draws that would know the middle of the distribution as well.
  public static func bulkEffectiveCount(_ chains: [[Double]]) -> Double {
    effectiveCount(ofHalves: rankNormalised(split(chains)))
  }

  /// Independent draws that would know the 5 and 95 per cent quantiles as well: the lesser of the two.
  public static func tailEffectiveCount(_ chains: [[Double]]) -> Double {
    let halves = split(chains)
    let counts = Statistics.quantiles(halves.flatMap { $0 }, [0.05, 0.95]).map { bound in
      effectiveCount(ofHalves: halves.map { $0.map { $0 <= bound ? 1.0 : 0 } })
    }
    return min(counts[0], counts[1])
  }

  /// Independent draws that would know the mean as well.
  public static func effectiveCount(_ chains: [[Double]]) -> Double {
    effectiveCount(ofHalves: split(chains))
  }

  /// Standard error of the mean of all draws that comes from their finite number.
  public static func monteCarloError(_ chains: [[Double]]) -> Double {
    Statistics.standardDeviation(chains.flatMap { $0 }) / effectiveCount(chains).squareRoot()
  }

  /// The two halves of every chain; a middle draw of an odd number is left out.
  private static func split(_ chains: [[Double]]) -> [[Double]] {
    let length = chains.first?.count ?? 0
    precondition(
      length >= 4 && chains.allSatisfy { $0.count == length }, "chains of \(chains.map(\.count))")
    let half = length / 2
    return chains.map { Array($0.prefix(half)) } + chains.map { Array($0.suffix(half)) }
  }

  /// `Φ⁻¹((r − 3/8) / (S + 1/4))` of the ranks among all draws, ties at their mean rank.
  private static func rankNormalised(_ chains: [[Double]]) -> [[Double]] {
    let length = chains[0].count
    let all = chains.flatMap { $0 }
    let order = all.indices.sorted { all[$0] < all[$1] }
    var scores = all
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, all[order[last + 1]] == all[order[first]] { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let score = normalQuantile((rank - 0.375) / (Double(all.count) + 0.25))
      for k in first...last { scores[order[k]] = score }
      first = last + 1
    }
    return chains.indices.map { Array(scores[$0 * length..<($0 + 1) * length]) }
  }

  /// Square root of the variance over all by the variance within.
  private static func plainRHat(_ chains: [[Double]]) -> Double {
    let n = Double(chains[0].count)
    let within = Statistics.mean(chains.map { Statistics.variance($0) })
    let between = Statistics.variance(chains.map { Statistics.mean($0) })
    return within > 0 ? ((n - 1) / n + between / within).squareRoot() : .nan
  }

  /// Draws by the sum of the autocorrelations of all chains together, summed in pairs while these are
  /// positive and made not to grow (Geyer 1992).
  private static func effectiveCount(ofHalves chains: [[Double]]) -> Double {
    let n = chains[0].count
    let means = chains.map { Statistics.mean($0) }
    let centred = zip(chains, means).map { chain, mean in chain.map { $0 - mean } }
    func covariance(_ lag: Int) -> Double {
      var sum = 0.0
      for chain in centred {
        for k in 0..<(n - lag) { sum += chain[k] * chain[k + lag] }
      }
      return sum / Double(n * chains.count)
    }
    let within = covariance(0) * Double(n) / Double(n - 1)
    let all = within * Double(n - 1) / Double(n) + Statistics.variance(means)
    guard all > 0 else { return .nan }
    func correlation(_ lag: Int) -> Double { 1 - (within - covariance(lag)) / all }

    var even = 1.0
    var odd = correlation(1)
    var last = Double.infinity
    var sum = 0.0
    var lag = 2
    while lag < n - 2, even + odd > 0 {
      last = min(last, even + odd)
      sum += last
      even = correlation(lag)
      odd = correlation(lag + 1)
      lag += 2
    }
    // Of the pair at which the sum ends, its even lag still counts, once.
    let rest = max(0, even)
    let total = Double(n * chains.count)
    // Draws that undo one another count at most as log₁₀ of their number as many.
    let time = max(2 * sum - 1 + rest, 1 / log10(total))
    return total / time
  }
}
