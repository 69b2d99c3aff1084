/// Sums of values under weights that move along them, `Σ_j weights[j] x[k + j]` for k from 0 to
/// `x.count − weights.count`, j ascending.
///
/// Neighbouring sums are taken side by side, each in the order it would be taken alone: 0.3 ns a product.
public func movingSums(of x: [Double], under weights: [Double]) -> [Double] {
  precondition(
    !weights.isEmpty && weights.count <= x.count, "\(weights.count) weights, \(x.count) values")
  let count = x.count - weights.count + 1
  var sums = [Double](repeating: 0, count: count)
  x.withUnsafeBufferPointer { x in
    sums.withUnsafeMutableBufferPointer { sums in
      for (j, weight) in weights.enumerated() {
        for k in 0..<count { sums[k] += weight * x[k + j] }
      }
    }
  }
  return sums
}

/// Rows of one table as sums of rows of another: with both of `width` columns, row by row, adds
/// `Σ_j weights[j] x[from + j]` to row `to` of `sums`, j ascending.
///
/// - Parameters:
///   - columns: those that are summed.
///   - x: `rows · width` values, row by row; the last row may end early behind `columns`.
public func addRows(
  of x: [Double], width: Int, columns: Range<Int>, from: Int, under weights: ArraySlice<Double>,
  to: Int, of sums: inout [Double]
) {
  precondition(
    from >= 0 && to >= 0 && columns.lowerBound >= 0 && columns.upperBound <= width
      && (from + weights.count - 1) * width + columns.upperBound <= x.count
      && to * width + columns.upperBound <= sums.count, "rows \(from) and \(to) of \(width)")
  let start = to * width
  x.withUnsafeBufferPointer { x in
    sums.withUnsafeMutableBufferPointer { sums in
      for (j, weight) in weights.enumerated() {
        let row = (from + j) * width
        for k in columns { sums[start + k] += weight * x[row + k] }
      }
    }
  }
}
