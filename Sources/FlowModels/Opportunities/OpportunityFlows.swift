import Demography
import Kernel

/// Flows of the laws of opportunities, one origin at a time.
public enum OpportunityFlows {
  /// Probabilities of every destination from one origin, 0 for itself; they add up to 1 but for `radiation`
  /// (less) and ties in `finiteRadiation`.
  ///
  /// - Complexity: O(areas log areas), for `populationWeighted` once `interveningOfDestinations` is known.
  public static func probabilities(
    _ law: OpportunityLaw, _ table: OpportunityTable, from i: Int
  ) -> [Double] {
    let s: [Double]
    if case .populationWeighted = law {
      s = table.areas.indices.map { $0 == i ? 0 : table.intervening(from: $0)[i] }
    } else {
      s = table.intervening(from: i)
    }
    return probabilities(law, table, from: i, s)
  }

  static func probabilities(
    _ law: OpportunityLaw, _ table: OpportunityTable, from i: Int, _ s: [Double]
  ) -> [Double] {
    let total = table.total
    var p = table.areas.indices.map { j in
      j == i
        ? 0
        : law.weight(own: table.masses[i], mass: table.masses[j], s: s[j], total: total)
    }
    if law.isNormalised {
      let sum = p.reduce(0, +)
      for j in p.indices { p[j] /= sum }
    }
    return p
  }

  /// `T_ij = O_i P_ij`, all origins in parallel.
  ///
  /// - Parameter outflows: O, one for each area.
  /// - Returns: `areas · areas`, origin fastest.
  /// - Complexity: O(areas² log areas)
  public static func flows(
    _ law: OpportunityLaw, _ table: OpportunityTable, outflows: [Double]
  ) -> [Double] {
    let n = table.areas.count
    precondition(outflows.count == n, "\(outflows.count) outflows of \(n) areas")
    var around: [Double] = []
    if case .populationWeighted = law { around = intervening(table) }
    let nearOfDestination = around
    let byOrigin = parallelFill(slabs: n, length: n) { i, row in
      // Of the circles around destinations: j's list at place i.
      let s =
        nearOfDestination.isEmpty
        ? table.intervening(from: i) : (0..<n).map { nearOfDestination[$0 * n + i] }
      for (j, p) in probabilities(law, table, from: i, s).enumerated() { row[j] = outflows[i] * p }
    }
    return (0..<n).flatMap { j in (0..<n).map { byOrigin[$0 * n + j] } }
  }

  /// s around every area, area after area.
  static func intervening(_ table: OpportunityTable) -> [Double] {
    let n = table.areas.count
    return parallelFill(slabs: n, length: n) { i, row in
      for (j, value) in table.intervening(from: i).enumerated() { row[j] = value }
    }
  }

  /// The law as a seed under the constraints of the interaction family (Lenormand, Bassolas & Ramasco 2016): the
  /// probabilities, times the mass of the origin where origins are not constrained, brought to the margins.
  ///
  /// - Throws: `Faults`: a margin that is needed and not there, or why no table has the margins.
  public static func constrained(
    _ law: OpportunityLaw, _ table: OpportunityTable,
    _ constraint: InteractionSpecification.Constraint, margins: InteractionMargins
  ) throws -> InteractionFlows {
    let seed = flows(law, table, outflows: table.masses)
    let pairs = try InteractionTable(
      origins: table.areas, destinations: table.areas, costs: seed.map { _ in 1 },
      diagonal: .closed, closed: Set(seed.indices.filter { seed[$0] == 0 }))
    return try InteractionFlows(log(seed), pairs, constraint, margins, start: nil)
  }
}
