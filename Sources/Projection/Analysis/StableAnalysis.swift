import Glibc
public import Kernel

/// What a constant projection matrix leads to: growth, stable shares, reproductive values, and how
/// both depend on each element.
///
/// Any non-negative matrix, of one region or of many. Caswell (2001), Matrix population models,
/// chapters 4 and 9; Willekens & Rogers (1978) for the spatial reading.
public struct StableAnalysis: Sendable {
  /// Factor of growth per step: the real eigenvalue of largest modulus.
  public let growth: Double
  /// Years of a step.
  public let stepYears: Double
  /// Shares of the groups in the long run; they sum to 1.
  public let shares: [Double]
  /// What a person of each group adds to the population of the far future, relative to group 0.
  /// Groups that bear nobody any more have 0.
  public let reproductiveValues: [Double]
  /// Largest modulus divided by the second: how fast the start is forgotten, per step. Infinite where
  /// there is no second.
  public let dampingRatio: Double
  /// `∂λ / ∂a[i, j]`.
  public let sensitivities: Matrix
  /// `(a[i, j] / λ) ∂λ / ∂a[i, j]`; they sum to 1.
  public let elasticities: Matrix

  /// Rate of growth per person and year, `ln λ / step`.
  public var rate: Double { log(growth) / stepYears }
  /// Years in which a growing population doubles; negative where it halves.
  public var doublingYears: Double { log(2) / rate }

  /// - Complexity: O(n³)
  /// - Throws: when the eigenvalues cannot be computed; `noConvergence` with code 0 where no real
  ///   eigenvalue has the largest modulus (the matrix is periodic or empty).
  public init(_ A: Matrix, stepYears: Double) throws(KernelError) {
    precondition(
      A.rows == A.columns && A.rows > 0, "a projection matrix of \(A.rows) × \(A.columns)")
    precondition(stepYears > 0, "a step of \(stepYears) years")
    let right = try GeneralEigen(A)
    let moduli = right.values.map(\.modulus)
    let leading = try Self.leading(right)
    let w = Self.scaled(right.vector(leading).map(\.real))
    let left = try GeneralEigen(A.transposed)
    let v = Self.scaled(left.vector(try Self.leading(left)).map(\.real))
    growth = right.values[leading].real
    self.stepYears = stepYears
    shares = w
    let first = v[0] != 0 ? v[0] : 1
    reproductiveValues = v.map { $0 / first }
    let second = moduli.indices.filter { $0 != leading }.map { moduli[$0] }.max() ?? 0
    dampingRatio = second > 0 ? growth / second : .infinity
    let product = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
    var S = Matrix(rows: A.rows, columns: A.rows)
    var E = S
    for j in 0..<A.rows {
      for i in 0..<A.rows {
        S[i, j] = v[i] * w[j] / product
        E[i, j] = S[i, j] * A[i, j] / growth
      }
    }
    sensitivities = S
    elasticities = E
  }

  private static func leading(_ eigen: GeneralEigen) throws(KernelError) -> Int {
    let radius = eigen.spectralRadius
    let real = eigen.values.indices.filter {
      eigen.values[$0].imaginary == 0 && eigen.values[$0].real > 0
    }
    guard let k = real.max(by: { eigen.values[$0].real < eigen.values[$1].real }),
      eigen.values[k].real >= radius * (1 - 1e-10)
    else { throw .noConvergence(routine: "StableAnalysis", code: 0) }
    return k
  }

  /// Scaled to sum 1. An eigenvector is only known up to its sign.
  private static func scaled(_ vector: [Double]) -> [Double] {
    let sum = vector.reduce(0, +)
    return vector.map { $0 / sum }
  }

  /// Growth from one generation to the next: the spectral radius of `B (I − U)⁻¹`, with the rows of
  /// `A` that receive births in B and all others in U.
  ///
  /// - Parameter newborn: the groups births come into, such as `0..<1` of one region.
  /// - Throws: `singular` where survivors never leave a group.
  public static func netReproduction(_ A: Matrix, newborn: Range<Int>) throws(KernelError) -> Double
  {
    precondition(A.rows == A.columns && newborn.upperBound <= A.rows, "newborn rows \(newborn)")
    var rest = Matrix.identity(A.rows) - A
    for j in 0..<A.columns { for i in newborn { rest[i, j] += A[i, j] } }
    let lived = try LU(rest).inverse()
    var B = Matrix(rows: newborn.count, columns: A.rows)
    for j in 0..<A.columns { for i in newborn { B[i - newborn.lowerBound, j] = A[i, j] } }
    let generation = B.times(lived)
    var K = Matrix(rows: newborn.count, columns: newborn.count)
    for j in newborn {
      for i in 0..<newborn.count { K[i, j - newborn.lowerBound] = generation[i, j] }
    }
    return try GeneralEigen(K).spectralRadius
  }

  /// Years between generations, `step ln R₀ / ln λ`; the mean age at birth of a stationary population
  /// where λ is 1 is not given by it.
  public func generationYears(netReproduction: Double) -> Double {
    stepYears * log(netReproduction) / log(growth)
  }
}
