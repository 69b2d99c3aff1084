import Glibc
import Kernel

/// The components of a structural model of one series (Harvey 1989, Forecasting, Structural Time
/// Series Models and the Kalman Filter).
///
/// y = μ + γ + x'β + ε; μ' = μ + ν + ξ; ν' = ν + ζ.
public struct StructuralForm: Hashable, Sendable {
  public enum Seasonal: String, Hashable, Sendable {
    case none
    /// γ' = −Σ of the last m − 1 seasons + ω.
    case dummy
    /// ⌊m/2⌋ waves whose two parts turn with one common variance.
    case trigonometric
  }

  /// Whether the level has a slope that changes.
  public let hasSlope: Bool
  public let seasonal: Seasonal

  public init(hasSlope: Bool, seasonal: Seasonal) {
    self.hasSlope = hasSlope
    self.seasonal = seasonal
  }

  /// In the order of the variances: the irregular, then the disturbances of the state.
  public var components: [String] {
    ["irregular", "level"] + (hasSlope ? ["slope"] : []) + (seasonal == .none ? [] : ["seasonal"])
  }

  /// States before those of regressors.
  func stateCount(_ m: Int) -> Int {
    1 + (hasSlope ? 1 : 0) + (seasonal == .none ? 0 : m - 1)
  }

  /// The model of a series whose variances are given; regressors' coefficients are the last states,
  /// unknown at the start and constant.
  ///
  /// - Parameters:
  ///   - variances: in the order of `components`.
  ///   - columns: of the regressors, of `count` steps.
  func system(
    _ variances: [Double], season m: Int, columns: [[Double]], count: Int
  ) -> StateSpace {
    let own = stateCount(m)
    let size = own + columns.count
    var T = Matrix.identity(size)
    var Z = [Double](repeating: 0, count: size)
    var sources: [(state: Int, component: Int)] = [(0, 1)]
    Z[0] = 1
    if hasSlope {
      T[0, 1] = 1
      sources.append((1, 2))
    }
    let first = hasSlope ? 2 : 1
    let last = components.count - 1
    switch seasonal {
    case .none: break
    case .dummy:
      Z[first] = 1
      for j in 0..<(m - 1) {
        T[first + j, first + j] = 0
        if j > 0 { T[first + j, first + j - 1] = 1 }
      }
      for j in 0..<(m - 1) { T[first, first + j] = -1 }
      sources.append((first, last))
    case .trigonometric:
      for j in 0..<(m - 1) {
        let wave = j / 2 + 1
        let angle = 2 * Double.pi * Double(wave) / Double(m)
        let i = first + j
        sources.append((i, last))
        guard j % 2 == 0 else { continue }
        Z[i] = 1
        T[i, i] = 2 * wave == m ? -1 : cos(angle)
        guard 2 * wave < m else { continue }
        T[i + 1, i + 1] = cos(angle)
        T[i, i + 1] = sin(angle)
        T[i + 1, i] = -sin(angle)
      }
    }
    var R = Matrix(rows: size, columns: sources.count)
    for (k, source) in sources.enumerated() { R[source.state, k] = 1 }
    var weights = [Double](repeating: 1, count: own)
    for column in columns {
      let largest = column.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
      weights.append(largest > 0 ? 1 / (largest * largest) : 1)
    }
    let loadings =
      columns.isEmpty
      ? [Matrix(rows: 1, columns: size, values: Z)]
      : (0..<count).map { t in
        var row = Z
        for (k, column) in columns.enumerated() { row[own + k] = column[t] }
        return Matrix(rows: 1, columns: size, values: row)
      }
    return StateSpace(
      transition: T, selection: R, noise: sources.map { variances[$0.component] },
      loadings: loadings, errors: [variances[0]],
      start: StateSpace.Start(
        mean: [Double](repeating: 0, count: size), covariance: Matrix(rows: size, columns: size),
        diffuse: weights))
  }

  /// Variances of the disturbances of the state, one for each column of R.
  func noise(_ variances: [Double], season m: Int) -> [Double] {
    let copies = seasonal == .trigonometric ? m - 1 : 1
    let seasons =
      seasonal == .none
      ? [] : [Double](repeating: variances[components.count - 1], count: copies)
    return Array(variances[1..<(hasSlope ? 3 : 2)]) + seasons
  }
}
