public import Demography

/// Collects what a rule finds.
public struct RuleTally {
  /// Findings of checks that could not be made are kept up to this many; all are counted.
  static let skippedLimit = 1000

  private(set) var passed = 0
  private(set) var failed = 0
  private(set) var notEvaluated = 0
  private(set) var findings: [Finding] = []
  private(set) var mixtures: [[Observation]] = []

  var isEmpty: Bool { passed + failed + notEvaluated == 0 }

  public mutating func pass(_ used: [Observation] = []) {
    passed += 1
    note(used)
  }

  /// A check that passes because its difference is declared.
  public mutating func pass(declared finding: Finding) {
    passed += 1
    var finding = finding
    finding.outcome = .declaredBreak
    findings.append(finding)
    note(finding.observations)
  }

  public mutating func fail(_ finding: Finding) {
    failed += 1
    findings.append(finding)
    note(finding.observations)
  }

  public mutating func skip(_ finding: Finding) {
    notEvaluated += 1
    guard notEvaluated <= Self.skippedLimit else { return }
    var finding = finding
    finding.outcome = .notEvaluated
    findings.append(finding)
  }

  /// Keeps observations that were put together although their definitions differ.
  private mutating func note(_ used: [Observation]) {
    if Comparability.firstDifference(used, except: [.periodLength]) != nil { mixtures.append(used) }
  }
}
