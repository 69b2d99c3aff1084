import Demography
import Glibc
import Kernel

/// The middle of a sandwich: sums of products of the scores of related rows.
struct Meat {
  /// One row for each row of the fit.
  let scores: Matrix

  init(_ scores: Matrix) { self.scores = scores }

  /// `Σ s s'`; a row that is f observations has f scores of `s/f` each.
  func independent(frequencies: [Double]? = nil) -> Matrix {
    guard let frequencies else { return scores.gram() }
    return scores.scalingRows(by: frequencies.map { 1 / $0.squareRoot() }).gram()
  }

  /// `Σ_c S_c S_c'`, of several clusterings with their intersections taken off and put back in turn.
  /// - Parameter factor: of a term, from its number of clusters.
  func clustered(_ clusters: [Grouping], factor: (Int) -> Double) -> Matrix {
    var meat = Matrix(rows: scores.columns, columns: scores.columns)
    for subset in 1..<(1 << clusters.count) {
      let members = clusters.indices.filter { subset & (1 << $0) != 0 }
      var grouping = clusters[members[0]]
      for member in members.dropFirst() { grouping = grouping.crossed(with: clusters[member]) }
      let sign: Double = members.count % 2 == 1 ? 1 : -1
      meat += (sign * factor(grouping.count)) * sums(grouping).gram()
    }
    return meat
  }

  /// Products of all rows that share an area: `Σ_i T_i T_i' − Σ_p P_p P_p'`, `T_i` summed over the
  /// rows of area i in any role, `P_p` over those of an undirected pair of different areas, which
  /// share two. Equal to the sum over pairs of rows in O(rows).
  ///
  /// Aronow, Samii & Assenova 2015; Cameron & Miller 2014.
  func dyadic(origin: Grouping, destination: Grouping) -> Matrix {
    let names = Set(origin.levels).union(destination.levels).sorted()
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let from = origin.levels.map { index[$0] ?? 0 }
    let to = destination.levels.map { index[$0] ?? 0 }
    let i = (0..<scores.rows).map { from[Int(origin.level[$0])] }
    let j = (0..<scores.rows).map { to[Int(destination.level[$0])] }
    var nodes = Matrix(rows: names.count, columns: scores.columns)
    var pairs: [Int: Int] = [:]
    let pair = i.indices.map { row -> Int in
      if i[row] == j[row] { return -1 }
      let key = min(i[row], j[row]) * names.count + max(i[row], j[row])
      if let known = pairs[key] { return known }
      pairs[key] = pairs.count
      return pairs.count - 1
    }
    var shared = Matrix(rows: pairs.count, columns: scores.columns)
    for k in 0..<scores.columns {
      for row in i.indices {
        let score = scores[row, k]
        nodes[i[row], k] += score
        if pair[row] >= 0 {
          nodes[j[row], k] += score
          shared[pair[row], k] += score
        }
      }
    }
    return nodes.gram() - shared.gram()
  }

  /// Products of all rows that are no further apart than `cutoff` kilometres on a great circle.
  /// - Throws: `Faults` when a coordinate is no number or outside its range.
  /// - Complexity: O(places² · columns).
  func conley(latitude: Grouping, longitude: Grouping, cutoff: Double) throws -> Matrix {
    let places = latitude.crossed(with: longitude)
    let sums = sums(places)
    var phi = [Double](repeating: 0, count: places.count)
    var lambda = phi
    for row in 0..<scores.rows {
      let place = Int(places.level[row])
      phi[place] = try Self.radians(latitude.name(Int(latitude.level[row])), limit: 90)
      lambda[place] = try Self.radians(longitude.name(Int(longitude.level[row])), limit: 360)
    }
    // Chords instead of angles: 2R sin(½ d/R).
    let half = min(0.5 * cutoff / Self.earthRadius, 0.5 * Double.pi)
    let limit = sin(half) * sin(half)
    var around = sums
    for a in phi.indices {
      for b in 0..<a {
        let u = sin(0.5 * (phi[a] - phi[b])), v = sin(0.5 * (lambda[a] - lambda[b]))
        guard u * u + cos(phi[a]) * cos(phi[b]) * v * v <= limit else { continue }
        for k in 0..<sums.columns {
          around[a, k] += sums[b, k]
          around[b, k] += sums[a, k]
        }
      }
    }
    return sums.transposeTimes(around)
  }

  /// Mean radius in kilometres.
  static let earthRadius = 6371.0

  private static func radians(_ text: String, limit: Double) throws -> Double {
    guard let degrees = Double(text), abs(degrees) <= limit else {
      throw Faults(
        Fault(.badData, "flows.coordinate", ["found": text, "limit": Demography.text(limit)]))
    }
    return degrees * Double.pi / 180
  }

  /// `Γ₀ + Σ_l (1 − l/(L+1)) (Γ_l + Γ_l')` of the sums by unit and period; without units all rows of
  /// a period belong together. Lag `⌊T^¼⌋` where none is given.
  func serial(unit: Grouping?, time: Grouping, lag: Int?) -> (Matrix, lag: Int) {
    let position = Self.positions(time.levels)
    let used = lag ?? Int(pow(Double(time.count), 0.25).rounded(.down))
    let cells = unit.map { $0.crossed(with: time) } ?? time
    let sums = sums(cells)
    struct Cell: Hashable { let unit, time: Int }
    var at = [Cell](repeating: Cell(unit: 0, time: 0), count: cells.count)
    for row in 0..<scores.rows {
      at[Int(cells.level[row])] = Cell(
        unit: unit.map { Int($0.level[row]) } ?? 0, time: position[Int(time.level[row])])
    }
    let index = Dictionary(uniqueKeysWithValues: at.enumerated().map { ($1, $0) })
    var meat = sums.gram()
    for step in stride(from: 1, through: used, by: 1) {
      var earlier = Matrix(rows: sums.rows, columns: sums.columns)
      for (cell, place) in at.enumerated() {
        guard let other = index[Cell(unit: place.unit, time: place.time - step)] else { continue }
        for k in 0..<sums.columns { earlier[cell, k] = sums[other, k] }
      }
      let product = sums.transposeTimes(earlier)
      meat += (1 - Double(step) / Double(used + 1)) * (product + product.transposed)
    }
    return (meat, used)
  }

  /// Periods as whole numbers where all are, otherwise their places in order.
  private static func positions(_ levels: [String]) -> [Int] {
    let whole = levels.compactMap { Int($0) }
    if whole.count == levels.count { return whole }
    let numbers = levels.compactMap { Double($0) }
    let order =
      numbers.count == levels.count
      ? levels.indices.sorted { numbers[$0] < numbers[$1] }
      : levels.indices.sorted { levels[$0] < levels[$1] }
    var positions = [Int](repeating: 0, count: levels.count)
    for (place, level) in order.enumerated() { positions[level] = place }
    return positions
  }

  private func sums(_ grouping: Grouping) -> Matrix {
    var sums = Matrix(rows: grouping.count, columns: scores.columns)
    for k in 0..<scores.columns {
      for row in 0..<scores.rows { sums[Int(grouping.level[row]), k] += scores[row, k] }
    }
    return sums
  }
}
