public import Demography
import Export
import FlowModels
import Foundation

/// Which areas are neighbours, and the columns of a flow's ends.
public struct FlowMapRequest: Sendable {
  /// File of area, neighbour and perhaps a weight.
  public var neighbours: String
  public var origin: String
  public var destination: String

  public init(neighbours: String, origin: String, destination: String) {
    self.neighbours = neighbours
    self.origin = origin
    self.destination = destination
  }
}

extension ResearchFlows {
  /// Why a test may be passed over.
  private static let inapplicable: Set = [
    "flows.test-family", "flows.test-weights", "flows.test-no-zeros", "flows.test-spanned",
    "fit.too-many-parameters",
  ]

  /// Tests of fits with their cards.
  public static var tests: [Card] {
    SpecificationTestCatalogue.all.map(\.card) + SpecificationTestCatalogue.comparisons.map(\.card)
  }

  /// Puts every test to a fit, and those of two fits to it and a rival.
  ///
  /// A test that does not apply to the family, or to rows with weights, is named; the others go on.
  ///
  /// - Parameters:
  ///   - kinds: residuals that are asked for, commas between; a table of them then comes first.
  ///   - seed: of the randomised quantiles.
  ///   - map: links between areas, for Moran's I of the residuals.
  public static func test(
    _ request: FlowModelRequest, against rival: FlowModelRequest?, residuals kinds: String?,
    seed: UInt32, map: FlowMapRequest?
  ) throws -> ResearchAnswer {
    let kinds = try kinds.map { try residualKinds($0) }
    let models = try rival.map { try FlowModelRequest.adapted([request, $0]) } ?? [request]
    let fitted = try models[0].fittedOfAnyKind()
    var results: [SpecificationResult] = []
    var unfit: [(test: String, fault: Fault)] = []
    for test in SpecificationTestCatalogue.all {
      do {
        results.append(try test.result(fitted.fit))
      } catch let fault as Fault where inapplicable.contains(fault.code) {
        unfit.append((test.card.id, fault))
      }
    }
    if models.count > 1 {
      let other = try models[1].fittedOfAnyKind().fit
      for test in SpecificationTestCatalogue.comparisons {
        do {
          results.append(try test.result(fitted.fit, other))
        } catch let fault as Fault where inapplicable.contains(fault.code) {
          unfit.append((test.card.id, fault))
        }
      }
    }
    if let map {
      results += try fitted.fit.moran(
        origin: map.origin, destination: map.destination, over: UserFile.flows(map.neighbours))
    }
    let table = SpecificationTestCatalogue.table(results)
    let residuals = try kinds.map { try fitted.fit.residualTable($0, seed: seed) }
    return ResearchAnswer(
      (residuals.map { [$0] } ?? []) + [table],
      notes: (residuals.map { summaries(of: $0) } ?? [])
        + unfit.map {
          $0.fault.code == "flows.test-family"
            ? ("flows.test.not_applicable", ["test": $0.test, "family": request.family])
            : ("fault.\($0.fault.code).what", $0.fault.arguments)
        },
      json: .members([
        ("schema", .integer(1)), ("tests", .array(rowObjects(table))),
        ("residuals", residuals.map { .array(rowObjects($0)) } ?? .null),
        ("not_applicable", .array(unfit.map { .string($0.test) })),
        ("timing", .timing(read: fitted.readSeconds, fit: fitted.fitSeconds)),
      ]))
  }

  private static func residualKinds(_ text: String) throws -> [ResidualKind] {
    try text.split(separator: ",").map { part in
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let kind = ResidualKind(rawValue: name) else {
        throw Fault(
          .usage, "option.unknown",
          [
            "option": "--residuals", "value": name,
            "known": ResidualKind.allCases.map(\.rawValue).joined(separator: ", "),
          ])
      }
      return kind
    }
  }

  /// Mean, deviation and skewness of every kind of residual, which are about 0, 1 and 0 for quantiles of a
  /// right model.
  private static func summaries(
    of table: Table
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = []
    for column in table.columns where ResidualKind(rawValue: column.name) != nil {
      guard case .real(let cells) = column.values else { continue }
      let values = cells.compactMap { $0 }
      let mean = values.reduce(0, +) / Double(values.count)
      func central(_ power: Double) -> Double {
        values.reduce(0) { $0 + pow($1 - mean, power) } / Double(values.count)
      }
      let spread = central(2).squareRoot()
      notes.append(
        (
          "flows.residuals.summary",
          [
            "kind": column.name, "mean": rounded(mean), "deviation": rounded(spread),
            "skewness": spread > 0 ? rounded(central(3) / pow(spread, 3)) : "–",
          ]
        ))
    }
    return notes
  }
}
