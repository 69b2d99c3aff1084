public import Demography
import Glibc

/// The figures an OD specification is applied to, in the order of the area codes.
public struct ODInputs: Hashable, Sendable {
  /// A share with its range.
  struct Share: Hashable, Sendable {
    let value: Double
    let range: ClosedRange<Double>
  }

  /// A known cell as a share of the origin's departures or the destination's arrivals.
  struct Cell: Hashable, Sendable {
    let origin: Int
    let destination: Int
    let isOfArrivals: Bool
    let share: Share
  }

  /// Codes, sorted.
  public let areas: [String]
  public let period: Period
  /// Arrivals and departures within the country, moves inside the area included.
  public let arrivals: [Double]
  public let departures: [Double]
  /// Kilometres between capitals, origin fastest.
  public let distances: [Double]
  public let isAdjacent: [Bool]
  let nationalShare: Share
  /// `nil` for areas of which no share is known.
  let shares: [Share?]
  let cells: [Cell]

  /// - Parameters:
  ///   - observations: what is known; those of other measures are passed over.
  ///   - regions: areas with attributes `lat` and `lon` in degrees.
  ///   - adjacency: pairs of codes, either way round.
  /// - Throws: `Faults` for totals, shares or cells that the specification needs and nobody states.
  public init(
    _ specification: ODSpecification, observations: [Observation], regions: Codelist,
    adjacency: [(String, String)]
  ) throws {
    let figures = FlowFigures(observations, period: specification.period)
    let list = regions.valid(on: specification.period.firstDay)
    var faults: [Fault] = []
    areas = list.codes.map(\.id)
    period = specification.period
    arrivals = figures.margins("FLOW_IN", areas, &faults)
    departures = figures.margins("FLOW_OUT", areas, &faults)
    let points = list.codes.map { code -> (Double, Double) in
      guard let lat = code.attributes["lat"].flatMap({ Double($0) }),
        let lon = code.attributes["lon"].flatMap({ Double($0) })
      else {
        faults.append(Fault(.badData, "od.no-coordinates", ["area": code.id]))
        return (0, 0)
      }
      return (lat, lon)
    }
    distances = points.flatMap { to in points.map { from in Self.kilometres(from, to) } }
    let n = areas.count
    var isAdjacent = [Bool](repeating: false, count: n * n)
    for (a, b) in adjacency {
      guard let i = list.index(of: a), let j = list.index(of: b) else { continue }
      isAdjacent[j * n + i] = true
      isAdjacent[i * n + j] = true
    }
    self.isAdjacent = isAdjacent
    nationalShare = figures.national(specification, &faults)
    var shares = [Share?](repeating: nil, count: n)
    for share in specification.shares {
      guard let i = Self.index(share.area, list, share.place, &faults) else { continue }
      shares[i] = figures.share(share, &faults)
    }
    self.shares = shares
    cells = specification.cells.compactMap { cell in
      guard let i = Self.index(cell.origin, list, cell.place, &faults),
        let j = Self.index(cell.destination, list, cell.place, &faults),
        let share = figures.cell(cell, &faults)
      else { return nil }
      return Cell(origin: i, destination: j, isOfArrivals: cell.base == .arrivals, share: share)
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  private static func index(
    _ code: String, _ list: Codelist, _ place: Place, _ faults: inout [Fault]
  ) -> Int? {
    if let index = list.index(of: code) { return index }
    faults.append(
      Fault(
        .badConfiguration, "od.unknown-area",
        ["area": code, "nearest": nearest(to: code, in: list.codes.map(\.id)) ?? ""], at: place))
    return nil
  }

  /// Great-circle distance on a sphere of radius 6371 km (haversine).
  static func kilometres(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
    let radians = Double.pi / 180
    let u = sin((b.0 - a.0) * radians / 2)
    let v = sin((b.1 - a.1) * radians / 2)
    let h = u * u + cos(a.0 * radians) * cos(b.0 * radians) * v * v
    return 2 * 6371 * asin(min(1, h.squareRoot()))
  }
}
