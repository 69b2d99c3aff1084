public import Demography
import Export
import FlowModels

/// What `agyn flows score` is asked for.
public struct FlowScoreRequest: Sendable {
  /// What was observed, and the tables held against it.
  public var observed: String
  public var fitted: [String]
  /// Distances in the shape of the flows, for the mean distance moved.
  public var distance: String?
  /// Whether flows within an area count.
  public var hasDiagonal: Bool
  /// Whether areas that a table does not have mean flows of 0; a fault otherwise.
  public var absentIsZero: Bool

  public init(
    observed: String, fitted: [String], distance: String?, hasDiagonal: Bool, absentIsZero: Bool
  ) {
    self.observed = observed
    self.fitted = fitted
    self.distance = distance
    self.hasDiagonal = hasDiagonal
    self.absentIsZero = absentIsZero
  }
}

extension ResearchFlows {
  /// Scores of a table of flows with their cards.
  public static var scores: [Card] { FlowScoreCatalogue.tables.map(\.card) }

  /// How near one or more tables of flows are to an observed one, by every score of the catalogue.
  ///
  /// Where a score has no finite value, because it divides by flows that are 0, its cell is empty and a
  /// line names it.
  public static func score(_ request: FlowScoreRequest) throws -> ResearchAnswer {
    let (flows, read) = try seconds { try matched(request) }
    let names = columnNames(request.fitted)
    let observed = flows.values[0]
    guard observed.contains(where: { $0 > 0 }) else {
      throw Fault(.badData, "flows.all-zero", ["column": "value", "file": request.observed])
    }
    let (values, fitting) = seconds {
      (0..<names.count).map { k in
        FlowScoreCatalogue.tables.map { score -> Double in
          guard case .table(let measure) = score.measure else { return .nan }
          return measure(observed, flows.values[k + 1])
        }
      }
    }
    let cards = FlowScoreCatalogue.tables
    let totals = flows.values.dropFirst().prefix(names.count).map { $0.reduce(0, +) }
    var rows: [(name: String, best: Double?, values: [Double])] = cards.indices.map { s in
      (cards[s].card.id, cards[s].ideal, values.map { $0[s] })
    }
    let margins = marginErrors(flows, names.count)
    rows.append(("mae_departures", 0, margins.map(\.departures)))
    rows.append(("mae_arrivals", 0, margins.map(\.arrivals)))
    rows.append(("mae_net", 0, margins.map(\.net)))
    rows.append(("total", observed.reduce(0, +), Array(totals)))
    if request.distance != nil, let distances = flows.values.last {
      let moved = flows.values.dropLast().map {
        FlowScores.meanDistance($0, distances: distances)
      }
      rows.append(("mean_distance", moved[0], Array(moved.dropFirst())))
    }
    let undefined = rows.filter { $0.values.contains { !$0.isFinite } }.map(\.name)
    let table = Table(
      "scores",
      [.text("score", rows.map(\.name)), .real("ideal", rows.map(\.best))]
        + names.indices.map { k in
          .real(names[k], rows.map { $0.values[k].isFinite ? $0.values[k] : nil })
        })
    let pairs = Table(
      "pairs",
      [
        .text("origin", flows.origins), .text("destination", flows.destinations),
        .real("observed", observed),
      ] + names.indices.map { .real(names[$0], flows.values[$0 + 1]) })
    return ResearchAnswer(
      [table],
      notes: [
        (
          request.hasDiagonal ? "flows.score.all" : "flows.score.between",
          ["pairs": "\(observed.count)", "zeros": "\(observed.count { $0 == 0 })"]
        )
      ]
        + (undefined.isEmpty
          ? []
          : [("flows.score.undefined", ["scores": undefined.joined(separator: ", ")])]),
      json: .members([
        ("schema", .integer(1)), ("scores", .array(rowObjects(table))),
        ("pairs", .array(rowObjects(pairs))),
        ("undefined", .array(undefined.map { .string($0) })),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// Errors of the totals of areas, for each of the tables held against the first.
  private static func marginErrors(
    _ flows: MatchedFlows, _ count: Int
  ) -> [FlowScores.MarginErrors] {
    var place: [String: Int] = [:]
    for name in flows.origins + flows.destinations where place[name] == nil {
      place[name] = place.count
    }
    let pairs = zip(flows.origins, flows.destinations).map {
      FlowPanel.Pair(origin: place[$0] ?? 0, destination: place[$1] ?? 0)
    }
    return (0..<count).map {
      FlowScores.marginErrors(
        flows.values[0], flows.values[$0 + 1], pairs: pairs, areas: place.count)
    }
  }

  private static func matched(_ request: FlowScoreRequest) throws -> MatchedFlows {
    let observed = try LabelledMatrix(grid: UserFile.grid(request.observed))
    let fill = request.absentIsZero ? 0.0 : nil
    let fitted = try request.fitted.map {
      (name: $0, table: try LabelledMatrix(grid: UserFile.grid($0)), fill: fill)
    }
    // A distance that is not known is not 0.
    let distance = try request.distance.map {
      (name: $0, table: try LabelledMatrix(grid: UserFile.grid($0)), fill: Double?.none)
    }
    let flows = try observed.matched(
      with: fitted + (distance.map { [$0] } ?? []), named: request.observed, fill: fill,
      withDiagonal: request.hasDiagonal)
    if let path = request.distance, distance?.table.isLong == true {
      try checkDistances(of: flows, in: path)
    }
    return flows
  }

  /// - Throws: `Faults` with `score.no-distance` for pairs with flows of which a file of pairs has no row.
  private static func checkDistances(of flows: MatchedFlows, in path: String) throws {
    let data = try FlowData(grid: UserFile.grid(path))
    let known = Set((0..<data.count).map { Array(data.texts(row: $0).prefix(2)) })
    let faults = flows.origins.indices.filter { k in
      flows.values.dropLast().contains { $0[k] > 0 }
        && !known.contains([flows.origins[k], flows.destinations[k]])
    }.map {
      Fault(
        .badData, "score.no-distance",
        [
          "origin": flows.origins[$0], "destination": flows.destinations[$0], "file": path,
        ])
    }
    if !faults.isEmpty { throw Faults(Array(faults.prefix(100))) }
  }

  /// What the columns of the files are called: their names without folder and ending, numbered where
  /// two are the same or a column of the table is called so.
  private static func columnNames(_ files: [String]) -> [String] {
    var taken: Set<String> = ["score", "ideal", "origin", "destination", "observed"]
    return files.map { file in
      let last = file.split(separator: "/").last.map(String.init) ?? file
      let name = last.split(separator: ".").first.map(String.init) ?? last
      var tried = name
      var number = 2
      while !taken.insert(tried).inserted {
        tried = "\(name)_\(number)"
        number += 1
      }
      return tried
    }
  }
}
