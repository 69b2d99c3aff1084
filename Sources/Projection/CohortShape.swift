import Kernel

/// The cells of a cohort projection: regions, two sexes, ages with an open last group.
///
/// A surface over the cells is a `[Double]` of `cellCount` values, age fastest, then sex, then region.
public struct CohortShape: Hashable, Sendable {
  /// Number of regions.
  public let regions: Int
  /// Number of age groups, the last one open.
  public let ages: Int

  public init(regions: Int, ages: Int) {
    precondition(regions >= 1 && ages >= 3, "a projection of \(regions) regions and \(ages) ages")
    self.regions = regions
    self.ages = ages
  }

  /// Ages of both sexes.
  public var ageSexCount: Int { 2 * ages }
  public var cellCount: Int { regions * 2 * ages }
  /// Index of the open age group.
  public var openAge: Int { ages - 1 }

  @inlinable
  public func index(sex: Int, age: Int, region: Int) -> Int {
    (region * 2 + sex) * ages + age
  }

  /// Total of a surface by region.
  public func totals(_ surface: [Double]) -> [Double] {
    precondition(surface.count == cellCount, "\(surface.count) values for \(cellCount) cells")
    return (0..<regions).map { region in
      var sum = 0.0
      for cell in region * 2 * ages..<(region + 1) * 2 * ages { sum += surface[cell] }
      return sum
    }
  }
}

extension CohortShape {
  /// Total of some ages of both sexes of a surface by region.
  public func totals(_ surface: [Double], ages wanted: Range<Int>) -> [Double] {
    precondition(surface.count == cellCount, "\(surface.count) values for \(cellCount) cells")
    var sums = [Double](repeating: 0, count: regions)
    setAgeSums(of: surface, ages: ages, wanted, into: &sums)
    return sums
  }
}

/// Sexes by their index in a surface.
public enum Sex: Int, Hashable, Sendable, CaseIterable {
  case male = 0
  case female = 1

  /// SDMX code.
  public var code: String { self == .male ? "M" : "F" }
}
