public import Kernel

/// The closed one-sex projection matrix of a life table and its stable population.
///
/// The sub-diagonal holds `L[a+1] / L[a]`, the open group pools the last two; the first row holds
/// `L[0] (m[a] + m[a+1] L[a+1] / L[a]) / 2` with daughters `m = f / (1 + SRB)`.
/// Leslie (1945); Preston, Heuveline & Guillot (2001), Demography, chapter 6.
public struct LeslieModel: Sendable {
  public let matrix: Matrix

  /// - Parameters:
  ///   - personYears: person-years lived by age in the life table, per person born.
  ///   - fertility: births per woman and year by age.
  ///   - sexRatioAtBirth: boys per girl.
  public init(personYears L: [Double], fertility: [Double], sexRatioAtBirth: Double) {
    let n = L.count
    precondition(n >= 3 && fertility.count == n, "\(n) person-years, \(fertility.count) rates")
    var M = Matrix(rows: n, columns: n)
    let m = fertility.map { $0 / (1 + sexRatioAtBirth) }
    for a in 0..<n - 1 {
      M[0, a] = L[0] * (m[a] + m[a + 1] * L[a + 1] / L[a]) / 2
      M[a + 1, a] = L[a + 1] / L[a]
    }
    let pooled = L[n - 1] / (L[n - 2] + L[n - 1])
    M[n - 1, n - 2] = pooled
    M[n - 1, n - 1] = pooled
    matrix = M
  }

  /// The population one step later.
  public func step(_ population: [Double]) -> [Double] { matrix.times(population) }

  /// Growth per step and age distribution in the long run.
  /// - Throws: when the eigenvalues cannot be computed.
  public func stablePopulation() throws(KernelError) -> (growth: Double, shares: [Double]) {
    let stable = try StableAnalysis(matrix, stepYears: 1)
    return (stable.growth, stable.shares)
  }
}
