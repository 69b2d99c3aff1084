import Glibc
import Kernel

/// How far people move.
enum DistanceIndices {
  private static let bell = "Bell et al. 2002"

  static let all: [FlowIndex] = [
    FlowIndex("mean_distance", bell, needs: [.distance]) { system in
      let (distance, moves) = pairs(system)
      return Statistics.sum(zip(distance, moves).map { $0 * $1 }) / system.moves
    },
    FlowIndex("median_distance", bell, needs: [.distance]) { system in
      let (distance, moves) = pairs(system)
      return weightedMedian(distance, moves)
    },
    FlowIndex(
      "distance_decay",
      "Stillwell, Bell, Ueffing, Daras, Charles-Edwards, Kupiszewski & Kupiszewska 2016",
      needs: [.distance], range: -.infinity ... .infinity
    ) { system throws(BalancingError) in try decay(system) },
  ]

  private static func pairs(_ system: MigrationSystem) -> (distance: [Double], moves: [Double]) {
    let cells = system.flows.indices.filter { $0 % system.n != $0 / system.n }
    return (cells.map { system.distance?[$0] ?? .nan }, cells.map { system.flows[$0] })
  }

  /// The weighted median, interpolated between the middles of the weights; of equal distances the
  /// smaller flow comes first.
  private static func weightedMedian(_ x: [Double], _ weights: [Double]) -> Double {
    let order = x.indices.filter { weights[$0] > 0 }.sorted {
      (x[$0], weights[$0], $0) < (x[$1], weights[$1], $1)
    }
    let half = Statistics.sum(weights) / 2
    var below = 0.0
    var last: (middle: Double, x: Double)?
    for k in order {
      let middle = below + weights[k] / 2
      if middle >= half {
        guard let last, middle > last.middle else { return x[k] }
        return last.x + (x[k] - last.x) * (half - last.middle) / (middle - last.middle)
      }
      last = (middle, x[k])
      below += weights[k]
    }
    return last?.x ?? .nan
  }

  /// The coefficient of ln d in the Poisson regression on origins, destinations and ln d: at the right one
  /// the balanced flows have the observed mean of ln d, which rises with the coefficient.
  private static func decay(_ system: MigrationSystem) throws(BalancingError) -> Double {
    let n = system.n
    let logs = system.flows.indices.map {
      $0 % n == $0 / n ? 0 : Glibc.log(system.distance?[$0] ?? .nan)
    }
    let wanted = dot(logs, system.flows)
    let size = dot(logs.map { abs($0) }, system.flows)
    func excess(_ beta: Double) throws(BalancingError) -> Double {
      let seed = logs.indices.map { $0 % n == $0 / n ? 0 : Glibc.exp(beta * logs[$0]) }
      return dot(logs, try system.balanced(seed)) - wanted
    }
    var lower = -2.0
    var upper = 0.0
    while try excess(lower) > 0 {
      upper = lower
      lower *= 2
      guard lower > -1e3 else { return -.infinity }
    }
    while try excess(upper) < 0 {
      lower = upper
      upper = upper == 0 ? 1 : upper * 2
      guard upper < 1e3 else { return .infinity }
    }
    return try root(lower, upper, size * 1e-13, excess)
  }

  /// A root by false position with Illinois' weights (Dowell & Jarratt 1971).
  private static func root(
    _ from: Double, _ to: Double, _ noise: Double,
    _ f: (Double) throws(BalancingError) -> Double
  ) throws(BalancingError) -> Double {
    var (a, b) = (from, to)
    var (fa, fb) = (try f(a), try f(b))
    for _ in 0..<200 where abs(b - a) > 1e-13 * max(1, abs(a)) {
      if abs(fb) <= noise { return b }
      let c = b - fb * (b - a) / (fb - fa)
      let fc = try f(c)
      if fc * fb < 0 {
        (a, fa) = (b, fb)
      } else {
        fa /= 2
      }
      (b, fb) = (c, fc)
    }
    return b
  }
}
