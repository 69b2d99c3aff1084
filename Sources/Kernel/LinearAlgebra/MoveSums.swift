import CVecMath

/// `sums[j, lane] += Σ_i rates[j, i] people[i, lane]`: what arrives in each destination from all
/// origins, for up to twelve cohorts at once.
///
/// The sum of a lane runs over the origins in their order. Its bits depend on whether the processor has
/// fused multiply-add, on nothing else.
///
/// - Parameters:
///   - destinations: rows of the matrix of rates.
///   - rates: matrices of `origins` columns, origin fastest; the one in use starts at `matrix`.
///   - people: `origins · groups` values from `slot`, groups of four lanes fastest.
///   - sums: `groupsOfSums` groups of a destination after another, of which `groups` from `first` are
///     added to.
/// - Complexity: O(destinations · origins · groups)
public func addMoves(
  to destinations: Range<Int>, origins: Int, rates: [Double], matrix: Int,
  people: [SIMD4<Double>], slot: Int, groups: Int,
  into sums: inout [SIMD4<Double>], first: Int, groupsOfSums: Int
) {
  precondition((1...3).contains(groups) && first + groups <= groupsOfSums, "\(groups) groups")
  precondition(
    matrix >= 0 && destinations.lowerBound >= 0
      && matrix + destinations.upperBound * origins <= rates.count
      && slot >= 0 && slot + origins * groups <= people.count
      && destinations.upperBound * groupsOfSums <= sums.count, "moves outside their arrays")
  let row = destinations.lowerBound
  rates.withUnsafeBufferPointer { rates in
    people.withUnsafeBytes { people in
      sums.withUnsafeMutableBytes { sums in
        guard let rates = rates.baseAddress, let people = people.baseAddress,
          let sums = sums.baseAddress
        else { return }
        agyn_add_moves(
          destinations.count, origins, groups, rates + matrix + row * origins, origins,
          people.assumingMemoryBound(to: Double.self) + 4 * slot,
          sums.assumingMemoryBound(to: Double.self) + 4 * (row * groupsOfSums + first),
          4 * groupsOfSums)
      }
    }
  }
}

/// Sets `sums[row ..< row + n]` to the sums of the columns of one square matrix of `rates`.
///
/// - Parameter matrix: where the matrix starts, column index fastest.
public func setColumnSums(
  of rates: [Double], matrix: Int, order n: Int, into sums: inout [Double], row: Int
) {
  precondition(
    matrix >= 0 && matrix + n * n <= rates.count && row >= 0 && row + n <= sums.count,
    "sums outside their arrays")
  rates.withUnsafeBufferPointer { rates in
    sums.withUnsafeMutableBufferPointer { sums in
      guard let rates = rates.baseAddress, let sums = sums.baseAddress else { return }
      agyn_column_sums(n, n, rates + matrix, sums + row)
    }
  }
}

/// Sets `sums[k]` to the sum of the k-th `length` values of `x`, in eight running sums.
public func setRowSums(of x: [Double], length: Int, into sums: inout [Double]) {
  precondition(x.count == sums.count * length, "\(x.count) values in \(sums.count) rows")
  x.withUnsafeBufferPointer { x in
    for row in sums.indices {
      var lanes = SIMD8<Double>.zero
      var k = row * length
      let end = k + length
      while k + 8 <= end {
        lanes += SIMD8(x[k], x[k + 1], x[k + 2], x[k + 3], x[k + 4], x[k + 5], x[k + 6], x[k + 7])
        k += 8
      }
      var rest = 0.0
      while k < end {
        rest += x[k]
        k += 1
      }
      sums[row] = lanes.sum() + rest
    }
  }
}

/// Puts cells of every row of a table side by side: `lanes[row · groups.count + q] = x[row, cells[q]]`.
///
/// - Parameters:
///   - cells: positions in a row, four a group.
///   - groups: the groups wanted.
///   - rowLength: values of a row of `x`.
public func gatherLanes(
  _ cells: [SIMD4<Int32>], _ groups: Range<Int>, rowLength: Int, from x: [Double],
  into lanes: inout [SIMD4<Double>]
) {
  x.withUnsafeBufferPointer { x in
    lanes.withUnsafeMutableBufferPointer { lanes in
      forEachLane(cells, groups, rowLength, rows: x.count / rowLength, lanes.count) {
        place, first, cell in
        lanes[place] = SIMD4(
          x[first + Int(cell.x)], x[first + Int(cell.y)], x[first + Int(cell.z)],
          x[first + Int(cell.w)])
      }
    }
  }
}

/// The reverse of `gatherLanes`.
public func scatterLanes(
  _ cells: [SIMD4<Int32>], _ groups: Range<Int>, rowLength: Int, from lanes: [SIMD4<Double>],
  into x: inout [Double]
) {
  x.withUnsafeMutableBufferPointer { x in
    lanes.withUnsafeBufferPointer { lanes in
      forEachLane(cells, groups, rowLength, rows: x.count / rowLength, lanes.count) {
        place, first, cell in
        x[first + Int(cell.x)] = lanes[place].x
        x[first + Int(cell.y)] = lanes[place].y
        x[first + Int(cell.z)] = lanes[place].z
        x[first + Int(cell.w)] = lanes[place].w
      }
    }
  }
}

/// Visits every group of every row: its place among the lanes, where the row starts, its cells.
@inline(__always)
private func forEachLane(
  _ cells: [SIMD4<Int32>], _ groups: Range<Int>, _ rowLength: Int, rows: Int, _ laneCount: Int,
  _ body: (_ place: Int, _ first: Int, _ cell: SIMD4<Int32>) -> Void
) {
  precondition(
    groups.upperBound <= cells.count && groups.count * rows <= laneCount,
    "lanes outside their arrays")
  for q in groups {
    precondition(
      cells[q].min() >= 0 && Int(cells[q].max()) < rowLength, "cells outside a row of \(rowLength)")
  }
  cells.withUnsafeBufferPointer { cells in
    var place = 0
    for row in 0..<rows {
      for q in groups {
        body(place, row * rowLength, cells[q])
        place += 1
      }
    }
  }
}
