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
    var result = ""
    write(into: &result, isPretty: isPretty, depth: 0)
    return result
  }

  public var bytes: [UInt8] { Array(text().utf8) }

  private func write(into result: inout String, isPretty: Bool, depth: Int) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value): result += Self.text(of: value)
    case .string(let value): Self.write(value, into: &result)
    case .array(let elements):
      Self.write(elements, open: "[", close: "]", into: &result, isPretty, depth) {
        $0.write(into: &$1, isPretty: isPretty, depth: depth + 1)
      }
    case .object(let members):
      Self.write(members, open: "{", close: "}", into: &result, isPretty, depth) {
        Self.write($0.name, into: &$1)
        $1 += isPretty ? ": " : ":"
        $0.value.write(into: &$1, isPretty: isPretty, depth: depth + 1)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], open: String, close: String, into result: inout String,
    _ isPretty: Bool, _ depth: Int, _ writeElement: (Element, inout String) -> Void
  ) {
    result += open
    for (index, element) in elements.enumerated() {
      if index > 0 { result += "," }
      if isPretty { result += "\n" + String(repeating: " ", count: depth + 1) }
      writeElement(element, &result)
    }
    if isPretty && !elements.isEmpty { result += "\n" + String(repeating: " ", count: depth) }
    result += close
  }

  private static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 9e15 { return String(Int(value)) }
    return "\(value)"
  }

  private static func write(_ text: String, into result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
