import Demography

/// Areas with their masses and the distances between them: what models of opportunities know.
///
/// Every area is origin and destination; the diagonal is never a pair.
public struct OpportunityTable: Hashable, Sendable {
  /// How much of a mass lies nearer than another at the same distance of the origin.
  public enum Ties: String, Hashable, Sendable, CaseIterable {
    /// Half of it: tied destinations share the place, whatever their order in the file.
    case half
    /// Nothing: only what is strictly nearer intervenes.
    case strictlyNearer
  }

  public let areas: [String]
  /// m, positive: people or jobs, in any unit.
  public let masses: [Double]
  /// `areas · areas`, origin fastest, not negative; the diagonal is not read.
  public let distances: [Double]
  public let ties: Ties

  /// - Throws: `Faults` with every mass that is not positive and every distance that is missing or negative.
  public init(areas: [String], masses: [Double], distances: [Double], ties: Ties) throws {
    let n = areas.count
    precondition(masses.count == n, "\(masses.count) masses of \(n) areas")
    precondition(distances.count == n * n, "\(distances.count) distances between \(n) areas")
    var faults = areas.indices.filter { !(masses[$0] > 0 && masses[$0] < .infinity) }.map {
      Fault(.badData, "interaction.bad-mass", ["area": areas[$0], "found": text(masses[$0])])
    }
    for j in 0..<n {
      for i in 0..<n where i != j && !(distances[j * n + i] >= 0) {
        faults.append(
          Fault(
            .badData, "opportunity.bad-distance",
            [
              "origin": areas[i], "destination": areas[j], "found": text(distances[j * n + i]),
            ]))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.areas = areas
    self.masses = masses
    self.distances = distances
    self.ties = ties
  }

  public var total: Double { masses.reduce(0, +) }

  /// Departures of every area over all pairs of different areas.
  ///
  /// - Parameter flows: `areas · areas`, origin fastest; the diagonal is not read.
  /// - Throws: `Faults` for every flow that is missing or negative.
  public func outflows(of flows: [Double]) throws -> [Double] {
    let n = areas.count
    precondition(flows.count == n * n, "\(flows.count) flows between \(n) areas")
    var outflows = [Double](repeating: 0, count: n)
    var faults: [Fault] = []
    for j in 0..<n {
      for i in 0..<n where i != j {
        let flow = flows[j * n + i]
        if flow >= 0, flow < .infinity {
          outflows[i] += flow
        } else {
          faults.append(
            Fault(
              .badData, "interaction.bad-flow",
              ["origin": areas[i], "destination": areas[j], "found": text(flow)]))
        }
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    return outflows
  }

  /// s of one origin: the mass nearer to it than each destination, origin and destination left out.
  ///
  /// - Returns: one value for each area, 0 for the origin itself.
  /// - Complexity: O(areas log areas)
  public func intervening(from i: Int) -> [Double] {
    let n = areas.count
    let order = (0..<n).filter { $0 != i }.sorted { a, b in
      let (near, far) = (distances[a * n + i], distances[b * n + i])
      return near != far ? near < far : a < b
    }
    var s = [Double](repeating: 0, count: n)
    var nearer = 0.0
    var start = 0
    while start < order.count {
      let d = distances[order[start] * n + i]
      var end = start
      var tied = 0.0
      while end < order.count, distances[order[end] * n + i] == d {
        tied += masses[order[end]]
        end += 1
      }
      for j in order[start..<end] {
        s[j] = nearer
        if ties == .half, end - start > 1 { s[j] += 0.5 * (tied - masses[j]) }
      }
      nearer += tied
      start = end
    }
    return s
  }
}
