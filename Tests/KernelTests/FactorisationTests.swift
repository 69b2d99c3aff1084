import Kernel
import Testing

/// A matrix whose elements are uniform on (−1, 1), the same every time.
func randomMatrix(_ rows: Int, _ columns: Int, _ name: String) -> Matrix {
  var stream = RandomStream(seed: 1, stream: name, unit: "", draw: rows, time: columns)
  let values = (0..<rows * columns).map { _ in 2 * stream.uniform() - 1 }
  return Matrix(rows: rows, columns: columns, values: values)
}

/// `‖A − B‖ / max(1, ‖B‖)`, Frobenius.
func distance(_ A: Matrix, _ B: Matrix) -> Double {
  (A - B).frobeniusNorm / max(1, B.frobeniusNorm)
}

/// Backward errors of Householder methods grow no faster than this (Higham, Accuracy and Stability of
/// Numerical Algorithms, chapter 19, constant taken as 10).
func rounding(_ n: Int) -> Double { 10 * Double(n) * 0x1p-53 }

@Suite struct FactorisationTests {
  static let sizes = [1, 2, 5, 20, 60]

  @Test(arguments: sizes) func choleskyRebuildsTheMatrixAndSolves(n: Int) throws {
    let B = randomMatrix(n + 3, n, "cholesky")
    let A = B.gram() + Matrix.identity(n)
    let factored = try Cholesky(A)
    #expect(distance(factored.factor.timesTranspose(factored.factor), A) < rounding(n))
    let condition = try SVD(A).condition
    #expect(distance(A.times(factored.inverse()), .identity(n)) < rounding(n) * condition)
    let x = randomMatrix(n, 1, "x").values
    let solved = factored.solve(A.times(x))
    #expect(distance(Matrix(column: solved), Matrix(column: x)) < rounding(n) * condition)
    let z = factored.solveLower(factored.times(x))
    #expect(distance(Matrix(column: z), Matrix(column: x)) < rounding(n) * condition)
    let logs = try SymmetricEigen(A).values.reduce(0) { $0 + log([$1])[0] }
    #expect(abs(factored.logDeterminant - logs) < rounding(n) * condition)
  }

  @Test func choleskyNamesTheMinorThatFails() {
    #expect(throws: KernelError.notPositiveDefinite(at: 1)) {
      try Cholesky(Matrix([[1, 2], [2, 1]]))
    }
    #expect(throws: KernelError.notFinite(routine: "Cholesky")) {
      try Cholesky(Matrix([[.nan]]))
    }
  }

  @Test(arguments: sizes) func luSolvesBothSides(n: Int) throws {
    let A = randomMatrix(n, n, "lu") + Double(n) * Matrix.identity(n)
    let x = randomMatrix(n, 1, "x").values
    let lu = try LU(A)
    #expect(distance(Matrix(column: lu.solve(A.times(x))), Matrix(column: x)) < 10 * rounding(n))
    let other = lu.solveTransposed(A.transposeTimes(x))
    #expect(distance(Matrix(column: other), Matrix(column: x)) < 10 * rounding(n))
    #expect(distance(A.times(lu.inverse()), .identity(n)) < 10 * rounding(n))
  }

  @Test func luKnowsTheSignOfADeterminant() throws {
    #expect(try abs(LU(Matrix([[0, 2], [3, 0]])).determinant + 6) < 1e-15)
    #expect(throws: KernelError.singular(at: 1)) { try LU(Matrix([[1, 2], [2, 4]])) }
  }

  @Test(arguments: [(1, 1), (8, 3), (3, 8), (40, 25)])
  func pivotedQRRebuildsTheMatrix(shape: (Int, Int)) throws {
    let A = randomMatrix(shape.0, shape.1, "qr")
    let qr = try PivotedQR(A)
    let Q = qr.q()
    #expect(qr.rank == min(shape.0, shape.1))
    #expect(distance(Q.gram(), .identity(qr.rank)) < rounding(shape.0))
    #expect(distance(Q.times(qr.r), A.selectingColumns(qr.pivots)) < rounding(shape.0 + shape.1))
  }

  @Test func pivotedQRFindsTheColumnsThatFollowFromOthers() throws {
    var A = randomMatrix(30, 4, "rank")
    let follows = (0..<30).map { 2 * A[$0, 0] - A[$0, 3] }
    A = A.appendingColumns(Matrix(column: follows))
    let qr = try PivotedQR(A)
    #expect(qr.rank == 4)
    #expect(qr.dependent.count == 1)
    #expect([0, 3, 4].contains(qr.dependent[0]))
    #expect((qr.independent + qr.dependent).sorted() == [0, 1, 2, 3, 4])
  }

  @Test func leastSquaresGivesTheKnownLine() throws {
    // Anscombe's first set: 3.0000909 + 0.5000909 x (The American Statistician 27, 1973).
    let x: [Double] = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    let A = Matrix(x.map { [1, $0] })
    let fit = try leastSquares(A, y)
    #expect(abs(fit.coefficients[0] - 3.000090909090909) < 1e-13)
    #expect(abs(fit.coefficients[1] - 0.5000909090909091) < 1e-14)
    #expect(abs(fit.residualSumOfSquares - 13.76269) < 1e-5)
    #expect(distance(fit.unscaledCovariance, try LU(A.gram()).inverse()) < 1e-13)
  }

  @Test func leastSquaresLeavesOutWhatIsDependentAtAnyScale() throws {
    var A = Matrix(rows: 12, columns: 4)
    var b = [Double](repeating: 0, count: 12)
    for i in 0..<12 {
      let x = Double(i * i % 7)
      A[i, 0] = 1
      A[i, 1] = 1e9 * x
      A[i, 2] = 3e-9 * (1 + x)
      A[i, 3] = Double(i)
      b[i] = 5 + 2 * x - Double(i)
    }
    let fit = try leastSquares(A, b)
    #expect(fit.rank == 3)
    #expect(fit.dependent.count == 1)
    #expect(fit.residualSumOfSquares < 1e-24)
  }

  @Test func weightsCountAsRepetitions() throws {
    let A = randomMatrix(10, 3, "weights")
    let b = randomMatrix(10, 1, "b").values
    let twice = try leastSquares(
      A.selectingRows(Array(0..<10) + [2, 5]), b + [b[2], b[5]])
    var weights = [Double](repeating: 1, count: 10)
    weights[2] = 2
    weights[5] = 2
    let weighted = try weightedLeastSquares(A, b, weights: weights)
    for k in 0..<3 { #expect(abs(weighted.coefficients[k] - twice.coefficients[k]) < 1e-13) }
    #expect(distance(weighted.unscaledCovariance, twice.unscaledCovariance) < 1e-13)
  }

  @Test(arguments: sizes) func symmetricEigenvectorsAreOrthonormal(n: Int) throws {
    let B = randomMatrix(n, n, "symmetric")
    let A = B + B.transposed
    let eigen = try SymmetricEigen(A)
    #expect(distance(eigen.vectors.gram(), .identity(n)) < rounding(n))
    let rebuilt = eigen.vectors.scalingColumns(by: eigen.values).timesTranspose(eigen.vectors)
    #expect(distance(rebuilt, A) < rounding(n))
    #expect(eigen.values == eigen.values.sorted())
  }

  @Test(arguments: sizes) func generalEigenvectorsSatisfyTheirEquation(n: Int) throws {
    let A = randomMatrix(n, n, "general")
    let eigen = try GeneralEigen(A)
    for (k, value) in eigen.values.enumerated() {
      let v = eigen.vector(k)
      let re = v.map(\.real), im = v.map(\.imaginary)
      let left = (A.times(re), A.times(im))
      for i in 0..<n {
        let real = value.real * re[i] - value.imaginary * im[i]
        let imaginary = value.real * im[i] + value.imaginary * re[i]
        #expect(abs(left.0[i] - real) < rounding(n) * A.frobeniusNorm)
        #expect(abs(left.1[i] - imaginary) < rounding(n) * A.frobeniusNorm)
      }
    }
    #expect(abs(eigen.values.reduce(0) { $0 + $1.real } - A.trace) < rounding(n) * Double(n))
  }

  @Test func aRotationHasImaginaryEigenvalues() throws {
    let eigen = try GeneralEigen(Matrix([[0, -1], [1, 0]]))
    #expect(eigen.values.map(\.imaginary) == [1, -1])
    #expect(abs(eigen.spectralRadius - 1) < 1e-15)
  }

  @Test(arguments: [(1, 1), (8, 3), (3, 8), (40, 25)])
  func svdRebuildsTheMatrixAndItsInverse(shape: (Int, Int)) throws {
    let A = randomMatrix(shape.0, shape.1, "svd")
    let svd = try SVD(A)
    let small = min(shape.0, shape.1)
    #expect(distance(svd.u.scalingColumns(by: svd.values).times(svd.vt), A) < rounding(shape.0))
    #expect(distance(svd.u.gram(), .identity(small)) < rounding(shape.0))
    #expect(svd.values == svd.values.sorted(by: >))
    #expect(svd.rank() == small)
    let P = svd.pseudoinverse()
    #expect(distance(A.times(P).times(A), A) < rounding(shape.0) * svd.condition)
  }

  @Test func theExponentialOfAMatrixFollowsItsLaws() throws {
    let turn = try matrixExponential(Matrix([[0, -3], [3, 0]]))
    #expect(abs(turn[0, 0] + 0.98999249660044545727) < 1e-14)
    #expect(abs(turn[1, 0] - 0.14112000805986722210) < 1e-14)
    let A = 30 * randomMatrix(12, 12, "exponential")
    let B = A - 40 * Matrix.identity(12)
    let product = try matrixExponential(0.5 * B)
    #expect(distance(product.times(product), try matrixExponential(B)) < 1e-11)
    let jordan = try matrixExponential(Matrix([[1, 1], [0, 1]]))
    #expect(abs(jordan[0, 1] - 2.71828182845904523536) < 1e-14)
  }
}

@Suite struct PivotedCholeskyTests {
  @Test(arguments: [(1, 1), (5, 3), (20, 20), (60, 17)])
  func aGeneralisedInverseKeepsItsDefinition(n: Int, rank: Int) throws {
    let A = randomMatrix(rank, n, "pivoted").gram()
    let factored = try PivotedCholesky(A, tolerance: 1e-11)
    #expect(factored.rank == rank)
    let G = factored.generalizedInverse()
    // The leading block of the best pivots is as well conditioned as the part of A that is not 0.
    let values = try SymmetricEigen(A).values.suffix(rank)
    let condition = (values.last ?? 1) / (values.first ?? 1)
    #expect(distance(A.times(G).times(A), A) < 10 * rounding(n) * condition)
    #expect(distance(G.times(A).times(G), G) < 10 * rounding(n) * condition * condition)
    #expect(G.transposed == G)
  }

  @Test func nothingAndInfinityAreTold() throws {
    #expect(try PivotedCholesky(Matrix(rows: 3, columns: 3), tolerance: 1e-11).rank == 0)
    #expect(throws: KernelError.notFinite(routine: "PivotedCholesky")) {
      try PivotedCholesky(Matrix([[.infinity]]), tolerance: 1e-11)
    }
  }
}

struct EigenvaluesOnlyTests {
  @Test func eigenvaluesWithoutVectorsAreThoseWithThem() throws {
    var stream = RandomStream(seed: 3, stream: "test", unit: "eigen", draw: 0, time: 0)
    let A = Matrix(rows: 9, columns: 9, values: stream.normals(81))
    let alone = try eigenvalues(of: A)
    for (found, expected) in zip(alone, try GeneralEigen(A).values) {
      let gap = Complex(
        found.real - expected.real, found.imaginary - expected.imaginary)
      #expect(gap.modulus < 1e-11)
    }
    let S = A.gram()
    for (found, expected) in zip(try symmetricEigenvalues(of: S), try SymmetricEigen(S).values) {
      #expect(abs(found - expected) < 1e-11)
    }
  }

  @Test func theSignOfADeterminantIsThatOfItsValue() throws {
    for draw in 0..<20 {
      var stream = RandomStream(seed: 4, stream: "test", unit: "sign", draw: draw, time: 0)
      let lu = try LU(Matrix(rows: 5, columns: 5, values: stream.normals(25)))
      #expect(lu.hasPositiveDeterminant == (lu.determinant > 0))
    }
  }
}
