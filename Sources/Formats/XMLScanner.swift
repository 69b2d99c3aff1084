import Foundation
import FoundationXML

/// Reads the parts of a workbook element by element, without external entities and without keeping a
/// tree.
///
/// Foundation's parser works through a delegate; this is the one object that stands behind it.
final class XMLScanner: NSObject, XMLParserDelegate {
  /// Called at the start of an element with its name and attributes, without prefixes.
  private let onStart: (String, [String: String]) -> Bool
  private let onEnd: (String) -> Bool
  private let onText: (String) -> Void
  private var depth = 0
  private var isGood = true

  /// - Parameters:
  ///   - onStart: name and attributes; `false` ends the reading.
  ///   - onEnd: name; `false` ends the reading.
  private init(
    onStart: @escaping (String, [String: String]) -> Bool, onEnd: @escaping (String) -> Bool,
    onText: @escaping (String) -> Void
  ) {
    self.onStart = onStart
    self.onEnd = onEnd
    self.onText = onText
  }

  /// Whether the bytes are well-formed XML and no handler ended the reading. A document type is not
  /// accepted: workbooks have none, and entities declared there grow without bound.
  static func scan(
    _ bytes: [UInt8], onStart: @escaping (String, [String: String]) -> Bool,
    onEnd: @escaping (String) -> Bool = { _ in true },
    onText: @escaping (String) -> Void = { _ in }
  ) -> Bool {
    guard !hasDocumentType(bytes) else { return false }
    // In one piece, texts of more than ten megabytes are refused by the library underneath.
    let parser = XMLParser(stream: InputStream(data: Data(bytes)))
    parser.shouldResolveExternalEntities = false
    let scanner = XMLScanner(onStart: onStart, onEnd: onEnd, onText: onText)
    parser.delegate = scanner
    // The parser takes a text that ends too early for a good one.
    return withExtendedLifetime(scanner) {
      parser.parse() && scanner.isGood && scanner.depth == 0
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

  private static func local(_ name: String) -> String {
    name.split(separator: ":").last.map(String.init) ?? name
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    depth += 1
    if depth > 64 || !onStart(Self.local(name), attributes) { stop(parser) }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    depth -= 1
    if !onEnd(Self.local(name)) { stop(parser) }
  }

  private func stop(_ parser: XMLParser) {
    isGood = false
    parser.abortParsing()
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { isGood = false }

  func parser(_ parser: XMLParser, foundCharacters text: String) { onText(text) }

  func parser(_ parser: XMLParser, foundCDATA data: Data) {
    onText(String(decoding: data, as: UTF8.self))
  }
}
