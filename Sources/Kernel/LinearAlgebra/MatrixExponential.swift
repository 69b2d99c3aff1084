import Glibc

/// `e^A`, by scaling and squaring with the Padé approximant of degree 13.
///
/// N. J. Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix
/// Anal. Appl. 26 (2005): with `‖A / 2^s‖₁ ≤ 5.37` the backward error stays below 2⁻⁵³.
///
/// - Throws: `notFinite`; `singular` where the denominator cannot be inverted.
/// - Complexity: O(n³), 6 products and one solution, and s squarings.
public func matrixExponential(_ A: Matrix) throws(KernelError) -> Matrix {
  precondition(A.rows == A.columns, "exponential of \(A.rows) × \(A.columns)")
  guard A.isFinite else { throw .notFinite(routine: "matrixExponential") }
  let size = (0..<A.columns).map { A.column($0).reduce(0) { $0 + abs($1) } }.max() ?? 0
  let limit = 5.371920351148152
  let s = size > limit ? Int(log2(size / limit).rounded(.up)) : 0
  let B = scalbn(1, Int32(-s)) * A
  let (U, V) = padé13(B)
  var E = try LU(V - U).solve(V + U)
  for _ in 0..<s { E = E.times(E) }
  guard E.isFinite else { throw .notFinite(routine: "matrixExponential") }
  return E
}

/// The odd part `U` and the even part `V` of the numerator.
private func padé13(_ B: Matrix) -> (U: Matrix, V: Matrix) {
  let b: [Double] = [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600,
    1_187_353_796_428_800, 129_060_195_264_000, 10_559_470_521_600, 670_442_572_800,
    33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
  ]
  let I = Matrix.identity(B.rows)
  let B2 = B.times(B)
  let B4 = B2.times(B2)
  let B6 = B4.times(B2)
  func sum(_ first: Int) -> Matrix {
    var high = b[first + 12] * B6
    high += b[first + 10] * B4
    high += b[first + 8] * B2
    var total = B6.times(high)
    total += b[first + 6] * B6
    total += b[first + 4] * B4
    total += b[first + 2] * B2
    total += b[first] * I
    return total
  }
  return (B.times(sum(1)), sum(0))
}
