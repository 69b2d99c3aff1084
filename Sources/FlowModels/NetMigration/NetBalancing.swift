public import Demography
import Glibc
import Kernel

/// Flows with given net migration of every area, as near as possible to a seed.
///
/// Minimises the Kullback–Leibler divergence from the seed under `Σ_j n_ji − Σ_j n_ij = Δ_i`; the solution
/// is `n_ij = m_ij α_i / α_j` (Willekens 1999; Abel 2010), or `λ m_ij α_i / α_j` where the grand total is
/// given as well. The dual in `ln α` is convex and its Hessian the Laplacian of the flows, so Newton's
/// method solves it in some ten steps where fixed-point iterations need thousands. The diagonal
/// passes through, multiplied by λ.
public struct NetBalancing: Hashable, Sendable {
  /// `n · n`, origin fastest.
  public let values: [Double]
  /// `α`, with geometric mean 1 within each connected part.
  public let factors: [Double]
  /// `λ`; 1 without a total.
  public let scale: Double
  public let steps: Int
  /// Largest `|inflow − outflow − net|`, in persons.
  public let largestResidual: Double

  /// - Parameters:
  ///   - seed: `n · n`, origin fastest, not negative; 0 is a structural zero.
  ///   - net: inflow minus outflow; has to add up to 0 over every part the seed connects.
  ///   - total: sum of all cells, the diagonal included; `nil` where it is not known.
  ///   - tolerance: largest residual as a part of `Σ|Δ| + Σ n`.
  /// - Throws: `NetBalancingError`.
  /// - Complexity: O(n³) a step.
  public static func fit(
    seed: [Double], net: [Double], total: Double? = nil, tolerance: Double = 1e-13
  ) throws(NetBalancingError) -> NetBalancing {
    if let total, !(total > 0 && total.isFinite) { throw .badTotal(total) }
    let parts = try check(seed: seed, net: net)
    do {
      return try NetNewton(seed: seed, net: net, total: total, parts: parts, tolerance: tolerance)
        .solve()
    } catch {
      throw NetTransport.impossibility(seed: seed, net: net) ?? error
    }
  }

  /// The areas of each part that the seed connects, both ascending.
  /// - Throws: `badSeed`, `badNet`.
  public static func parts(
    seed: [Double], net: [Double]
  ) throws(NetBalancingError) -> [[Int]] {
    let n = net.count
    precondition(seed.count == n * n, "\(seed.count) cells, \(n) areas")
    for (cell, value) in seed.enumerated() where !(value >= 0 && value.isFinite) {
      throw .badSeed(cell % n, cell / n, value)
    }
    if let bad = net.firstIndex(where: { !$0.isFinite }) { throw .badNet(bad, net[bad]) }
    var sets = DisjointParts(count: n)
    for cell in seed.indices where seed[cell] > 0 { sets.join(cell % n, cell / n) }
    var areas = [[Int]](repeating: [], count: n)
    for i in 0..<n { areas[sets.root(i)].append(i) }
    return areas.filter { !$0.isEmpty }
  }

  /// The first area of the part of each area; the net of every part has to be 0.
  @discardableResult
  static func check(seed: [Double], net: [Double]) throws(NetBalancingError) -> [Int] {
    var first = net.indices.map { $0 }
    for areas in try parts(seed: seed, net: net) {
      let sum = Statistics.sum(areas.map { net[$0] })
      guard abs(sum) <= 1e-9 * areas.reduce(0, { $0 + abs(net[$1]) }) else {
        throw .notZero(areas, sum)
      }
      for i in areas { first[i] = areas[0] }
    }
    return first
  }
}

/// Why flows with given net migration cannot be found. Areas count from 0.
public enum NetBalancingError: Error, Hashable, Sendable {
  case badSeed(Int, Int, Double)
  case badNet(Int, Double)
  case badTotal(Double)
  /// The net migration of areas that exchange nothing with others does not add up to 0.
  case notZero([Int], Double)
  /// It adds up to so much, and one side is too small to be scaled to the other.
  case noRescaling([Int], Double)
  /// No table exists: areas that should gain so much in all and that the seed has no way into.
  case noWayIn([Int], Double)
  /// No table exists: areas that should lose so much in all and that the seed has no way out of.
  case noWayOut([Int], Double)
  /// The search by paths came to its limit; the worst area and its inflow − outflow − net.
  case unfinished(paths: Int, Int, Double)
  /// The nets are not met; the worst area and its inflow − outflow − net.
  case notMet(steps: Int, Int, Double)
  /// The grand total is not met; sum − total.
  case totalNotMet(steps: Int, Double)

  /// For a person.
  public func fault(areas: [String]) -> Fault {
    switch self {
    case .badSeed(let i, let j, let value):
      Fault(
        .badData, "balance.bad-seed",
        ["origin": areas[i], "destination": areas[j], "found": text(value)])
    case .badNet(let i, let value):
      Fault(.badData, "net.bad-net", ["area": areas[i], "found": text(value)])
    case .badTotal(let value): Fault(.badData, "net.bad-total", ["found": text(value)])
    case .notZero(let group, let sum):
      Fault(
        .badData, "net.not-zero",
        ["areas": group.map { areas[$0] }.joined(separator: ", "), "sum": text(sum)])
    case .noRescaling(let group, let sum):
      Fault(
        .badData, "net.no-rescaling",
        ["areas": group.map { areas[$0] }.joined(separator: ", "), "sum": text(sum)])
    case .noWayIn(let group, let gain):
      Fault(
        .badData, "net.no-way-in",
        ["areas": group.map { areas[$0] }.joined(separator: ", "), "persons": text(gain)])
    case .noWayOut(let group, let loss):
      Fault(
        .badData, "net.no-way-out",
        ["areas": group.map { areas[$0] }.joined(separator: ", "), "persons": text(loss)])
    case .unfinished(let paths, let i, let gap):
      Fault(
        .incomplete, "net.unfinished",
        ["area": areas[i], "gap": text(gap), "paths": "\(paths)"])
    case .totalNotMet(let steps, let gap):
      Fault(.incomplete, "net.total-not-met", ["gap": text(gap), "steps": "\(steps)"])
    case .notMet(let steps, let i, let gap):
      Fault(
        .incomplete, "net.not-met",
        ["area": areas[i], "gap": text(gap), "steps": "\(steps)"])
    }
  }
}

/// Newton's method on `Σ m_ij e^{θ_i − θ_j} + Σ Δ_i θ_i`, or with a total T on
/// `e^κ Σ m_ij e^{θ_i − θ_j} − κ T + Σ Δ_i θ_i`.
private struct NetNewton {
  let seed: [Double]
  let net: [Double]
  let total: Double?
  let parts: [Int]
  let tolerance: Double

  private static let stepLimit = 500

  func solve() throws(NetBalancingError) -> NetBalancing {
    let n = net.count
    var theta = [Double](repeating: 0, count: n + 1)
    if let total { theta[n] = Glibc.log(total / Statistics.sum(seed)) }
    for step in 0...Self.stepLimit {
      let values = flows(theta)
      let gradient = gradient(values)
      let size = Statistics.sum(values) + net.reduce(0) { $0 + abs($1) }
      let worst = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
      if abs(gradient[worst]) <= tolerance * size {
        return result(theta, values, step, abs(gradient[worst]))
      }
      let next = move(theta, values, gradient)
      guard step < Self.stepLimit, let next else {
        throw worst == n
          ? .totalNotMet(steps: step, gradient[n]) : .notMet(steps: step, worst, -gradient[worst])
      }
      theta = next
    }
    preconditionFailure("the loop returns or throws")
  }

  private func flows(_ theta: [Double]) -> [Double] {
    let n = net.count
    return seed.indices.map { cell in
      seed[cell] == 0
        ? 0 : seed[cell] * Glibc.exp(theta[n] + theta[cell % n] - theta[cell / n])
    }
  }

  /// Outflow − inflow + net of each area, then sum − total.
  private func gradient(_ values: [Double]) -> [Double] {
    let n = net.count
    var g = net + [total.map { Statistics.sum(values) - $0 } ?? 0]
    for (cell, value) in values.enumerated() where cell % n != cell / n {
      g[cell % n] += value
      g[cell / n] -= value
    }
    return g
  }

  private func largest(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }

  private func objective(_ theta: [Double]) -> Double {
    let n = net.count
    let linear = net.indices.reduce(0) { $0 + net[$1] * theta[$1] }
    return Statistics.sum(flows(theta)) + linear - (total ?? 0) * theta[n]
  }

  private func move(_ theta: [Double], _ values: [Double], _ gradient: [Double]) -> [Double]? {
    let n = net.count
    var H = Matrix(rows: n + 1, columns: n + 1)
    for (cell, value) in values.enumerated() where cell % n != cell / n {
      let i = cell % n
      let j = cell / n
      H[i, i] += value
      H[j, j] += value
      H[i, j] -= value
      H[j, i] -= value
      H[i, n] += value
      H[n, i] += value
      H[j, n] -= value
      H[n, j] -= value
    }
    H[n, n] = total == nil ? 1 : Statistics.sum(values)
    if total == nil { for i in 0..<n { (H[i, n], H[n, i]) = (0, 0) } }
    // Only differences within a part matter; its first area is held.
    for i in 0..<n where parts[i] == i { H[i, i] *= 2 }
    for i in 0..<n where H[i, i] == 0 { H[i, i] = 1 }
    guard let factor = try? Cholesky(H) else { return nil }
    let step = factor.solve(gradient)
    let slope = dot(step, gradient)
    guard slope > 0 else { return nil }
    // Near the end the fall of the objective drowns in its rounding; that of the gradient does not.
    let full = zip(theta, step).map { $0 - $1 }
    if largest(self.gradient(flows(full))) <= 0.5 * largest(gradient) { return full }
    let here = objective(theta)
    var length = 1.0
    for _ in 0..<60 {
      let trial = zip(theta, step).map { $0 - length * $1 }
      if objective(trial) <= here - 1e-4 * length * slope { return trial }
      length *= 0.5
    }
    return nil
  }

  private func result(
    _ theta: [Double], _ values: [Double], _ steps: Int, _ residual: Double
  ) -> NetBalancing {
    let n = net.count
    var centred = theta
    for root in Set(parts) {
      let areas = net.indices.filter { parts[$0] == root }
      let mean = areas.reduce(0) { $0 + theta[$1] } / Double(areas.count)
      for i in areas { centred[i] -= mean }
    }
    return NetBalancing(
      values: values, factors: (0..<n).map { Glibc.exp(centred[$0]) },
      scale: total == nil ? 1 : Glibc.exp(theta[n]), steps: steps, largestResidual: residual)
  }
}
