import CTexts

/// The languages Agyn speaks.
public enum Language: String, Sendable, CaseIterable {
  case kk, ru, en
}

/// The texts of one language: every sentence a person reads comes from here.
///
/// The files are compiled into the program, so it needs nothing beside itself to speak.
public struct Wordbook: Sendable {
  public let language: Language
  private let texts: [String: String]

  public init(_ language: Language) {
    self.language = language
    let file =
      switch language {
      case .en: unsafe agyn_text_en()
      case .ru: unsafe agyn_text_ru()
      case .kk: unsafe agyn_text_kk()
      }
    // Static for the life of the program.
    let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
    texts = Self.parse(unsafe [UInt8](bytes))
  }

  /// The keys of the language file, sorted.
  public var keys: [String] { texts.keys.sorted() }

  /// The text of a key before anything is filled in; `nil` when the file has no such key.
  public subscript(key: String) -> String? { texts[key] }

  /// The text of a key with its `{names}` filled in. A key that is missing shows as `⟨key⟩`, so that
  /// a hole is seen and never passes for a sentence.
  public func callAsFunction(_ key: String, _ arguments: [String: String] = [:]) -> String {
    guard let text = texts[key] else { return "⟨\(key)⟩" }
    guard !arguments.isEmpty else { return text }
    return filled(text, arguments)
  }

  /// The way out of a fault; `nil` where the language file has none, or nothing is left of it.
  ///
  /// Where nothing is near (`nearest` is empty), the question "did you mean …?" is not asked.
  /// - Parameter code: of the fault.
  public func hint(_ code: String, _ arguments: [String: String]) -> String? {
    guard var text = texts["fault.\(code).hint"] else { return nil }
    if arguments["nearest"] == "", let gap = text.firstRange(of: "{nearest}"),
      let question = text[gap.upperBound...].firstIndex(of: "?")
    {
      text = String(text[text.index(after: question)...].drop { $0 == " " || $0 == ";" })
    }
    return text.isEmpty ? nil : filled(text, arguments)
  }

  /// A text with its `{names}` filled in, in one pass, so that braces inside an argument stay as they
  /// are.
  public func filled(_ text: String, _ arguments: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      guard let close = rest.firstIndex(of: "}") else { break }
      let name = String(rest[rest.index(after: open)..<close])
      result += arguments[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// `key = text` a line; white space is ASCII.
  private static func parse(_ file: [UInt8]) -> [String: String] {
    var texts: [String: String] = [:]
    texts.reserveCapacity(file.count / 64)
    for line in file.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = line[..<equals].filter { !isSpace($0) }
      let bytes = line[(equals + 1)...].drop(while: isSpace)
      let text = String(decoding: bytes, as: UTF8.self)
      texts[String(decoding: key, as: UTF8.self)] =
        bytes.contains(UInt8(ascii: "\\")) ? text.replacing("\\n", with: "\n") : text
    }
    return texts
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
