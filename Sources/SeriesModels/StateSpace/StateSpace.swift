public import Kernel

/// A linear Gaussian model of one or several variables with an unobserved state.
///
/// `y_t = Z_t α_t + ε_t`, `α_{t+1} = T α_t + R η_t`, independent `ε ~ N(0, diag H)` and `η ~ N(0, diag Q)`
/// (Durbin and Koopman 2012, Time Series Analysis by State Space Methods, 2nd edition). Variances
/// are in squared units of the series, or relative to a common one that is found afterwards.
public struct StateSpace: Sendable {
  /// What is known of the first state.
  public struct Start: Hashable, Sendable {
    public var mean: [Double]
    /// Of the part that is known.
    public var covariance: Matrix
    /// For each state the weight of its unknown part, 0 where it has none. The likelihood does not
    /// depend on positive weights; they keep states of very different scale apart from rounding.
    public var diffuse: [Double]
    /// How large the unknown part is: infinite, which is exact, or a large variance that multiplies
    /// the weights.
    public var kappa: Double

    public init(mean: [Double], covariance: Matrix, diffuse: [Double], kappa: Double = .infinity) {
      precondition(
        covariance.rows == mean.count && covariance.columns == mean.count
          && diffuse.count == mean.count, "a start of unequal sizes")
      self.mean = mean
      self.covariance = covariance
      self.diffuse = diffuse
      self.kappa = kappa
    }
  }

  /// T, states × states.
  public let transition: Matrix
  /// R, states × disturbances.
  public let selection: Matrix
  /// Diagonal of Q, a variance for each disturbance.
  public private(set) var noise: [Double]
  /// Z, variables × states: one for all steps or one for each.
  public let loadings: [Matrix]
  /// Diagonal of H, a variance for each variable.
  public private(set) var errors: [Double]
  public let start: Start
  /// The elements of T that are not zero.
  let links: [Link]
  /// `R Q Rᵀ`, column-major.
  private(set) var stateNoise: [Double]

  struct Link: Sendable {
    let row: Int
    let column: Int
    let value: Double
  }

  /// - Precondition: shapes agree and no variance is negative.
  public init(
    transition: Matrix, selection: Matrix, noise: [Double], loadings: [Matrix], errors: [Double],
    start: Start
  ) {
    let m = transition.rows
    precondition(
      transition.columns == m && selection.rows == m && start.mean.count == m
        && loadings.allSatisfy { $0.columns == m && $0.rows == errors.count }
        && !loadings.isEmpty && selection.columns == noise.count, "shapes of a state space model")
    self.transition = transition
    self.selection = selection
    self.noise = noise
    self.loadings = loadings
    self.errors = errors
    self.start = start
    var links: [Link] = []
    for j in 0..<m {
      for i in 0..<m where transition[i, j] != 0 {
        links.append(Link(row: i, column: j, value: transition[i, j]))
      }
    }
    self.links = links
    stateNoise = []
    update()
  }

  /// The same structure with other variances.
  public func with(noise: [Double], errors: [Double]) -> StateSpace {
    precondition(
      noise.count == self.noise.count && errors.count == self.errors.count, "numbers of variances")
    var result = self
    result.noise = noise
    result.errors = errors
    result.update()
    return result
  }

  public var size: Int { transition.rows }
  public var variables: Int { errors.count }

  private mutating func update() {
    precondition((noise + errors).allSatisfy { $0 >= 0 }, "a variance below zero")
    stateNoise = selection.scalingColumns(by: noise).timesTranspose(selection).values
  }

  /// Row `variable` of Z at a step.
  func loading(_ variable: Int, at t: Int) -> [Double] {
    let Z = loadings.count == 1 ? loadings[0] : loadings[t]
    return Z.rows == 1 ? Z.values : Z.row(variable)
  }

  /// `T x`.
  func moved(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: x.count)
    for link in links { result[link.row] += link.value * x[link.column] }
    return result
  }

  /// `Tᵀ x`.
  func pulledBack(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: x.count)
    for link in links { result[link.column] += link.value * x[link.row] }
    return result
  }

  /// `T P Tᵀ`, exactly symmetric. O(non-zeros of T · states).
  func moved(covariance P: [Double]) -> [Double] {
    let m = size
    var half = [Double](repeating: 0, count: m * m)
    for j in stride(from: 0, to: m * m, by: m) {
      for link in links { half[link.row + j] += link.value * P[link.column + j] }
    }
    var whole = [Double](repeating: 0, count: m * m)
    for link in links {
      let to = link.row * m
      let from = link.column * m
      for i in 0..<m { whole[i + to] += link.value * half[i + from] }
    }
    return symmetric(whole)
  }

  /// `Tᵀ N T`, exactly symmetric.
  func pulledBack(covariance N: [Double]) -> [Double] {
    let m = size
    var half = [Double](repeating: 0, count: m * m)
    for link in links {
      let to = link.column * m
      let from = link.row * m
      for i in 0..<m { half[i + to] += link.value * N[i + from] }
    }
    var whole = [Double](repeating: 0, count: m * m)
    for j in stride(from: 0, to: m * m, by: m) {
      for link in links { whole[link.column + j] += link.value * half[link.row + j] }
    }
    return symmetric(whole)
  }

  private func symmetric(_ A: [Double]) -> [Double] {
    let m = size
    var result = A
    for j in 0..<m {
      for i in 0..<j {
        let mean = 0.5 * (A[i + j * m] + A[j + i * m])
        result[i + j * m] = mean
        result[j + i * m] = mean
      }
    }
    return result
  }
}
