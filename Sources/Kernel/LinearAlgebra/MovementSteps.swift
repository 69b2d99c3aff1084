import CVecMath

// Elementwise steps of the movement form; arrays hold groups of four lanes, packed by row.

/// Whether the sum of three values is above a limit in some lane of the first `count` groups.
public func isAbove(
  _ limit: Double, _ a: [SIMD4<Double>], _ b: [SIMD4<Double>], _ c: [SIMD4<Double>], count: Int
) -> Bool {
  precondition(
    count >= 0 && count <= min(a.count, b.count, c.count), "groups outside their arrays")
  return agyn_above(4 * count, a, b, c, limit) != 0
}

/// Adds twice the weights times the out-rate of the row to some groups of a row.
///
/// - Parameters:
///   - groups: among the `width` of a row of `sums`.
///   - offset: where the weights start.
///   - row: where the out-rates start.
public func addOutRates(
  rows: Int, groups: Range<Int>, width: Int, _ weights: [SIMD4<Double>], offset: Int,
  _ out: [Double], row: Int, into sums: inout [SIMD4<Double>]
) {
  precondition(
    groups.lowerBound >= 0 && groups.upperBound <= width && offset >= 0
      && offset + rows * groups.count <= weights.count && row >= 0 && row + rows <= out.count
      && rows * width <= sums.count, "rows outside their arrays")
  agyn_add_out(
    rows, groups.count, width, weights, offset, out, row, &sums, groups.lowerBound)
}
