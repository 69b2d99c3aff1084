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

/// What stays the same in all passes of the movement form, and a first guess; see `agyn_begin`.
///
/// - Parameter current: out-rates, replaced by the guess.
/// - Returns: the largest part of an error that a pass can leave.
public func beginPasses(
  rows: Int, width: Int, _ initial: [SIMD4<Double>], _ mortality: [SIMD4<Double>],
  _ emigration: [SIMD4<Double>], current: inout [SIMD4<Double>], constant: inout [SIMD4<Double>],
  inverse: inout [SIMD4<Double>], largest: inout [SIMD4<Double>]
) -> Double {
  let cells = rows * width
  precondition(
    (1...3).contains(width) && rows >= 0 && largest.count >= width
      && cells <= min(initial.count, mortality.count, emigration.count)
      && cells <= min(current.count, constant.count, inverse.count), "rows outside their arrays")
  return agyn_begin(
    rows, width, initial, mortality, emigration, &current, &constant, &inverse, &largest)
}

/// Adds deaths and emigrants of rows: rates times the mean of both ends.
///
/// - Parameters:
///   - counted: 1 or 0 by lane, from `group` on.
///   - dead: by row, added to; so is `abroad`.
public func bookLosses(
  width: Int, counted: [SIMD4<Double>], group: Int, _ initial: [SIMD4<Double>],
  _ current: [SIMD4<Double>], _ mortality: [SIMD4<Double>], _ emigration: [SIMD4<Double>],
  dead: inout [Double], abroad: inout [Double]
) {
  let cells = dead.count * width
  precondition(
    group >= 0 && group + width <= counted.count && abroad.count == dead.count
      && cells <= min(initial.count, current.count, mortality.count, emigration.count),
    "rows outside their arrays")
  agyn_book(
    dead.count, width, counted, group, initial, current, mortality, emigration, &dead, &abroad)
}

/// Adds the people of rows, each lane as often as `counted` says, to `movers`.
///
/// - Parameters:
///   - groups: of a row of people; those of `counted` start at `group`.
///   - slot: where the people start.
///   - row: where the movers start.
public func addMovers(
  rows: Int, groups: Int, counted: [SIMD4<Double>], group: Int, _ people: [SIMD4<Double>],
  slot: Int, into movers: inout [Double], row: Int
) {
  precondition(
    rows >= 0 && group >= 0 && group + groups <= counted.count && slot >= 0
      && slot + rows * groups <= people.count && row >= 0 && row + rows <= movers.count,
    "rows outside their arrays")
  agyn_count_movers(rows, groups, counted, group, people, slot, &movers, row)
}
