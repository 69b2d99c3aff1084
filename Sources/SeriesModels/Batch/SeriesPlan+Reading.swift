public import Demography

extension SeriesPlan {
  private static let keys = [
    "schema", "kind", "id", "title", "measure", "select", "area", "frequency", "season", "unit",
    "transform", "horizon", "levels", "candidates", "origins", "minimum_train", "reselect_every",
    "calibrate",
  ]

  /// Reads a document of schema agyn.model/1 and kind `series`.
  ///
  /// - Throws: all `Faults` together: unknown keys, missing or unreadable values, unknown models.
  public static func read(_ document: Document) throws -> SeriesPlan {
    var reader = SeriesPlanReader(document: document)
    reader.faults += document.unknownKeys(keys)
    _ = reader.choice("schema", ["agyn.model/1"])
    _ = reader.choice("kind", ["series"])
    let frequency = reader.choice("frequency", ["A", "Q", "M", "D"])
    var plan = SeriesPlan(
      id: reader.text("id"), model: "naive", frequency: frequency,
      season: reader.integer("season", 1...366), horizon: reader.integer("horizon", 1...120),
      levels: reader.levels("levels"))
    plan.title = reader.names("title")
    plan.measure = reader.text("measure")
    plan.unit = reader.text("unit")
    plan.area = document["area"] == nil ? "REF_AREA" : reader.text("area")
    plan.transform = Transform(rawValue: reader.choice("transform", ["none", "log"])) ?? .none
    plan.candidates = reader.models("candidates", isTransformed: plan.transform != .none)
    plan.origins = reader.integer("origins", 0...200)
    plan.minimumTrain = reader.integer("minimum_train", 4...1_000)
    plan.reselectEvery = reader.integer("reselect_every", 1...200)
    plan.isCalibrated = reader.choice("calibrate", ["true", "false"]) == "true"
    plan.select = reader.codes("select")
    guard reader.faults.isEmpty else { throw Faults(reader.faults) }
    return plan
  }
}

/// Takes values out of a document and notes what is wrong with them. After a fault the value returned
/// is a placeholder that never leaves `read`.
private struct SeriesPlanReader {
  let document: Document
  var faults: [Fault] = []

  mutating func node(_ key: String) -> Document? {
    if let node = document[key] { return node }
    faults.append(Fault(.badConfiguration, "key.missing", ["key": key], at: document.place))
    return nil
  }

  mutating func fail(_ key: String, _ node: Document, expected: String) {
    faults.append(
      Fault(
        .badConfiguration, "value.bad",
        ["key": key, "value": node.text ?? "", "permitted": expected], at: node.place))
  }

  mutating func text(_ key: String) -> String {
    guard let node = node(key) else { return "" }
    guard let text = node.text, !text.isEmpty else {
      fail(key, node, expected: "text")
      return ""
    }
    return text
  }

  mutating func names(_ key: String) -> Names {
    guard let node = node(key) else { return Names(kk: "", ru: "", en: "") }
    faults += node.unknownKeys(["kk", "ru", "en"])
    let texts = ["kk", "ru", "en"].map { node[$0]?.text ?? "" }
    if texts.contains("") { fail(key, node, expected: "kk, ru, en") }
    return Names(kk: texts[0], ru: texts[1], en: texts[2])
  }

  mutating func choice(_ key: String, _ allowed: [String]) -> String {
    guard let node = node(key) else { return allowed[0] }
    guard let text = node.text, allowed.contains(text) else {
      fail(key, node, expected: allowed.joined(separator: ", "))
      return allowed[0]
    }
    return text
  }

  mutating func integer(_ key: String, _ range: ClosedRange<Int>) -> Int {
    guard let node = node(key) else { return range.lowerBound }
    guard let value = node.integer, range.contains(value) else {
      fail(key, node, expected: "\(range.lowerBound) … \(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  mutating func levels(_ key: String) -> [Double] {
    guard let node = node(key) else { return [80] }
    let values = node.items.compactMap(\.number)
    guard values.count == node.items.count, !values.isEmpty, values == values.sorted(),
      values.allSatisfy({ $0 > 0 && $0 < 100 })
    else {
      fail(key, node, expected: "0 < … < 100")
      return [80]
    }
    return values
  }

  /// - Parameter isTransformed: whether the plan itself has a scale, so that no model may have one.
  mutating func models(_ key: String, isTransformed: Bool) -> [String] {
    guard let node = node(key) else { return [] }
    var names: [String] = []
    for item in node.items {
      guard let name = item.text else {
        fail(key, item, expected: "text")
        continue
      }
      do {
        let model = try SeriesCatalogue.model(named: name)
        if isTransformed, let inner = model.innerOfScale { fail(key, item, expected: inner.name) }
        names.append(model.name)
      } catch {
        let fault = error.fault
        faults.append(Fault(.badConfiguration, fault.code, fault.arguments, at: item.place))
      }
    }
    if node.items.isEmpty { fail(key, node, expected: "naive, …") }
    return names
  }

  mutating func codes(_ key: String) -> [String: String] {
    guard let node = document[key] else { return [:] }
    var result: [String: String] = [:]
    for entry in node.entries {
      if let text = entry.value.text {
        result[entry.key] = text
      } else {
        fail("\(key).\(entry.key)", entry.value, expected: "text")
      }
    }
    return result
  }
}
