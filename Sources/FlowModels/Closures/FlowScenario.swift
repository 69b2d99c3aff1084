import Demography
import Glibc
import Kernel

/// Flows after shocks, under every closure, with how sure they are and which shock did what.
public struct FlowScenario: Sendable {
  public let baseline: ScenarioBaseline
  public let shocks: [FlowShock]
  private let changes: [[Double]]

  /// - Throws: `Faults`: a shock of something the fit does not have, one of departures that names destinations or
  ///   of arrivals that names origins (`closure.other-end`), or one that makes a cost no cost.
  public init(_ baseline: ScenarioBaseline, shocks: [FlowShock]) throws {
    let faults = shocks.compactMap(\.ofOtherEnd)
    guard faults.isEmpty else { throw Faults(faults) }
    self.baseline = baseline
    self.shocks = shocks
    changes = try baseline.changes(shocks)
  }

  /// Flows at the estimates.
  ///
  /// - Returns: `origins · destinations`, origin fastest.
  /// - Throws: `Faults`: why no table has the totals (`balance.…`); totals of origins and destinations that differ are
  ///   never scaled.
  public func flows(_ closure: ScenarioClosure) throws -> [Double] {
    try flows(closure, beta: baseline.estimates)
  }

  private func flows(_ closure: ScenarioClosure, beta: [Double]) throws -> [Double] {
    let totals = baseTotals
    let o = factors(.originTotal, totals.origins, baseline.origins) { $0.origins }
    let d = factors(.destinationTotal, totals.destinations, baseline.destinations) {
      $0.destinations
    }
    let moved = baseline.partial(changes, beta, lines: (o, d))
    guard let constraint = closure.constraint else { return moved }
    let table = try InteractionTable(
      origins: baseline.origins, destinations: baseline.destinations, costs: moved.map { _ in 1 },
      diagonal: .intrazonal(baseline.origins.reduce(into: [:]) { $0[$1] = 1 }),
      closed: Set(moved.indices.filter { moved[$0] == 0 }))
    let margins = InteractionMargins(
      origins: totals.origins.indices.map { totals.origins[$0] * o[$0] },
      destinations: totals.destinations.indices.map { totals.destinations[$0] * d[$0] })
    return try InteractionFlows(
      Kernel.log(moved), table, constraint, margins,
      start: baseline.destinations.map { _ in 1 }
    ).values
  }

  private var baseTotals: (origins: [Double], destinations: [Double]) {
    let n = baseline.origins.count
    var origins = [Double](repeating: 0, count: n)
    var destinations = [Double](repeating: 0, count: baseline.destinations.count)
    for cell in baseline.flows.indices {
      origins[cell % n] += baseline.flows[cell]
      destinations[cell / n] += baseline.flows[cell]
    }
    return (origins, destinations)
  }

  /// New total by old total of every line; 1 where nothing changes.
  private func factors(
    _ subject: FlowShock.Subject, _ totals: [Double], _ names: [String],
    _ named: (FlowShock) -> Set<String>?
  ) -> [Double] {
    names.indices.map { k in
      guard totals[k] > 0 else { return 1 }
      var total = totals[k]
      for shock in shocks where shock.subject == subject {
        if named(shock)?.contains(names[k]) ?? true { total = shock.change.of(total) }
      }
      return total / totals[k]
    }
  }

  /// What each shock does alone, and what only all together do.
  public struct Contribution: Hashable, Sendable {
    /// Id of the shock; `nil` for what is left when the single effects are taken off the whole.
    public let shock: String?
    /// Flow with the shock less the baseline, by cell.
    public let change: [Double]
  }

  /// The whole change in parts that add up to it.
  public func contributions(_ closure: ScenarioClosure) throws -> [Contribution] {
    let whole = try flows(closure)
    var left = whole.indices.map { whole[$0] - baseline.flows[$0] }
    var parts: [Contribution] = []
    for shock in shocks {
      let alone = try FlowScenario(baseline, shocks: [shock]).flows(closure)
      let change = alone.indices.map { alone[$0] - baseline.flows[$0] }
      for cell in left.indices { left[cell] -= change[cell] }
      parts.append(Contribution(shock: shock.id, change: change))
    }
    return parts + [Contribution(shock: nil, change: left)]
  }

  /// Flows for draws of the coefficients, `β ~ N(β̂, V)`, each through the closure.
  ///
  /// The baseline stays the fitted table in every draw: what is uncertain is the answer to the shocks. Draw k has its
  /// own random stream, so more draws add to the first and threads change no bit.
  ///
  /// - Returns: `cells · draws`, a draw after the other.
  /// - Throws: as `flows`; `closure.covariance` where V is no covariance.
  public func draws(_ closure: ScenarioClosure, count: Int, seed: UInt32) throws -> ScenarioDraws {
    let root = try Self.root(baseline.covariance)
    let key = StreamKey(seed: seed, stream: "flow.scenario.coefficients")
    let tables = try parallelMap(count) { (k: Int) throws -> [Double] in
      var stream = RandomStream(key, unit: UnitKey(number: 0), draw: k, time: 0)
      let shift = root.times(stream.normals(baseline.estimates.count))
      return try flows(
        closure, beta: baseline.estimates.indices.map { baseline.estimates[$0] + shift[$0] })
    }
    return ScenarioDraws(scenario: self, closure: closure, tables: tables)
  }

  /// A matrix R with `R R' = V`.
  private static func root(_ V: [Double]) throws -> Matrix {
    let size = Int(Double(V.count).squareRoot().rounded())
    let matrix = Matrix(rows: size, columns: size, values: V)
    guard let eigen = try? SymmetricEigen(matrix),
      eigen.values.allSatisfy({ $0 >= -1e-10 * (eigen.values.last ?? 0) })
    else { throw Faults(Fault(.badData, "closure.covariance")) }
    return eigen.vectors.scalingColumns(by: eigen.values.map { $0 > 0 ? $0.squareRoot() : 0 })
  }
}

/// Draws of a scenario under one closure.
public struct ScenarioDraws: Sendable {
  public let scenario: FlowScenario
  public let closure: ScenarioClosure
  /// A table for each draw, origin fastest.
  public let tables: [[Double]]

  /// Central interval of every flow.
  public func interval(coverage: Double) -> (lower: [Double], upper: [Double]) {
    let cells = scenario.baseline.flows.indices
    let ends = cells.map { cell in
      Statistics.quantiles(
        tables.map { $0[cell] }, [0.5 * (1 - coverage), 0.5 * (1 + coverage)])
    }
    return (ends.map { $0[0] }, ends.map { $0[1] })
  }

  /// Central interval of any figure of a table, such as the arrivals of a region.
  public func interval(
    coverage: Double, of figure: ([Double]) -> Double
  ) -> (lower: Double, upper: Double) {
    let ends = Statistics.quantiles(
      tables.map(figure), [0.5 * (1 - coverage), 0.5 * (1 + coverage)])
    return (ends[0], ends[1])
  }
}
