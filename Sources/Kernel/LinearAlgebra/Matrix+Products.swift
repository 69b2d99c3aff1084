import COpenBLAS

/// Products, through BLAS.
extension Matrix {
  /// `A B`. O(rows · columns · B.columns), as the other products of matrices.
  public func times(_ B: Matrix) -> Matrix {
    product(CblasNoTrans, B, CblasNoTrans)
  }

  /// `Aᵀ B`.
  public func transposeTimes(_ B: Matrix) -> Matrix {
    product(CblasTrans, B, CblasNoTrans)
  }

  /// `A Bᵀ`.
  public func timesTranspose(_ B: Matrix) -> Matrix {
    product(CblasNoTrans, B, CblasTrans)
  }

  /// `A x`.
  public func times(_ x: [Double]) -> [Double] {
    precondition(x.count == columns, "\(rows) × \(columns) times a vector of \(x.count)")
    return product(CblasNoTrans, x, count: rows)
  }

  /// `Aᵀ x`.
  public func transposeTimes(_ x: [Double]) -> [Double] {
    precondition(x.count == rows, "transpose of \(rows) × \(columns) times a vector of \(x.count)")
    return product(CblasTrans, x, count: columns)
  }

  /// `Aᵀ A`, exactly symmetric.
  public func gram() -> Matrix { symmetricRankK(CblasTrans, order: columns, depth: rows) }

  /// `A Aᵀ`, exactly symmetric.
  public func outerGram() -> Matrix { symmetricRankK(CblasNoTrans, order: rows, depth: columns) }

  /// `Aᵀ diag(w) A`, exactly symmetric; the weights may have any sign.
  public func gram(weights w: [Double]) -> Matrix {
    scalingRows(by: w).transposeTimes(self).mirroringLower()
  }

  private func product(
    _ left: CBLAS_TRANSPOSE, _ B: Matrix, _ right: CBLAS_TRANSPOSE
  ) -> Matrix {
    let m = left == CblasNoTrans ? rows : columns
    let depth = left == CblasNoTrans ? columns : rows
    let n = right == CblasNoTrans ? B.columns : B.rows
    let other = right == CblasNoTrans ? B.rows : B.columns
    precondition(depth == other, "inner dimensions \(depth) and \(other)")
    var C = Matrix(rows: m, columns: n)
    if C.isEmpty || depth == 0 { return C }
    useOneThread()
    let leadC = C.lead
    cblas_dgemm(
      CblasColMajor, left, right, Int32(m), Int32(n), Int32(depth), 1, values, lead, B.values,
      B.lead, 0, &C.values, leadC)
    return C
  }

  private func product(_ side: CBLAS_TRANSPOSE, _ x: [Double], count: Int) -> [Double] {
    var y = [Double](repeating: 0, count: count)
    if isEmpty { return y }
    useOneThread()
    cblas_dgemv(
      CblasColMajor, side, Int32(rows), Int32(columns), 1, values, lead, x, 1, 0, &y, 1)
    return y
  }

  private func symmetricRankK(_ side: CBLAS_TRANSPOSE, order: Int, depth: Int) -> Matrix {
    var C = Matrix(rows: order, columns: order)
    if isEmpty { return C }
    useOneThread()
    let leadC = C.lead
    cblas_dsyrk(
      CblasColMajor, CblasLower, side, Int32(order), Int32(depth), 1, values, lead, 0, &C.values,
      leadC)
    return C.mirroringLower()
  }
}

/// Elementwise sums and multiples.
extension Matrix {
  public static func + (A: Matrix, B: Matrix) -> Matrix {
    var C = A
    C += B
    return C
  }

  public static func - (A: Matrix, B: Matrix) -> Matrix {
    var C = A
    C -= B
    return C
  }

  public static func += (A: inout Matrix, B: Matrix) {
    A.requireShape(of: B)
    for k in A.values.indices { A.values[k] += B.values[k] }
  }

  public static func -= (A: inout Matrix, B: Matrix) {
    A.requireShape(of: B)
    for k in A.values.indices { A.values[k] -= B.values[k] }
  }

  public static func * (a: Double, A: Matrix) -> Matrix {
    Matrix(rows: A.rows, columns: A.columns, values: A.values.map { a * $0 })
  }

  private func requireShape(of B: Matrix) {
    precondition(
      rows == B.rows && columns == B.columns,
      "shapes \(rows) × \(columns) and \(B.rows) × \(B.columns)")
  }
}

/// `xᵀ y`.
public func dot(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count, "lengths \(x.count) and \(y.count)")
  useOneThread()
  return cblas_ddot(Int32(x.count), x, 1, y, 1)
}

/// The Euclidean norm, without overflow on the way.
public func norm(_ x: [Double]) -> Double {
  useOneThread()
  return cblas_dnrm2(Int32(x.count), x, 1)
}
