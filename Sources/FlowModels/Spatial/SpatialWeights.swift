public import Demography
public import Kernel

/// Who is whose neighbour, and how much each counts: a sparse square matrix W without diagonal.
///
/// Row i lists the neighbours of area i, ascending, so that `(W x)ᵢ` is the weighted sum of x over
/// them. Nothing is normalised unless asked for.
public struct SpatialWeights: Hashable, Sendable {
  /// One neighbour of one area.
  public struct Link: Hashable, Sendable {
    public let area: Int
    public let neighbour: Int
    public let weight: Double

    public init(_ area: Int, _ neighbour: Int, _ weight: Double = 1) {
      self.area = area
      self.neighbour = neighbour
      self.weight = weight
    }
  }

  /// Number of areas.
  public let count: Int
  /// Row i stands at `starts[i]..<starts[i + 1]`.
  let starts: [Int]
  let neighbours: [Int]
  let weights: [Double]

  /// - Parameters:
  ///   - count: number of areas.
  ///   - links: in any order; zero weights are left out.
  /// - Throws: `Fault` `spatial.own-neighbour`, `spatial.bad-weight` (negative or not finite),
  ///   `spatial.link-twice`; areas are named by their number from 1.
  public init(count: Int, links: [Link]) throws(Fault) {
    var rows = [[(neighbour: Int, weight: Double)]](repeating: [], count: count)
    for link in links where link.weight != 0 {
      precondition(
        (0..<count).contains(link.area) && (0..<count).contains(link.neighbour),
        "areas \(link.area) and \(link.neighbour) of \(count)")
      let names = ["area": "\(link.area + 1)", "neighbour": "\(link.neighbour + 1)"]
      if link.area == link.neighbour { throw Fault(.badData, "spatial.own-neighbour", names) }
      guard link.weight.isFinite, link.weight > 0 else {
        throw Fault(
          .badData, "spatial.bad-weight",
          names.merging(["found": "\(link.weight)"]) { first, _ in first })
      }
      rows[link.area].append((link.neighbour, link.weight))
    }
    for (area, row) in rows.enumerated() {
      let sorted = row.sorted { $0.neighbour < $1.neighbour }
      for (first, second) in zip(sorted, sorted.dropFirst())
      where first.neighbour == second.neighbour {
        throw Fault(
          .badData, "spatial.link-twice",
          ["area": "\(area + 1)", "neighbour": "\(first.neighbour + 1)"])
      }
      rows[area] = sorted
    }
    self.init(rows: rows)
  }

  /// Rows sorted by neighbour, without repetitions.
  init(rows: [[(neighbour: Int, weight: Double)]]) {
    count = rows.count
    var starts = [0]
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    self.starts = starts
    neighbours = rows.flatMap { $0.map(\.neighbour) }
    weights = rows.flatMap { $0.map(\.weight) }
  }

  /// Number of weights that are not zero.
  public var linkCount: Int { weights.count }

  /// Every row divided by its sum; rows without neighbours stay empty.
  public var rowNormalised: SpatialWeights {
    SpatialWeights(
      rows: (0..<count).map { i in
        let row = links(of: i)
        let sum = row.reduce(0) { $0 + $1.weight }
        return row.map { ($0.neighbour, $0.weight / sum) }
      })
  }

  /// Wᵀ.
  public var transposed: SpatialWeights {
    var rows = [[(neighbour: Int, weight: Double)]](repeating: [], count: count)
    for i in 0..<count {
      for link in links(of: i) { rows[link.neighbour].append((i, link.weight)) }
    }
    return SpatialWeights(rows: rows)
  }

  /// W as a full matrix, for its eigenvalues.
  public var matrix: Matrix {
    var W = Matrix(rows: count, columns: count)
    for i in 0..<count {
      for link in links(of: i) { W[i, link.neighbour] = link.weight }
    }
    return W
  }

  /// `W x`. O(links).
  public func times(_ x: [Double]) -> [Double] {
    precondition(x.count == count, "\(x.count) values for \(count) areas")
    return (0..<count).map { i in
      var sum = 0.0
      for k in starts[i]..<starts[i + 1] { sum += weights[k] * x[neighbours[k]] }
      return sum
    }
  }

  func links(of i: Int) -> [(neighbour: Int, weight: Double)] {
    (starts[i]..<starts[i + 1]).map { (neighbours[$0], weights[$0]) }
  }
}
