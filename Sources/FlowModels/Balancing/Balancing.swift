import Kernel

/// A table with given margins as near as possible to a seed.
///
/// Minimises the Kullback–Leibler divergence `Σ F ln(F/S) − F + S` over tables with row sums R, column
/// sums C and `L ≤ F ≤ U`. The solution is `F = clip(a_i b_j S_ij, L_ij, U_ij)`; each sweep solves
/// for every `a_i`, then every `b_j`, exactly, which is block ascent of the concave dual (without bounds it
/// is iterative proportional fitting: Deming & Stephan 1940; Bregman 1967). Where sweeps are slow, Newton
/// steps on the dual follow.
///
/// Before iterating, a maximum flow decides whether any table exists; if none does, the minimum cut
/// names the areas to blame. Cells that have the same value in every table are fixed first, so that
/// convergence is never sublinear. Large tables without bounds are scaled at once instead, for a table
/// that is found is proof enough; only where scaling does not end soon the flow is asked.
public enum Balancing {
  /// Cells up to which the maximum flow costs next to nothing.
  private static let largestSmallTable = 10_000

  /// - Parameters:
  ///   - seed: `rows · columns` values, origin fastest, not negative; 0 is a structural zero.
  ///   - rows: total of each origin; columns: total of each destination; not negative.
  ///   - lower: known lower bounds, like `seed`; `nil` means 0.
  ///   - upper: known upper bounds, +∞ where none; equal bounds fix a cell; `nil` means none.
  ///   - tolerance: largest margin error, relative to the margin.
  /// - Complexity: O(rows · columns) a sweep, with a factor log n where cells have intervals.
  public static func fit(
    seed: [Double], rows: [Double], columns: [Double], lower: [Double]? = nil,
    upper: [Double]? = nil, tolerance: Double = 1e-11
  ) throws(BalancingError) -> Balanced {
    precondition(
      seed.count == rows.count * columns.count,
      "\(seed.count) cells for \(rows.count) rows and \(columns.count) columns")
    precondition(lower.map { $0.count == seed.count } ?? true, "lower bounds of another shape")
    precondition(upper.map { $0.count == seed.count } ?? true, "upper bounds of another shape")
    if lower == nil, upper == nil, seed.count > largestSmallTable {
      try BalancingProblem.check(margins: rows, columns)
      if TableScaling.isTable(seed),
        let found = AcceleratedScaling(
          seed: seed, rows: rows, columns: columns, tolerance: tolerance
        ).solve()
      {
        return found
      }
    }
    var problem = BalancingProblem(
      seed: seed, rows: rows, columns: columns, lower: lower, upper: upper)
    try problem.check()
    let feasibility = Feasibility(problem)
    try feasibility.requireTable()
    let forced = feasibility.forcedCells()
    for (cell, value) in forced { problem.fix(cell, at: value) }
    return try DualAscent(problem, forced: forced.map(\.cell), tolerance: tolerance).solve()
  }
}

/// A balanced table.
public struct Balanced: Hashable, Sendable {
  /// Which iteration met the margins; what does not meet them is a fault.
  public enum Stop: String, Hashable, Sendable, CaseIterable {
    /// Sweeps over rows and columns alone.
    case balancedBySweeps
    /// Sweeps with Newton steps on the dual.
    case balancedByNewton
    /// Scaling of the row factors, accelerated after Anderson.
    case balancedByScaling
  }

  /// `rows · columns`, origin fastest.
  public let values: [Double]
  /// `a`: what a row of the seed is multiplied by, before clipping.
  public let rowFactors: [Double]
  /// `b`.
  public let columnFactors: [Double]
  /// Rounds over all rows and columns, Newton steps included.
  public let sweeps: Int
  /// Largest `|sum − margin| / margin`.
  public let maxRelativeMarginError: Double
  /// Cells with free seed that margins and bounds alone determine.
  public let forcedCells: [Int]
  public let stop: Stop
}

/// What a balancing starts from, and its bounds per cell.
struct BalancingProblem {
  let seed: [Double]
  let rows: [Double]
  let columns: [Double]
  private(set) var lower: [Double]
  private(set) var upper: [Double]

  init(seed: [Double], rows: [Double], columns: [Double], lower: [Double]?, upper: [Double]?) {
    self.seed = seed
    self.rows = rows
    self.columns = columns
    self.lower = lower ?? [Double](repeating: 0, count: seed.count)
    var upper = upper ?? [Double](repeating: .infinity, count: seed.count)
    for cell in seed.indices where seed[cell] == 0 {
      upper[cell] = min(upper[cell], self.lower[cell])
    }
    self.upper = upper
  }

  var total: Double { Statistics.sum(rows) }

  func index(_ i: Int, _ j: Int) -> Int { j * rows.count + i }

  mutating func fix(_ cell: Int, at value: Double) {
    lower[cell] = value
    upper[cell] = value
  }

  /// Numbers that mean nothing, bounds that exclude each other, totals that differ.
  func check() throws(BalancingError) {
    for cell in seed.indices {
      let i = cell % rows.count
      let j = cell / rows.count
      guard seed[cell].isFinite, seed[cell] >= 0 else { throw .badSeed(i, j, seed[cell]) }
      guard lower[cell] >= 0, lower[cell] <= upper[cell] else {
        throw .badBounds(i, j, lower[cell], upper[cell])
      }
    }
    try Self.check(margins: rows, columns)
  }

  static func check(margins rows: [Double], _ columns: [Double]) throws(BalancingError) {
    for (i, row) in rows.enumerated() where !row.isFinite || row < 0 { throw .badRow(i, row) }
    for (j, column) in columns.enumerated() where !column.isFinite || column < 0 {
      throw .badColumn(j, column)
    }
    let ofRows = Statistics.sum(rows)
    let ofColumns = Statistics.sum(columns)
    guard abs(ofRows - ofColumns) <= 1e-9 * max(ofRows, ofColumns) else {
      throw .totalsDiffer(rows: ofRows, columns: ofColumns)
    }
  }
}
