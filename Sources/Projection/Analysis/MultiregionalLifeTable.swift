public import Kernel

/// The life table of a population that moves between regions, and its growth matrix.
///
/// Rates become probabilities `P = (I + n/2 M)⁻¹ (I − n/2 M)`, survivors `l`, person-years
/// `L = n/2 (l[x] + l[x+1])`, survivorship `S = L[x+1] L[x]⁻¹`, and births
/// `B = n/4 (P₀ + I)(F[x] + F[x+1] S[x])`. Every matrix has the region people are in now as row and the
/// region they were in (for `l` and `L`: were born in) as column.
/// Rogers (1975); Willekens & Rogers (1978), Spatial population analysis, IIASA RR-78-18, option 3.
public struct MultiregionalLifeTable: Sendable {
  public let regions: Int
  public let ages: Int
  /// Width of an age group, in years.
  public let width: Double
  /// Probability of being in a region one group later; 0 in the open group, which all leave by death.
  public let probabilities: [Matrix]
  /// Per person born in each region.
  public let survivors: [Matrix]
  /// Years lived in each group, per person born in each region.
  public let personYears: [Matrix]
  /// One matrix for every group but the open one.
  public let survivorship: [Matrix]
  /// Births alive at the end of a step, by region; 0 in the open group.
  public let births: [Matrix]
  /// Years of life by region of birth (column) and region of residence (row).
  public let expectation: Matrix
  /// Daughters by region of birth of the mother (column) and region of birth (row).
  public let netReproduction: Matrix
  /// Daughters borne in each group by region of birth of the mother (column) and region of birth (row).
  public let netMaternity: [Matrix]

  /// - Parameters:
  ///   - deathRates: per person and year, `[age][region]`, the last age open.
  ///   - birthRates: per person and year, alike.
  ///   - moveRates: per person and year, `[age]` with rows of destination and columns of origin; the
  ///     diagonal is not read.
  /// - Throws: `singular` where nobody leaves the open group.
  public init(
    width: Double, deathRates: [[Double]], birthRates: [[Double]], moveRates: [Matrix]
  ) throws(KernelError) {
    let count = deathRates.count
    let n = deathRates.first?.count ?? 0
    precondition(count >= 2 && n >= 1 && width > 0, "\(count) ages, \(n) regions, width \(width)")
    precondition(
      birthRates.count == count && moveRates.count == count
        && moveRates.allSatisfy { $0.rows == n && $0.columns == n }, "rates of different shapes")
    let I = Matrix.identity(n)
    var P: [Matrix] = []
    var l = [I]
    var L: [Matrix] = []
    for x in 0..<count {
      let M = Self.rateMatrix(deathRates[x], moveRates[x])
      if x == count - 1 {
        P.append(Matrix(rows: n, columns: n))
        L.append(try LU(M).solve(l[x]))
      } else {
        let half = (width / 2) * M
        P.append(try LU(I + half).solve(I - half))
        l.append(P[x].times(l[x]))
        L.append((width / 2) * (l[x] + l[x + 1]))
      }
    }
    var S: [Matrix] = []
    for x in 0..<count - 1 { S.append(L[x + 1].times(try LU(L[x]).inverse())) }
    let F = birthRates.map { Matrix.diagonal($0) }
    births = (0..<count).map { x in
      guard x < count - 1 else { return Matrix(rows: n, columns: n) }
      return (width / 4) * (P[0] + I).times(F[x] + F[x + 1].times(S[x]))
    }
    var years = Matrix(rows: n, columns: n)
    var net = years
    netMaternity = (0..<count).map { F[$0].times(L[$0]) }
    for x in 0..<count {
      years += L[x]
      net += netMaternity[x]
    }
    regions = n
    ages = count
    self.width = width
    probabilities = P
    survivors = l
    personYears = L
    survivorship = S
    expectation = years
    netReproduction = net
  }

  /// Takes a population of ages × regions, region fastest, one step on: births in the first block
  /// row, survivorship below the diagonal; nobody survives a step in the open group.
  public var growthMatrix: Matrix {
    var G = Matrix(rows: ages * regions, columns: ages * regions)
    for x in 0..<ages {
      for i in 0..<regions {
        for j in 0..<regions {
          G[i, x * regions + j] = births[x][i, j]
          if x < ages - 1 { G[(x + 1) * regions + i, x * regions + j] = survivorship[x][i, j] }
        }
      }
    }
    return G
  }

  /// Deaths and all moves out on the diagonal, moves in with a minus beside it.
  private static func rateMatrix(_ deaths: [Double], _ moves: Matrix) -> Matrix {
    var M = Matrix.diagonal(deaths)
    for origin in deaths.indices {
      for destination in deaths.indices where destination != origin {
        M[origin, origin] += moves[destination, origin]
        M[destination, origin] -= moves[destination, origin]
      }
    }
    return M
  }
}
