/// Normal equations X'X β = X'y of a few columns, by Cholesky.
///
/// A fraction of the work of reflections, but the columns' condition counts twice: where a column leaves
/// less than 1e-7 of its squares outside the span of those before it, there is no solution and
/// `StateRegression` has to find it.
struct StateEquations {
  /// Lower triangle L of X'X = L L', row by row.
  let factor: [Double]
  let coefficients: [Double]

  /// - Parameters:
  ///   - products: X'X, `count · count`, its lower triangle.
  ///   - right: X'y.
  /// - Complexity: O(count³)
  init?(products: [Double], right: [Double]) {
    let k = right.count
    precondition(products.count == k * k, "\(products.count) products of \(k) columns")
    var l = products
    var x = right
    for i in 0..<k {
      for j in 0...i {
        var sum = l[i * k + j]
        for c in 0..<j { sum -= l[i * k + c] * l[j * k + c] }
        if i == j {
          guard sum > 1e-7 * l[i * k + i] else { return nil }
          l[i * k + i] = sum.squareRoot()
        } else {
          l[i * k + j] = sum / l[j * k + j]
        }
      }
      var sum = x[i]
      for c in 0..<i { sum -= l[i * k + c] * x[c] }
      x[i] = sum / l[i * k + i]
    }
    factor = l
    coefficients = Self.transposedSolution(l, x)
  }

  /// Σ x_{i+k} y_{j+k} over `count` neighbours, in eight sums at once.
  static func product(
    _ x: [Double], _ i: Int, _ y: [Double], _ j: Int, _ count: Int
  ) -> Double {
    precondition(count >= 0 && i >= 0 && j >= 0 && i + count <= x.count && j + count <= y.count)
    var sums = (SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero)
    var k = 0
    while k + 8 <= count {
      sums.0 += pair(x, i + k) * pair(y, j + k)
      sums.1 += pair(x, i + k + 2) * pair(y, j + k + 2)
      sums.2 += pair(x, i + k + 4) * pair(y, j + k + 4)
      sums.3 += pair(x, i + k + 6) * pair(y, j + k + 6)
      k += 8
    }
    let sum = (sums.0 + sums.1) + (sums.2 + sums.3)
    var rest = 0.0
    while k < count {
      rest += x[i + k] * y[j + k]
      k += 1
    }
    return sum.x + sum.y + rest
  }

  @inline(__always)
  private static func pair(_ x: [Double], _ i: Int) -> SIMD2<Double> { SIMD2(x[i], x[i + 1]) }

  /// L'⁻¹ x.
  static func transposedSolution(_ l: [Double], _ x: [Double]) -> [Double] {
    let k = x.count
    var x = x
    for i in (0..<k).reversed() {
      let value = x[i] / l[i * k + i]
      x[i] = value
      for c in 0..<i { x[c] -= l[i * k + c] * value }
    }
    return x
  }

  /// L⁻¹ x.
  static func solution(_ l: [Double], _ x: [Double]) -> [Double] {
    let k = x.count
    var x = x
    for i in 0..<k {
      var sum = x[i]
      for c in 0..<i { sum -= l[i * k + c] * x[c] }
      x[i] = sum / l[i * k + i]
    }
    return x
  }
}
