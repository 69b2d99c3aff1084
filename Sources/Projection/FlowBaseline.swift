public import Demography
import Glibc
import Kernel

/// An origin-destination estimate with what is known of its error, as a projection starts from it.
///
/// The error is either a range for every cell or a list of drawn matrices; without both the estimate
/// is taken as certain.
public struct FlowBaseline: Sendable {
  /// Area codes, sorted.
  public let areas: [String]
  /// Persons a year, `areas · areas`, origin fastest; the diagonal holds moves inside the area or NaN.
  public let values: [Double]
  /// Range of every cell, NaN where none is stated.
  public let lower: [Double]?
  public let upper: [Double]?
  /// Part of the possible values that lie in the range: 0.9.
  public let level: Double
  /// Matrices drawn by the model that made the estimate; they come before the range.
  public let draws: [[Double]]
  public let kind: Observation.Kind
  public let source: String

  public init(
    areas: [String], values: [Double], lower: [Double]? = nil, upper: [Double]? = nil,
    level: Double = 0.9, draws: [[Double]] = [], kind: Observation.Kind, source: String
  ) {
    let count = areas.count * areas.count
    precondition(areas == areas.sorted(), "areas of a flow baseline are not sorted")
    for matrix in [values] + [lower, upper].compactMap({ $0 }) + draws {
      precondition(matrix.count == count, "\(matrix.count) flows for \(areas.count) areas")
    }
    precondition(level > 0 && level < 1, "a range of level \(level)")
    self.areas = areas
    self.values = values
    self.lower = lower
    self.upper = upper
    self.level = level
    self.draws = draws
    self.kind = kind
    self.source = source
  }

  /// Whether draws differ from the estimate.
  public var isUncertain: Bool { !draws.isEmpty || (lower != nil && upper != nil) }

  /// The k-th matrix that the estimate's error allows, with the margins of the estimate.
  ///
  /// A cell is drawn log-normally, with the spread of its range below and above the estimate each on
  /// its own side; then rows and columns are fitted back to the estimate's margins, the diagonal
  /// included where it is known, because the margins are published and the cells are not.
  ///
  /// - Parameter draw: from 0.
  /// - Throws: `marginsNotMet` where the drawn cells cannot be fitted back.
  /// - Complexity: O(areas² · sweeps)
  public func matrix(seed: UInt32, draw: Int) throws(ProjectionError) -> [Double] {
    if !draws.isEmpty { return draws[draw % draws.count] }
    guard let lower, let upper else { return values }
    let n = areas.count
    let spread = normalQuantile(0.5 + level / 2)
    let stream = StreamKey(seed: seed, stream: "od.estimate")
    var cells = values.map { $0.isNaN ? 0 : $0 }
    let rows = (0..<n).map { i in (0..<n).reduce(0) { $0 + cells[$1 * n + i] } }
    let columns = (0..<n).map { j in (0..<n).reduce(0) { $0 + cells[j * n + $1] } }
    for j in 0..<n {
      for i in 0..<n where cells[j * n + i] > 0 {
        let k = j * n + i
        let z = normalPair(stream, unit: UnitKey(areas[i] + ">" + areas[j]), draw: draw, time: 0).0
        let bound = z < 0 ? lower[k] : upper[k]
        guard bound > 0, bound.isFinite else { continue }
        let scale = z < 0 ? max(log(cells[k] / bound), 0) : max(log(bound / cells[k]), 0)
        cells[k] *= exp(scale / spread * z)
      }
    }
    return try fitted(cells, rows: rows, columns: columns, draw: draw)
  }

  /// Iterative proportional fitting; it stops when all margins are met to 1e-9.
  private func fitted(
    _ seed: [Double], rows: [Double], columns: [Double], draw: Int
  ) throws(ProjectionError) -> [Double] {
    let n = areas.count
    var cells = seed
    var error = 0.0
    for _ in 0..<500 {
      for j in 0..<n {
        let sum = (0..<n).reduce(0) { $0 + cells[j * n + $1] }
        let factor = sum > 0 ? columns[j] / sum : 1
        for i in 0..<n { cells[j * n + i] *= factor }
      }
      error = 0
      for i in 0..<n {
        let sum = (0..<n).reduce(0) { $0 + cells[$1 * n + i] }
        let factor = sum > 0 ? rows[i] / sum : 1
        // Cells too small or too large for a number leave a row that no factor brings to its margin.
        let miss = sum > 0 && sum.isFinite ? abs(1 / factor - 1) : .infinity
        if rows[i] > 0 { error = max(error, miss) }
        for j in 0..<n { cells[j * n + i] *= factor }
      }
      if error < 1e-9 { return cells }
    }
    throw .marginsNotMet(draw: draw, error: error)
  }
}
