import Kernel

/// Indices of a profile of migration intensities by single year of age.
///
/// Rogers & Castro 1981; Bell & Muhidin, Cross-National Comparisons of Internal Migration, UNDP (2009);
/// Bernard, Bell & Charles-Edwards, Population and Development Review 40 (2014).
public struct AgeProfile: Hashable, Sendable {
  /// Ages that count for the peak and the changes, those of the labour force.
  public struct Search: Hashable, Sendable {
    /// Open at both ends: 5 and 65 for ages 6 to 64.
    public var after: Double
    public var before: Double
    /// Ages around the peak that make its breadth, as distances from it.
    public var around: ClosedRange<Double>

    public init(after: Double, before: Double, around: ClosedRange<Double>) {
      precondition(after < before, "no ages between \(after) and \(before)")
      self.after = after
      self.before = before
      self.around = around
    }

    /// After 5, before 65, five years on either side of the peak.
    public static let symmetric = Search(after: 5, before: 65, around: -5...5)
    /// As migest 2.0.5 counts: its window lies one year lower, since it takes the age for the number
    /// of its row.
    public static let migest = Search(after: 5, before: 65, around: -6...4)
  }

  /// Gross migraproduction rate, `Σ m / 100`: moves of a person who lives through all ages.
  public let grossRate: Double
  /// The highest intensity, its age, the sum around it and the part of all ages in that sum, in percent.
  public let peakIntensity: Double
  public let peakAge: Double
  public let peakBreadth: Double
  public let peakShare: Double
  /// Ages to which the profile, normalised to 1, rises and falls most from the year before.
  public let largestRiseAge: Double
  public let largestFallAge: Double

  /// Age of the largest rise by that of the largest fall.
  public var asymmetry: Double { largestRiseAge / largestFallAge }

  /// - Parameters:
  ///   - ages: ascending, single years; intensities: percent of the age that moves, not negative.
  /// - Returns: `nil` where fewer than two ages lie in the search window or nobody moves.
  public init?(ages: [Double], intensities: [Double], search: Search) {
    precondition(ages.count == intensities.count, "\(ages.count) ages")
    let sum = Statistics.sum(intensities)
    let window = ages.indices.filter { ages[$0] > search.after && ages[$0] < search.before }
    let changes = window.filter { $0 > 0 }.map {
      (at: $0, by: (intensities[$0] - intensities[$0 - 1]) / sum)
    }
    guard sum > 0, sum.isFinite,
      let peak = window.max(by: { intensities[$0] < intensities[$1] }),
      let rise = changes.max(by: { $0.by < $1.by }),
      let fall = changes.min(by: { $0.by < $1.by })
    else { return nil }
    grossRate = sum / 100
    peakIntensity = intensities[peak]
    peakAge = ages[peak]
    let near = ages.indices.filter { search.around.contains(ages[$0] - ages[peak]) }
    peakBreadth = Statistics.sum(near.map { intensities[$0] })
    peakShare = 100 * peakBreadth / sum
    largestRiseAge = ages[rise.at]
    largestFallAge = ages[fall.at]
  }
}
