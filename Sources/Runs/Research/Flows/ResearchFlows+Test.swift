public import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Why a test may be passed over.
  private static let inapplicable: Set = ["flows.test-family", "flows.test-weights"]

  /// Tests of fits with their cards.
  public static var tests: [Card] {
    SpecificationTestCatalogue.all.map(\.card) + SpecificationTestCatalogue.comparisons.map(\.card)
  }

  /// Puts every test to a fit, and those of two fits to it and a rival.
  ///
  /// A test that does not apply to the family, or to rows with weights, is named; the others go on.
  public static func test(
    _ request: FlowModelRequest, against rival: FlowModelRequest?
  ) throws -> ResearchAnswer {
    let fitted = try request.fitted()
    var results: [SpecificationResult] = []
    var unfit: [(test: String, fault: Fault)] = []
    for test in SpecificationTestCatalogue.all {
      do {
        results.append(try test.result(fitted.fit))
      } catch let fault as Fault where inapplicable.contains(fault.code) {
        unfit.append((test.card.id, fault))
      }
    }
    if let rival {
      let other = try rival.fitted().fit
      for test in SpecificationTestCatalogue.comparisons {
        do {
          results.append(try test.result(fitted.fit, other))
        } catch let fault as Fault where inapplicable.contains(fault.code) {
          unfit.append((test.card.id, fault))
        }
      }
    }
    let table = SpecificationTestCatalogue.table(results)
    return ResearchAnswer(
      [table],
      notes: unfit.map {
        $0.fault.code == "flows.test-family"
          ? ("flows.test.not_applicable", ["test": $0.test, "family": request.family])
          : ("fault.\($0.fault.code).what", $0.fault.arguments)
      },
      json: .members([
        ("schema", .integer(1)), ("tests", .array(rowObjects(table))),
        ("not_applicable", .array(unfit.map { .string($0.test) })),
        ("timing", .timing(read: fitted.readSeconds, fit: fitted.fitSeconds)),
      ]))
  }
}
