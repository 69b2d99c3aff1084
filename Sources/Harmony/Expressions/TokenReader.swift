internal import Demography

/// Reads an expression or a predicate token by token and knows the place of each.
struct TokenReader {
  enum Token: Hashable {
    case word(String)
    case symbol(String)
    case end
  }

  /// Longest text that is read at all; nesting deeper than `depthLimit` is refused as well.
  static let lengthLimit = 4000
  static let depthLimit = 64

  private let characters: [Character]
  private var index = 0
  /// Where the current token starts, from 0.
  private(set) var start = 0
  private(set) var token = Token.end
  /// Whether `-`, `:`, `@`, `/` and `*` belong to words (codes and periods) or stand alone.
  private let hasCodes: Bool
  private let text: String
  private let place: Place?

  init(_ text: String, hasCodes: Bool, at place: Place?) throws(Fault) {
    self.text = text
    self.hasCodes = hasCodes
    self.place = place
    characters = Array(text.prefix(Self.lengthLimit + 1))
    guard characters.count <= Self.lengthLimit else {
      throw fault(expected: "≤ \(Self.lengthLimit)")
    }
    try advance()
  }

  var found: String {
    switch token {
    case .word(let text), .symbol(let text): text
    case .end: "∅"
    }
  }

  private static let pairs: Set<String> = ["==", "!=", "<=", ">="]

  mutating func advance() throws(Fault) {
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    start = index
    guard index < characters.count else {
      token = .end
      return
    }
    let character = characters[index]
    if character == "'" || character == "\"" {
      guard let close = characters[(index + 1)...].firstIndex(of: character) else {
        throw fault(expected: String(character))
      }
      token = .word(String(characters[(index + 1)..<close]))
      index = close + 1
    } else if isWordPart(character) {
      while index < characters.count, isWordPart(characters[index]) { index += 1 }
      token = .word(String(characters[start..<index]))
    } else {
      let pair = String(characters[index..<min(index + 2, characters.count)])
      let symbol = Self.pairs.contains(pair) ? pair : String(character)
      token = .symbol(symbol)
      index += symbol.count
    }
  }

  private func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
      || (hasCodes && "-:@/*+".contains(character))
  }

  /// Goes past a symbol when it stands here.
  mutating func take(_ symbol: String) throws(Fault) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  /// Goes past a word, whatever its case, when it stands here.
  mutating func take(word: String) throws(Fault) -> Bool {
    guard case .word(let found) = token, found.lowercased() == word else { return false }
    try advance()
    return true
  }

  mutating func need(_ symbol: String) throws(Fault) {
    guard try take(symbol) else { throw fault(expected: symbol) }
  }

  mutating func needWord(_ expected: String) throws(Fault) -> String {
    guard case .word(let word) = token else { throw fault(expected: expected) }
    try advance()
    return word
  }

  /// The text up to the `}` that closes the `{` just taken, which is taken too.
  mutating func rawText(until close: Character) throws(Fault) -> String {
    guard let end = characters[start...].firstIndex(of: close) else {
      throw fault(expected: String(close))
    }
    let raw = String(characters[start..<end])
    index = end + 1
    try advance()
    return raw
  }

  /// - Parameter code: `nil` for the syntax fault of what is read.
  func fault(_ code: String? = nil, expected: String) -> Fault {
    Fault(
      .badConfiguration, code ?? (hasCodes ? "predicate.syntax" : "expression.syntax"),
      ["text": text, "found": found, "expected": expected, "position": "\(start + 1)"],
      at: place.map { $0.narrowed(to: text, from: start) })
  }
}

extension Place {
  /// The place of a character of a text that stands somewhere in the line.
  func narrowed(to text: String, from offset: Int) -> Place {
    guard let line = self.text, let range = line.firstRange(of: text) else { return self }
    let column = line.distance(from: line.startIndex, to: range.lowerBound) + offset + 1
    return Place(file: file, line: self.line, column: column, text: line)
  }
}
