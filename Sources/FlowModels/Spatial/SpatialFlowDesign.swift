public import Demography
public import Kernel

/// Areas with their attributes, for one end of the flows.
public struct SpatialAreas: Hashable, Sendable {
  public let names: [String]
  /// One value for each area, by attribute.
  public let attributes: [String: [Double]]
  public let weights: SpatialWeights

  public init(names: [String], attributes: [String: [Double]], weights: SpatialWeights) {
    precondition(names.count == weights.count, "\(names.count) names, \(weights.count) areas")
    precondition(
      attributes.values.allSatisfy { $0.count == names.count }, "attributes of another length")
    self.names = names
    self.attributes = attributes
    self.weights = weights
  }
}

/// Which regressors a spatial model of flows takes, in the manner of Dargel (2021).
public struct SpatialTerms: Hashable, Sendable {
  /// Attributes of the destination: `D_x`, and their spatial lags `D_x.lag1`.
  public var destination: [String]
  /// Attributes of the origin: `O_x`, and their spatial lags `O_x.lag1`.
  public var origin: [String]
  /// Attributes that count only for flows inside an area: `I_x`.
  public var inside: [String]
  /// Whether flows inside an area have a constant of their own, `(Intra)`.
  public var hasIntra: Bool
  public var hasLags: Bool

  public init(
    destination: [String], origin: [String], inside: [String] = [], hasIntra: Bool = true,
    hasLags: Bool = true
  ) {
    self.destination = destination
    self.origin = origin
    self.inside = inside
    self.hasIntra = hasIntra
    self.hasLags = hasLags
  }
}

/// The response, the regressors and the neighbourhoods of a spatial model of flows.
public struct SpatialFlowDesign: Hashable, Sendable {
  /// Where a column of the regressors comes from, so that an attribute can be changed later.
  enum Source: Hashable, Sendable {
    case constant, intra
    case destination(String, isLag: Bool)
    case origin(String, isLag: Bool)
    case inside(String)
    case pair
  }

  public let origins: SpatialAreas
  public let destinations: SpatialAreas
  public let lags: FlowLags
  /// In the order of `lags`.
  public let response: [Double]
  /// A row for each pair.
  public let regressors: Matrix
  public let columnNames: [String]
  let sources: [Source]

  /// Names of the areas of each pair, in the order of the response.
  public var pairs: [(origin: String, destination: String)] {
    response.indices.map { row in
      let pair = lags.pair(row)
      return (origins.names[pair.origin], destinations.names[pair.destination])
    }
  }

  /// Builds the columns `(Intercept)`, `(Intra)`, `D_…`, `O_…`, `I_…`, `P_…`, in this order, each
  /// attribute followed by its lag over the areas' weights.
  ///
  /// - Parameters:
  ///   - pairs: observed pairs by number; every pair once, in any order. All of them, or some.
  ///   - response: of each pair, finite.
  ///   - pairVariables: variables of the pair itself, such as the logarithm of distance.
  /// - Throws: `Fault` `spatial.pair-twice`, `spatial.attribute-unknown`, `spatial.not-finite`.
  public init(
    origins: SpatialAreas, destinations: SpatialAreas,
    pairs: [(origin: Int, destination: Int)], response: [Double], terms: SpatialTerms,
    pairVariables: [(name: String, values: [Double])] = []
  ) throws(Fault) {
    precondition(
      response.count == pairs.count && pairVariables.allSatisfy { $0.values.count == pairs.count },
      "values for another number of pairs")
    self.origins = origins
    self.destinations = destinations
    let order = try Self.order(pairs, origins, destinations)
    let ordered = order.map { pairs[$0] }
    lags = FlowLags(origins: origins.weights, destinations: destinations.weights, pairs: ordered)
    self.response = order.map { response[$0] }
    var names: [String] = []
    var sources: [Source] = []
    var values: [Double] = []
    for (name, source) in Self.columns(terms) {
      names.append(name)
      sources.append(source)
      values += try Self.values(source, origins, destinations, ordered)
    }
    for variable in pairVariables {
      names.append("P_" + variable.name)
      sources.append(.pair)
      values += order.map { variable.values[$0] }
    }
    columnNames = names
    self.sources = sources
    regressors = Matrix(rows: pairs.count, columns: names.count, values: values)
    guard regressors.isFinite, self.response.allSatisfy(\.isFinite) else {
      throw Fault(.badData, "spatial.not-finite", ["columns": names.joined(separator: ", ")])
    }
  }

  /// Number of observed pairs.
  public var count: Int { response.count }

  /// Names of the two ends of a row.
  public func pair(_ row: Int) -> (origin: String, destination: String) {
    let (i, j) = lags.pair(row)
    return (origins.names[i], destinations.names[j])
  }

  private static func order(
    _ pairs: [(origin: Int, destination: Int)], _ origins: SpatialAreas,
    _ destinations: SpatialAreas
  ) throws(Fault) -> [Int] {
    let cells = pairs.map { $0.destination + $0.origin * destinations.names.count }
    let order = pairs.indices.sorted { cells[$0] < cells[$1] }
    for (first, second) in zip(order, order.dropFirst()) where cells[first] == cells[second] {
      throw Fault(
        .badData, "spatial.pair-twice",
        [
          "origin": origins.names[pairs[first].origin],
          "destination": destinations.names[pairs[first].destination],
        ])
    }
    return order
  }

  private static func columns(_ terms: SpatialTerms) -> [(String, Source)] {
    var columns: [(String, Source)] = [("(Intercept)", .constant)]
    if terms.hasIntra { columns.append(("(Intra)", .intra)) }
    for name in terms.destination {
      columns.append(("D_\(name)", .destination(name, isLag: false)))
      if terms.hasLags { columns.append(("D_\(name).lag1", .destination(name, isLag: true))) }
    }
    for name in terms.origin {
      columns.append(("O_\(name)", .origin(name, isLag: false)))
      if terms.hasLags { columns.append(("O_\(name).lag1", .origin(name, isLag: true))) }
    }
    return columns + terms.inside.map { ("I_\($0)", .inside($0)) }
  }

  private static func values(
    _ source: Source, _ origins: SpatialAreas, _ destinations: SpatialAreas,
    _ pairs: [(origin: Int, destination: Int)]
  ) throws(Fault) -> [Double] {
    func attribute(_ name: String, _ areas: SpatialAreas, isLag: Bool) throws(Fault) -> [Double] {
      guard let values = areas.attributes[name] else {
        let known = areas.attributes.keys.sorted()
        throw Fault(
          .usage, "spatial.attribute-unknown",
          [
            "attribute": name, "nearest": nearest(to: name, in: known) ?? "",
            "known": known.joined(separator: ", "),
          ])
      }
      return isLag ? areas.weights.times(values) : values
    }
    func isIntra(_ pair: (origin: Int, destination: Int)) -> Bool {
      origins.names[pair.origin] == destinations.names[pair.destination]
    }
    switch source {
    case .constant, .pair: return [Double](repeating: 1, count: pairs.count)
    case .intra: return pairs.map { isIntra($0) ? 1 : 0 }
    case .destination(let name, let isLag):
      let values = try attribute(name, destinations, isLag: isLag)
      return pairs.map { values[$0.destination] }
    case .origin(let name, let isLag):
      let values = try attribute(name, origins, isLag: isLag)
      return pairs.map { values[$0.origin] }
    case .inside(let name):
      let values = try attribute(name, destinations, isLag: false)
      return pairs.map { isIntra($0) ? values[$0.destination] : 0 }
    }
  }
}
