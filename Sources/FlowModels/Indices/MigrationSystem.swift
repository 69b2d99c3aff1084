import Demography
import Kernel

/// What an index of a migration system is computed from.
public struct MigrationSystem: Hashable, Sendable {
  public let areas: [String]
  /// `areas²` persons, origin fastest; the diagonal is set to 0.
  public let flows: [Double]
  /// Persons by area.
  public let population: [Double]?
  /// `areas²`, origin fastest, symmetric or not; the diagonal is not used.
  public let distance: [Double]?

  /// - Throws: `Faults`: fewer than three areas, no moves, a flow that is no amount, a population or a
  ///   distance between two areas that is not above 0.
  public init(
    areas: [String], flows: [Double], population: [Double]? = nil, distance: [Double]? = nil
  ) throws {
    let n = areas.count
    precondition(flows.count == n * n, "\(flows.count) flows between \(n) areas")
    precondition(population.map { $0.count == n } ?? true, "populations of another number")
    precondition(distance.map { $0.count == n * n } ?? true, "distances of another shape")
    var faults: [Fault] = []
    if n < 3 { faults.append(Fault(.badData, "index.few-areas", ["found": "\(n)"])) }
    var closed = flows
    for i in 0..<n { closed[i * n + i] = 0 }
    for (cell, value) in closed.enumerated() where !(value >= 0 && value.isFinite) {
      faults.append(
        Fault(
          .badData, "index.bad-flow",
          [
            "origin": areas[cell % n], "destination": areas[cell / n], "found": text(value),
          ]))
    }
    for (area, value) in (population ?? []).enumerated() where !(value > 0 && value.isFinite) {
      faults.append(
        Fault(.badData, "index.bad-population", ["area": areas[area], "found": text(value)]))
    }
    for (cell, value) in (distance ?? []).enumerated()
    where cell % n != cell / n && !(value > 0 && value.isFinite) {
      faults.append(
        Fault(
          .badData, "index.bad-distance",
          [
            "origin": areas[cell % n], "destination": areas[cell / n], "found": text(value),
          ]))
    }
    if faults.isEmpty, !(Statistics.sum(closed) > 0) {
      faults.append(Fault(.badData, "index.no-moves"))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.areas = areas
    self.flows = closed
    self.population = population
    self.distance = distance
  }

  var n: Int { areas.count }
  /// All moves between areas.
  var moves: Double { Statistics.sum(flows) }

  /// Moves out of each area.
  public var departures: [Double] {
    (0..<n).map { i in Statistics.sum((0..<n).map { flows[$0 * n + i] }) }
  }

  /// Moves into each area.
  public var arrivals: [Double] {
    (0..<n).map { j in Statistics.sum(Array(flows[(j * n)..<(j * n + n)])) }
  }

  /// Arrivals minus departures.
  public var net: [Double] { zip(arrivals, departures).map { $0 - $1 } }

  /// Flows out of area i to the others, in order.
  func out(of i: Int) -> [Double] { (0..<n).filter { $0 != i }.map { flows[$0 * n + i] } }

  /// Flows into area j from the others, in order.
  func into(_ j: Int) -> [Double] { (0..<n).filter { $0 != j }.map { flows[j * n + $0] } }

  /// Flows between different areas, origin fastest.
  var pairs: [Double] {
    flows.indices.filter { $0 % n != $0 / n }.map { flows[$0] }
  }

  /// The flows that departures and arrivals alone lead to expect, without any within areas:
  /// Poisson regression on origins and destinations.
  func expected() throws(BalancingError) -> [Double] {
    try balanced(flows.indices.map { $0 % n == $0 / n ? 0 : 1 })
  }

  /// The seed, 0 within areas, with the departures and arrivals of the system.
  func balanced(_ seed: [Double]) throws(BalancingError) -> [Double] {
    let scaling = AcceleratedScaling(
      seed: seed, rows: departures, columns: arrivals, tolerance: 1e-12)
    if let fit = scaling.solve() { return fit.values }
    return try Balancing.fit(seed: seed, rows: departures, columns: arrivals, tolerance: 1e-12)
      .values
  }
}
