import CVecMath

// Elementwise steps over rows of groups of four lanes, the rest of the inner loop of a multiregional
// projection beside `addMoves`.

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

private func doubles(_ bytes: UnsafeRawPointer) -> UnsafePointer<Double> {
  bytes.assumingMemoryBound(to: Double.self)
}
