import Kernel

/// A table of any number of axes with given totals, as near as possible to a seed.
///
/// Minimises `Σ F ln(F/S) − F + S` under the totals of any number of margin sets and `L ≤ F ≤ U`. The
/// solution is `F = clip(S · Π f, L, U)` with one factor for each group. Sweeps solve for the factors
/// of one set after the other, exactly (Deming & Stephan 1940; Bregman 1967); where they become
/// slow, Newton steps on the concave dual take over, solved by conjugate gradients.
///
/// Before that the totals are held against each other, and every gap is listed; a maximum flow between
/// each two sets tells whether they can be met together and finds the cells that must be at a
/// bound. The end is decided by what the margins lack, never by the size of a step.
public enum Contingency {
  /// - Parameters:
  ///   - seed: not negative, 0 is a structural zero.
  ///   - margins: at least one; NaN totals leave their group free.
  ///   - lower: bounds like `seed`, `nil` means 0; upper: +∞ where none; equal bounds fix a cell.
  ///   - tolerance: largest `|sum − total|` as a part of the whole table.
  /// - Complexity: O(cells · sets) a sweep; the flow problems O(groups²) of memory.
  public static func fit(
    seed: [Double], margins: [MarginSet], lower: [Double]? = nil, upper: [Double]? = nil,
    tolerance: Double = 1e-12
  ) throws(ContingencyError) -> ContingencyFit {
    precondition(!margins.isEmpty, "no margin set")
    precondition(margins.allSatisfy { $0.groups.count == seed.count }, "a set of another shape")
    var problem = try ContingencyProblem(
      seed: seed, margins: margins, lower: lower, upper: upper)
    try problem.requireConsistentTotals()
    let forced = try PairFeasibility.check(&problem)
    return try ContingencySolver(problem, forced: forced, tolerance: tolerance).solve()
  }

  /// The table of independence of these margins on the cells that are not excluded; excluded cells keep
  /// what was observed.
  ///
  /// Goodman, Journal of the American Statistical Association 63 (1968): quasi-independence; with an
  /// excluded diagonal the stayers, or what no mover can do, have no part in the fit.
  ///
  /// - Parameters:
  ///   - axes: the sets of axes whose sums are kept, `[[0], [1]]` or `[[0, 2], [1, 2]]`.
  public static func quasiIndependence(
    observed: [Double], shape: TableShape, axes: [[Int]], excluded: [Bool],
    tolerance: Double = 1e-12
  ) throws(ContingencyError) -> ContingencyFit {
    precondition(
      observed.count == shape.count && excluded.count == shape.count, "a table of another shape")
    let kept = observed.indices.map { excluded[$0] ? 0 : observed[$0] }
    let seed = excluded.map { $0 ? 0.0 : 1 }
    let margins = axes.map {
      MarginSet.axes(
        $0, of: shape, totals: shape.margin(of: kept, on: $0),
        name: $0.map { "\($0 + 1)" }.joined(separator: "×"))
    }
    let fit = try fit(seed: seed, margins: margins, tolerance: tolerance)
    return fit.replacing(observed.indices.map { excluded[$0] ? observed[$0] : fit.values[$0] })
  }
}

/// A table that meets its totals.
public struct ContingencyFit: Hashable, Sendable {
  /// Why an iteration ended that did end well.
  public enum Stop: String, Hashable, Sendable {
    /// Sweeps alone met the totals.
    case marginsMet
    /// Newton steps on the dual were needed.
    case marginsMetByNewton
  }

  public let values: [Double]
  /// One list for each margin set: what its groups multiply the seed by; 1 for groups left free.
  public let factors: [[Double]]
  public let sweeps: Int
  public let newtonSteps: Int
  public let stop: Stop
  /// Largest `|sum − total|`, in persons.
  public let largestResidual: Double
  /// Largest change of a cell in the last round, in persons.
  public let largestChange: Double
  /// Cells whose bounds and margins alone determine them.
  public let forcedCells: [Int]

  func replacing(_ values: [Double]) -> ContingencyFit {
    ContingencyFit(
      values: values, factors: factors, sweeps: sweeps, newtonSteps: newtonSteps, stop: stop,
      largestResidual: largestResidual, largestChange: largestChange, forcedCells: forcedCells)
  }
}
