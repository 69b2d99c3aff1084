public import Demography

/// The duties of all agencies and what counts as meeting them.
public struct Duties: Sendable {
  public let all: [Duty]
  public let thresholds: GapThresholds

  /// Reads `data/duties.yaml`, schema `agyn.duties/1`.
  ///
  /// - Throws: all faults of the file together.
  public static func read(_ document: Document) throws(Faults) -> Duties {
    var faults = document.unknownKeys(["schema", "thresholds", "duties"])
    if document["schema"]?.text != "agyn.duties/1" {
      faults.append(
        Fault(
          .badConfiguration, "duty.schema",
          ["found": document["schema"]?.text ?? "", "expected": "agyn.duties/1"],
          at: document["schema"]?.place ?? document.place))
    }
    let thresholds = Self.thresholds(document["thresholds"], &faults)
    var duties: [Duty] = []
    var seen: Set<String> = []
    for item in document["duties"]?.items ?? [] {
      guard let duty = duty(item, &faults) else { continue }
      if !seen.insert("\(duty.agency) \(duty.indicator)").inserted {
        faults.append(
          Fault(
            .badConfiguration, "duty.twice",
            ["agency": duty.agency, "indicator": duty.indicator], at: duty.place))
      }
      duties.append(duty)
    }
    if !faults.isEmpty { throw Faults(faults) }
    return Duties(
      all: duties.sorted { ($0.agency, $0.indicator) < ($1.agency, $1.indicator) },
      thresholds: thresholds)
  }

  private static func thresholds(_ document: Document?, _ faults: inout [Fault]) -> GapThresholds {
    var thresholds = GapThresholds.standard
    guard let document else { return thresholds }
    var fields = RuleFields(document)
    func read(_ key: String, _ path: WritableKeyPath<GapThresholds, Double>) {
      if let number = fields.number(key) { thresholds[keyPath: path] = number }
    }
    read("availability", \.availability)
    read("completeness", \.completeness)
    read("granularity", \.granularity)
    read("definition", \.definition)
    read("consistency", \.consistency)
    read("revision", \.revision)
    fields.reportUnknown()
    faults += fields.faults
    return thresholds
  }

  private static func duty(_ document: Document, _ faults: inout [Fault]) -> Duty? {
    var fields = RuleFields(document)
    let agency = fields.requiredText("agency")
    let indicator = fields.requiredText("indicator")
    let title = fields.names("title")
    if title == nil, document["title"] == nil { _ = fields.requiredText("title") }
    let holds = fields.choice("holds", standard: nil as Duty.Holding?)
    let measures = fields.texts("measures") ?? []
    let condition = fields.predicate("where") ?? .always
    let from = fields.period("from")
    if from == nil, document["from"] == nil { _ = fields.requiredText("from") }
    let to = fields.period("to")
    let areas = fields.integers("areas")?.first ?? 1
    let dimensions = fields.columns("dimensions") ?? []
    let lag = fields.integers("lag_days")?.first
    if lag == nil { _ = fields.requiredText("lag_days") }
    let neededBy = fields.texts("needed_by") ?? []
    let target = Self.target(&fields)
    fields.reportUnknown()
    faults += fields.faults
    guard let title, let holds, let from, let lag, fields.faults.isEmpty else { return nil }
    return Duty(
      agency: agency, indicator: indicator, title: title, holds: holds, measures: measures,
      condition: condition, from: from, to: to, areas: areas, dimensions: dimensions,
      target: target, lagDays: lag, neededBy: neededBy, place: document.place)
  }

  private static func target(_ fields: inout RuleFields) -> [Axis: String] {
    guard let value = fields.value("target") else { return [:] }
    var inner = RuleFields(value)
    var target: [Axis: String] = [:]
    for axis in [Axis.concept, .durationDefinition, .event, .scope, .geoVintage] {
      if let code = inner.text(axis.rawValue) { target[axis] = code }
    }
    inner.reportUnknown()
    fields.add(inner.faults)
    return target
  }
}
