/// A JSON value whose objects keep the order in which they were written, so that the same value is
/// always the same bytes.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number that is not finite is written as `null`.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// One name and its value.
  public struct Member: Hashable, Sendable {
    public let name: String
    public let value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a member; `nil` where this is no object or has no such member.
  /// - Complexity: O(number of members)
  public subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The value of a number; `nil` for anything else.
  var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// This object with further members at its end; members of the same name are replaced.
  /// - Precondition: both are objects.
  func merged(_ other: JSON) -> JSON {
    guard case .object(let mine) = self, case .object(let theirs) = other else {
      preconditionFailure("only objects can be merged")
    }
    let replaced = Set(theirs.map(\.name))
    return .object(mine.filter { !replaced.contains($0.name) } + theirs)
  }

  /// Missing becomes `null`.
  static func optional(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
  static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
  public init(nilLiteral: ()) { self = .null }
}

extension JSON {
  /// The value as JSON text of RFC 8259.
  /// - Parameter isPretty: one member or element a line, indented by one space (as notebooks are);
  ///   otherwise no white space at all.
  public func text(isPretty: Bool = false) -> String {
    var writer = JSONWriter(isPretty: isPretty)
    write(to: &writer)
    return writer.text
  }

  public var bytes: [UInt8] { Array(text().utf8) }

  /// Writes the value where the writer stands.
  public func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .integer(let value): writer.integer(value)
    case .number(let value): writer.number(value)
    case .string(let value): writer.string(value)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.name(member.name)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }
}
