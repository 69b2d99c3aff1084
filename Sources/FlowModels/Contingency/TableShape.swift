/// The extents of a table of any number of axes, the first axis fastest.
public struct TableShape: Hashable, Sendable {
  public let extents: [Int]

  public init(_ extents: [Int]) {
    precondition(!extents.isEmpty && extents.allSatisfy { $0 > 0 }, "extents \(extents)")
    self.extents = extents
  }

  public var count: Int { extents.reduce(1, *) }

  /// The place of a cell along each axis.
  public func places(_ cell: Int) -> [Int] {
    var rest = cell
    return extents.map { extent in
      defer { rest /= extent }
      return rest % extent
    }
  }

  /// For every cell, its number in the table of these axes alone, in the order they are given.
  /// - Complexity: O(cells · axes)
  public func projection(on axes: [Int]) -> [Int] {
    precondition(
      Set(axes).count == axes.count && axes.allSatisfy { extents.indices.contains($0) },
      "axes \(axes) of \(extents.count)")
    var stride = 1
    var strides = [Int](repeating: 0, count: extents.count)
    for axis in axes {
      strides[axis] = stride
      stride *= extents[axis]
    }
    return (0..<count).map { cell in
      var rest = cell
      var number = 0
      for (axis, extent) in extents.enumerated() {
        number += rest % extent * strides[axis]
        rest /= extent
      }
      return number
    }
  }

  /// Sums over all other axes.
  public func margin(of values: [Double], on axes: [Int]) -> [Double] {
    precondition(values.count == count, "\(values.count) values for \(extents)")
    var sums = [Double](repeating: 0, count: axes.reduce(1) { $0 * extents[$1] })
    for (cell, group) in projection(on: axes).enumerated() { sums[group] += values[cell] }
    return sums
  }
}
