import Demography

/// Reads a strict map of settings and gathers every fault, so that a person mends a file once.
struct SettingsReader {
  let document: Document
  private(set) var faults: [Fault] = []

  init(_ document: Document) { self.document = document }

  mutating func expect(schema: String) {
    guard let found = document["schema"] else {
      faults.append(Fault(.badConfiguration, "key.missing", ["key": "schema"], at: document.place))
      return
    }
    if found.text != schema {
      faults.append(
        Fault(
          .badConfiguration, "schema.unknown", ["schema": found.text ?? "", "expected": schema],
          at: found.place))
    }
  }

  mutating func allow(_ keys: [String]) { faults += document.unknownKeys(keys) }

  /// A required text; empty, with a fault, when it is absent.
  mutating func text(_ key: String, among allowed: [String]? = nil) -> String {
    guard let node = required(key) else { return "" }
    guard let text = node.text else {
      wrong(key, node, form: "text")
      return ""
    }
    if let allowed, !allowed.contains(text) {
      wrong(key, node, form: allowed.joined(separator: " | "))
    }
    return text
  }

  /// A required list of texts, or a single one.
  mutating func texts(_ key: String) -> [String] {
    guard let node = required(key) else { return [] }
    return node.items.compactMap { item in
      guard let text = item.text else {
        wrong(key, item, form: "[text, …]")
        return nil
      }
      return text
    }
  }

  mutating func names(_ key: String) -> Names {
    guard let node = required(key) else { return Names(kk: "", ru: "", en: "") }
    for language in ["kk", "ru", "en"] where node[language]?.text == nil {
      faults.append(
        Fault(.badConfiguration, "key.missing", ["key": "\(key).\(language)"], at: node.place))
    }
    return Names(
      kk: node["kk"]?.text ?? "", ru: node["ru"]?.text ?? "", en: node["en"]?.text ?? "")
  }

  mutating func value<Value>(
    _ key: String, form: String, _ read: (String) -> Value?
  ) -> Value? {
    required(key) == nil ? nil : optional(key, form: form, read)
  }

  mutating func optional<Value>(
    _ key: String, form: String, _ read: (String) -> Value?
  ) -> Value? {
    guard let node = document[key] else { return nil }
    guard let value = node.text.flatMap(read) else {
      wrong(key, node, form: form)
      return nil
    }
    return value
  }

  /// A required map, read by a reader of its own.
  mutating func section<Value>(_ key: String, _ read: (inout SettingsReader) -> Value) -> Value {
    let node = required(key) ?? Document(.map([]), at: document.place)
    var reader = SettingsReader(node)
    let value = read(&reader)
    if document[key] != nil { faults += reader.faults }
    return value
  }

  /// - Throws: `Faults` when anything was wrong.
  func finish() throws {
    if !faults.isEmpty { throw Faults(faults) }
  }

  private mutating func required(_ key: String) -> Document? {
    if let node = document[key] { return node }
    faults.append(Fault(.badConfiguration, "key.missing", ["key": key], at: document.place))
    return nil
  }

  private mutating func wrong(_ key: String, _ node: Document, form: String) {
    faults.append(
      Fault(
        .badConfiguration, "value.wrong",
        ["key": key, "value": node.text ?? "", "form": form], at: node.place))
  }
}
