import CVecMath

// Elementwise steps over rows of groups of four lanes, the rest of the inner loop of a multiregional
// projection beside `addMoves`.

/// `current = arrivals · inverse` for some rows of `width` groups.
///
/// - Parameter tolerance: squares of the changes that are small enough, one row.
/// - Returns: whether all changes were.
public func settle(
  _ rows: Range<Int>, width: Int, _ arrivals: [SIMD4<Double>], _ inverse: [SIMD4<Double>],
  _ tolerance: [SIMD4<Double>], in current: inout [SIMD4<Double>]
) -> Bool {
  let end = rows.upperBound * width
  precondition(
    rows.lowerBound >= 0 && width <= tolerance.count && end <= arrivals.count
      && end <= inverse.count && end <= current.count, "rows outside their arrays")
  let first = 4 * rows.lowerBound * width
  return current.withUnsafeMutableBytes { current in
    arrivals.withUnsafeBytes { arrivals in
      inverse.withUnsafeBytes { inverse in
        tolerance.withUnsafeBytes { tolerance in
          guard let current = current.baseAddress, let arrivals = arrivals.baseAddress,
            let inverse = inverse.baseAddress, let tolerance = tolerance.baseAddress
          else { return true }
          return agyn_settle(
            rows.count, width, doubles(arrivals) + first, doubles(inverse) + first,
            doubles(tolerance), current.assumingMemoryBound(to: Double.self) + first) == 0
        }
      }
    }
  }
}

/// `people = weights · (first + last)` for some rows.
///
/// - Parameters:
///   - groups: those of a row of weights and people, among the `width` of a row of `first` and `last`.
///   - offset: where the weights start.
///   - slot: where the people start.
public func setMovers(
  _ rows: Range<Int>, groups: Range<Int>, width: Int, _ weights: [SIMD4<Double>], offset: Int,
  _ first: [SIMD4<Double>], _ last: [SIMD4<Double>], into people: inout [SIMD4<Double>], slot: Int
) {
  let (count, end) = (groups.count, rows.upperBound * width)
  precondition(
    rows.lowerBound >= 0 && groups.lowerBound >= 0 && groups.upperBound <= width && offset >= 0
      && slot >= 0 && offset + rows.upperBound * count <= weights.count
      && slot + rows.upperBound * count <= people.count && end <= first.count && end <= last.count,
    "rows outside their arrays")
  guard !rows.isEmpty else { return }
  let from = 4 * (rows.lowerBound * width + groups.lowerBound)
  people.withUnsafeMutableBytes { people in
    weights.withUnsafeBytes { weights in
      first.withUnsafeBytes { first in
        last.withUnsafeBytes { last in
          guard let people = people.baseAddress, let weights = weights.baseAddress,
            let first = first.baseAddress, let last = last.baseAddress
          else { return }
          agyn_set_people(
            rows.count, count, width, doubles(weights) + 4 * (offset + rows.lowerBound * count),
            doubles(first) + from, doubles(last) + from,
            people.assumingMemoryBound(to: Double.self) + 4 * (slot + rows.lowerBound * count))
        }
      }
    }
  }
}

/// Survives cohorts and takes those who leave out of them; see `agyn_survive`.
///
/// - Parameters:
///   - counted: 1 or 0 by lane, from `group` on.
///   - offset: where the weights start.
///   - row: where the out-rates of the rows start.
///   - dead: by row, added to; so is `abroad`.
/// - Returns: whether some would lose more than all.
public func survive(
  width: Int, counted: [SIMD4<Double>], group: Int, _ initial: [SIMD4<Double>],
  _ mortality: [SIMD4<Double>], _ emigration: [SIMD4<Double>], weights: [SIMD4<Double>],
  offset: Int, out: [Double], row: Int, staying: inout [SIMD4<Double>],
  movable: inout [SIMD4<Double>], dead: inout [Double], abroad: inout [Double]
) -> Bool {
  let (rows, cells) = (dead.count, dead.count * width)
  precondition(
    group >= 0 && group + width <= counted.count && cells <= initial.count
      && cells <= mortality.count && cells <= emigration.count && offset >= 0
      && offset + cells <= weights.count && row >= 0 && row + rows <= out.count
      && cells <= staying.count && cells <= movable.count && abroad.count == rows,
    "rows outside their arrays")
  return counted.withUnsafeBytes { counted in
    initial.withUnsafeBytes { initial in
      mortality.withUnsafeBytes { mortality in
        emigration.withUnsafeBytes { emigration in
          weights.withUnsafeBytes { weights in
            out.withUnsafeBufferPointer { out in
              staying.withUnsafeMutableBytes { staying in
                movable.withUnsafeMutableBytes { movable in
                  guard let counted = counted.baseAddress, let initial = initial.baseAddress,
                    let mortality = mortality.baseAddress, let emigration = emigration.baseAddress,
                    let weights = weights.baseAddress, let out = out.baseAddress,
                    let staying = staying.baseAddress, let movable = movable.baseAddress
                  else { return false }
                  return agyn_survive(
                    rows, width, doubles(counted) + 4 * group, doubles(initial), doubles(mortality),
                    doubles(emigration), doubles(weights) + 4 * offset, out + row,
                    staying.assumingMemoryBound(to: Double.self),
                    movable.assumingMemoryBound(to: Double.self), &dead, &abroad) != 0
                }
              }
            }
          }
        }
      }
    }
  }
}

private func doubles(_ bytes: UnsafeRawPointer) -> UnsafePointer<Double> {
  bytes.assumingMemoryBound(to: Double.self)
}

/// Takes `persons · shares[k]` out of every cell `from + k` and adds it to `to + k`, where no cell gives
/// more than the part `cap` of what it holds.
///
/// - Returns: whether it was done; otherwise nothing is changed.
public func moveShares(
  _ persons: Double, _ shares: [Double], _ cells: Range<Int>, cap: Double, from: Int, to: Int,
  in people: inout [Double]
) -> Bool {
  precondition(
    from != to && cells.lowerBound >= 0 && cells.upperBound <= shares.count
      && max(from, to) + cells.upperBound <= people.count && min(from, to) >= 0,
    "cells outside their arrays")
  return people.withUnsafeMutableBufferPointer { people in
    shares.withUnsafeBufferPointer { shares in
      var short = 0
      for k in cells { short &+= persons * shares[k] > cap * people[from + k] ? 1 : 0 }
      guard short == 0 else { return false }
      for k in cells {
        let moved = persons * shares[k]
        people[from + k] -= moved
        people[to + k] += moved
      }
      return true
    }
  }
}
