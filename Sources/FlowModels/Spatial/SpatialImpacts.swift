import Demography
import Kernel

/// What a change of one area's attribute does to expected flows, sorted by where the flows run.
public struct SpatialImpact: Hashable, Sendable {
  /// Over flows that leave the area for another.
  public var origin = 0.0
  /// Over flows that come to the area from another.
  public var destination = 0.0
  /// Over flows inside the area.
  public var intra = 0.0
  /// Over flows that do not touch the area: what passes through the network of neighbours.
  public var network = 0.0

  public var total: Double { origin + destination + intra + network }
}

extension SpatialFlowFit {
  /// The change of every expected flow when one area's attribute changes, by taking the difference of
  /// the expected flows before and after.
  ///
  /// Every regressor that is made of the attribute changes with it: at both ends, inside, and in the
  /// lags of the neighbours. The area is the one of this name among origins and destinations.
  /// - Parameters:
  ///   - attribute: as in the terms of the design.
  ///   - change: added to the attribute, in its own unit.
  /// - Returns: in the order of the design.
  /// - Throws: `Fault` `spatial.attribute-unknown`, `spatial.outside`, `spatial.unsolved`.
  public func effect(of attribute: String, in area: String, change: Double) throws -> [Double] {
    func step(_ areas: SpatialAreas) -> [Double] {
      areas.names.map { $0 == area ? change : 0 }
    }
    let atOrigin = step(design.origins)
    let atDestination = step(design.destinations)
    guard (atOrigin + atDestination).contains(where: { $0 != 0 }) || change == 0,
      design.sources.contains(where: { $0.attribute == attribute })
    else {
      let known = design.sources.compactMap(\.attribute)
      throw Fault(
        .usage, "spatial.attribute-unknown",
        [
          "attribute": "\(attribute) (\(area))", "nearest": nearest(to: attribute, in: known) ?? "",
          "known": Array(Set(known)).sorted().joined(separator: ", "),
        ])
    }
    let lagOrigin = design.origins.weights.times(atOrigin)
    let lagDestination = design.destinations.weights.times(atDestination)
    let delta = delta
    var direct = [Double](repeating: 0, count: design.count)
    for (column, source) in design.sources.enumerated() where source.attribute == attribute {
      for row in direct.indices {
        let (i, j) = design.lags.pair(row)
        let moved: Double
        switch source {
        case .destination(_, let isLag): moved = isLag ? lagDestination[j] : atDestination[j]
        case .origin(_, let isLag): moved = isLag ? lagOrigin[i] : atOrigin[i]
        case .inside: moved = design.isIntra(row) ? atDestination[j] : 0
        case .constant, .intra, .pair: moved = 0
        }
        direct[row] += delta[column] * moved
      }
    }
    return try expected(direct)
  }

  /// The mean over areas of what one unit more of an attribute in one area does (LeSage &
  /// Thomas-Agnan 2015), summed over the flows it reaches.
  ///
  /// With the same areas at both ends and every pair observed all areas are summed at once, through a series
  /// in the powers of the weights; elsewhere, and where the series does not end, area by area.
  ///
  /// - Complexity: of the series O(degree · links · areas); else one solution of the system for each area,
  ///   in parallel.
  /// - Throws: as `effect`.
  public func impacts(of attribute: String) throws -> SpatialImpact {
    try impacts(of: attribute, powers: nil, threads: nil)
  }

  func impacts(
    of attribute: String, powers: PowerSums?, threads: Int?
  ) throws -> SpatialImpact {
    if design.sources.contains(where: { $0.attribute == attribute }),
      let found = impactsBySeries(of: attribute, powers: powers)
    {
      return found
    }
    let areas = Array(Set(design.origins.names + design.destinations.names)).sorted()
    let each: [SpatialImpact] = try parallelMap(areas.count, threads: threads) { k in
      sorted(try effect(of: attribute, in: areas[k], change: 1), by: areas[k])
    }
    var mean = SpatialImpact()
    let n = Double(areas.count)
    for impact in each {
      mean.origin += impact.origin / n
      mean.destination += impact.destination / n
      mean.intra += impact.intra / n
      mean.network += impact.network / n
    }
    return mean
  }

  /// Sums changes of flows by how they touch an area.
  public func sorted(_ changes: [Double], by area: String) -> SpatialImpact {
    precondition(changes.count == design.count, "\(changes.count) changes")
    var impact = SpatialImpact()
    for (row, change) in changes.enumerated() {
      let (origin, destination) = design.pair(row)
      switch (origin == area, destination == area) {
      case (true, true): impact.intra += change
      case (true, false): impact.origin += change
      case (false, true): impact.destination += change
      case (false, false): impact.network += change
      }
    }
    return impact
  }
}

extension SpatialFlowDesign {
  func isIntra(_ row: Int) -> Bool {
    let (origin, destination) = pair(row)
    return origin == destination
  }
}

extension SpatialFlowDesign.Source {
  /// The attribute of an area that the column is made of.
  var attribute: String? {
    switch self {
    case .destination(let name, _), .origin(let name, _), .inside(let name): name
    case .constant, .intra, .pair: nil
    }
  }
}
