import Kernel

/// Weights of the local fits at every place of series of one length whose values all count alike. They depend on
/// where in its window a place stands and on nothing else, so that a table of them serves all places, all seasons
/// and all passes.
struct LoessTable {
  /// Values of a series; two at least.
  let count: Int
  /// Values under a window.
  let length: Int
  /// Row by row, from one place before a window to one behind it.
  private let weights: [Double]

  init(_ loess: Loess, count n: Int) {
    precondition(n > 1, "\(n) values")
    count = n
    length = min(loess.window, n)
    let half = (length - 1) / 2
    var all: [Double] = []
    all.reserveCapacity((length + 2) * length)
    for row in -1...length {
      let place = row <= half ? row : n - length + row
      let own = loess.weights(of: n, at: Double(place), weights: nil)
      all += own?.weights ?? [Double](repeating: .nan, count: length)
    }
    weights = all
  }

  /// The first value under the window of a place, which may lie one step outside.
  func left(of place: Int) -> Int { min(max(0, place - (length - 1) / 2), count - length) }

  /// - Returns: weights of the values from `left(of: place)` on.
  func row(of place: Int) -> ArraySlice<Double> {
    let start = (place - left(of: place) + 1) * length
    return weights[start..<(start + length)]
  }

  /// Local fits at every place.
  func smooth(_ x: [Double]) -> [Double] {
    precondition(x.count == count, "\(x.count) of \(count) values")
    let half = (length - 1) / 2
    let inside = movingSums(of: x, under: Array(row(of: half)))
    var result = [Double](repeating: 0, count: count)
    for (k, value) in inside.enumerated() { result[half + k] = value }
    for place in 0..<half { result[place] = value(x, at: place) }
    for place in (half + inside.count)..<max(count, half + inside.count) {
      result[place] = value(x, at: place)
    }
    return result
  }

  private func value(_ x: [Double], at place: Int) -> Double {
    let left = left(of: place)
    var sum = 0.0
    for (j, weight) in row(of: place).enumerated() { sum += weight * x[left + j] }
    return sum
  }
}
