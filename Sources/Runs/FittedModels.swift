import Demography
import Digests
import Formats
import Foundation
import Scenarios

/// Saved fits that scenario files name.
enum FittedModels {
  /// The fits of the workspace by path; `nil` for a file that is no saved fit. A file that is not there has
  /// no entry.
  static func read(_ documents: [Document], in workspace: Workspace) -> [String: FittedModel?] {
    var found: [String: FittedModel?] = [:]
    for path in Set(documents.flatMap { Scenario.fitFiles($0) }) {
      guard let bytes = try? workspace.files.bytes(path) else { continue }
      found[path] = .some(model(bytes))
    }
    return found
  }

  /// Paths of the fits that scenario files of a workspace name and that are there; what cannot be read is
  /// said where scenarios are read.
  static func paths(_ scenarioFiles: [String], in workspace: Workspace) -> [String] {
    let documents = scenarioFiles.compactMap {
      try? Formats.readYAML(workspace.files.bytes($0), file: $0)
    }
    return documents.flatMap { Scenario.fitFiles($0) }.filter { workspace.files.exists($0) }
  }

  private static func model(_ bytes: [UInt8]) -> FittedModel? {
    guard let record = try? JSONDecoder().decode(FitRecord.self, from: Data(bytes)),
      record.schema == FitRecord.schema
    else { return nil }
    let count = record.coefficients.count
    let rows = record.covarianceMatrix ?? []
    let isSquare = rows.count == count && rows.allSatisfy { $0.count == count }
    return FittedModel(
      digest: SHA256.hex(bytes), family: record.family, formula: record.formula,
      terms: record.coefficients.map(\.term), estimates: record.coefficients.map(\.estimate),
      covariance: isSquare ? rows.flatMap { $0 } : [])
  }
}
