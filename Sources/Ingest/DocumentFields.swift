import Demography

/// Reads the keys of a map, strictly: what is missing, unknown or of another form becomes a fault.
struct DocumentFields {
  let document: Document
  let known: [String]

  init(_ document: Document, known: [String], faults: inout [Fault]) {
    self.document = document
    self.known = known
    guard case .map = document.content else {
      faults.append(Self.bad(document, key: "", permitted: known.joined(separator: ", ")))
      return
    }
    faults += document.unknownKeys(known)
  }

  /// The value under a key; `nil` when it is absent or null.
  subscript(key: String) -> Document? {
    precondition(known.contains(key), "key '\(key)' is read but not known")
    return document[key].flatMap { $0.isNull ? nil : $0 }
  }

  func text(_ key: String, faults: inout [Fault]) -> String? {
    guard let value = self[key] else { return nil }
    if let text = value.text { return text }
    faults.append(Self.bad(value, key: key, permitted: "text"))
    return nil
  }

  func required(_ key: String, faults: inout [Fault]) -> String? {
    guard self[key] != nil else {
      faults.append(missing(key))
      return nil
    }
    return text(key, faults: &faults)
  }

  func missing(_ key: String) -> Fault {
    Fault(.badConfiguration, "key.missing", ["key": key], at: document.place)
  }

  /// A value that `read` understands; anything else is a fault that names what is permitted.
  func value<T>(
    _ key: String, permitted: String, faults: inout [Fault], _ read: (String) -> T?
  ) -> T? {
    guard let text = text(key, faults: &faults) else { return nil }
    if let value = read(text) { return value }
    if let node = self[key] { faults.append(Self.bad(node, key: key, permitted: permitted)) }
    return nil
  }

  func code<C: RawRepresentable & CaseIterable>(
    _ key: String, faults: inout [Fault]
  ) -> C? where C.RawValue == String {
    value(
      key, permitted: C.allCases.map(\.rawValue).joined(separator: ", "), faults: &faults,
      C.init(rawValue:))
  }

  func day(_ key: String, faults: inout [Fault]) -> Day? {
    value(key, permitted: "2024-12-31", faults: &faults) { Day($0) }
  }

  func count(_ key: String, faults: inout [Fault]) -> Int? {
    value(key, permitted: "1, 2, 3, …", faults: &faults) { Int($0).flatMap { $0 >= 1 ? $0 : nil } }
  }

  /// The texts of a map.
  func texts(_ key: String, faults: inout [Fault]) -> [String: String] {
    var texts: [String: String] = [:]
    guard let map = self[key] else { return texts }
    guard case .map = map.content else {
      faults.append(Self.bad(map, key: key, permitted: "{…: …}"))
      return texts
    }
    for entry in map.entries {
      if let text = entry.value.text {
        texts[entry.key] = text
      } else {
        faults.append(Self.bad(entry.value, key: entry.key, permitted: "text"))
      }
    }
    return texts
  }

  static func bad(_ value: Document, key: String, permitted: String) -> Fault {
    Fault(
      .badConfiguration, "value.bad",
      [
        "key": key, "value": value.text ?? "…", "permitted": permitted,
        "nearest": nearest(to: value.text ?? "", in: permitted.components(by: ", ")) ?? "",
      ],
      at: value.place)
  }
}

extension String {
  fileprivate func components(by separator: String) -> [String] {
    split(separator: separator).map(String.init)
  }
}
