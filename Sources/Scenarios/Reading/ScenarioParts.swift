import Demography

/// The parts of a scenario file while it is read; values of faulty parts are never used.
struct ScenarioParts {
  var id = ""
  var title = Names(kk: "", ru: "", en: "")
  var owner = ""
  var levers: [Scenario.Lever] = []
  var variants: [Scenario.Variant] = []
  var comparison = Scenario.Comparison(
    against: "baseline", metrics: [], areas: [], years: [], thresholds: [], attribution: .none)
  var goal: Scenario.Goal?
  /// In the order of the file.
  var indicators: [NamedIndicator] = []
  var alternatives: [(lever: String, other: String)] = []
  var settings = Scenario.Settings()
  var checks: [Check] = []
  /// The unit of money of its levers; `nil` where none has a cost.
  var costUnit: Names?
  /// The baseline with what the scenario says over it.
  var baseline: Baseline

  init(_ document: Document, _ baseline: Baseline, _ reader: inout Reader) {
    self.baseline = baseline
    guard !document.isNull else {
      reader.report("scenario.empty", [:], at: document.place)
      return
    }
    reader.checkSchema(document, "agyn.scenario/1")
    reader.closed(
      document,
      [
        "schema", "id", "title", "owner", "status", "baseline", "geography_sets", "parameters",
        "correlations", "indicators", "levers", "variants", "compare", "goal_seek", "time",
        "constraint", "uncertainty", "outputs", "checks",
      ])
    id = reader.identifier(document) ?? ""
    title = reader.names(document, "title")
    owner = document["owner"]?.text ?? ""
    _ = reader.choice(
      document, "status", ["draft", "reviewed", "official"], standard: "draft")
    readBaseline(document, &reader)
    readSettings(document, &reader)
    reader.readSets(document["geography_sets"])
    reader.readParameters(document["parameters"])
    reader.readCorrelations(document["correlations"])
    readIndicators(document["indicators"], &reader)
    readLevers(document, &reader)
    readVariants(document, &reader)
    readComparison(document, &reader)
    readThresholds(document, &reader)
    goal = readGoal(document["goal_seek"], comparable(document), &reader)
    readChecks(document["checks"], &reader)
    costUnit = reader.costUnit
    checkSettlers(document, &reader)
    findConflicts(&reader)
  }

  private mutating func readBaseline(_ document: Document, _ reader: inout Reader) {
    guard let node = reader.required(document, "baseline") else { return }
    reader.closed(node, ["ref", "digest"])
    // Whether it is that of the file is told by whoever has the file.
    if node["digest"] != nil { _ = reader.text(node, "digest") }
    guard let ref = reader.text(node, "ref") else { return }
    if ref != baseline.id {
      reader.report(
        "scenario.other-baseline", ["found": ref, "expected": baseline.id],
        at: node["ref"]?.place ?? node.place)
    }
  }

  /// Keys a lever of any kind may have.
  static let leverKeys = ["id", "title", "kind", "enabled", "priority", "target", "evidence"]

  private mutating func readLevers(_ document: Document, _ reader: inout Reader) {
    guard let list = reader.required(document, "levers") else { return }
    if case .map = list.content {
      reader.report("scenario.not-a-list", ["key": "levers"], at: list.place)
      return
    }
    for node in list.items {
      let id = reader.identifier(node)
      if let id, levers.contains(where: { $0.id == id }) {
        reader.report("scenario.lever-twice", ["lever": id], at: node.place)
      }
      guard let word = reader.text(node, "kind") else { continue }
      guard let kind = LeverCatalogue.kind(word) else {
        let known = LeverCatalogue.all.map(\.card.id)
        reader.report(
          "scenario.lever-unknown",
          [
            "kind": word, "known": known.joined(separator: ", "),
            "nearest": nearest(to: word, in: known) ?? "",
          ], at: node["kind"]?.place ?? node.place)
        continue
      }
      reader.closed(node, Self.leverKeys + kind.keys)
      let title = reader.optionalNames(node, "title")
      guard let target = reader.required(node, "target") else { continue }
      reader.closed(
        target, ["component"] + kind.targetKeys + (reader.places.isGrouped ? ["groups"] : []))
      let evidence = reader.evidence(node)
      if node["evidence"] == nil {
        reader.warn("scenario.evidence-missing", ["lever": id ?? ""], at: node.place)
      }
      guard let id, let component = reader.choice(target, "component", kind.components) else {
        continue
      }
      if baseline.absent.contains(component), !Self.bringsPersons(word) {
        reader.report(
          "scenario.component-absent", ["component": component, "lever": id],
          at: target["component"]?.place ?? target.place)
        continue
      }
      let lever = LeverNode(
        id: id, component: component, node: node, target: target, baseline: baseline)
      reader.groups = reader.groups(target, of: component)
      defer { reader.groups = nil }
      if let effect = kind.effect(lever, &reader) {
        levers.append(
          Scenario.Lever(
            id: id, title: title, kind: word, evidence: evidence,
            isEnabled: reader.flag(node, "enabled", standard: true),
            priority: node["priority"] == nil
              ? nil : reader.whole(node, "priority", in: -1000...1000),
            effect: effect,
            place: node.place))
      }
    }
  }

  /// Whether levers of a kind add persons of their own, so that they act where the baseline has none.
  private static func bringsPersons(_ kind: String) -> Bool {
    ["count", "programme", "return_migration", "displacement"].contains(kind)
  }

  private mutating func readVariants(_ document: Document, _ reader: inout Reader) {
    let ids = (document["levers"]?.items ?? []).compactMap { $0["id"]?.text }
    for node in document["variants"]?.items ?? [] {
      reader.closed(node, ["id", "title", "set", "disable", "enable"])
      let title = reader.optionalNames(node, "title")
      guard let id = reader.identifier(node) else { continue }
      if id == "baseline" || variants.contains(where: { $0.id == id }) {
        reader.report("scenario.variant-twice", ["variant": id], at: node.place)
      }
      var set: [String: Double] = [:]
      for entry in node["set"]?.entries ?? [] {
        guard let parameter = reader.parameters.first(where: { $0.name == entry.key }) else {
          reader.report(
            "scenario.parameter-unknown",
            [
              "parameter": entry.key,
              "nearest": nearest(to: entry.key, in: reader.parameters.map(\.name)) ?? "",
            ], at: entry.keyPlace)
          continue
        }
        guard let value = entry.value.number, value.isFinite else {
          reader.reportNoNumber(entry.key, entry.value)
          continue
        }
        if let bounds = parameter.bounds, !bounds.contains(value) {
          reader.reportRange(value, bounds, entry.key, at: entry.value.place)
        }
        if let range = reader.permitted[entry.key], !range.contains(value) {
          reader.reportRange(value, range, entry.key, at: entry.value.place)
        }
        set[entry.key] = value
      }
      if let given = node["set"] { reader.check(given, set) }
      let enabled = readLeverIds(node, "enable", ids, &reader)
      let disabled = readLeverIds(node, "disable", ids, &reader)
      for lever in enabled where disabled.contains(lever) {
        reader.report("scenario.variant-both", ["lever": lever], at: node.place)
      }
      variants.append(
        Scenario.Variant(
          id: id, title: title, set: set, disabled: disabled, enabled: enabled))
    }
    if (document["variants"]?.items ?? []).isEmpty {
      variants = [Scenario.Variant(id: "main", title: nil, set: [:], disabled: [], enabled: [])]
    }
  }

  /// Levers a variant switches, sorted.
  private func readLeverIds(
    _ node: Document, _ key: String, _ ids: [String], _ reader: inout Reader
  ) -> [String] {
    let items = node[key]?.items ?? []
    for item in items where !ids.contains(item.text ?? "") {
      reader.report(
        "scenario.variant-lever",
        [
          "lever": item.text ?? "", "nearest": nearest(to: item.text ?? "", in: ids) ?? "",
          "known": ids.joined(separator: ", "),
        ], at: item.place)
    }
    return items.compactMap(\.text).sorted()
  }

  private mutating func readComparison(_ document: Document, _ reader: inout Reader) {
    let node = document["compare"] ?? Document(.null, at: document.place)
    reader.closed(node, ["against", "metrics", "regions", "years", "thresholds", "decompose"])
    let against =
      reader.choice(
        node, "against", ["baseline"] + variants.map(\.id), standard: "baseline") ?? "baseline"
    let permitted = comparable(document)
    var metrics: [Indicator] = []
    for item in node["metrics"]?.items ?? [] {
      guard permitted.contains(item.text ?? "") else {
        reader.report(
          "scenario.not-permitted",
          [
            "key": "metrics", "value": item.text ?? "",
            "permitted": permitted.joined(separator: ", "),
            "nearest": nearest(to: item.text ?? "", in: permitted) ?? "",
          ], at: item.place)
        continue
      }
      if let metric = indicator(item.text ?? ""), !metrics.contains(metric) {
        metrics.append(metric)
      }
    }
    let years =
      reader.years(
        node, "years", in: baseline.launch...baseline.horizon, from: baseline.launch)
      ?? [baseline.horizon]
    comparison = Scenario.Comparison(
      against: against,
      metrics: metrics.isEmpty ? [.metric(.population)] + indicators.map { .named($0) } : metrics,
      areas: readAreas(node, "regions", &reader), years: years, thresholds: [],
      attribution: Scenario.Attribution(
        rawValue: reader.choice(
          node, "decompose", Scenario.Attribution.allCases.map(\.rawValue), standard: "none")
          ?? "none") ?? .none)
  }

  /// Regions of a comparison or a goal: codes or aliases, local sets, and the code of the country.
  func readAreas(
    _ node: Document, _ key: String, _ reader: inout Reader
  ) -> [Scenario.Area] {
    guard let list = node[key] else { return [country] + regions }
    return list.items.flatMap { areas($0, &reader) }
  }

  private var country: Scenario.Area {
    Scenario.Area(name: baseline.country, members: Array(baseline.areas.indices))
  }

  private var regions: [Scenario.Area] {
    baseline.regionAreas
  }

  /// What one name stands for; none after a fault.
  func areas(_ item: Document, _ reader: inout Reader) -> [Scenario.Area] {
    guard let name = item.text else { return [] }
    if name == baseline.country { return [country] }
    if name == "all" { return regions }
    if let set = reader.sets[name] { return [Scenario.Area(name: name, members: set)] }
    let members = reader.places(name, at: item.place)
    guard let first = members.first else { return [] }
    let places = reader.places
    if places.groups.contains(name) { return [Scenario.Area(name: name, members: members)] }
    let isRegion = members == places.members(region: places.regionOf[first])
    return [
      isRegion
        ? regions[places.regionOf[first]]
        : Scenario.Area(name: places.codes[first], members: members)
    ]
  }

  /// Two `set`, a `set` with a `multiply`, or two limits of different kinds on one cell: a fault where
  /// both levers are on in a variant, or in the setting that is decomposed; else they are alternatives.
  private mutating func findConflicts(_ reader: inout Reader) {
    for (first, a) in levers.enumerated() {
      for b in levers.dropFirst(first + 1) {
        let isTogether =
          variants.contains { $0.isOn(a) && $0.isOn(b) }
          || (comparison.attribution != .none && a.isEnabled && b.isEnabled)
        if isTogether, Self.divertsInto(a, b) || Self.divertsInto(b, a) {
          reader.report(
            "scenario.divert-conflict",
            ["lever": b.id, "other": a.id, "line": String(a.place.line)], at: b.place)
        }
        for claim in a.effect.claims {
          for other in b.effect.claims where claim.meets(other) {
            guard Self.contradict(claim.operation, other.operation) else { continue }
            if Self.isDecided(a, claim.operation, b, other.operation) { continue }
            guard isTogether else {
              alternatives.append((a.id, b.id))
              continue
            }
            reader.report(
              "scenario.conflict",
              [
                "lever": b.id, "other": a.id, "line": String(a.place.line),
                "operations": "\(claim.operation.rawValue), \(other.operation.rawValue)",
              ], at: b.place)
          }
        }
      }
    }
  }

  /// Whether a lever takes people from or sends them to where another keeps them out.
  private static func divertsInto(_ a: Scenario.Lever, _ b: Scenario.Lever) -> Bool {
    a.effect.diverts.contains { claim in b.effect.closes.contains { claim.meets($0) } }
  }

  /// Whether priorities say which of two levers that contradict each other has the last word; a `set`
  /// never has it over a `multiply`, which acts after it.
  private static func isDecided(
    _ a: Scenario.Lever, _ first: Path.Operation, _ b: Scenario.Lever, _ second: Path.Operation
  ) -> Bool {
    guard let one = a.priority, let two = b.priority, one != two else { return false }
    if first == .multiply { return one > two }
    if second == .multiply { return two > one }
    return true
  }

  private static func contradict(_ a: Path.Operation, _ b: Path.Operation) -> Bool {
    switch (a, b) {
    case (.set, .set), (.set, .multiply), (.multiply, .set), (.cap, .floor), (.floor, .cap): true
    default: false
    }
  }
}
