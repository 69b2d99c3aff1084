import Kernel

/// Sample paths of a component in place of its deviations: eq. 9 of the design, second kind.
///
/// The factor of a region in a year of a draw is the path over what was observed in the year that the input
/// of the baseline belongs to, so that a series may be of any unit that the input is proportional to: persons
/// of immigration, rates of the others. Draw k of a run is draw k + 1 of the file, whatever the scenario.
public struct ComponentPaths: Hashable, Sendable {
  /// Number of draws.
  public let draws: Int
  private let first: Int
  private let years: Int
  /// 1 for a series of the country, which all regions follow, else one for each region or pair.
  private let width: Int
  /// Number of regions where the paths are of moves between each pair of them; 0 otherwise.
  private let pairs: Int
  /// Draw by draw, year by year, by region.
  private let factors: [Double]
  /// Medians of the factors over the draws, year by year, by region.
  private let medians: [Double]

  /// - Parameters:
  ///   - series: one for the country or one for each region, each with a value above zero in `base`; or one
  ///     for each pair of `pairs` regions, `to · from` without the diagonal, whose paths are zero where that
  ///     value is.
  ///   - years: years of the projection, all among those of the paths.
  init(
    _ paths: SamplePaths, _ series: [SamplePaths.Series], base: Int, years: Range<Int>,
    pairs: Int = 0
  ) {
    precondition(pairs == 0 || series.count == pairs * (pairs - 1), "\(series.count) pairs")
    self.pairs = pairs
    draws = paths.draws
    first = years.lowerBound
    self.years = years.count
    width = series.count
    var factors: [Double] = []
    factors.reserveCapacity(paths.draws * years.count * series.count)
    for draw in 0..<paths.draws {
      for year in years {
        for one in series {
          let observed = one.observed[base] ?? 0
          let value = paths.value(one, draw: draw, year: year)
          precondition(observed > 0 || (pairs > 0 && value == 0), "no value in \(base)")
          factors.append(value == 0 ? 0 : value / observed)
        }
      }
    }
    self.factors = factors
    let slab = years.count * series.count
    let draws = paths.draws
    medians = (0..<slab).map { k in
      Statistics.median((0..<draws).map { factors[$0 * slab + k] })
    }
  }

  /// What the input of a region is multiplied by; on the median path by the median over the draws.
  ///
  /// - Precondition: the draw is below `draws`; the paths are not of pairs.
  func factor(draw: Int?, year: Int, region: Int) -> Double {
    precondition(pairs == 0, "paths of pairs for a region")
    return factor(draw, (year - first) * width + (width == 1 ? 0 : region))
  }

  /// Whether the paths are of moves between pairs of regions.
  var isByPair: Bool { pairs > 0 }

  /// What the moves from one region to another are multiplied by; 1 inside a region.
  ///
  /// - Precondition: the draw is below `draws`; the paths are of pairs.
  func factor(draw: Int?, year: Int, from: Int, to: Int) -> Double {
    guard from != to else { return 1 }
    return factor(draw, (year - first) * width + to * (pairs - 1) + from - (from > to ? 1 : 0))
  }

  private func factor(_ draw: Int?, _ place: Int) -> Double {
    guard let draw else { return medians[place] }
    precondition(draw < draws, "draw \(draw) of \(draws) paths")
    return factors[draw * years * width + place]
  }
}
