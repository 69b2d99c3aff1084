import Glibc

/// Σ ln x of positive numbers, by logarithms of products, not of each.
struct ProductLogarithm {
  private var sum = 0.0
  private var product = 1.0

  @inline(__always)
  mutating func add(_ x: Double) {
    product *= x
    if product > 1e200 || product < 1e-200 {
      sum += Glibc.log(product)
      product = 1
    }
  }

  var value: Double { sum + Glibc.log(product) }
}
