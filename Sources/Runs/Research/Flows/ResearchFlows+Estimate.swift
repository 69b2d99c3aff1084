import Demography
import Export
import FlowModels
import Kernel

/// What `agyn flows estimate` is asked for: flows nobody counted, from stocks, from net migration or from
/// reports that differ.
public struct FlowEstimateRequest: Sendable {
  /// `minimum`, `independent`, `pseudo-bayes`, `zero`, `return`, `dennett`, `rogers-von-rabenau`, `net`,
  /// `net-lp`, `double-report`, `residual`, `survival`.
  public var method: String
  public var start: String?
  public var end: String?
  public var births: String?
  public var deaths: String?
  public var seed: String?
  public var net: String?
  /// How net migration that does not add up to 0 is made to, for `net` and `net-lp`: `no-switches` or
  /// `switches`; it is refused where `nil`.
  public var rescale: String?
  /// Cost of a person more or fewer, in the shape of the seed, for `net-lp`.
  public var cost: String?
  /// What is to be as little as possible, `change` (of the seed) unless given, or `movement`, for `net-lp`.
  public var criterion: String?
  /// Of all cells of the seed, for `net`.
  public var total: Double?
  /// `rescale`, `open` or `open-dr`.
  public var matching: String
  /// ω, the weight of the flows with most stayers, for `pseudo-bayes`.
  public var weight: Double?
  /// Draws of the uncertainty of the stocks; none where `nil`.
  public var draws: Int?
  /// Coefficient of variation of the stocks.
  public var variation: Double?
  /// Correlation of the errors of both moments.
  public var persistence: Double?
  /// `nil` is 1.
  public var randomSeed: UInt32?
  /// File of reports of the same flows by two areas, for `double-report`.
  public var reports: String?
  public var covariates: [String]
  public var reference: [String]
  public var sampling: SamplingRequest
  /// File of cohorts with `start`, `end` and `survival`, for `survival`.
  public var cohorts: String?
  /// File of the mothers of children born in the period, for `survival`.
  public var children: String?
  /// File of factors that bring counts by other lengths of stay to twelve months, for `double-report`.
  public var durations: String?

  public init(
    method: String, start: String?, end: String?, births: String?, deaths: String?, seed: String?,
    net: String?, total: Double?, matching: String, weight: Double?, draws: Int?,
    variation: Double?, persistence: Double?, randomSeed: UInt32?, reports: String?,
    covariates: [String], reference: [String], sampling: SamplingRequest
  ) {
    self.method = method
    self.start = start
    self.end = end
    self.births = births
    self.deaths = deaths
    self.seed = seed
    self.net = net
    self.total = total
    self.matching = matching
    self.weight = weight
    self.draws = draws
    self.variation = variation
    self.persistence = persistence
    self.randomSeed = randomSeed
    self.reports = reports
    self.covariates = covariates
    self.reference = reference
    self.sampling = sampling
  }

  static let methods = [
    "minimum", "independent", "pseudo-bayes", "zero", "return", "dennett", "rogers-von-rabenau",
    "net", "net-lp", "double-report", "residual", "survival",
  ]
}

extension ResearchFlows {
  /// Estimates flows from stocks of two moments, from net migration and a seed, or from double reports.
  /// - Throws: `Faults` of the files, or why no flows exist.
  public static func estimate(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    guard FlowEstimateRequest.methods.contains(request.method) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--method", "value": request.method,
          "known": FlowEstimateRequest.methods.joined(separator: ", "),
        ])
    }
    if request.method != "double-report" {
      try request.sampling.given.refuse(
        with: "--method \(request.method)", for: "--method double-report")
    }
    if request.method != "double-report", request.draws == nil {
      try [GivenOption("--random-seed", request.randomSeed)].refuse(
        with: "--method \(request.method)", for: "--draws")
    }
    if request.method != "survival" {
      try [GivenOption("--cohorts", request.cohorts), GivenOption("--children", request.children)]
        .refuse(with: "--method \(request.method)", for: "--method survival")
    }
    if request.method != "double-report" {
      try [GivenOption("--durations", request.durations)].refuse(
        with: "--method \(request.method)", for: "--method double-report")
    }
    if request.method != "net-lp" {
      try [GivenOption("--cost", request.cost), GivenOption("--criterion", request.criterion)]
        .refuse(with: "--method \(request.method)", for: "--method net-lp")
    } else {
      try [GivenOption("--total", request.total)].refuse(
        with: "--method net-lp", for: "--method net")
    }
    if !["net", "net-lp"].contains(request.method) {
      try [GivenOption("--rescale", request.rescale)].refuse(
        with: "--method \(request.method)", for: "--method net")
    }
    switch request.method {
    case "net", "net-lp": return try fromNet(request)
    case "double-report": return try fromReports(request)
    case "residual": return try asResidual(request)
    case "survival": return try bySurvival(request)
    default: return try fromStocks(request)
    }
  }

  static func file(_ path: String?, _ option: String, _ request: FlowEstimateRequest) throws
    -> String
  {
    guard let path else {
      throw Fault(.usage, "option.needed", ["option": option, "method": request.method])
    }
    return path
  }

  private static func fromStocks(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    let (stocks, read) = try seconds {
      try LabelledStocks(
        start: LabelledMatrix(grid: UserFile.grid(file(request.start, "--start", request))),
        end: LabelledMatrix(grid: UserFile.grid(file(request.end, "--end", request))),
        births: request.births.map { try LabelledMargin(grid: UserFile.grid($0)) },
        deaths: request.deaths.map { try LabelledMargin(grid: UserFile.grid($0)) }
      ).tables
    }
    let seed = try request.seed.map {
      try LabelledMatrix(grid: UserFile.grid($0)).square(areas: stocks.areas, named: "seed")
    }
    do {
      let ((values, notes, draws), fitting) = try seconds {
        try stockFlows(request, stocks, seed)
      }
      let intervals: [(String, [Double])] =
        draws.map { draws in
          [("lower_95", 0.025), ("lower_80", 0.1), ("upper_80", 0.9), ("upper_95", 0.975)].map {
            ($0.0, draws.quantile($0.1))
          }
        } ?? []
      return answer(
        stocks.areas, values, method: request.method, intervals: intervals, read: read,
        fit: fitting, notes: notes,
        stop: notes.contains { $0.key == "flows.stop.direct" } ? "direct" : "nativesMet")
    } catch let error as StockError {
      throw Faults(error.faults(areas: stocks.areas))
    }
  }

  typealias Note = (key: String, arguments: [String: String])

  private static func stockFlows(
    _ request: FlowEstimateRequest, _ stocks: StockTables, _ seed: [Double]?
  ) throws -> ([Double], [Note], StockUncertainty.Draws?) {
    let difference = StockDifference(
      rawValue: request.method.split(separator: "-").joined(separator: "_"))
    if let difference {
      let found = try difference.flows(stocks)
      let notes: [Note] =
        found.negativeCells.isEmpty
        ? [] : [("flows.estimate.negative", ["count": "\(found.negativeCells.count)"])]
      return (found.values, notes + [("flows.stop.direct", [:])], nil)
    }
    guard let matching = StockMatching(rawValue: request.matching) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--matching", "value": request.matching,
          "known": StockMatching.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    let stayers: StockFlowModel.Stayers
    switch request.method {
    case "minimum": stayers = .most
    case "independent": stayers = .independent
    default:
      guard let weight = request.weight else {
        throw Fault(.usage, "option.needed", ["option": "--weight", "method": request.method])
      }
      stayers = .mixture(weight: weight, source: "--weight")
    }
    let found = try StockFlowModel.flows(stocks, matching: matching, stayers: stayers, seed: seed)
    let notes: [Note] = [
      ("flows.estimate.total", ["total": text(found.total.rounded())]),
      ("flows.stop.nativesMet", [:]),
    ]
    guard let count = request.draws else { return (found.moves, notes, nil) }
    return (found.moves, notes, try draws(request, count, stocks, matching, seed))
  }

  private static func draws(
    _ request: FlowEstimateRequest, _ count: Int, _ stocks: StockTables,
    _ matching: StockMatching, _ seed: [Double]?
  ) throws -> StockUncertainty.Draws {
    guard let variation = request.variation else {
      throw Fault(.usage, "option.needed", ["option": "--variation", "method": "--draws"])
    }
    guard let persistence = request.persistence else {
      throw Fault(.usage, "option.needed", ["option": "--persistence", "method": "--draws"])
    }
    guard variation >= 0, (0...1).contains(persistence) else {
      throw Fault(
        .usage, "option.wrong",
        [
          "option": "--variation", "value": text(variation),
          "form": "--variation ≥ 0, --persistence 0 … 1",
        ])
    }
    let weights: ClosedRange<Double> =
      switch request.method {
      case "minimum": 1...1
      case "independent": 0...0
      default: (request.weight ?? 0)...(request.weight ?? 0)
      }
    return try StockUncertainty(
      variation: [Double](repeating: variation, count: stocks.areas.count),
      persistence: persistence, weights: weights, source: "--variation"
    ).draws(
      count, of: stocks, matching: matching, seed: seed,
      key: StreamKey(seed: request.randomSeed ?? 1, stream: "flows.stocks"))
  }

  static func answer(
    _ areas: [String], _ values: [Double], method: String,
    intervals: [(name: String, values: [Double])], read: Double, fit: Double, notes: [Note],
    stop: String
  ) -> ResearchAnswer {
    let n = areas.count
    let cells = values.indices.sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
      .filter { $0 % n != $0 / n }
    let table = Table(
      "flows",
      [
        .text("origin", cells.map { areas[$0 % n] }),
        .text("destination", cells.map { areas[$0 / n] }),
        .real("value", unit: "PS", cells.map { values[$0] }),
      ] + intervals.map { column in .real(column.name, cells.map { column.values[$0] }) }
        + [.text("kind", cells.map { _ in "modelled" })])
    return ResearchAnswer(
      [table], notes: notes,
      json: .members([
        ("schema", .integer(1)), ("method", .string(method)), ("stop", .string(stop)),
        ("flows", .array(rowObjects(table))), ("timing", .timing(read: read, fit: fit)),
      ]))
  }
}
