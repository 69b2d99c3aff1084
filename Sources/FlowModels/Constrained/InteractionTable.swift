import Demography

/// Origins, destinations and the costs between them; which pairs may have a flow.
///
/// The table may be rectangular. The diagonal, a pair of an area with itself, is closed unless intrazonal
/// costs are given: no cost of 0 is ever put in its place.
public struct InteractionTable: Hashable, Sendable {
  /// What is done with pairs whose origin and destination are the same area.
  public enum Diagonal: Hashable, Sendable {
    /// They have no flow in the model.
    case closed
    /// They have, at these costs by area.
    case intrazonal([String: Double])
  }

  public let origins: [String]
  public let destinations: [String]
  /// `origins · destinations`, origin fastest; of closed pairs NaN.
  public let costs: [Double]
  /// Whether a pair may have a flow; in the order of `costs`.
  public let isOpen: [Bool]

  /// - Parameters:
  ///   - costs: `origins · destinations`, origin fastest, in any one unit; of the diagonal not read.
  ///   - closed: indices of further pairs that have no flow in the model, structural zeros.
  /// - Throws: `Faults` with every open pair whose cost is missing or not positive and every area without an
  ///   intrazonal cost.
  public init(
    origins: [String], destinations: [String], costs: [Double], diagonal: Diagonal,
    closed: Set<Int> = []
  ) throws {
    precondition(
      costs.count == origins.count * destinations.count,
      "\(costs.count) costs for \(origins.count) origins and \(destinations.count) destinations")
    var faults: [Fault] = []
    var values = costs
    var isOpen = [Bool](repeating: true, count: costs.count)
    for (j, to) in destinations.enumerated() {
      for (i, from) in origins.enumerated() {
        let cell = j * origins.count + i
        if closed.contains(cell) {
          isOpen[cell] = false
        } else if from == to {
          switch diagonal {
          case .closed: isOpen[cell] = false
          case .intrazonal(let own):
            values[cell] = own[from] ?? .nan
            if own[from] == nil {
              faults.append(Fault(.badData, "interaction.no-intrazonal", ["area": from]))
              continue
            }
          }
        }
        if !isOpen[cell] {
          values[cell] = .nan
        } else if !(values[cell] > 0 && values[cell] < .infinity) {
          faults.append(
            Fault(
              .badData, "interaction.bad-cost",
              ["origin": from, "destination": to, "found": text(values[cell])]))
        }
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.init(origins, destinations, values, isOpen)
  }

  private init(
    _ origins: [String], _ destinations: [String], _ costs: [Double], _ isOpen: [Bool]
  ) {
    self.origins = origins
    self.destinations = destinations
    self.costs = costs
    self.isOpen = isOpen
  }

  public var count: Int { costs.count }

  /// Index of a pair in `costs` and every table of flows.
  public func index(_ i: Int, _ j: Int) -> Int { j * origins.count + i }

  /// The same pairs with the roles of origin and destination exchanged.
  public var transposed: InteractionTable {
    InteractionTable(
      destinations, origins, transposing(costs), transposing(isOpen))
  }

  /// A table in this order, in the order of `transposed`.
  public func transposing<T>(_ values: [T]) -> [T] {
    precondition(values.count == count, "\(values.count) values for \(count) pairs")
    return origins.indices.flatMap { i in destinations.indices.map { values[index(i, $0)] } }
  }

  /// Cells of one origin alone.
  func only(origin i: Int) -> InteractionTable {
    InteractionTable([origins[i]], destinations, row(costs, i), row(isOpen, i))
  }

  func row<T>(_ values: [T], _ i: Int) -> [T] { destinations.indices.map { values[index(i, $0)] } }
}
