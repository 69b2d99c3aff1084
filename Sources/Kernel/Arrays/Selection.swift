/// Order statistics without a whole sort.
enum Selection {
  /// Moves elements so that those at some places are the ones a sort would put there, with none greater
  /// before them and none less behind. Without NaN.
  ///
  /// Hoare (1961), Algorithm 65: Find, with the median of three. What does not shrink as it should is
  /// sorted instead.
  ///
  /// - Parameter places: in any order; those outside the array do not count.
  /// - Complexity: O(n log k) for k places on average, O(n log n) at worst.
  static func arrange(_ x: inout [Double], at places: [Int]) {
    let wanted = places.filter(x.indices.contains).sorted()
    let depth = 2 * (Int.bitWidth - x.count.leadingZeroBitCount)
    x.withUnsafeMutableBufferPointer { arrange($0, 0..<$0.count, wanted[...], depth) }
  }

  private static func arrange(
    _ x: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, _ places: ArraySlice<Int>,
    _ depth: Int
  ) {
    if places.isEmpty { return }
    if range.count <= 24 || depth == 0 {
      var part = UnsafeMutableBufferPointer(rebasing: x[range])
      part.sort()
      return
    }
    let cut = partition(x, range)
    let right = places.firstIndex { $0 >= cut } ?? places.endIndex
    arrange(x, range.lowerBound..<cut, places[..<right], depth - 1)
    arrange(x, cut..<range.upperBound, places[right...], depth - 1)
  }

  /// Cuts a range in two parts that are not empty, the first nowhere greater than the second.
  private static func partition(
    _ x: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>
  ) -> Int {
    let a = x[range.lowerBound]
    let b = x[range.lowerBound + range.count / 2]
    let c = x[range.upperBound - 1]
    let pivot = max(min(a, b), min(max(a, b), c))
    var low = range.lowerBound
    var high = range.upperBound - 1
    while true {
      while x[low] < pivot { low += 1 }
      while x[high] > pivot { high -= 1 }
      if low >= high { break }
      x.swapAt(low, high)
      low += 1
      high -= 1
    }
    // Where both stopped at one element it is the pivot's equal and opens the second part.
    return max(low, range.lowerBound + 1)
  }
}
