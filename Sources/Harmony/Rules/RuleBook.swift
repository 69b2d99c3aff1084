public import Demography

/// The rules of a workspace, in the order of their file.
public struct RuleBook: Sendable {
  public let rules: [RuleSpecification]

  /// Reads `data/rules.yaml`, schema `agyn.rules/1`.
  ///
  /// - Throws: all faults of the file together: unknown keys and kinds, two rules of one id, missing
  ///   fields, expressions that cannot be read.
  public static func read(_ document: Document) throws(Faults) -> RuleBook {
    var faults = document.unknownKeys(["schema", "rules"])
    if document["schema"]?.text != "agyn.rules/1" {
      faults.append(
        Fault(
          .badConfiguration, "rule.schema",
          ["found": document["schema"]?.text ?? "", "expected": "agyn.rules/1"],
          at: document["schema"]?.place ?? document.place))
    }
    var rules: [RuleSpecification] = []
    for item in document["rules"]?.items ?? [] {
      if let rule = Self.rule(item, faults: &faults) { rules.append(rule) }
    }
    var seen: Set<String> = []
    for rule in rules where !seen.insert(rule.id).inserted {
      faults.append(Fault(.badConfiguration, "rule.twice", ["id": rule.id], at: rule.place))
    }
    if !faults.isEmpty { throw Faults(faults) }
    return RuleBook(rules: rules)
  }

  private static func rule(_ document: Document, faults: inout [Fault]) -> RuleSpecification? {
    var fields = RuleFields(document)
    let id = fields.requiredText("id")
    let type = fields.requiredText("type")
    let severity = fields.choice("severity", standard: nil as Severity?)
    let condition = fields.predicate("where")
    let by = fields.columns("by")
    let tolerance = Self.tolerance(&fields)
    let bridged = Self.axes(&fields)
    let message = fields.names("message")
    let kind = RuleCatalogue.all.first { $0.card.id == type }
    var rule: (any Rule)?
    if let kind { rule = kind.init(&fields) }
    if rule != nil {
      fields.reportUnknown()
    } else if !type.isEmpty {
      let known = RuleCatalogue.all.map { $0.card.id }
      fields.report(
        "rule.type",
        [
          "type": type, "nearest": nearest(to: type, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ], at: document["type"]?.place)
    }
    faults += fields.faults
    guard let rule, let severity, fields.faults.isEmpty else { return nil }
    return RuleSpecification(
      id: id, type: type, severity: severity, condition: condition, by: by, tolerance: tolerance,
      bridged: bridged, message: message, place: document.place, rule: rule)
  }

  private static func tolerance(_ fields: inout RuleFields) -> Tolerance {
    guard let value = fields.value("tol") else { return .none }
    var inner = RuleFields(value)
    let absolute = inner.number("abs") ?? 0
    let relative = inner.number("rel") ?? 0
    inner.reportUnknown()
    fields.add(inner.faults)
    if absolute < 0 || relative < 0 {
      fields.report(
        "rule.field_wrong", ["key": "tol", "value": "< 0", "expected": "≥ 0"], at: value.place)
    }
    return Tolerance(absolute: absolute, relative: relative)
  }

  private static func axes(_ fields: inout RuleFields) -> Set<Axis> {
    let names = fields.texts("across") ?? []
    let known = Axis.allCases.map(\.rawValue)
    for name in names where !known.contains(name) {
      fields.report(
        "rule.field_wrong",
        ["key": "across", "value": name, "expected": known.joined(separator: ", ")])
    }
    return Set(names.compactMap(Axis.init(rawValue:)))
  }
}
