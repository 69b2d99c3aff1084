import Kernel

/// Smallest modulus of the roots of `1 + Σ c_i z^i`; infinite for a constant.
func smallestRootModulus(_ coefficients: [Double]) -> Double {
  var c = coefficients
  while let last = c.last, abs(last) < 1e-14 { c.removeLast() }
  switch c.count {
  case 0: return .infinity
  case 1: return 1 / abs(c[0])
  default:
    // The roots are the reciprocals of the eigenvalues of the companion matrix.
    var companion = Matrix(rows: c.count, columns: c.count)
    for j in c.indices { companion[0, j] = -c[j] }
    for i in 1..<c.count { companion[i, i - 1] = 1 }
    guard let eigen = try? GeneralEigen(companion) else { return 0 }
    return eigen.spectralRadius > 0 ? 1 / eigen.spectralRadius : .infinity
  }
}
