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

  /// `key = text` a line; white space is ASCII, and `\n` in a text is a new line. Bytes are looked at
  /// where they stand: every start of the program reads a whole file.
  private static func parse(_ file: [UInt8]) -> [String: String] {
    var texts: [String: String] = [:]
    texts.reserveCapacity(file.count / 64)
    var start = 0
    while start < file.count {
      let end = file[start...].firstIndex(of: UInt8(ascii: "\n")) ?? file.count
      let line = file[start..<end]
      start = end + 1
      guard line.first != UInt8(ascii: "#"), let equals = line.firstIndex(of: UInt8(ascii: "="))
      else { continue }
      var key = line[..<equals].drop(while: isSpace)
      while let last = key.last, isSpace(last) { key.removeLast() }
      let bytes = line[(equals + 1)...].drop(while: isSpace)
      texts[String(decoding: key, as: UTF8.self)] =
        bytes.contains(UInt8(ascii: "\\"))
        ? withNewLines(bytes) : String(decoding: bytes, as: UTF8.self)
    }
    return texts
  }

  private static func withNewLines(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == UInt8(ascii: "n"), result.last == UInt8(ascii: "\\") {
        result[result.count - 1] = UInt8(ascii: "\n")
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
