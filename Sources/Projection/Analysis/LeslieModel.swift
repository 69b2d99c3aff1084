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

  /// From survival over a step, for groups as wide as a step.
  ///
  /// - Parameters:
  ///   - survival: share of the persons who are in the group before and live to be in this one; the
  ///     first entry counts from birth, and there is one entry more than groups: the last stays in the
  ///     open group.
  ///   - fertility: births per woman and year by group.
  ///   - sexRatioAtBirth: boys per girl.
  ///   - stepYears: years of a step.
  public init(survival S: [Double], fertility: [Double], sexRatioAtBirth: Double, stepYears: Double)
  {
    let n = fertility.count
    precondition(n >= 2 && S.count == n + 1, "\(S.count) survival ratios for \(n) groups")
    var M = Matrix(rows: n, columns: n)
    let daughters = stepYears / (1 + sexRatioAtBirth) * S[0]
    for a in 0..<n {
      let later = a < n - 1 ? fertility[a + 1] * S[a + 1] : 0
      M[0, a] = daughters * (fertility[a] + later) / 2
      if a < n - 1 { M[a + 1, a] = S[a + 1] }
    }
    M[n - 1, n - 1] = S[n]
    matrix = M
  }

  /// The population one step later, with net migrants as a share of the population at the start: half
  /// of them live through the step, half come (or go) at its end.
  ///
  /// - Parameter netMigration: net migrants of a step per person by group.
  /// Wheldon, Raftery, Clark & Gerland (2013), JASA 108: 96-110.
  public func step(_ population: [Double], netMigration: [Double]) -> [Double] {
    precondition(netMigration.count == population.count, "\(netMigration.count) migration shares")
    let exposed = zip(population, netMigration).map { $0 * (1 + $1 / 2) }
    let lived = matrix.times(exposed)
    return lived.indices.map { lived[$0] + population[$0] * netMigration[$0] / 2 }
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
