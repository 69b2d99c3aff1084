public import Demography
import Yams

/// Reads YAML 1.2 (or JSON, which is part of it) into a document whose every node knows its place.
///
/// Scalars stay text; only a plain empty scalar, `~` and `null` are null. Anchors and aliases are
/// refused: nothing in our files needs them, and nested they grow without bound.
/// - Parameter file: name for messages.
/// - Throws: syntax (`yaml.flow`, `yaml.colon`, `yaml.indent`, …), `yaml.key.twice`, `yaml.anchor`,
///   `yaml.tag`, `yaml.key.composite`, `yaml.depth`, `yaml.size`, `yaml.documents`, `file.encoding`.
public func readYAML(
  _ bytes: [UInt8], file: String, limits: DocumentLimits = .standard
) throws(Faults) -> Document {
  guard bytes.count <= limits.bytes else {
    throw Faults(
      Fault(
        .badConfiguration, "yaml.size",
        ["size": String(bytes.count), "limit": String(limits.bytes)],
        at: Place(file: file, line: 1)))
  }
  let content = try checkedUTF8(bytes, file: file, kind: .badConfiguration)
  let lines = Lines(content, file: file)
  if let anchor = firstOfAnchorAndAlias(content) {
    throw Faults(Fault(.badConfiguration, "yaml.anchor", at: lines.place(offset: anchor)))
  }
  let root: Node?
  do {
    let parser = try Parser(
      yaml: String(decoding: content, as: UTF8.self), resolver: .basic, encoding: .utf8)
    root = try parser.singleRoot()
    // Anchors are weak references into the parser, so it must live until the document is made.
    return try withExtendedLifetime(parser) {
      var composer = DocumentComposer(lines: lines, limits: limits)
      let document = composer.document(root, depth: 0)
      if !composer.faults.isEmpty { throw Faults(composer.faults) }
      return document
    }
  } catch let faults as Faults {
    throw faults
  } catch {
    throw Faults(yamlFault(error, lines: lines))
  }
}

/// Reads JSON into a document; the same reader as for YAML, of which JSON is a part.
public func readJSON(
  _ bytes: [UInt8], file: String, limits: DocumentLimits = .standard
) throws(Faults) -> Document {
  try readYAML(bytes, file: file, limits: limits)
}

/// Offset of something like an anchor when there is also something like an alias. It may stand in a
/// quoted text; what matters is that no real pair is missed, because the parser hashes keys and a
/// key made of nested aliases takes exponential time.
private func firstOfAnchorAndAlias(_ bytes: [UInt8]) -> Int? {
  let mayPrecede = Set(" \t\n\r[{,:".utf8)
  var anchor: Int?
  var hasAlias = false
  var previous = UInt8(ascii: "\n")
  for (offset, byte) in bytes.enumerated() {
    if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), mayPrecede.contains(previous),
      offset + 1 < bytes.count, bytes[offset + 1] > 0x20
    {
      if byte == UInt8(ascii: "*") { hasAlias = true } else { anchor = anchor ?? offset }
    }
    previous = byte
  }
  return hasAlias ? anchor : nil
}

/// Turns the parser's nodes into a `Document`, collecting what it cannot accept.
private struct DocumentComposer {
  let lines: Lines
  let limits: DocumentLimits
  var faults: [Fault] = []
  private var nodes = 0

  init(lines: Lines, limits: DocumentLimits) {
    self.lines = lines
    self.limits = limits
  }

  mutating func document(_ node: Node?, depth: Int) -> Document {
    guard let node else { return Document(.null, at: lines.place(line: 1, column: 1)) }
    let place = place(of: node)
    nodes += 1
    guard depth <= limits.depth, nodes <= limits.nodes else {
      if faults.last?.code != "yaml.depth", faults.last?.code != "yaml.size" {
        faults.append(
          depth > limits.depth
            ? fault("yaml.depth", ["limit": String(limits.depth)], at: place)
            : fault("yaml.size", ["size": String(nodes), "limit": String(limits.nodes)], at: place))
      }
      return Document(.null, at: place)
    }
    if node.anchor != nil { faults.append(fault("yaml.anchor", at: place)) }
    switch node {
    case .scalar(let scalar):
      check(tag: scalar.tag, is: "str", at: place)
      return Document(isNull(scalar) ? .null : .scalar(scalar.string), at: place)
    case .sequence(let sequence):
      check(tag: sequence.tag, is: "seq", at: place)
      return Document(.list(sequence.map { document($0, depth: depth + 1) }), at: place)
    case .mapping(let mapping):
      check(tag: mapping.tag, is: "map", at: place)
      return Document(.map(entries(of: mapping, depth: depth)), at: place)
    case .alias:
      faults.append(fault("yaml.anchor", at: place))
      return Document(.null, at: place)
    }
  }

  private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [Document.Entry] {
    var entries: [Document.Entry] = []
    for (key, value) in mapping {
      let keyPlace = place(of: key)
      guard case .scalar(let name) = key else {
        faults.append(fault("yaml.key.composite", at: keyPlace))
        continue
      }
      if key.anchor != nil { faults.append(fault("yaml.anchor", at: keyPlace)) }
      entries.append(
        .init(key: name.string, keyPlace: keyPlace, value: document(value, depth: depth + 1)))
    }
    return entries
  }

  private func isNull(_ scalar: Node.Scalar) -> Bool {
    guard scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private mutating func check(tag: Tag, is expected: String, at place: Place) {
    let name = tag.description
    guard name != "tag:yaml.org,2002:\(expected)", !name.isEmpty, name != "!" else { return }
    faults.append(fault("yaml.tag", ["tag": name], at: place))
  }

  private func place(of node: Node) -> Place {
    let length = node.scalar.map { $0.string.contains("\n") ? 1 : $0.string.count } ?? 1
    return lines.place(
      line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, length: max(1, length))
  }

  private func fault(
    _ code: String, _ arguments: [String: String] = [:], at place: Place
  ) -> Fault {
    Fault(.badConfiguration, code, arguments, at: place)
  }
}
