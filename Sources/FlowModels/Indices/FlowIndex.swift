public import Demography

/// One number that says something of a whole migration system.
public struct FlowIndex: Sendable {
  /// What an index needs besides flows.
  public enum Need: Hashable, Sendable {
    case population
    case distance
  }

  public let card: Card
  public let needs: Set<Need>
  /// What the index is multiplied by when all flows are: `flows^degree`.
  public let degree: Double
  /// Where the index can lie.
  public let range: ClosedRange<Double>
  private let compute: @Sendable (MigrationSystem) throws(BalancingError) -> Double

  init(
    _ id: String, _ reference: String, needs: Set<Need> = [], degree: Double = 0,
    range: ClosedRange<Double> = 0 ... .infinity,
    _ compute: @escaping @Sendable (MigrationSystem) throws(BalancingError) -> Double
  ) {
    card = Card(catalogue: "index", id: id, reference: reference)
    self.needs = needs
    self.degree = degree
    self.range = range
    self.compute = compute
  }

  /// Whether the system holds what the index needs.
  public func applies(to system: MigrationSystem) -> Bool {
    needs.allSatisfy { need in
      switch need {
      case .population: system.population != nil
      case .distance: system.distance != nil
      }
    }
  }

  /// - Throws: `Faults`: `index.needs-population`, `index.needs-distance`, or why expected flows cannot
  ///   be found.
  public func value(of system: MigrationSystem) throws -> Double {
    if needs.contains(.population), system.population == nil {
      throw Faults(Fault(.missingInput, "index.needs-population", ["index": card.id]))
    }
    if needs.contains(.distance), system.distance == nil {
      throw Faults(Fault(.missingInput, "index.needs-distance", ["index": card.id]))
    }
    do throws(BalancingError) {
      return try compute(system)
    } catch {
      throw Faults(error.fault(origins: system.areas, destinations: system.areas))
    }
  }
}
