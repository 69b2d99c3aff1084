import Demography
import Kernel

/// The three tables a spatial model of flows is read from, and the names of their columns.
public struct SpatialTables: Sendable {
  /// One row for each observed pair.
  public var flows: FlowData
  public var origin: String
  public var destination: String
  /// One row for each area, with its attributes.
  public var areas: FlowData
  public var area: String
  /// One row for each link: area, neighbour and, in a third column if there is one, its weight. Areas by
  /// name, or by their row in the table of areas from 1 where no area has that name.
  public var neighbours: FlowData
  /// Whether weights are divided by their sum over each area's neighbours.
  public var isNormalised: Bool
  /// Areas that flows run to, with their attributes and links, where they are others than those that flows
  /// leave, such as countries abroad; the column of names is the same.
  public var destinationSide: (areas: FlowData, neighbours: FlowData)?

  public init(
    flows: FlowData, origin: String, destination: String, areas: FlowData, area: String,
    neighbours: FlowData, isNormalised: Bool
  ) {
    self.flows = flows
    self.origin = origin
    self.destination = destination
    self.areas = areas
    self.area = area
    self.neighbours = neighbours
    self.isNormalised = isNormalised
  }

  /// The design of these tables.
  ///
  /// Responses and variables are written as in a formula, `log(flow + 1)`, those of areas also as
  /// `clog(income)`, the logarithm less its mean over areas.
  /// - Parameters:
  ///   - response: of a pair, over the columns of the flows.
  ///   - terms: flows inside areas have a constant of their own only where there are any.
  ///   - pairVariables: likewise.
  /// - Throws: `Faults`: an unknown column, a cell that is no number, an area named twice or unknown;
  ///   `Fault` as `SpatialWeights.init` and `SpatialFlowDesign.init`.
  public func design(
    response: String, terms: SpatialTerms, pairVariables: [String]
  ) throws -> SpatialFlowDesign {
    let ofDestination = terms.destination + terms.inside
    let origins: SpatialAreas
    let destinations: SpatialAreas
    if let other = destinationSide {
      origins = try side(areas, neighbours, terms.origin)
      destinations = try side(other.areas, other.neighbours, ofDestination)
    } else {
      origins = try side(areas, neighbours, terms.origin + ofDestination)
      destinations = origins
    }
    func place(_ side: SpatialAreas) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: side.names.enumerated().map { ($1, $0) })
    }
    let from = try Self.numbers(flows, origin, place(origins), origins.names)
    let to = try Self.numbers(flows, destination, place(destinations), destinations.names)
    let pairs = zip(from, to).map { (origin: $0, destination: $1) }
    var terms = terms
    if !pairs.contains(where: { origins.names[$0.origin] == destinations.names[$0.destination] }) {
      terms.hasIntra = false
    }
    return try SpatialFlowDesign(
      origins: origins, destinations: destinations, pairs: pairs,
      response: try Self.values(response, flows), terms: terms,
      pairVariables: try pairVariables.map { (name: $0, values: try Self.values($0, flows)) })
  }

  /// The areas of one end.
  private func side(
    _ areas: FlowData, _ neighbours: FlowData, _ terms: [String]
  ) throws -> SpatialAreas {
    let names = try texts(areas, area)
    let repeated = LabelledMatrix.repeated(names) { areas.place(row: $0, column: 0) }
    guard repeated.isEmpty else { throw Faults(repeated) }
    var attributes: [String: [Double]] = [:]
    for term in terms where attributes[term] == nil {
      attributes[term] = try Self.values(term, areas)
    }
    return SpatialAreas(
      names: names, attributes: attributes,
      weights: try Self.weights(neighbours, names, takesRows: true, isNormalised: isNormalised))
  }

  private func texts(_ data: FlowData, _ column: String) throws -> [String] {
    let index = try data.index(of: column, namedAt: nil)
    return (0..<data.count).map { data.text(row: $0, column: index) }
  }

  /// Areas by number.
  private static func numbers(
    _ data: FlowData, _ column: String, _ place: [String: Int], _ names: [String]
  ) throws -> [Int] {
    let index = try data.index(of: column, namedAt: nil)
    var faults: [Fault] = []
    let numbers = (0..<data.count).map { row -> Int in
      let text = data.text(row: row, column: index)
      if let number = place[text] { return number }
      if faults.count < 100 {
        faults.append(
          Fault(
            .badData, "spatial.area-unknown",
            ["area": text, "nearest": nearest(to: text, in: names) ?? ""],
            at: data.place(row: row, column: index)))
      }
      return 0
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return numbers
  }

  /// Who is whose neighbour, from a table of links: area, neighbour and, in a third column if there is one,
  /// its weight.
  ///
  /// - Parameters:
  ///   - names: of the areas, none twice.
  ///   - takesRows: whether a number that is no name is the row of an area, from 1.
  /// - Throws: `Faults` of the table; `Fault` as `SpatialWeights.init`.
  public static func weights(
    _ neighbours: FlowData, _ names: [String], takesRows: Bool = false, isNormalised: Bool
  ) throws -> SpatialWeights {
    guard neighbours.columnNames.count >= 2 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": neighbours.file]))
    }
    var place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    if takesRows {
      // Row numbers stand beside names; a name comes first.
      place.merge(names.indices.map { ("\($0 + 1)", $0) }) { named, _ in named }
    }
    let from = try numbers(neighbours, neighbours.columnNames[0], place, names)
    let to = try numbers(neighbours, neighbours.columnNames[1], place, names)
    let weights =
      neighbours.columnNames.count > 2
      ? try neighbours.numbers(2) : [Double](repeating: 1, count: neighbours.count)
    let links = from.indices.map { SpatialWeights.Link(from[$0], to[$0], weights[$0]) }
    let W = try SpatialWeights(count: names.count, links: links)
    return isNormalised ? W.rowNormalised : W
  }

  /// The values of an expression in every row.
  private static func values(_ text: String, _ data: FlowData) throws -> [Double] {
    if text.hasPrefix("clog("), text.hasSuffix(")") {
      let logs = try values(String(text.dropFirst()), data)
      let mean = Statistics.mean(logs)
      return logs.map { $0 - mean }
    }
    let expression = try Formula.parse("\(text) ~ 1").response.expression
    return expression.values(try data.inputs(of: [expression]), count: data.count)
  }
}
