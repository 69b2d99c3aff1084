import Demography
import FlowModels
import Kernel

extension ResearchFlows {
  static func fromNet(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    try [
      GivenOption("--start", request.start), GivenOption("--end", request.end),
      GivenOption("--births", request.births), GivenOption("--deaths", request.deaths),
      GivenOption("--weight", request.weight), GivenOption("--draws", request.draws),
      GivenOption("--variation", request.variation),
      GivenOption("--persistence", request.persistence),
    ].refuse(with: "--method \(request.method)", for: "--method minimum")
    let (input, read) = try seconds {
      (
        try LabelledMatrix(grid: UserFile.grid(file(request.seed, "--seed", request))),
        try LabelledMargin(
          grid: UserFile.grid(file(request.net, "--net", request)), allowsNegative: true)
      )
    }
    let areas = input.0.origins
    let seed = try input.0.square(areas: areas, named: "seed")
    let (net, rescaled) = try rescale(input.1.ordered(as: areas), seed, areas, request)
    if request.method == "net-lp" {
      return try fromTransport(request, areas, seed, net, rescaled, read)
    }
    let (found, fitting) = try seconds {
      do throws(NetBalancingError) {
        return try NetBalancing.fit(seed: seed, net: net, total: request.total)
      } catch {
        throw error.fault(areas: areas)
      }
    }
    return answer(
      areas, found.values, method: "net", intervals: [], read: read, fit: fitting,
      notes: rescaled + [
        (
          "flows.estimate.net",
          ["steps": "\(found.steps)", "error": text(found.largestResidual)]
        ), ("flows.stop.netMet", [:]),
      ], stop: "netMet")
  }

  /// Net migration that adds up to 0 in each part the seed connects, as asked for, and what was done to it.
  private static func rescale(
    _ net: [Double], _ seed: [Double], _ areas: [String], _ request: FlowEstimateRequest
  ) throws -> (net: [Double], notes: [Note]) {
    guard let name = request.rescale else { return (net, []) }
    let known = NetRescaling.allCases.map { $0.rawValue.replacing("_", with: "-") }
    guard let place = known.firstIndex(of: name) else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--rescale", "value": name, "known": known.joined(separator: ", ")])
    }
    let (parts, found): ([[Int]], [Double])
    do throws(NetBalancingError) {
      parts = try NetBalancing.parts(seed: seed, net: net)
      found = try NetRescaling.allCases[place].rescaled(net, over: parts)
    } catch {
      throw Faults(error.fault(areas: areas))
    }
    let sums = parts.map { part in Statistics.sum(part.map { net[$0] }) }
    let sum = sums.max { abs($0) < abs($1) } ?? 0
    let switched = zip(net, found).count { $0 * $1 < 0 }
    let most = zip(net, found).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return (
      found,
      [
        (
          parts.count == 1 ? "flows.estimate.rescaled" : "flows.estimate.rescaled_parts",
          [
            "sum": text(sum), "most": text(most), "switched": "\(switched)",
            "parts": "\(parts.count)",
          ]
        )
      ]
    )
  }

  /// Costs are no flows: of a negative one something else is to be said.
  private static func costs(_ path: String) throws -> LabelledMatrix {
    do {
      return try LabelledMatrix(grid: UserFile.grid(path))
    } catch let faults as Faults {
      throw Faults(
        faults.all.map {
          $0.code == "flows.negative"
            ? Fault(.badData, "net.negative-cost", $0.arguments, at: $0.place) : $0
        })
    }
  }

  private static func fromTransport(
    _ request: FlowEstimateRequest, _ areas: [String], _ seed: [Double], _ net: [Double],
    _ rescaled: [Note], _ read: Double
  ) throws -> ResearchAnswer {
    let criterion = try criterion(request.criterion)
    let cost = try request.cost.map { path in
      let cost = try costs(path).square(areas: areas, named: "cost")
      let wrong = cost.indices.first { cell in
        seed[cell] > 0 && cell % areas.count != cell / areas.count
          && !(cost[cell] > 0 && cost[cell].isFinite)
      }
      if let wrong {
        throw Faults(
          Fault(
            .badData, "net.bad-cost",
            [
              "origin": areas[wrong % areas.count], "destination": areas[wrong / areas.count],
              "found": text(cost[wrong]),
            ]))
      }
      // Where nobody may move no cost is looked at.
      return cost.map { $0 > 0 && $0.isFinite ? $0 : 1 }
    }
    let (found, fitting) = try seconds {
      do throws(NetBalancingError) {
        return try NetTransport.fit(seed: seed, net: net, cost: cost, criterion: criterion)
      } catch {
        throw error.fault(areas: areas)
      }
    }
    return answer(
      areas, found.values, method: "net-lp", intervals: [], read: read, fit: fitting,
      notes: rescaled + [
        (
          criterion == .change ? "flows.estimate.net_lp" : "flows.estimate.net_lp.movement",
          [
            "cost": text(found.cost), "steps": "\(found.steps)",
            "error": text(found.largestResidual),
          ]
        ), ("flows.stop.netMet", [:]),
      ], stop: "netMet")
  }

  private static func criterion(_ name: String?) throws -> NetTransport.Criterion {
    guard let name else { return .change }
    guard let found = NetTransport.Criterion(rawValue: name) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--criterion", "value": name,
          "known": NetTransport.Criterion.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    return found
  }
}
