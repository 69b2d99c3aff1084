import Demography
import Formats
import Foundation

/// As much of JSON Schema 2020-12 as the schemas in `scenarios/` use.
struct PublishedSchema {
  private let root: Document

  init(_ kind: String = "scenario") throws {
    root = try Bundle20.document("scenarios/\(kind).schema.json")
  }

  /// Where and why a document breaks the schema: `levers/0/path: required op`.
  func faults(of document: Document) -> [String] { check(document, root, "") }

  private func check(_ node: Document, _ schema: Document, _ path: String) -> [String] {
    var found: [String] = []
    if let reference = schema["$ref"]?.text {
      let name = String(reference.split(separator: "/").last ?? "")
      return check(node, root["$defs"]?[name] ?? schema, path)
    }
    if let options = schema["oneOf"]?.items {
      let failures = options.map { check(node, $0, path) }
      if failures.filter(\.isEmpty).count == 1 { return [] }
      return failures.min { $0.count < $1.count }.map { $0.isEmpty ? ["\(path): oneOf"] : $0 } ?? []
    }
    if let condition = schema["if"] {
      let branch = check(node, condition, path).isEmpty ? schema["then"] : schema["else"]
      if let branch { found += check(node, branch, path) }
    }
    if let most = schema["maxLength"]?.integer, let text = node.text, text.count > most {
      found.append("\(path): maxLength")
    }
    if let types = schema["type"]?.items.compactMap(\.text),
      !types.contains(where: { isOf($0, node) })
    {
      return ["\(path): type \(types.joined(separator: "|"))"]
    }
    if let value = schema["const"]?.text, node.text != value { found.append("\(path): const") }
    if let values = schema["enum"]?.items.compactMap(\.text), !values.contains(node.text ?? "") {
      found.append("\(path): enum")
    }
    if let pattern = schema["pattern"]?.text, let text = node.text,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(path): pattern")
    }
    if let least = schema["minimum"]?.number, let value = node.number, value < least {
      found.append("\(path): minimum")
    }
    if let most = schema["maximum"]?.number, let value = node.number, value > most {
      found.append("\(path): maximum")
    }
    if case .list(let items) = node.content {
      if items.count < schema["minItems"]?.integer ?? 0 { found.append("\(path): minItems") }
      if items.count > schema["maxItems"]?.integer ?? .max { found.append("\(path): maxItems") }
      if let each = schema["items"] {
        for (k, item) in items.enumerated() { found += check(item, each, "\(path)/\(k)") }
      }
    }
    if case .map(let entries) = node.content { found += keys(entries, schema, path) }
    return found
  }

  private func keys(_ entries: [Document.Entry], _ schema: Document, _ path: String) -> [String] {
    var found: [String] = []
    let known = schema["properties"]?.entries ?? []
    for name in schema["required"]?.items.compactMap(\.text) ?? []
    where !entries.contains(where: { $0.key == name }) {
      found.append("\(path): required \(name)")
    }
    if entries.count < schema["minProperties"]?.integer ?? 0 { found.append("\(path): empty") }
    for entry in entries {
      if let pattern = schema["propertyNames"]?["pattern"]?.text,
        entry.key.range(of: pattern, options: .regularExpression) == nil
      {
        found.append("\(path): name \(entry.key)")
      }
      if let one = known.first(where: { $0.key == entry.key }) {
        found += check(entry.value, one.value, "\(path)/\(entry.key)")
      } else if let rest = schema["additionalProperties"] {
        if rest.boolean == false {
          found.append("\(path): unknown \(entry.key)")
        } else if rest.boolean == nil {
          found += check(entry.value, rest, "\(path)/\(entry.key)")
        }
      }
    }
    return found
  }

  private func isOf(_ type: String, _ node: Document) -> Bool {
    switch (type, node.content) {
    case ("object", .map), ("array", .list): true
    case ("string", .scalar(let text)): Double(text) == nil
    case ("number", .scalar(let text)): Double(text) != nil
    case ("integer", .scalar(let text)): Int(text) != nil
    case ("boolean", .scalar): node.boolean != nil
    default: false
    }
  }
}
