/// Rows, columns, diagonals, and matrices made from them.
extension Matrix {
  public func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }

  public func column(_ j: Int) -> [Double] {
    precondition(j >= 0 && j < columns, "column \(j) of \(columns)")
    return Array(values[j * rows..<(j + 1) * rows])
  }

  public mutating func setColumn(_ j: Int, _ x: [Double]) {
    precondition(j >= 0 && j < columns, "column \(j) of \(columns)")
    precondition(x.count == rows, "\(x.count) numbers for a column of \(rows)")
    values.replaceSubrange(j * rows..<(j + 1) * rows, with: x)
  }

  /// The columns at `js`, in that order; one may stand twice.
  public func selectingColumns(_ js: [Int]) -> Matrix {
    var picked: [Double] = []
    picked.reserveCapacity(js.count * rows)
    for j in js {
      precondition(j >= 0 && j < columns, "column \(j) of \(columns)")
      picked.append(contentsOf: values[j * rows..<(j + 1) * rows])
    }
    return Matrix(rows: rows, columns: js.count, values: picked)
  }

  /// The rows at `indices`, in that order; one may stand twice.
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var picked = Matrix(rows: indices.count, columns: columns)
    for j in 0..<columns {
      for (k, i) in indices.enumerated() { picked[k, j] = self[i, j] }
    }
    return picked
  }

  /// `[A B]`.
  public func appendingColumns(_ B: Matrix) -> Matrix {
    precondition(B.rows == rows, "\(B.rows) rows beside \(rows)")
    return Matrix(rows: rows, columns: columns + B.columns, values: values + B.values)
  }

  public var transposed: Matrix {
    var T = Matrix(rows: columns, columns: rows)
    for j in 0..<columns {
      for i in 0..<rows { T.values[j + i * columns] = values[i + j * rows] }
    }
    return T
  }

  /// The elements (i, i).
  public var diagonal: [Double] { (0..<Swift.min(rows, columns)).map { self[$0, $0] } }

  public var trace: Double { diagonal.reduce(0, +) }

  /// The root of the sum of squares, without overflow on the way.
  public var frobeniusNorm: Double { norm(values) }

  /// The largest absolute value; NaN where one element is NaN, 0 for an empty matrix.
  public var largestMagnitude: Double {
    var largest = 0.0
    for value in values {
      if value.isNaN { return .nan }
      largest = Swift.max(largest, abs(value))
    }
    return largest
  }

  /// Whether no element is infinite or NaN.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// `diag(d) A`.
  public func scalingRows(by d: [Double]) -> Matrix {
    precondition(d.count == rows, "\(d.count) factors for \(rows) rows")
    var B = self
    for j in 0..<columns {
      for i in 0..<rows { B.values[i + j * rows] *= d[i] }
    }
    return B
  }

  /// `A diag(d)`.
  public func scalingColumns(by d: [Double]) -> Matrix {
    precondition(d.count == columns, "\(d.count) factors for \(columns) columns")
    var B = self
    for j in 0..<columns {
      for i in 0..<rows { B.values[i + j * rows] *= d[j] }
    }
    return B
  }

  /// The matrix with its lower triangle mirrored into the upper one.
  func mirroringLower() -> Matrix {
    var S = self
    for j in 0..<columns {
      for i in 0..<Swift.min(j, rows) { S.values[i + j * rows] = values[j + i * rows] }
    }
    return S
  }
}
