import Kernel

/// Sets of rows of which each is independent of the others: clusters, of which a row has one, or areas,
/// of which a flow has two.
struct RowSets: Sendable {
  let names: [String]
  private let first: [Int32]
  /// The set at the other end; `nil` where a row has one set.
  private let second: [Int32]?

  init(_ clusters: Grouping) {
    names = clusters.levels
    first = clusters.level
    second = nil
  }

  /// Areas with the flows that leave or reach them.
  init(origin: Grouping, destination: Grouping) {
    let names = Set(origin.levels).union(destination.levels).sorted()
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    func places(_ end: Grouping) -> [Int32] {
      let places = end.levels.map { index[$0] ?? 0 }
      return end.level.map { places[Int($0)] }
    }
    self.names = names
    first = places(origin)
    second = places(destination)
  }

  var count: Int { names.count }

  func holds(_ set: Int, row: Int) -> Bool {
    Int(first[row]) == set || second.map { Int($0[row]) == set } ?? false
  }

  /// Takes values apart by sets, so that the pieces of a row add up to its value.
  ///
  /// Of a cluster that is the value in its rows. Of areas the values are first fitted by effects of areas,
  /// the same at both ends, least squares with these weights; to an area belong its effect in all its flows
  /// and half of what is left of each. The effects are what flows of an area have in common (Hájek's
  /// projection), and they stay whole.
  func pieces(_ values: [Double], weights: [Double]) throws -> RowPieces {
    guard let second else { return RowPieces(first: first, second: nil, effects: [], rest: values) }
    var information = Matrix(rows: count, columns: count)
    var right = [Double](repeating: 0, count: count)
    for row in first.indices {
      let (i, j, w) = (Int(first[row]), Int(second[row]), weights[row])
      information[i, i] += w
      information[j, j] += w
      information[i, j] += w
      information[j, i] += w
      right[i] += w * values[row]
      right[j] += w * values[row]
    }
    let effects = try EffectInformation.inverse(of: information).inverse.times(right)
    let rest = first.indices.map {
      // Summed first, so that it does not matter which end is called the first.
      values[$0] - (effects[Int(first[$0])] + effects[Int(second[$0])])
    }
    return RowPieces(first: first, second: second, effects: effects, rest: rest)
  }

  /// How often a row comes where its sets come so often: a flow as often as its two areas meet.
  func multiplicity(_ counts: [Int], row: Int) -> Int {
    let own = counts[Int(first[row])]
    guard let second, second[row] != first[row] else { return own }
    return own * counts[Int(second[row])]
  }

  /// Sum over the parts of the rows in each set.
  func sums(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    guard let second else {
      for row in first.indices { sums[Int(first[row])] += values[row] }
      return sums
    }
    for row in first.indices {
      sums[Int(first[row])] += 0.5 * values[row]
      sums[Int(second[row])] += 0.5 * values[row]
    }
    return sums
  }
}

/// Values of rows taken apart by sets.
struct RowPieces: Sendable {
  fileprivate let first: [Int32]
  fileprivate let second: [Int32]?
  /// Of areas.
  fileprivate let effects: [Double]
  fileprivate let rest: [Double]

  /// The piece of a set in every row.
  func values(of set: Int) -> [Double] {
    guard let second else { return rest.indices.map { Int(first[$0]) == set ? rest[$0] : 0 } }
    return rest.indices.map { row in
      let ends = (Int(first[row]) == set ? 1.0 : 0) + (Int(second[row]) == set ? 1.0 : 0)
      return ends == 0 ? 0 : ends * (effects[set] + 0.5 * rest[row])
    }
  }
}
