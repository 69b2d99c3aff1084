import Demography
import Export
import FlowModels
import Foundation
import Kernel

/// A schedule of migration by age to be fitted to a file.
public struct ScheduleRequest: Sendable {
  public var file: String
  public var filter: String?
  /// Column or expression of exact ages.
  public var age: String
  /// Rates, or moves with the exposure they come from.
  public var rate: String?
  public var moves: String?
  public var exposure: String?
  /// 7, 9, 11 or 13.
  public var parameters: Int
  public var starts: Int
  public var seed: UInt32

  public init(
    file: String, filter: String?, age: String, rate: String?, moves: String?,
    exposure: String?, parameters: Int, starts: Int, seed: UInt32
  ) {
    self.file = file
    self.filter = filter
    self.age = age
    self.rate = rate
    self.moves = moves
    self.exposure = exposure
    self.parameters = parameters
    self.starts = starts
    self.seed = seed
  }
}

extension AgeRates.Source {
  /// - Throws: `Fault` unless rates alone, or moves with their exposure, are given.
  init(rate: String?, moves: String?, exposure: String?) throws {
    switch (rate, moves, exposure) {
    case (let rate?, nil, nil): self = .rates(rate)
    case (nil, let moves?, let exposure?): self = .counts(moves: moves, exposure: exposure)
    default: throw Fault(.usage, "schedule.columns")
    }
  }
}

extension ResearchFlows {
  /// Fits Rogers and Castro's schedule to rates by age.
  public static func schedule(_ request: ScheduleRequest) throws -> ResearchAnswer {
    guard let form = RogersCastroFit.Form(parameters: request.parameters) else {
      throw Fault(
        .usage, "option.wrong",
        [
          "option": "--parameters", "value": "\(request.parameters)", "form": "7, 9, 11, 13",
        ])
    }
    guard (1...1000).contains(request.starts) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--starts", "value": "\(request.starts)", "form": "1 … 1000"])
    }
    let source = try AgeRates.Source(
      rate: request.rate, moves: request.moves, exposure: request.exposure)
    let (rates, read) = try seconds {
      var data = try UserFile.flows(request.file)
      if let filter = request.filter { data = try data.filtered(by: RowFilter.parse(filter)) }
      return try AgeRates(data, age: request.age, source)
    }
    let (fit, fitting) = try seconds {
      try RogersCastroFit.fit(
        ages: rates.ages, rates: rates.rates, form: form, criterion: rates.criterion,
        starts: request.starts,
        key: StreamKey(seed: request.seed, stream: "flows.schedule"))
    }
    let parameters = fit.schedule.parameters
    let table = Table(
      "schedule",
      [
        .text("parameter", parameters.map(\.name)), .real("estimate", parameters.map(\.value)),
        .real("weakest", parameters.map { fit.weakestDirection[$0.name] }),
      ])
    let fitted = fit.schedule.rates(rates.ages)
    let byAge = Table(
      "rates",
      [
        .real("age", rates.ages), .real("observed", rates.rates), .real("fitted", fitted),
      ])
    return ResearchAnswer(
      [table, byAge, shape(of: fit.schedule.shape)], notes: notes(of: fit, rates),
      json: .members([
        ("schema", .integer(1)), ("parameters", .array(rowObjects(table))),
        ("rates", .array(rowObjects(byAge))), ("shape", json(of: fit.schedule.shape)),
        (
          "fit",
          .members([
            ("criterion", .string(criterion(rates))), ("value", .finite(fit.value)),
            ("ages", .integer(rates.ages.count)),
            ("missing", .array(rates.missing.map { .integer($0) })),
            ("iterations", .integer(fit.iterations)), ("stop", .string(fit.reason.rawValue)),
            ("starts", .integer(fit.starts)),
            ("starts_at_best", .integer(fit.startsAtBest)),
            ("at_bounds", .array(fit.atBounds.map { .string($0) })),
            ("condition", .finite(fit.condition)),
          ])
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// Six digits: sums of squares of rates are small.
  static func significant(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return text(value) }
    let unit = pow(10, floor(log10(abs(value))) - 5)
    return text((value / unit).rounded() * unit)
  }

  private static func criterion(_ rates: AgeRates) -> String {
    rates.criterion == .leastSquares ? "least_squares" : "poisson_deviance"
  }

  private static func shape(of shape: RogersCastro.Shape) -> Table {
    let rows = [
      ("peaking", shape.peaking), ("child_dependency", shape.childDependency),
      ("labour_dependency", shape.labourDependency),
      ("labour_asymmetry", shape.labourAsymmetry), ("regularity", shape.regularity),
    ]
    return Table("shape", [.text("index", rows.map(\.0)), .real("value", rows.map(\.1))])
  }

  private static func json(of shape: RogersCastro.Shape) -> JSON {
    .members([
      ("peaking", .finite(shape.peaking)), ("child_dependency", .finite(shape.childDependency)),
      ("labour_dependency", .finite(shape.labourDependency)),
      ("labour_asymmetry", .finite(shape.labourAsymmetry)),
      ("regularity", .finite(shape.regularity)),
    ])
  }

  /// What is to be said of a fit, and of parameters that the rates do not tell apart.
  private static func notes(
    of fit: RogersCastroFit, _ rates: AgeRates
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.schedule.\(criterion(rates))",
        [
          "ages": "\(rates.ages.count)", "value": significant(fit.value),
          "best": "\(fit.startsAtBest)", "starts": "\(fit.starts)",
        ]
      ), ("flows.schedule.stop.\(fit.reason.rawValue)", ["iterations": "\(fit.iterations)"]),
    ]
    if !rates.missing.isEmpty {
      notes.append(("flows.schedule.missing", ["count": "\(rates.missing.count)"]))
    }
    if !fit.atBounds.isEmpty {
      notes.append(("flows.schedule.bounds", ["names": fit.atBounds.joined(separator: ", ")]))
    }
    if !(fit.condition <= 1e4) {
      notes.append(("flows.schedule.weak", ["condition": significant(fit.condition)]))
    }
    return notes
  }
}
