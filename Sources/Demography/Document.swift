/// A node of a configuration file (YAML or JSON) with the place it was read from.
///
/// Scalars stay text: what `on`, `1e-9` or `NO` mean is decided by the reader that expects them, so
/// no value changes its type behind the author's back.
public struct Document: Sendable, Hashable {
  /// What the node holds.
  public enum Content: Sendable, Hashable {
    case null
    case scalar(String)
    case list([Document])
    /// In the order of the file; keys are unique.
    case map([Entry])
  }

  /// One `key: value` of a map.
  public struct Entry: Sendable, Hashable {
    public let key: String
    public let keyPlace: Place
    public let value: Document

    public init(key: String, keyPlace: Place, value: Document) {
      self.key = key
      self.keyPlace = keyPlace
      self.value = value
    }
  }

  public let content: Content
  public let place: Place

  public init(_ content: Content, at place: Place) {
    self.content = content
    self.place = place
  }

  public var isNull: Bool { content == .null }

  /// The scalar's text; `nil` for null, lists and maps.
  public var text: String? {
    guard case .scalar(let text) = content else { return nil }
    return text
  }

  public var number: Double? { text.flatMap { Double($0) } }
  public var integer: Int? { text.flatMap { Int($0) } }

  /// `true` or `false` of the YAML 1.2 core schema; `nil` for anything else.
  public var boolean: Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// The elements of a list; a single scalar or map reads as a list of one, null as none.
  public var items: [Document] {
    switch content {
    case .null: []
    case .list(let items): items
    case .scalar, .map: [self]
    }
  }

  /// The entries of a map, none for anything else.
  public var entries: [Entry] {
    guard case .map(let entries) = content else { return [] }
    return entries
  }

  /// The value under `key`; `nil` when this is no map or has no such key.
  /// - Complexity: O(number of keys)
  public subscript(key: String) -> Document? {
    entries.first { $0.key == key }?.value
  }

  /// Every key that is not in `known`, as faults that name the nearest known key.
  public func unknownKeys(_ known: [String]) -> [Fault] {
    entries.filter { !known.contains($0.key) }.map { entry in
      Fault(
        .badConfiguration, "key.unknown",
        [
          "key": entry.key, "nearest": nearest(to: entry.key, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ],
        at: entry.keyPlace)
    }
  }
}
