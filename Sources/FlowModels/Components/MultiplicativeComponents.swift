import Kernel

/// A table of flows taken apart into a total, shares of each axis and ratios to independence, and put
/// together again.
///
/// `n = T · Π_axis p · R`: T the sum, p the share of each level of each axis, R what is left over, the ratio
/// of the flow to the table of independence. With axes origin and destination these are the components
/// of Willekens (1983) and Raymer, Bonaguidi & Valentini (2006); a third axis for age adds age shares
/// and ratios by origin, destination and age. The inverse is exact: no information is lost.
public struct MultiplicativeComponents: Hashable, Sendable {
  public let shape: TableShape
  /// T, persons.
  public let total: Double
  /// For each axis the share of each of its levels; each list adds up to 1.
  public let shares: [[Double]]
  /// R, like the table; NaN where a level has no flows at all, so that nothing is to be explained.
  public let ratios: [Double]

  /// - Parameters:
  ///   - values: first axis fastest, finite and not negative, with a positive sum.
  public init(_ values: [Double], shape: TableShape) {
    precondition(values.allSatisfy { $0 >= 0 && $0.isFinite }, "flows have to be amounts")
    let total = Statistics.sum(values)
    precondition(total > 0, "a table without flows")
    self.shape = shape
    self.total = total
    let shares = shape.extents.indices.map { axis in
      shape.margin(of: values, on: [axis]).map { $0 / total }
    }
    self.shares = shares
    let independent = Self.independence(total, shares, shape)
    ratios = zip(values, independent).map { $1 > 0 ? $0 / $1 : .nan }
  }

  /// Components made from parts, for instance projected ones.
  ///
  /// - Parameters:
  ///   - shares: one list for each axis, each adding up to 1.
  ///   - ratios: like the table.
  public init(shape: TableShape, total: Double, shares: [[Double]], ratios: [Double]) {
    precondition(shares.map(\.count) == shape.extents, "shares of another shape")
    precondition(ratios.count == shape.count, "\(ratios.count) ratios for \(shape.extents)")
    self.shape = shape
    self.total = total
    self.shares = shares
    self.ratios = ratios
  }

  /// `T · Π p` for every cell.
  public var independence: [Double] { Self.independence(total, shares, shape) }

  /// The table: the inverse of the first initialiser.
  public var values: [Double] {
    zip(independence, ratios).map { $0 == 0 ? 0 : $0 * $1 }
  }

  /// Sums over the other axes as parts of the total. First axis of the list fastest.
  public func shares(on axes: [Int]) -> [Double] {
    shape.margin(of: values, on: axes).map { $0 / total }
  }

  /// Sums over the other axes by their ratio to independence; for axes `[0, 2]` the component of origin
  /// and age. First axis of the list fastest; NaN where independence has nothing.
  public func ratios(on axes: [Int]) -> [Double] {
    let sums = shape.margin(of: values, on: axes)
    let expected = shape.margin(of: independence, on: axes)
    return zip(sums, expected).map { $1 > 0 ? $0 / $1 : .nan }
  }

  private static func independence(
    _ total: Double, _ shares: [[Double]], _ shape: TableShape
  ) -> [Double] {
    var values = [total]
    for list in shares { values = list.flatMap { share in values.map { $0 * share } } }
    return values
  }
}
