/// Least squares of a target on a few columns by Householder reflections in place.
///
/// Kernel's routine pivots, checks and gives covariances; a search for smoothing parameters calls this
/// thousands of times for the sum of squares alone. A column of which less than 1e-11 is left outside
/// the span of those before it gets the coefficient 0.
struct StateRegression {
  let coefficients: [Double]
  let squares: Double

  /// - Parameters:
  ///   - design: `rows · columns`, column-major; overwritten.
  ///   - target: `rows` values; overwritten.
  /// - Complexity: O(rows · columns²)
  init(design: inout [Double], target: inout [Double], columns: Int) {
    let n = target.count
    var pivotRows: [Int] = []
    var row = 0
    for j in 0..<columns {
      let start = j * n
      var whole = 0.0
      for i in 0..<row { whole += design[start + i] * design[start + i] }
      let left = Self.product(design, start + row, design, start + row, n - row)
      whole += left
      guard row < n, left > 1e-22 * whole, left > 0 else {
        pivotRows.append(-1)
        continue
      }
      let head = design[start + row]
      let length = head > 0 ? -left.squareRoot() : left.squareRoot()
      design[start + row] = head - length
      let scale = left - head * length
      for c in (j + 1)..<max(columns, j + 1) {
        Self.reflect(&design, from: c * n, by: start, row, n, scale)
      }
      let product = Self.product(design, start + row, target, row, n - row) / scale
      for i in row..<n { target[i] -= product * design[start + i] }
      design[start + row] = length
      pivotRows.append(row)
      row += 1
    }
    var x = [Double](repeating: 0, count: columns)
    for j in stride(from: columns - 1, through: 0, by: -1) where pivotRows[j] >= 0 {
      let r = pivotRows[j]
      var sum = target[r]
      for c in (j + 1)..<max(columns, j + 1) { sum -= design[c * n + r] * x[c] }
      x[j] = sum / design[j * n + r]
    }
    coefficients = x
    var sum = 0.0
    for i in row..<max(n, row) { sum += target[i] * target[i] }
    squares = sum
  }

  /// Σ x y over `count` neighbours, in four sums at once, which do not wait for one another.
  @inline(__always)
  private static func product(
    _ x: [Double], _ i: Int, _ y: [Double], _ j: Int, _ count: Int
  ) -> Double {
    precondition(i >= 0 && j >= 0 && i + count <= x.count && j + count <= y.count)
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var k = 0
    while k + 4 <= count {
      a += x[i + k] * y[j + k]
      b += x[i + k + 1] * y[j + k + 1]
      c += x[i + k + 2] * y[j + k + 2]
      d += x[i + k + 3] * y[j + k + 3]
      k += 4
    }
    while k < count {
      a += x[i + k] * y[j + k]
      k += 1
    }
    return (a + b) + (c + d)
  }

  @inline(__always)
  private static func reflect(
    _ design: inout [Double], from column: Int, by start: Int, _ row: Int, _ n: Int,
    _ scale: Double
  ) {
    let product = Self.product(design, start + row, design, column + row, n - row) / scale
    for i in row..<n { design[column + i] -= product * design[start + i] }
  }
}
