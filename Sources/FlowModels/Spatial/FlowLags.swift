import Kernel

/// The pairs of areas that flows are observed for, and the spatial lags over them.
///
/// Flows stand origin by origin, the destination fastest: pair (i, j) at `j + i · n_d` where every
/// pair is observed, and in that order without the others where not. `W_d = I ⊗ W` averages over the
/// neighbours of the destination, `W_o = W ⊗ I` over those of the origin, `W_w = W ⊗ W` over both.
/// Where pairs are missing the three are cut down to the rows and columns of the observed pairs and
/// not normalised again: an unobserved neighbour adds nothing.
public struct FlowLags: Hashable, Sendable {
  public let origins: SpatialWeights
  public let destinations: SpatialWeights
  /// Places in the full table, ascending; `nil` where every pair is observed.
  let cells: [Int]?

  /// Every pair of an origin and a destination.
  public init(origins: SpatialWeights, destinations: SpatialWeights) {
    self.origins = origins
    self.destinations = destinations
    cells = nil
  }

  /// Only some pairs.
  /// - Parameter pairs: ascending in `destination + origin · destinations.count`, none twice.
  public init(
    origins: SpatialWeights, destinations: SpatialWeights, pairs: [(origin: Int, destination: Int)]
  ) {
    self.origins = origins
    self.destinations = destinations
    let cells = pairs.map { $0.destination + $0.origin * destinations.count }
    precondition(
      pairs.allSatisfy { $0.origin < origins.count && $0.destination < destinations.count }
        && zip(cells, cells.dropFirst()).allSatisfy(<), "pairs out of order or range")
    self.cells = cells.count == origins.count * destinations.count ? nil : cells
  }

  private init(origins: SpatialWeights, destinations: SpatialWeights, cells: [Int]?) {
    self.origins = origins
    self.destinations = destinations
    self.cells = cells
  }

  /// Number of observed pairs.
  public var count: Int { cells?.count ?? tableCount }
  /// Whether every pair is observed.
  public var isComplete: Bool { cells == nil }
  var tableCount: Int { origins.count * destinations.count }

  func pair(_ row: Int) -> (origin: Int, destination: Int) {
    let (i, j) = (cells?[row] ?? row).quotientAndRemainder(dividingBy: destinations.count)
    return (i, j)
  }

  /// The lags with the weights transposed: `W_dᵀ`, `W_oᵀ`, `W_wᵀ`.
  var transposed: FlowLags {
    FlowLags(origins: origins.transposed, destinations: destinations.transposed, cells: cells)
  }

  /// `W_d y`, `W_o y` and `W_w y`. O(pairs of the full table · neighbours).
  public func lags(of y: [Double]) -> [[Double]] {
    let table = expanded(y)
    let ofOrigin = originLag(table)
    return [destinationLag(table), ofOrigin, destinationLag(ofOrigin)].map(observed)
  }

  /// `y − ρ_d W_d y − ρ_o W_o y − ρ_w W_w y`.
  func filtered(_ y: [Double], _ rho: [Double]) -> [Double] {
    let table = expanded(y)
    // ρ_d W_d y + ρ_w W_w y = W_d (ρ_d y + ρ_w W_o y): two passes instead of three.
    let ofOrigin = originLag(table)
    let inner = table.indices.map { rho[0] * table[$0] + rho[2] * ofOrigin[$0] }
    let outer = destinationLag(inner)
    return observed(table.indices.map { table[$0] - outer[$0] - rho[1] * ofOrigin[$0] })
  }

  /// The sum of squares of each column of `A = I − ρ_d W_d − ρ_o W_o − ρ_w W_w`.
  func squaredColumns(_ rho: [Double]) -> [Double] {
    // Without diagonals the entries of the four terms never share a place.
    func squared(_ W: SpatialWeights) -> SpatialWeights {
      SpatialWeights(
        rows: (0..<W.count).map { i in W.links(of: i).map { ($0.neighbour, $0.weight * $0.weight) }
        })
    }
    let squares = FlowLags(
      origins: squared(origins), destinations: squared(destinations), cells: cells
    ).transposed.lags(of: [Double](repeating: 1, count: count))
    return (0..<count).map { row in
      var sum = 1.0
      for k in 0..<3 { sum += rho[k] * rho[k] * squares[k][row] }
      return sum
    }
  }

  func destinationLag(_ table: [Double]) -> [Double] {
    let n = destinations.count
    let W = destinations
    return parallelFill(slabs: origins.count, length: n) { i, slab in
      let y = table.span
      let weights = W.weights.span
      let neighbours = W.neighbours.span
      for j in 0..<n {
        var sum = 0.0
        for k in W.starts[j]..<W.starts[j + 1] {
          sum += weights[k] * y[i * n + neighbours[k]]
        }
        slab[j] = sum
      }
    }
  }

  func originLag(_ table: [Double]) -> [Double] {
    let n = destinations.count
    let W = origins
    return parallelFill(slabs: origins.count, length: n) { i, slab in
      let y = table.span
      for k in W.starts[i]..<W.starts[i + 1] {
        let weight = W.weights[k]
        let start = W.neighbours[k] * n
        for j in 0..<n { slab[j] += weight * y[start + j] }
      }
    }
  }

  func expanded(_ y: [Double]) -> [Double] {
    precondition(y.count == count, "\(y.count) flows for \(count) pairs")
    guard let cells else { return y }
    var table = [Double](repeating: 0, count: tableCount)
    for (row, cell) in cells.enumerated() { table[cell] = y[row] }
    return table
  }

  func observed(_ table: [Double]) -> [Double] {
    guard let cells else { return table }
    return cells.map { table[$0] }
  }
}
