import Glibc
public import Kernel

/// What the growth matrix of a multiregional life table leads to: growth, the stable population by age
/// and region, and what every woman is worth to it.
///
/// The matrix is used block by block. With births `B[x]` and survivorship `S[x]` the stable population
/// is `w[x+1] = S[x] w[x] / λ`, the spatial reproductive value `v[x] = (B[x]ᵀ v[0] + S[x]ᵀ v[x+1]) / λ`,
/// so that `v[0]` is the leading vector of a matrix of regions alone.
/// Rogers (1975), Introduction to multiregional mathematical demography; Willekens & Rogers (1978),
/// IIASA RR-78-18, chapter 4; Caswell (2001), Matrix population models, chapter 9.
public struct SpatialGrowth: Sendable {
  /// Factor of growth per step.
  public let growth: Double
  public let stepYears: Double
  /// Years after which growth and shares no longer change.
  public let settledYears: Double
  /// Shares of ages and regions in the long run, region fastest; they sum to 1.
  public let shares: [Double]
  /// What a woman of an age and region adds to the births of the far future, as a multiple of what a girl
  /// born in the stable population adds; region fastest. Women past childbearing have 0.
  public let reproductiveValues: [Double]
  /// Growth divided by the second largest modulus: how fast the start is forgotten, per step; infinite
  /// where there is no second, `nil` where it was not found to 1e-10.
  public let dampingRatio: Double?
  /// Daughters per woman of the regions together: the spectral radius of the net reproduction matrix.
  public let netReproduction: Double
  /// The intrinsic rate of growth per year: the root `r` of `ρ(Σ e^(−r a) F L) = 1` with mid-ages `a`.
  public let lotkaRate: Double
  public let table: MultiregionalLifeTable
  /// Regions in which nobody is left in the long run, by index: those who grow the most never get there, and
  /// whoever is there has too few children of their own. Their shares are exactly 0.
  public let dyingRegions: [Int]
  /// `Σ v w`.
  private let product: Double

  /// Shares of the regions in all ages in the long run; they sum to 1.
  public var regionShares: [Double] {
    let n = table.regions
    return (0..<n).map { r in (0..<table.ages).reduce(0) { $0 + shares[$1 * n + r] } }
  }
  /// Rate of growth per person and year, `ln λ / step`.
  public var rate: Double { log(growth) / stepYears }
  /// Years between generations, `ln R₀ / ln λ` in steps.
  public var generationYears: Double { stepYears * log(netReproduction) / log(growth) }

  /// - Throws: as `MultiregionalLifeTable.stablePopulation`; when eigenvalues cannot be computed.
  /// - Complexity: O(ages · regions³) and the steps of the stable population.
  public init(_ table: MultiregionalLifeTable) throws(KernelError) {
    let n = table.regions
    let stable = try table.stablePopulation()
    let λ = stable.growth
    var w = Array(stable.shares[..<n])
    for x in 0..<table.ages - 1 {
      w += table.survivorship[x].times(Array(w[x * n..<(x + 1) * n])).map { $0 / λ }
    }
    let people = w.reduce(0, +)
    w = w.map { $0 / people }
    let worth = Self.worth(table, growth: λ)
    let first = try Self.leadingVector(worth[0].transposed)
    var unscaled = worth.flatMap { $0.transposeTimes(first) }
    let lasting = table.lasting(shares: w, values: unscaled)
    for cell in w.indices where lasting.worthless.contains(cell % n) { unscaled[cell] = 0 }
    if !lasting.dying.isEmpty {
      for cell in w.indices where lasting.dying.contains(cell % n) { w[cell] = 0 }
      let left = w.reduce(0, +)
      w = w.map { $0 / left }
    }
    let newborn = w[..<n].reduce(0, +)
    let scale = newborn / zip(unscaled[..<n], w).reduce(0) { $0 + $1.0 * $1.1 }
    let v = unscaled.map { $0 * scale }
    self.table = table
    dyingRegions = lasting.dying.sorted()
    growth = λ
    stepYears = table.width
    settledYears = Double(stable.steps) * table.width
    shares = w
    reproductiveValues = v
    product = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
    netReproduction = try GeneralEigen(table.netReproduction).spectralRadius
    lotkaRate = try Self.lotka(table, from: log(λ) / table.width)
    dampingRatio = try Self.dampingRatio(table, growth: λ, shares: w, values: v)
  }

  /// What girls born in each region (row) are worth to women of each age and region (column), per birth
  /// of the future that they are worth themselves.
  private static func worth(_ table: MultiregionalLifeTable, growth λ: Double) -> [Matrix] {
    var later = (1 / λ) * table.births[table.ages - 1]
    var all = [later]
    for x in (0..<table.ages - 1).reversed() {
      later = (1 / λ) * (table.births[x] + later.times(table.survivorship[x]))
      all.append(later)
    }
    return all.reversed()
  }

  /// The vector of the eigenvalue of largest modulus, its parts above 0 where the matrix is not reducible.
  private static func leadingVector(_ A: Matrix) throws(KernelError) -> [Double] {
    let eigen = try GeneralEigen(A)
    let radius = eigen.spectralRadius
    guard
      let k = eigen.values.indices.filter({ eigen.values[$0].imaginary == 0 }).max(by: {
        eigen.values[$0].real < eigen.values[$1].real
      }), eigen.values[k].real >= radius * (1 - 1e-10), radius > 0
    else { throw .noConvergence(routine: "SpatialGrowth", code: 0) }
    let vector = eigen.vector(k).map(\.real)
    let sum = vector.reduce(0, +)
    return vector.map { $0 / sum }
  }

  /// Secant steps on the logarithm of the spectral radius, which is nearly linear in the rate.
  private static func lotka(
    _ table: MultiregionalLifeTable, from start: Double
  ) throws(KernelError) -> Double {
    func logRadius(_ r: Double) throws(KernelError) -> Double {
      var sum = Matrix(rows: table.regions, columns: table.regions)
      for (x, daughters) in table.netMaternity.enumerated() {
        sum += Glibc.exp(-r * table.width * (Double(x) + 0.5)) * daughters
      }
      return Glibc.log(try GeneralEigen(sum).spectralRadius)
    }
    var a = start
    var b = start + 1e-4
    var fa = try logRadius(a)
    var fb = try logRadius(b)
    for _ in 0..<50 where fb != fa {
      let c = b - fb * (b - a) / (fb - fa)
      (a, fa) = (b, fb)
      b = c
      fb = try logRadius(c)
      if abs(b - a) <= 1e-14 { return b }
    }
    guard abs(fb) <= 1e-10 else { throw .noConvergence(routine: "lotka", code: 1) }
    return b
  }

  // MARK: What growth depends on

  /// `∂λ / ∂B[x][to, from]`: of births in `to` by women of an age in `from`.
  public func birthSensitivity(age x: Int, to i: Int, from j: Int) -> Double {
    reproductiveValues[i] * shares[x * table.regions + j] / product
  }

  /// `∂λ / ∂S[x][to, from]`; 0 of the open group, which nobody outlives.
  public func survivalSensitivity(age x: Int, to i: Int, from j: Int) -> Double {
    guard x < table.ages - 1 else { return 0 }
    let n = table.regions
    return reproductiveValues[(x + 1) * n + i] * shares[x * n + j] / product
  }

  /// `(B / λ) ∂λ / ∂B`; with those of survival they sum to 1.
  public func birthElasticity(age x: Int, to i: Int, from j: Int) -> Double {
    table.births[x][i, j] / growth * birthSensitivity(age: x, to: i, from: j)
  }

  /// `(S / λ) ∂λ / ∂S`.
  public func survivalElasticity(age x: Int, to i: Int, from j: Int) -> Double {
    guard x < table.ages - 1 else { return 0 }
    return table.survivorship[x][i, j] / growth * survivalSensitivity(age: x, to: i, from: j)
  }

  /// How much a population would still grow if births of all regions were multiplied at once by the one
  /// factor with which they together just replace themselves: final over present number.
  ///
  /// - Parameter people: persons by age and region, region fastest.
  /// - Throws: when eigenvalues cannot be computed.
  /// Willekens & Rogers (1978), chapter 5, after Keyfitz (1971), Demography 8: 71-80.
  public func momentum(of people: [Double]) throws(KernelError) -> Double {
    precondition(people.count == shares.count, "\(people.count) persons for \(shares.count) cells")
    let worth = Self.worth(table, growth: 1)
    let radius = try GeneralEigen(worth[0]).spectralRadius
    let first = try Self.leadingVector(worth[0].transposed)
    let v = worth.flatMap { $0.transposeTimes(first).map { $0 / radius } }
    var ages = [try Self.leadingVector(worth[0])]
    for x in 0..<table.ages - 1 { ages.append(table.survivorship[x].times(ages[x])) }
    let w = ages.flatMap { $0 }
    let final = dot(v, people) / dot(v, w) * w.reduce(0, +)
    return final / people.reduce(0, +)
  }
}
