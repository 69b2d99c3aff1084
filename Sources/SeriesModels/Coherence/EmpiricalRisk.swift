public import Kernel

/// Reconciliation by what would have done best in the past: bottom series regressed on all base forecasts,
/// without asking that these be unbiased (Ben Taieb and Koo 2019, KDD).
public struct EmpiricalRisk: Sendable {
  /// Bottom series by series.
  public let weights: Matrix
  private let hierarchy: Hierarchy

  /// Of the coefficients that fit alike, the shortest; with fewer moments than series the past is met
  /// exactly, which promises little.
  ///
  /// - Parameters:
  ///   - history: series by moment.
  ///   - fitted: one-step forecasts, series by moment.
  ///   - window: the last so many moments with all of them count; all of them where absent.
  /// - Throws: `.tooFewErrors`, `.notFinite`.
  public init(
    _ hierarchy: Hierarchy, history: Matrix, fitted: Matrix, window: Int? = nil
  ) throws(CoherenceError) {
    precondition(
      history.columns == fitted.columns && history.rows == fitted.rows,
      "history of \(history.rows) × \(history.columns), fitted \(fitted.rows) × \(fitted.columns)")
    var known = (0..<history.columns).filter { t in
      (0..<history.rows).allSatisfy { !(history[$0, t] + fitted[$0, t]).isNaN }
    }
    if let window { known = known.suffix(window) }
    guard known.count > 1 else { throw .tooFewErrors(found: known.count) }
    do {
      let inverse = try SVD(fitted.selectingColumns(known)).pseudoinverse()
      weights = history.selectingColumns(known).selectingRows(hierarchy.bottom).times(inverse)
    } catch {
      throw .notFinite
    }
    self.hierarchy = hierarchy
  }

  /// - Parameter base: series by step.
  public func reconcile(_ base: Matrix) -> Matrix {
    hierarchy.sums(ofBottom: weights.times(base))
  }
}
