import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Net migration as what births and deaths leave of the change of the population.
  static func asResidual(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    try [
      GivenOption("--seed", request.seed), GivenOption("--net", request.net),
      GivenOption("--total", request.total), GivenOption("--weight", request.weight),
      GivenOption("--draws", request.draws), GivenOption("--variation", request.variation),
      GivenOption("--persistence", request.persistence), GivenOption("--reports", request.reports),
      GivenOption("--covariates", request.covariates.first),
      GivenOption("--reference", request.reference.first),
    ].refuse(with: "--method residual", for: "flows estimate")
    let (margins, read) = try seconds {
      try [
        (request.start, "--start"), (request.end, "--end"), (request.births, "--births"),
        (request.deaths, "--deaths"),
      ].map { try LabelledMargin(grid: UserFile.grid(file($0.0, $0.1, request))) }
    }
    let areas = margins[0].names
    guard !areas.isEmpty else {
      throw Fault(.badData, "flows.empty", ["file": request.start ?? ""])
    }
    let values = try margins.map { try $0.ordered(as: areas) }
    let (net, fitting) = seconds {
      ResidualNetMigration.vitalStatistics(
        start: values[0], end: values[1], births: values[2], deaths: values[3])
    }
    // Person-years of the whole period at the mean population.
    let rates = net.indices.map { 1000 * net[$0] / (0.5 * (values[0][$0] + values[1][$0])) }
    let table = Table(
      "net_migration",
      [
        .text("area", areas), .real("start", unit: "PS", values[0]),
        .real("end", unit: "PS", values[1]), .real("births", unit: "PS", values[2]),
        .real("deaths", unit: "PS", values[3]), .real("net", unit: "PS", net),
        .real("per_1000", rates), .text("kind", areas.map { _ in "adjusted" }),
      ])
    return ResearchAnswer(
      [table],
      notes: [
        ("flows.estimate.residual", ["areas": "\(areas.count)", "net": text(net.reduce(0, +))]),
        ("flows.stop.direct", [:]),
      ],
      json: .members([
        ("schema", .integer(1)), ("method", .string(request.method)),
        ("net_migration", .array(rowObjects(table))),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// Net migration of cohorts as what survival leaves of their change, by all three methods.
  static func bySurvival(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    try [
      GivenOption("--start", request.start), GivenOption("--end", request.end),
      GivenOption("--births", request.births), GivenOption("--deaths", request.deaths),
      GivenOption("--seed", request.seed), GivenOption("--net", request.net),
      GivenOption("--total", request.total), GivenOption("--weight", request.weight),
      GivenOption("--draws", request.draws), GivenOption("--variation", request.variation),
      GivenOption("--persistence", request.persistence), GivenOption("--reports", request.reports),
      GivenOption("--covariates", request.covariates.first),
      GivenOption("--reference", request.reference.first),
    ].refuse(with: "--method survival", for: "flows estimate")
    let ((cohorts, mothers), read) = try seconds {
      let cohorts = try SurvivalCohorts(
        grid: UserFile.grid(file(request.cohorts, "--cohorts", request)))
      return (cohorts, try request.children.map { try cohorts.mothers(grid: UserFile.grid($0)) })
    }
    let methods = ResidualNetMigration.Survival.allCases
    let (nets, fitting) = seconds {
      methods.map { method in
        mothers.map { cohorts.net(method, $0) } ?? cohorts.net(method)
      }
    }
    let labels: [Table.Column] = cohorts.labels.map { .text($0.name, $0.values) }
    let given: [Table.Column] = [
      .real("start", unit: "PS", cohorts.start), .real("end", unit: "PS", cohorts.end),
      .real("survival", cohorts.survival),
    ]
    let found: [Table.Column] = zip(methods, nets).map { method, net in
      .real("net_\(method.rawValue)", unit: "PS", net)
    }
    let kind: Table.Column = .text("kind", cohorts.end.map { _ in "adjusted" })
    let table = Table("net_migration", labels + given + found + [kind])
    let known = nets[0].filter { !$0.isNaN }
    let sums = nets.map { net in net.filter { !$0.isNaN }.reduce(0, +) }
    return ResearchAnswer(
      [table],
      notes: [
        (
          "flows.estimate.survival",
          [
            "cohorts": "\(known.count)", "missing": "\(cohorts.count - known.count)",
            "children": "\(mothers?.count ?? 0)", "forward": text(sums[0].rounded()),
            "reverse": text(sums[1].rounded()), "average": text(sums[2].rounded()),
          ]
        ), ("flows.stop.direct", [:]),
      ],
      json: .members([
        ("schema", .integer(1)), ("method", .string(request.method)),
        ("net_migration", .array(rowObjects(table))),
        (
          "totals", .members(zip(methods, sums).map { ($0.rawValue, JSON.finite($1)) })
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }
}
