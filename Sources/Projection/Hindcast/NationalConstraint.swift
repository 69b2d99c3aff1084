/// Paths of regions brought to the totals of their country by one factor a year.
///
/// A factor far from 1 says that regions and country were projected under different assumptions.
public struct NationalConstraint: Hashable, Sendable {
  /// Persons of every region 0 to `factors.count − 1` years after the launch, years fastest.
  public let path: [Double]
  /// National total divided by the sum of the regions, by year after the launch.
  public let factors: [Double]

  /// - Parameters:
  ///   - path: as of `TotalsLine.path`, without missing regions.
  ///   - nation: persons of the country, as many years; all above 0.
  /// - Throws: `outOfRange` for a national total or a sum of regions that is not above 0.
  public init(path: [Double], nation: [Double]) throws(ProjectionError) {
    let years = nation.count
    precondition(
      years > 0 && path.count % years == 0, "\(path.count) numbers of regions, \(years) years")
    var factors: [Double] = []
    for t in 0..<years {
      let sum = stride(from: t, to: path.count, by: years).reduce(0) { $0 + path[$1] }
      for value in [nation[t], sum] where !(value > 0 && value.isFinite) {
        throw .outOfRange(input: "population", value: value)
      }
      factors.append(nation[t] / sum)
    }
    self.factors = factors
    self.path = path.indices.map { path[$0] * factors[$0 % years] }
  }
}

extension RegionalTotals {
  /// All regions together as one; natural increase is known where it is known of every region.
  public func together(named name: String) throws(ProjectionError) -> RegionalTotals {
    func sums(_ values: [Double]) -> [Double] {
      (0..<yearCount).map { t in
        regions.indices.reduce(0) { $0 + values[$1 * yearCount + t] }
      }
    }
    return try RegionalTotals(
      regions: [name], firstYear: firstYear, population: sums(population),
      naturalIncrease: sums(naturalIncrease), breaks: breaks)
  }
}
