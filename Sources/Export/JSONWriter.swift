/// JSON text of RFC 8259 written piece by piece: what is too large to be built as a value first.
///
/// An object's members are written by `name` and one value each. The caller sees to it that names and values
/// take turns and that what begins ends.
public struct JSONWriter {
  private var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0
  /// Whether nothing stands in the array or object that is open.
  private var isFirst = true
  /// Whether a name waits for its value.
  private var isNamed = false

  /// - Parameter isPretty: one member or element a line, indented by one space (as notebooks are);
  ///   otherwise no white space at all.
  public init(isPretty: Bool = false) { self.isPretty = isPretty }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  public mutating func name(_ name: String) {
    begin()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    isNamed = true
  }

  /// A number that is not finite is written as `null`.
  public mutating func number(_ value: Double) {
    begin()
    if !value.isFinite {
      bytes += "null".utf8
    } else if value == value.rounded(), abs(value) < 9e15 {
      bytes += String(Int(value)).utf8
    } else {
      bytes += value.description.utf8
    }
  }

  public mutating func integer(_ value: Int) {
    begin()
    bytes += String(value).utf8
  }

  public mutating func bool(_ value: Bool) {
    begin()
    bytes += (value ? "true" : "false").utf8
  }

  public mutating func null() {
    begin()
    bytes += "null".utf8
  }

  public mutating func string(_ value: String) {
    begin()
    quote(value)
  }

  /// What goes before a value or a name.
  private mutating func begin() {
    if isNamed {
      isNamed = false
      return
    }
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    if depth > 0 { newLine() }
  }

  private mutating func newLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { bytes.append(UInt8(ascii: " ")) }
  }

  private mutating func open(_ bracket: UInt8) {
    begin()
    bytes.append(bracket)
    depth += 1
    isFirst = true
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    if !isFirst { newLine() }
    isFirst = false
    bytes.append(bracket)
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
    if isPlain { bytes += text.utf8 } else { escape(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes += "\\\"".utf8
      case "\\": bytes += "\\\\".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case "\u{0}"..."\u{1F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
      default: bytes += String(scalar).utf8
      }
    }
  }
}
