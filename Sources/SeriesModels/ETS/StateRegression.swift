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
      for i in 0..<n { whole += design[start + i] * design[start + i] }
      var left = 0.0
      for i in row..<n { left += design[start + i] * design[start + i] }
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
      var product = 0.0
      for i in row..<n { product += design[start + i] * target[i] }
      product /= scale
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

  @inline(__always)
  private static func reflect(
    _ design: inout [Double], from column: Int, by start: Int, _ row: Int, _ n: Int,
    _ scale: Double
  ) {
    var product = 0.0
    for i in row..<n { product += design[start + i] * design[column + i] }
    product /= scale
    for i in row..<n { design[column + i] -= product * design[start + i] }
  }
}
