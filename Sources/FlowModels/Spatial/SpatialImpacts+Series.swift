import Kernel

// Impacts of all areas at once. With the same areas at both ends and every pair observed, expected flows are
// `Σ c[p, q] W_dᵖ X (W_oᵀ)^q`, where `Σ c[p, q] aᵖ b^q = 1 / (1 − ρ_d a − ρ_o b − ρ_w a b)`, and a change of one
// area is a matrix X of one row, one column or one cell. Its sums over rows, columns and cells need of the
// powers of W only their diagonal, row sums and column sums.

/// Diagonal, row sums and column sums of the powers of spatial weights.
struct PowerSums: Sendable {
  let diagonal: [[Double]]
  let rows: [[Double]]
  let columns: [[Double]]
  let rowTotal: [Double]

  /// - Parameter degree: the highest power.
  /// - Complexity: O(degree · links · areas)
  init(_ weights: SpatialWeights, degree: Int) {
    let n = weights.count
    let transposed = weights.transposed
    var rows = [[Double](repeating: 1, count: n)]
    var columns = rows
    for _ in 0..<degree {
      rows.append(weights.times(rows[rows.count - 1]))
      columns.append(transposed.times(columns[columns.count - 1]))
    }
    // Column k of a power is W times that of the power before.
    let byArea = parallelMap(n) { k -> [Double] in
      var column = [Double](repeating: 0, count: n)
      column[k] = 1
      var diagonal = [1.0]
      for _ in 0..<degree {
        column = weights.times(column)
        diagonal.append(column[k])
      }
      return diagonal
    }
    diagonal = (0...degree).map { p in byArea.map { $0[p] } }
    self.rows = rows
    self.columns = columns
    rowTotal = rows.map { $0.reduce(0, +) }
  }
}

/// The coefficients `c[p, q]` of `1 / (1 − ρ_d a − ρ_o b − ρ_w a b)`.
private struct FlowSeries {
  /// Highest degree looked at.
  static let mostDegrees = 400
  /// Part of the sum at which the rest is left out, in three degrees one after the other.
  static let rest = 1e-16

  /// By degree p + q, then p.
  let byDegree: [[Double]]

  /// - Parameter norm: of the powers: no entry of a power p grows faster than `norm`ᵖ.
  /// - Returns: `nil` where the series does not come to an end.
  init?(_ rho: [Double], norm: Double) {
    var byDegree: [[Double]] = [[1]]
    var sum = 1.0
    var quiet = 0
    while quiet < 3 {
      let m = byDegree.count
      guard m <= Self.mostDegrees else { return nil }
      var terms = [Double](repeating: 0, count: m + 1)
      for p in 0...m {
        if p > 0 { terms[p] += rho[0] * byDegree[m - 1][p - 1] }
        if p < m { terms[p] += rho[1] * byDegree[m - 1][p] }
        if p > 0, p < m { terms[p] += rho[2] * byDegree[m - 2][p - 1] }
      }
      byDegree.append(terms)
      let size = terms.reduce(0) { $0 + abs($1) } * Self.power(norm, m)
      guard size.isFinite else { return nil }
      sum += size
      quiet = size <= Self.rest * sum ? quiet + 1 : 0
    }
    self.byDegree = byDegree
  }

  private static func power(_ x: Double, _ m: Int) -> Double { (0..<m).reduce(1) { y, _ in y * x } }

  var degree: Int { byDegree.count - 1 }
  func coefficient(_ p: Int, _ q: Int) -> Double {
    p + q < byDegree.count ? byDegree[p + q][p] : 0
  }
}

extension SpatialFlowFit {
  /// Mean impacts by the series; `nil` where it does not hold: areas or pairs differ, or it does not end.
  ///
  /// - Complexity: O(degree · links · areas + degree² · areas), with degrees up to some hundred for strong
  ///   dependence.
  /// - Parameter known: powers of the weights, where they were had before; too few are not used.
  func impactsBySeries(of attribute: String, powers known: PowerSums? = nil) -> SpatialImpact? {
    guard hasSeries, let series = FlowSeries(dependence, norm: weightNorm) else { return nil }
    let areas = design.origins.names
    // A lag takes one power more.
    let powers =
      known.flatMap { $0.rows.count > series.degree + 1 ? $0 : nil }
      ?? PowerSums(design.origins.weights, degree: series.degree + 1)
    var (atDestination, atOrigin, inside) = ([0.0, 0.0], [0.0, 0.0], 0.0)
    for (column, source) in design.sources.enumerated() where source.attribute == attribute {
      switch source {
      case .destination(_, let isLag): atDestination[isLag ? 1 : 0] += delta[column]
      case .origin(_, let isLag): atOrigin[isLag ? 1 : 0] += delta[column]
      case .inside: inside += delta[column]
      case .constant, .intra, .pair: break
      }
    }
    var sums = ChangeSums()
    for p in 0...series.degree {
      // Sums over q of what stands at the other end.
      let others = 0...(series.degree - p)
      func sum(_ values: [[Double]], _ isMirrored: Bool, shift: Int = 0) -> [Double] {
        var total = [Double](repeating: 0, count: areas.count)
        for q in others {
          let c = isMirrored ? series.coefficient(q, p) : series.coefficient(p, q)
          if c == 0 { continue }
          for k in total.indices { total[k] += c * values[q + shift][k] }
        }
        return total
      }
      let rows = sum(powers.rows, false)
      let mirrored = sum(powers.rows, true)
      for shift in 0...1 {
        sums.add(
          atDestination[shift], own: powers.diagonal[p + shift], all: powers.columns[p + shift],
          other: rows, isOrigin: false)
        sums.add(
          atOrigin[shift], own: powers.diagonal[p + shift], all: powers.columns[p + shift],
          other: mirrored, isOrigin: true)
      }
      if inside != 0 {
        sums.add(
          inside, diagonal: powers.diagonal[p], columns: powers.columns[p],
          otherDiagonal: sum(powers.diagonal, false), otherColumns: sum(powers.columns, false))
      }
    }
    return sums.impact(areas: areas.count)
  }
}

extension SpatialFlowFit {
  /// Whether areas and weights of both ends are the same and every pair is observed.
  var hasSeries: Bool {
    let areas = design.origins.names
    return design.lags.isComplete && areas == design.destinations.names
      && Set(areas).count == areas.count && design.origins.weights == design.destinations.weights
  }

  private var weightNorm: Double {
    let weights = design.origins.weights
    return max(
      1,
      (0..<weights.count).map { i in
        weights.links(of: i).reduce(0) { $0 + $1.weight }
      }.max() ?? 0)
  }

  /// Powers of the weights that serve this fit and others with dependences of the same size or less; `nil`
  /// where the series does not hold.
  var powerSums: PowerSums? {
    guard hasSeries, let series = FlowSeries(dependence, norm: weightNorm) else { return nil }
    return PowerSums(design.origins.weights, degree: 3 * (series.degree + 1))
  }
}

/// Sums over areas k of the change of all flows, of those to k, from k, and inside k.
private struct ChangeSums {
  var all = 0.0
  var toArea = 0.0
  var fromArea = 0.0
  var inside = 0.0

  /// A change at one end: a power of W there, sums of powers times 1 at the other.
  mutating func add(
    _ size: Double, own diagonal: [Double], all columns: [Double], other: [Double], isOrigin: Bool
  ) {
    guard size != 0 else { return }
    let total = other.reduce(0, +)
    var (own, crossed, both, everywhere) = (0.0, 0.0, 0.0, 0.0)
    for k in other.indices {
      own += diagonal[k] * total
      crossed += columns[k] * other[k]
      both += diagonal[k] * other[k]
      everywhere += columns[k] * total
    }
    toArea += size * (isOrigin ? crossed : own)
    fromArea += size * (isOrigin ? own : crossed)
    inside += size * both
    all += size * everywhere
  }

  /// A change of the flow inside an area.
  mutating func add(
    _ size: Double, diagonal: [Double], columns: [Double], otherDiagonal: [Double],
    otherColumns: [Double]
  ) {
    for k in diagonal.indices {
      toArea += size * diagonal[k] * otherColumns[k]
      fromArea += size * columns[k] * otherDiagonal[k]
      inside += size * diagonal[k] * otherDiagonal[k]
      all += size * columns[k] * otherColumns[k]
    }
  }

  func impact(areas: Int) -> SpatialImpact {
    let n = Double(areas)
    var impact = SpatialImpact()
    impact.origin = (fromArea - inside) / n
    impact.destination = (toArea - inside) / n
    impact.intra = inside / n
    impact.network = (all - fromArea - toArea + inside) / n
    return impact
  }
}
