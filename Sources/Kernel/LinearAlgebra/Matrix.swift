/// A rectangular table of numbers, column by column.
///
/// Element (i, j) stands at `values[i + j · rows]`. Indices count from 0.
public struct Matrix: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Column-major, `rows · columns` numbers.
  public var values: [Double]

  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    values = Array(repeating: value, count: rows * columns)
  }

  /// - Parameter values: column-major.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && values.count == rows * columns,
      "\(values.count) values for \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// As written on paper: a list of rows of equal length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    self.init(rows: rows.count, columns: columns)
    for (i, row) in rows.enumerated() {
      precondition(row.count == columns, "row \(i) has \(row.count) numbers, row 0 \(columns)")
      for (j, value) in row.enumerated() { self[i, j] = value }
    }
  }

  public init(column: [Double]) {
    self.init(rows: column.count, columns: 1, values: column)
  }

  public static func identity(_ n: Int) -> Matrix {
    diagonal(Array(repeating: 1, count: n))
  }

  public static func diagonal(_ d: [Double]) -> Matrix {
    var D = Matrix(rows: d.count, columns: d.count)
    for (i, value) in d.enumerated() { D[i, i] = value }
    return D
  }

  // Inlinable: an update from another module takes 0.3 ns so, 5.5 ns without.
  @inlinable
  public subscript(i: Int, j: Int) -> Double {
    get {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "index outside the matrix")
      return values[i + j * rows]
    }
    set {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "index outside the matrix")
      values[i + j * rows] = newValue
    }
    _modify {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "index outside the matrix")
      yield &values[i + j * rows]
    }
  }

  /// The leading dimension as BLAS wants it, at least 1.
  var lead: Int32 { Int32(Swift.max(1, rows)) }
  var isEmpty: Bool { rows == 0 || columns == 0 }
}
