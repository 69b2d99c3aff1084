public import Demography
import Kernel

/// Flows with given net migration of every area at the least cost, by linear programming.
///
/// Minimises `Σ c_ij |n_ij − m_ij|`, the change from a seed, or `Σ c_ij n_ij`, the movement itself (Hitchcock 1941),
/// under `Σ_j n_ji − Σ_j n_ij = Δ_i` and `n ≥ 0`. Where the seed is 0 nobody moves.
/// It is a flow problem with convex costs, solved exactly by shortest augmenting paths with potentials, which prove
/// the result: no cycle of changes is cheaper. Where several tables cost the same one of them is found.
/// Ahuja, Magnanti & Orlin (1993), Network flows, chapters 9 and 14.
public struct NetTransport: Hashable, Sendable {
  /// What is as little as possible.
  public enum Criterion: String, Hashable, Sendable, CaseIterable {
    /// Of the seed, cell by cell.
    case change
    /// Persons who move; of the seed it counts only where it is 0. Where everybody may move anywhere and all costs
    /// are 1 they are half of `Σ |Δ|`.
    case movement
  }

  /// `n · n`, origin fastest; the diagonal is that of the seed.
  public let values: [Double]
  /// Dual price of a person more in each area.
  public let prices: [Double]
  /// `Σ c |n − m|`, or `Σ c n`.
  public let cost: Double
  public let steps: Int
  /// Largest `|inflow − outflow − net|`, in persons.
  public let largestResidual: Double

  /// - Parameters:
  ///   - seed: `n · n`, origin fastest, not negative; 0 is a structural zero.
  ///   - net: inflow minus outflow; has to add up to 0 over every part the seed connects.
  ///   - cost: of a person more or fewer in each cell, `n · n`, origin fastest, above 0; `nil` for 1.
  ///   - criterion: what costs.
  /// - Throws: `NetBalancingError`.
  /// - Complexity: O(n²) a path, of about n paths for each area that gains or loses.
  public static func fit(
    seed: [Double], net: [Double], cost: [Double]? = nil, criterion: Criterion = .change
  ) throws(NetBalancingError) -> NetTransport {
    let parts = try NetBalancing.check(seed: seed, net: net)
    let cost = cost ?? seed.map { _ in 1 }
    precondition(cost.count == seed.count, "\(cost.count) costs of \(seed.count) cells")
    precondition(
      cost.indices.allSatisfy { $0 % net.count == $0 / net.count || cost[$0] > 0 }, "a cost of 0")
    var network = ChangeNetwork(
      seed: seed, cost: cost, net: net, parts: parts, criterion: criterion)
    return try network.solve()
  }

  /// Proof that no table of a seed has some nets; `nil` where one has them.
  static func impossibility(seed: [Double], net: [Double]) -> NetBalancingError? {
    do throws(NetBalancingError) {
      _ = try fit(seed: seed, net: net)
      return nil
    } catch {
      switch error {
      case .noWayIn, .noWayOut: return error
      default: return nil
      }
    }
  }
}

/// Changes of a table from its start, cell by cell, while persons are taken from areas that have too many to those
/// that have too few.
private struct ChangeNetwork {
  /// Where it is 0 nobody moves.
  let seed: [Double]
  /// What changes count from: the seed, or nobody.
  let start: [Double]
  let cost: [Double]
  let n: Int
  /// `n − start`.
  var change: [Double]
  /// Persons that an area has too many of, below 0 too few.
  var excess: [Double]
  var potential: [Double]
  let net: [Double]
  /// The first area of the part of each area.
  let parts: [Int]
  let least: Double

  init(
    seed: [Double], cost: [Double], net: [Double], parts: [Int],
    criterion: NetTransport.Criterion
  ) {
    self.parts = parts
    n = net.count
    self.seed = seed
    start = seed.indices.map {
      criterion == .change || $0 % net.count == $0 / net.count ? seed[$0] : 0
    }
    self.cost = cost
    self.net = net
    change = [Double](repeating: 0, count: seed.count)
    potential = [Double](repeating: 0, count: n)
    excess = net.map { -$0 }
    for cell in seed.indices where cell % net.count != cell / net.count {
      excess[cell / net.count] += start[cell]
      excess[cell % net.count] -= start[cell]
    }
    let size = start.reduce(0, +) + net.reduce(0) { $0 + abs($1) }
    least = 1e-13 * size
  }

  /// What it costs to bring a person from one area to another, by one more in the one cell or one fewer in the
  /// other, how many it can be, and by which; `nil` where none can.
  private func arc(_ from: Int, _ to: Int) -> (cost: Double, most: Double, isMore: Bool)? {
    let (more, fewer) = (to * n + from, from * n + to)
    var best: (cost: Double, most: Double, isMore: Bool)?
    if seed[more] > 0 {
      best = change[more] < 0 ? (-cost[more], -change[more], true) : (cost[more], .infinity, true)
    }
    let left = change[fewer] > 0 ? change[fewer] : start[fewer] + change[fewer]
    if seed[fewer] > 0, left > 0 {
      let price = change[fewer] > 0 ? -cost[fewer] : cost[fewer]
      if price < best?.cost ?? .infinity { best = (price, left, false) }
    }
    return best
  }

  mutating func solve() throws(NetBalancingError) -> NetTransport {
    let limit = 20 * n * n + 100
    for step in 0...limit {
      let sources = excess.indices.filter { excess[$0] > least }
      guard !sources.isEmpty, excess.contains(where: { $0 < -least }) else {
        return result(step)
      }
      guard step < limit else { break }
      guard let path = shortest(from: sources) else {
        // Without a reason only rounding of nets that add up to nearly 0 is left, which the residual says.
        if let reason = deadEnd(sources) { throw reason }
        return result(step)
      }
      augment(path)
    }
    let worst = excess.indices.max { abs(excess[$0]) < abs(excess[$1]) } ?? 0
    throw .unfinished(paths: limit, worst, excess[worst])
  }

  /// Areas of one part that nobody can be brought out of, and the others, which nobody can be brought into: no flow
  /// from these to those is possible, and of flows the other way none is left (Gale 1957). The fewer are named.
  private func deadEnd(_ sources: [Int]) -> NetBalancingError? {
    var isReached = [Bool](repeating: false, count: n)
    var open = sources
    for source in sources { isReached[source] = true }
    while let area = open.popLast() {
      for next in 0..<n where !isReached[next] && arc(area, next) != nil {
        isReached[next] = true
        open.append(next)
      }
    }
    for lacking in excess.indices where excess[lacking] < -least {
      let part = parts.indices.filter { parts[$0] == parts[lacking] }
      let stuck = part.filter { isReached[$0] }
      let others = part.filter { !isReached[$0] }
      guard !stuck.isEmpty, !others.isEmpty else { continue }
      if stuck.count < others.count {
        return .noWayOut(stuck, -Statistics.sum(stuck.map { net[$0] }))
      }
      return .noWayIn(others, Statistics.sum(others.map { net[$0] }))
    }
    return nil
  }

  /// The cheapest path from an area with too many to one with too few (Dijkstra 1959, with reduced costs), after
  /// which potentials are moved so that reduced costs stay at 0 or above.
  private mutating func shortest(from sources: [Int]) -> [Int]? {
    var distance = [Double](repeating: .infinity, count: n)
    var before = [Int](repeating: -1, count: n)
    var isDone = [Bool](repeating: false, count: n)
    for source in sources { distance[source] = 0 }
    var end: Int?
    while true {
      var area = -1
      for k in 0..<n where !isDone[k] && distance[k] < .infinity {
        if area < 0 || distance[k] < distance[area] { area = k }
      }
      guard area >= 0 else { break }
      isDone[area] = true
      if excess[area] < -least {
        end = area
        break
      }
      for next in 0..<n where !isDone[next] {
        guard let arc = arc(area, next) else { continue }
        let reduced = max(0, arc.cost + potential[area] - potential[next])
        if distance[area] + reduced < distance[next] {
          distance[next] = distance[area] + reduced
          before[next] = area
        }
      }
    }
    guard let end else { return nil }
    for k in 0..<n { potential[k] += min(distance[k], distance[end]) }
    var path = [end]
    while let area = path.last, before[area] >= 0 { path.append(before[area]) }
    return path.reversed()
  }

  private mutating func augment(_ path: [Int]) {
    guard let first = path.first, let last = path.last else { return }
    var persons = min(excess[first], -excess[last])
    for (a, b) in zip(path, path.dropFirst()) { persons = min(persons, arc(a, b)?.most ?? 0) }
    for (a, b) in zip(path, path.dropFirst()) {
      guard let arc = arc(a, b) else { continue }
      let cell = arc.isMore ? b * n + a : a * n + b
      // What is used up is 0, to the last bit.
      let isWhole = persons == arc.most
      if arc.isMore {
        change[cell] = isWhole ? 0 : change[cell] + persons
      } else if change[cell] > 0 {
        change[cell] = isWhole ? 0 : change[cell] - persons
      } else {
        change[cell] = isWhole ? -start[cell] : change[cell] - persons
      }
    }
    excess[first] -= persons
    excess[last] += persons
  }

  private func result(_ steps: Int) -> NetTransport {
    let values = start.indices.map { max(0, start[$0] + change[$0]) }
    var residual = net.map { -$0 }
    for cell in values.indices where cell % n != cell / n {
      residual[cell / n] += values[cell]
      residual[cell % n] -= values[cell]
    }
    return NetTransport(
      values: values, prices: potential,
      cost: Statistics.sum(change.indices.map { cost[$0] * abs(change[$0]) }), steps: steps,
      largestResidual: residual.reduce(0) { max($0, abs($1)) })
  }
}

/// Flows with given net migration at the least change or movement: `NetTransport` under its card.
public struct NetTransportFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "net_transport", reference: "Ahuja, Magnanti & Orlin 1993",
      parameters: [])
  }
}
