import Glibc

/// `ln |Γ(x)|`: +∞ at 0 and the negative integers.
public func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}
