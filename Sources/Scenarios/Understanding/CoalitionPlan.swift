import Kernel

/// Which coalitions of players are to be run, and how their worths make Shapley values.
///
/// Up to six players every coalition is run and the values are exact. Above, players join in so many
/// orders, each with its reverse; what a player adds is averaged over the orders. Either way the values
/// sum to the total difference. Castro, Gómez & Tejada (2009), Polynomial calculation of the Shapley
/// value based on sampling, Computers & Operations Research 36.
struct CoalitionPlan: Sendable {
  /// One step of a player joining: places of the coalitions with and without it, and its weight.
  struct Step: Sendable {
    let with: Int
    let without: Int
    let weight: Double
  }

  /// Up to so many players all coalitions are run.
  static let exactPlayers = 6
  /// Members of each coalition to be run, by bits: none first, all last.
  let coalitions: [Int]
  /// Steps of each player, by sampled order where `isSampled`; their weights sum to 1.
  let steps: [[Step]]
  /// Place of each player's coalition of its own.
  let alone: [Int]
  let isSampled: Bool

  /// - Parameters:
  ///   - players: ids; the sampled orders follow from them and the seed, not from their positions.
  ///   - orders: how many orders and reverses to sample above six players.
  init(players: [String], orders: Int, seed: UInt32) {
    precondition(players.count <= 62 && orders >= 1, "\(players.count) players, \(orders) orders")
    isSampled = players.count > Self.exactPlayers
    let all = (1 << players.count) - 1
    let singles = players.indices.map { 1 << $0 }
    var moves: [[(before: Int, weight: Double)]] = players.map { _ in [] }
    if isSampled {
      for order in Self.orders(players, orders, seed) {
        var before = 0
        for player in order {
          moves[player].append((before, 1 / Double(2 * orders)))
          before |= 1 << player
        }
      }
    } else {
      for player in players.indices {
        for coalition in 0...all where coalition & (1 << player) == 0 {
          moves[player].append(
            (coalition, Self.weight(coalition.nonzeroBitCount, of: players.count)))
        }
      }
    }
    var wanted: Set<Int> = [0, all]
    wanted.formUnion(singles)
    for (player, list) in moves.enumerated() {
      for move in list { wanted.formUnion([move.before, move.before | (1 << player)]) }
    }
    coalitions = wanted.sorted()
    let place = Dictionary(uniqueKeysWithValues: coalitions.enumerated().map { ($1, $0) })
    steps = moves.enumerated().map { player, list in
      list.map { move in
        Step(
          with: place[move.before | (1 << player)]!, without: place[move.before]!,
          weight: move.weight)
      }
    }
    alone = singles.map { place[$0]! }
  }

  /// Weight of a coalition of s players in the value of another of n: `s! (n − s − 1)! / n!`.
  static func weight(_ size: Int, of players: Int) -> Double {
    var weight = 1 / Double(players)
    for k in 0..<size { weight *= Double(k + 1) / Double(players - 1 - k) }
    return weight
  }

  /// Orders of joining and their reverses, by uniforms keyed by player and order.
  private static func orders(_ players: [String], _ count: Int, _ seed: UInt32) -> [[Int]] {
    (0..<count).flatMap { order -> [[Int]] in
      let rank = players.map { player -> Double in
        var stream = RandomStream(
          StreamKey(seed: seed, stream: "shapley"), unit: UnitKey(player), draw: order, time: 0)
        return stream.uniform()
      }
      let forward = players.indices.sorted { (rank[$0], players[$0]) < (rank[$1], players[$1]) }
      return [forward, forward.reversed()]
    }
  }

  /// Shapley value of each player from the worths of the coalitions.
  func shapley(_ worth: [Double]) -> [Double] {
    steps.map { list in
      list.reduce(0) { $0 + $1.weight * (worth[$1.with] - worth[$1.without]) }
    }
  }

  /// Standard error of each sampled value: pairs of an order and its reverse are independent of each
  /// other. NaN with one pair; 0 where values are exact.
  func samplingError(_ worth: [Double]) -> [Double] {
    guard isSampled else { return steps.map { _ in 0 } }
    return steps.map { list in
      let pairs = stride(from: 0, to: list.count, by: 2).map { k -> Double in
        let first = worth[list[k].with] - worth[list[k].without]
        let second = worth[list[k + 1].with] - worth[list[k + 1].without]
        return (first + second) / 2
      }
      guard pairs.count > 1 else { return .nan }
      return (Statistics.variance(pairs) / Double(pairs.count)).squareRoot()
    }
  }
}
