import Glibc
import Kernel

extension SpatialGrowth {
  /// Growth by the second largest modulus of the growth matrix.
  ///
  /// The leading part is taken out by its vectors on both sides, and what is left, some ten years of
  /// steps at a time, is looked at by Arnoldi's method, until five more vectors change the modulus by
  /// less than 1e-10. Saad (2011), Numerical methods for large eigenvalue problems, chapters 4 and 6.
  static func dampingRatio(
    _ table: MultiregionalLifeTable, growth λ: Double, shares w: [Double], values v: [Double]
  ) throws(KernelError) -> Double? {
    let steps = max(1, Int((10 / table.width).rounded()))
    let product = dot(v, w)
    func rest(_ x: [Double]) -> [Double] {
      let part = dot(v, x) / product
      return zip(x, w).map { $0 - part * $1 }
    }
    func map(_ x: [Double]) -> [Double] {
      var y = x
      for _ in 0..<steps { y = rest(table.onward(y).map { $0 / λ }) }
      return y
    }
    // No symmetry may hide a part of the map.
    let start = w.indices.map {
      0.5 + (0.6180339887498949 * Double($0 + 1)).truncatingRemainder(dividingBy: 1)
    }
    guard let modulus = try largestModulus(of: map, from: rest(start), limit: 160) else {
      return nil
    }
    return modulus > 0 ? pow(modulus, -1 / Double(steps)) : .infinity
  }

  /// The largest modulus among the eigenvalues of a map; `nil` where it is not found within `limit`
  /// vectors.
  private static func largestModulus(
    of map: ([Double]) -> [Double], from start: [Double], limit: Int
  ) throws(KernelError) -> Double? {
    let length = norm(start)
    guard length > 0 else { return 0 }
    var basis = [start.map { $0 / length }]
    var H = Matrix(rows: limit + 1, columns: limit)
    var before = Double.nan
    for k in 0..<limit {
      var y = map(basis[k])
      let size = norm(y)
      // Twice is enough to keep the vectors orthogonal to rounding.
      for _ in 0..<2 {
        for (i, q) in basis.enumerated() {
          let part = dot(q, y)
          H[i, k] += part
          for j in y.indices { y[j] -= part * q[j] }
        }
      }
      let left = norm(y)
      let isAll = left <= 1e-13 * size || size == 0 || k + 1 == start.count
      if isAll || (k + 1) % 5 == 0 {
        var leading = Matrix(rows: k + 1, columns: k + 1)
        for i in 0...k { for j in 0...k { leading[i, j] = H[i, j] } }
        let now = try GeneralEigen(leading).spectralRadius
        if isAll || abs(now - before) <= 1e-10 * now { return now }
        before = now
      }
      H[k + 1, k] = left
      basis.append(y.map { $0 / left })
    }
    return nil
  }
}
