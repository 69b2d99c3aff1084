import CExpat

/// Reads the parts of a workbook element by element, without external entities and without keeping a
/// tree.
///
/// Expat works through functions of C; this is the one object that stands behind them.
final class XMLScanner {
  /// Called at the start of an element with its name and attributes: the name without a prefix, the
  /// names of attributes with theirs, as the file writes them.
  private let onStart: (String, [String: String]) -> Bool
  private let onEnd: (String) -> Bool
  private let onText: (String) -> Void
  private var depth = 0
  private var isGood = true
  private let parser: XML_Parser

  /// What stands between the parts of a name of a namespace; no such name holds it.
  private static let separator: UInt8 = 0x0A
  /// Bytes handed over at once; the library counts them in 32 bits.
  private static let pieceSize = 1 << 30

  /// - Parameters:
  ///   - onStart: name and attributes; `false` ends the reading.
  ///   - onEnd: name; `false` ends the reading.
  private init?(
    onStart: @escaping (String, [String: String]) -> Bool, onEnd: @escaping (String) -> Bool,
    onText: @escaping (String) -> Void
  ) {
    guard let parser = XML_ParserCreateNS(nil, XML_Char(bitPattern: Self.separator)) else {
      return nil
    }
    self.parser = parser
    self.onStart = onStart
    self.onEnd = onEnd
    self.onText = onText
    XML_SetReturnNSTriplet(parser, 1)
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { XMLScanner.behind($0).start($1, $2) }, { XMLScanner.behind($0).end($1) })
    XML_SetCharacterDataHandler(parser) { XMLScanner.behind($0).text($1, Int($2)) }
    XML_SetStartDoctypeDeclHandler(parser) { state, _, _, _, _ in XMLScanner.behind(state).stop() }
  }

  deinit { XML_ParserFree(parser) }

  /// Whether the bytes are well-formed XML and no handler ended the reading. A document type is not
  /// accepted: workbooks have none, and entities declared there grow without bound.
  static func scan(
    _ bytes: [UInt8], onStart: @escaping (String, [String: String]) -> Bool,
    onEnd: @escaping (String) -> Bool = { _ in true },
    onText: @escaping (String) -> Void = { _ in }
  ) -> Bool {
    guard !hasDocumentType(bytes),
      let scanner = XMLScanner(onStart: onStart, onEnd: onEnd, onText: onText)
    else { return false }
    return withExtendedLifetime(scanner) { scanner.parse(bytes) }
  }

  private func parse(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      repeat {
        let count = min(bytes.count - start, Self.pieceSize)
        let piece = bytes[start..<start + count]
        start += count
        let status = UnsafeRawBufferPointer(rebasing: piece).withMemoryRebound(to: CChar.self) {
          XML_Parse(parser, $0.baseAddress, Int32(count), start == bytes.count ? 1 : 0)
        }
        guard status == XML_STATUS_OK, isGood else { return false }
      } while start < bytes.count
      return depth == 0
    }
  }

  /// `<!DOCTYPE` anywhere, or UTF-16, in which it would not be seen; workbooks are UTF-8.
  private static func hasDocumentType(_ bytes: [UInt8]) -> Bool {
    if bytes.prefix(2).elementsEqual([0xFE, 0xFF]) || bytes.prefix(2).elementsEqual([0xFF, 0xFE])
      || bytes.prefix(4).contains(0)
    {
      return true
    }
    let mark = Array("<!DOCTYPE".utf8)
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: mark[0]) {
      if bytes[found...].starts(with: mark) { return true }
      start = found + 1
    }
    return false
  }

  private static func behind(_ state: UnsafeMutableRawPointer?) -> XMLScanner {
    Unmanaged<XMLScanner>.fromOpaque(state!).takeUnretainedValue()
  }

  /// The parts of a name: namespace, name, prefix; a name without a namespace has one part, a name
  /// of the default namespace two.
  private static func parts(_ name: UnsafePointer<XML_Char>) -> [Substring] {
    String(cString: name).split(
      separator: Character(Unicode.Scalar(separator)), omittingEmptySubsequences: false)
  }

  private static func local(_ name: UnsafePointer<XML_Char>) -> String {
    let parts = parts(name)
    return String(parts.count > 1 ? parts[1] : parts[0])
  }

  private static func qualified(_ name: UnsafePointer<XML_Char>) -> String {
    let parts = parts(name)
    return parts.count > 2 ? "\(parts[2]):\(parts[1])" : String(parts[0])
  }

  // After a stop the library may still hand over the end of an empty element; it is not looked at.

  private func start(
    _ name: UnsafePointer<XML_Char>?, _ pairs: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
  ) {
    guard isGood, let name else { return }
    depth += 1
    var attributes: [String: String] = [:]
    var next = pairs
    while let pair = next, let key = pair[0], let value = pair[1] {
      attributes[Self.qualified(key)] = String(cString: value)
      next = pair + 2
    }
    if depth > 64 || !onStart(Self.local(name), attributes) { stop() }
  }

  private func end(_ name: UnsafePointer<XML_Char>?) {
    guard isGood, let name else { return }
    depth -= 1
    if !onEnd(Self.local(name)) { stop() }
  }

  private func text(_ bytes: UnsafePointer<XML_Char>?, _ count: Int) {
    guard isGood else { return }
    onText(
      String(
        decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self))
  }

  private func stop() {
    isGood = false
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }
}
