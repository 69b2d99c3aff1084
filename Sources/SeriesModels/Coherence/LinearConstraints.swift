public import Kernel

/// What forecasts have to obey, `C y = 0`: sums, `net = in − out`, stocks that follow from flows; with
/// any signs.
public struct LinearConstraints: Hashable, Sendable {
  /// Constraints by series.
  public let matrix: Matrix

  public init(_ matrix: Matrix) { self.matrix = matrix }

  /// The constraints of both.
  public func and(_ other: LinearConstraints) -> LinearConstraints {
    precondition(
      matrix.columns == other.matrix.columns,
      "\(matrix.columns) and \(other.matrix.columns) series")
    return LinearConstraints(
      matrix.transposed.appendingColumns(other.matrix.transposed).transposed)
  }

  /// The largest `|C y|` of any constraint and step.
  ///
  /// - Parameter values: series by step.
  public func gap(_ values: Matrix) -> Double { matrix.times(values).largestMagnitude }
}
