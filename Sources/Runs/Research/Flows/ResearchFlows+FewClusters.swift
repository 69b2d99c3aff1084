import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Families with a bootstrap beside the jackknife over few clusters.
  public static var bootstrapFamilies: [String] {
    FlowModelCatalogue.regressions.filter(\.hasClusterBootstrap).map(\.card.id)
  }

  /// Inference that holds with few clusters or areas: over the column asked for, or beside errors behind
  /// which fewer than thirty of them stand; where it cannot be had, a note says why.
  static func fewClusters(
    _ extras: FlowFitExtras, _ covariance: Covariance,
    _ notes: inout [(key: String, arguments: [String: String])],
    asked: (String) throws -> FewClusters, unasked: () throws -> FewClusters?
  ) throws -> FewClusters? {
    if extras.fewClusters == FlowFitExtras.noFewClusters { return nil }
    do {
      guard let few = try extras.fewClusters.map(asked) ?? unasked() else { return nil }
      notes += said(of: few, covariance, isAsked: extras.fewClusters != nil)
      return few
    } catch let fault as Fault where extras.fewClusters == nil {
      switch fault.code {
      case "fit.few-clusters-too-large", "fit.few-clusters-family":
        notes.append(("flows.few_clusters.none", ["code": fault.code]))
      case "fit.few-areas-unclear":
        notes.append(("flows.few_areas.unclear", fault.arguments))
      default: throw fault
      }
      return nil
    }
  }

  private static func said(
    of few: FewClusters, _ covariance: Covariance, isAsked: Bool
  ) -> [(key: String, arguments: [String: String])] {
    var arguments = [
      "clusters": "\(few.clusters)", "column": few.column, "covariance": covariance.text,
    ]
    var key = few.unit == .areas ? "flows.few_areas" : "flows.few_clusters"
    if let bootstrap = few.bootstrap {
      arguments["method"] = bootstrap.method.rawValue
      arguments["draws"] = "\(bootstrap.draws)"
    } else {
      key += ".jackknife"
    }
    if isAsked {
      key += ".asked"
    } else if few.bootstrap == nil, few.rows.allSatisfy({ $0.jackknifeError == nil }) {
      key = "flows.few_clusters.without"
    }
    var notes = [(key: key, arguments: arguments)]
    if few.jackknife == .oneStep { notes.append(("flows.few_clusters.one_step", [:])) }
    if !few.indispensable.isEmpty {
      notes.append(
        ("flows.few_clusters.alone", ["names": few.indispensable.joined(separator: ", ")]))
    }
    if !few.stepless.isEmpty {
      notes.append(
        (
          "flows.few_clusters." + (few.jackknife == .oneStep ? "stepless" : "unfinished"),
          ["names": few.stepless.joined(separator: ", ")]
        ))
    }
    return notes
  }

  static func json(_ few: FewClusters) -> JSON {
    .members([
      ("unit", .string(few.unit.rawValue)), ("column", .string(few.column)),
      ("count", .integer(few.clusters)), ("jackknife", .string(few.jackknife.rawValue)),
      ("method", few.bootstrap.map { .string($0.method.rawValue) } ?? .null),
      ("weights", few.bootstrap.map { .string($0.weights.rawValue) } ?? .null),
      ("draws", few.bootstrap.map { .integer($0.draws) } ?? .null),
      ("indispensable", .array(few.indispensable.map { .string($0) })),
      ("stepless", .array(few.stepless.map { .string($0) })),
    ])
  }
}
